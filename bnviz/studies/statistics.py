"""Running statistics recomputed from other inputs, and how the variance of a norm's inputs differs from them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import Tensor, nn

from bnviz.training.evaluate import CHUNK, evaluation_mode


def running_norms(net: nn.Module) -> list[nn.Module]:
    """Return the modules that keep running statistics, in forward order as far as the net names them so."""
    return [m for m in net.modules() if getattr(m, "running_var", None) is not None]


@contextmanager
def statistics_of(net: nn.Module, x: Tensor, chunk: int = CHUNK) -> Iterator[None]:
    """Put the net into evaluation mode with the statistics of x as running statistics, for a block.

    Each norm gets the average over equal chunks of its batch mean and unbiased variance (Ioffe & Szegedy
    2015, algorithm 2); dropout stays off. Weights, gamma and beta are untouched (Li et al. 2016, AdaBN).

    Args:
        net: with norms that keep running statistics; without any, nothing changes.
        x: (N, D), inputs without labels.
        chunk: most samples at a time.
    """
    norms = running_norms(net)
    kept = [{name: buffer.clone() for name, buffer in m.named_buffers(recurse=False)} for m in norms]
    momenta = [getattr(m, "momentum", None) for m in norms]
    was_training = net.training
    net.eval()
    try:
        for norm in norms:
            norm.num_batches_tracked.zero_()  # type: ignore[operator]
            norm.momentum = None  # type: ignore[assignment]
            norm.train()
        with torch.no_grad():
            for part in x.chunk(-(-len(x) // chunk)):
                net(part)
        net.eval()
        yield
    finally:
        for norm, buffers, momentum in zip(norms, kept, momenta, strict=True):
            norm.momentum = momentum  # type: ignore[assignment]
            for name, buffer in norm.named_buffers(recurse=False):
                buffer.copy_(buffers[name])
        net.train(was_training)


def variance_ratios(net: nn.Module, x: Tensor, chunk: int = CHUNK) -> list[float]:
    """Return per norm: variance of its inputs in evaluation mode / its running variance, mean over channels.

    The running variance is what training saw, dropout included; 1 means that nothing shifts between training
    and test (Li et al. 2019, "variance shift").

    Args:
        net: with norms that keep running statistics.
        x: (N, D), inputs.
        chunk: most samples at a time.
    """
    norms = running_norms(net)
    sums: dict[int, Tensor] = {}
    count = -(-len(x) // chunk)

    def look(norm: nn.Module, inputs: tuple[Tensor, ...]) -> None:
        axes = tuple(axis for axis in range(inputs[0].dim()) if axis != 1)
        sums[id(norm)] = sums.get(id(norm), torch.zeros(())) + inputs[0].var(axes).cpu() / count

    handles = [norm.register_forward_pre_hook(look) for norm in norms]
    try:
        with evaluation_mode(net):
            for part in x.chunk(count):
                net(part)
    finally:
        for handle in handles:
            handle.remove()
    return [float((sums[id(n)] / n.running_var.cpu()).mean()) for n in norms if id(n) in sums]  # type: ignore[operator]
