"""The layers of this room as lines of TorchScript: the same calls of the same kernels in the same order.

A chain of layers can then be computed by one call, in which no Python runs (``scripted.py``). The line of a layer says
what its ``forward`` and ``backward`` say; the formulas are explained there.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from torch import Tensor, nn

from bnviz import norms


@dataclass(frozen=True, slots=True)
class Script:
    """The lines of the layer n of a chain: from x{n} to x{n+1}, and from g{n+1} = dL/dx{n+1} to g{n}.

    Attributes:
        forward: lines of the forward pass.
        backward: lines of the backward pass.
        given: tensors that the lines name and do not compute, by name.
        kept: names of what the forward pass computes for the backward pass, beside x{n+1}.
        gradients: parameters, and the names of their gradients.
    """

    forward: list[str]
    backward: list[str]
    given: dict[str, Tensor] = field(default_factory=dict)
    kept: list[str] = field(default_factory=list)
    gradients: list[tuple[Tensor, str]] = field(default_factory=list)


def script_of(module: nn.Module, n: int) -> Script | None:
    """Return the lines of a layer; None where they would differ from step to step."""
    write = _WRITERS.get(type(module))
    return None if write is None else write(module, n)


def loss_script(n: int) -> Script:
    """Return the lines of the loss of logits x{n} and classes ``y``: cross-entropy, as ``cross_entropy.py`` says."""
    return Script(
        [
            f"log_p = torch.log_softmax(x{n}, 1)",
            "loss, weight = torch.ops.aten.nll_loss_forward(log_p, y, None, 1, -100)",
        ],
        [
            "grad_log_p = torch.ops.aten.nll_loss_backward(one, log_p, y, None, 1, -100, weight)",
            f"g{n} = torch._log_softmax_backward_data(grad_log_p, log_p, 1, log_p.dtype)",
        ],
        kept=["log_p", "weight"],
    )


def _linear(module: nn.Linear, n: int) -> Script:
    weight, bias = module.weight, module.bias
    given = {f"w{n}": weight.detach(), f"wt{n}": weight.detach().t()}
    gradients: list[tuple[Tensor, str]] = [(weight, f"dw{n}")]
    backward = [f"dw{n} = torch.mm(g{n + 1}.t(), x{n})"]
    if bias is None:
        forward = f"x{n + 1} = torch.mm(x{n}, wt{n})"
    else:
        # Were its factor 1 a constant, TorchScript would make a product and a sum of it, whose last bits differ.
        forward = f"x{n + 1} = torch.addmm(b{n}, x{n}, wt{n}, beta=unit)"
        given[f"b{n}"] = bias.detach()
        gradients.append((bias, f"db{n}"))
        backward.append(f"db{n} = torch.sum(g{n + 1}, [0])")
    if n > 0:
        backward.append(f"g{n} = torch.mm(g{n + 1}, w{n})")
    return Script([forward], backward, given, gradients=gradients)


def _batch_norm(module: norms.BatchNorm, n: int) -> Script | None:
    if module.momentum is None:  # the weight of the batch in the average depends on the step
        return None
    names = {"running_mean": "mean", "running_var": "var", "num_batches_tracked": "batches"}
    given = {f"{short}{n}": getattr(module, name) for name, short in names.items()}
    gradients: list[tuple[Tensor, str]] = []
    if is_affine := module.weight is not None:
        given |= {f"gamma{n}": module.weight.detach(), f"beta{n}": module.bias.detach()}
        gradients = [(module.weight, f"dgamma{n}"), (module.bias, f"dbeta{n}")]
    gamma, beta = (f"gamma{n}", f"beta{n}") if is_affine else ("None", "None")
    training, factor = module.training, float(module.momentum) if module.training else 0.0
    running, rest = f"mean{n}, var{n}", f"{training}, {float(module.eps)!r}"
    forward = [
        f"x{n + 1}, batch_mean{n}, inverse_std{n} = torch.native_batch_norm("
        f"x{n}, {gamma}, {beta}, {running}, {training}, {factor!r}, {float(module.eps)!r})"
    ]
    if training:
        forward.insert(0, f"batches{n}.add_(1)")
    backward = [
        f"g{n}, dgamma{n}, dbeta{n} = torch.ops.aten.native_batch_norm_backward("
        f"g{n + 1}, x{n}, {gamma}, {running}, batch_mean{n}, inverse_std{n}, {rest}, [True, {is_affine}, {is_affine}])"
    ]
    return Script(forward, backward, given, [f"batch_mean{n}", f"inverse_std{n}"], gradients)


def _pointwise(function: str, gradient: str) -> Callable[[Any, int], Script]:
    """Return what writes a nonlinearity, given f and dL/dx as expressions in x, y and g = dL/dy."""

    def write(module: nn.Module, n: int) -> Script:
        names = {"x": f"x{n}", "y": f"x{n + 1}", "g": f"g{n + 1}"}
        names |= {
            name: repr(getattr(module, name)) for name in ("negative_slope", "approximate") if hasattr(module, name)
        }
        return Script([f"x{n + 1} = {function.format(**names)}"], [f"g{n} = {gradient.format(**names)}"])

    return write


_aten = "torch.ops.aten"
_WRITERS: dict[type[nn.Module], Callable[[Any, int], Script | None]] = {
    nn.Linear: _linear,
    norms.BatchNorm: _batch_norm,
    nn.Sigmoid: _pointwise("torch.sigmoid({x})", f"{_aten}.sigmoid_backward({{g}}, {{y}})"),
    nn.Tanh: _pointwise("torch.tanh({x})", f"{_aten}.tanh_backward({{g}}, {{y}})"),
    nn.ReLU: _pointwise("torch.relu({x})", f"{_aten}.threshold_backward({{g}}, {{y}}, 0)"),
    nn.LeakyReLU: _pointwise(
        f"{_aten}.leaky_relu({{x}}, {{negative_slope}})",
        f"{_aten}.leaky_relu_backward({{g}}, {{x}}, {{negative_slope}}, False)",
    ),
    nn.GELU: _pointwise(
        f"{_aten}.gelu({{x}}, approximate={{approximate}})",
        f"{_aten}.gelu_backward({{g}}, {{x}}, approximate={{approximate}})",
    ),
    nn.Identity: _pointwise("{x}", "{g}"),
}
