"""Folding: BN with fixed statistics is a scale and a shift, which the layer before can absorb."""

from __future__ import annotations

import copy
from collections import OrderedDict

import torch
from torch import Tensor, nn

from bnviz.chapters.inference.results import FoldedComparison
from bnviz.config import InputError
from bnviz.norms import BatchNorm, fold_into_linear


def folded(net: nn.Sequential) -> nn.Sequential:
    """Return a net without norms that computes the same function as this one in evaluation mode.

    Each norm directly after a linear layer becomes part of it: W' = s W and
    b' = s (b - running_mean) + beta with s = gamma / sqrt(running_var + eps).

    Args:
        net: linear layers, norms and nonlinearities in a row; left as it is.

    Raises:
        InputError: a norm that does not directly follow a linear layer.
    """
    children: OrderedDict[str, nn.Module] = OrderedDict()
    before = ""
    for name, module in copy.deepcopy(net).eval().named_children():
        if not isinstance(module, BatchNorm):
            children[name] = module
            before = name
            continue
        linear = children.get(before)
        if not isinstance(linear, nn.Linear):
            raise InputError(f"only a norm right after a linear layer can be folded, {name} is not")
        children[before] = _fold(linear, module)
    return nn.Sequential(children).eval()


def compare_folded(net: nn.Sequential, x: Tensor) -> FoldedComparison:
    """Fold a net and compare both on inputs (N, D), in evaluation mode.

    Source: arithmetic of algorithm 2, step 11 (Ioffe & Szegedy 2015).
    """
    plain, merged = copy.deepcopy(net).eval(), folded(net)
    with torch.no_grad():
        first, second = plain(x), merged(x)
    return FoldedComparison(
        n_samples=len(x),
        largest_difference=float((first - second).abs().max()),
        largest_logit=float(first.abs().max()),
        same_predictions=float((first.argmax(1) == second.argmax(1)).float().mean()),
        parameters=_numbers(plain),
        folded_parameters=_numbers(merged),
        modules=len(plain),
        folded_modules=len(merged),
    )


def _fold(linear: nn.Linear, norm: BatchNorm) -> nn.Linear:
    assert norm.running_mean is not None  # we always track
    assert norm.running_var is not None
    gamma = norm.weight if norm.affine else torch.ones_like(norm.running_mean)
    beta = norm.bias if norm.affine else torch.zeros_like(norm.running_mean)
    made = nn.Linear(linear.in_features, linear.out_features, device="meta", dtype=linear.weight.dtype)
    made = made.to_empty(device="cpu")
    with torch.no_grad():
        weight, bias = fold_into_linear(
            linear.weight, linear.bias, gamma, beta, norm.running_mean, norm.running_var, norm.eps
        )
        made.weight.copy_(weight)
        made.bias.copy_(bias)
    return made


def _numbers(net: nn.Module) -> int:
    counters = sum(1 for module in net.modules() if isinstance(module, BatchNorm))
    return sum(int(tensor.numel()) for tensor in net.state_dict().values()) - counters
