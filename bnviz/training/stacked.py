"""Many small nets of one shape, trained as one: the engine of sweeps.

A net of 20 units keeps no core busy; its cost is the calls. Here the k-th slice of every tensor belongs to
the k-th net, one batched product serves all, and one backward pass of the summed losses gives each net its
own gradient, because no term of the sum depends on another net. Layout: samples are the last axis, so that a
unit's batch statistics are taken over contiguous memory.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from bnviz.config import RunConfig
from bnviz.nets import build_net, make_activation
from bnviz.training.batches import batch_indices
from bnviz.training.idle import idle_share

VARYING = ("lr", "init", "init_std", "init_scale", "sgd_momentum", "weight_decay", "gamma_init", "seed")
"""Fields in which nets of one stack may differ; all others shape the stack itself."""

_PLAIN = {
    "net": ("mlp",), "norm": ("none", "batch"), "norm_at": ("all",), "norm_from": (0,),
    "optimizer": ("sgd",), "nesterov": (False,), "decay_norm": (True,), "dropout": (0.0,),
    "distortion": (0.0,), "lr_half_life": (0,),
}  # fmt: skip


def shape_of(config: RunConfig) -> tuple[object, ...] | None:
    """Return what nets of one stack must share, or None for a recipe that the stack does not know."""
    if any(getattr(config, name) not in known for name, known in _PLAIN.items()):
        return None
    return tuple(getattr(config, f.name) for f in fields(config) if f.name not in VARYING)


@dataclass(slots=True)
class _Layer:
    """One layer of all K nets; None where it has no such part.

    Attributes:
        weight: (K, U, n_in).
        bias: (K, U, 1).
        gamma: (K * U,).
        beta: (K * U,).
        mean: running mean, (K * U,).
        var: running variance, (K * U,).
    """

    weight: Tensor
    bias: Tensor | None
    gamma: Tensor | None
    beta: Tensor | None
    mean: Tensor | None
    var: Tensor | None

    def parameters(self) -> Iterator[Tensor]:
        """Yield what is trained."""
        yield from (p for p in (self.weight, self.bias, self.gamma, self.beta) if p is not None)


class StackedNets:
    """K multilayer perceptrons of one shape and their SGD, as one.

    Args:
        configs: recipes with one ``shape_of``; each net starts exactly as ``build_net`` makes it alone.
        x_train: (N, D) on the device to train on.
        y_train: (N,), int64.
        n_classes: number of logits.

    Attributes:
        step: updates made.
        losses: (K,), training losses of the last step's batches, before its update.
        diverged_at: (K,), step at which a loss first was not finite; -1 where it never was.
    """

    def __init__(
        self, configs: Sequence[RunConfig], x_train: Tensor, y_train: Tensor, n_classes: int
    ) -> None:
        shapes = {shape_of(config) for config in configs}
        if len(shapes) != 1 or None in shapes:
            raise ValueError("the nets of a stack must have one shape that the stack knows")
        self._config = configs[0]
        self._x, self._y = x_train, y_train
        self._activation = make_activation(self._config.activation)
        nets = [_build(config, x_train.shape[1], n_classes) for config in configs]
        self._layers = [_stacked(nets, number, self._config, x_train.device) for number in _numbers(nets[0])]
        self._parameters = [p.requires_grad_() for layer in self._layers for p in layer.parameters()]
        self._seeds = sorted({config.seed for config in configs})
        size, shuffle = self._config.batch_size, self._config.shuffle
        self._streams = [batch_indices(len(y_train), size, seed, shuffle) for seed in self._seeds]
        places = [self._seeds.index(config.seed) for config in configs]
        self._of_seed = torch.tensor(places, device=x_train.device)
        self._rates = [_column(configs, name, x_train) for name in ("lr", "sgd_momentum", "weight_decay")]
        self._moves, self._decays = (bool(rate.any()) for rate in self._rates[1:])
        self._buffers = [torch.zeros_like(p if self._moves else p[:0]) for p in self._parameters]
        self.step = 0
        self.losses = torch.full((len(configs),), float("nan"))
        self.diverged_at = torch.full((len(configs),), -1, dtype=torch.int64)

    def advance(self) -> None:
        """Make one update of every net; a net whose loss is not finite keeps its weights from then on."""
        indices = torch.stack([next(stream) for stream in self._streams]).to(self._x.device)
        targets = self._y[indices][self._of_seed]
        losses = _cross_entropy(self._logits(self._x[indices].transpose(1, 2), training=True), targets)
        gradients = torch.autograd.grad(losses.sum(), self._parameters)
        self.losses = losses.detach().cpu()
        fresh = ~self.losses.isfinite() & (self.diverged_at < 0)
        self.diverged_at[fresh] = self.step
        self._update(gradients)
        self.step += 1

    def evaluate(self, x: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
        """Return loss and accuracy of every net in evaluation mode, (K,) each, for x (n, D) and y (n,)."""
        with torch.inference_mode():
            logits = self._logits(x.T.expand(len(self._seeds), -1, -1), training=False)
            target = y.expand(len(logits), -1)
            accuracy = (logits.argmax(1) == target).float().mean(1)
            return _cross_entropy(logits, target).cpu(), accuracy.cpu()

    def idle(self, x: Tensor) -> Tensor:
        """Return each net's share of idle hidden values for x (n, D), in evaluation mode, (K,).

        Idle is what passes no gradient worth having: for sigmoid and tanh a value in the saturated region,
        for relu a unit that is 0 on every sample; NaN for other nonlinearities.
        """
        name = self._config.activation
        with torch.inference_mode():
            shares: list[Tensor] = []
            self._logits(x.T.expand(len(self._seeds), -1, -1), training=False, seen=shares.append)
            return torch.stack([idle_share(name, h) for h in shares]).mean(0).cpu()

    def _logits(self, x: Tensor, training: bool, seen: Callable[[Tensor], None] | None = None) -> Tensor:
        """Return (K, C, n) for inputs (S, D, n), one slice a seed; ``seen`` gets hidden values."""
        h = self._first(self._layers[0].weight, x)
        for number, layer in enumerate(self._layers):
            if number:
                h = torch.bmm(layer.weight, h)
            if layer.bias is not None:
                h = h + layer.bias
            if number + 1 < len(self._layers):
                h = self._hidden(layer, h, training, seen)
        return h

    def _first(self, weight: Tensor, x: Tensor) -> Tensor:
        """Multiply the first layer: nets of one seed share their batch, so theirs is one tall product."""
        nets, units, inputs = weight.shape
        each = nets // len(x)
        shared = self._of_seed.view(-1, each) if nets == each * len(x) else None
        if shared is not None and bool((shared == torch.arange(len(x), device=x.device)[:, None]).all()):
            return torch.bmm(weight.view(len(x), each * units, inputs), x).view(nets, units, -1)
        return torch.bmm(weight, x[self._of_seed])

    def _hidden(
        self, layer: _Layer, h: Tensor, training: bool, seen: Callable[[Tensor], None] | None
    ) -> Tensor:
        before = self._config.norm_position == "before"
        if layer.mean is not None and before:
            h = self._normalize(layer, h, training)
        h = self._activation(h)
        if seen is not None:
            seen(h)
        return h if layer.mean is None or before else self._normalize(layer, h, training)

    def _normalize(self, layer: _Layer, h: Tensor, training: bool) -> Tensor:
        nets, units, samples = h.shape
        rows = h.reshape(1, nets * units, samples)
        eps, momentum = self._config.eps, self._config.momentum
        factor = 1 / (self.step + 1) if momentum is None else momentum
        out = torch.batch_norm(
            rows, layer.gamma, layer.beta, layer.mean, layer.var, training, factor, eps, False
        )
        return out.view(nets, units, samples)

    def _update(self, gradients: Sequence[Tensor]) -> None:
        """Make SGD's step with each net's own rates, in as few passes over the weights as they allow."""
        lr, momentum, decay = self._rates
        stopped = (self.diverged_at >= 0).nonzero().flatten().to(self._x.device)
        rate = (-lr).index_fill(0, stopped, 0)
        with torch.no_grad():
            for parameter, gradient, buffer in zip(self._parameters, gradients, self._buffers, strict=True):
                if len(stopped):  # a rate of 0 would leave NaN what is NaN
                    gradient.view(len(lr), -1)[stopped] = 0
                step = gradient
                if self._decays:
                    step = torch.addcmul(step, parameter, _fit(decay, parameter))
                if self._moves:
                    step = buffer.mul_(_fit(momentum, parameter)).add_(step)
                parameter.addcmul_(step, _fit(rate, parameter))


def _build(config: RunConfig, n_in: int, n_classes: int) -> dict[str, nn.Module]:
    net = build_net(config, n_in, n_classes, torch.Generator().manual_seed(config.seed))
    return dict(net.named_children())


def _numbers(net: dict[str, nn.Module]) -> list[str]:
    return [name.removeprefix("linear") for name in net if name.startswith("linear")] + [""]


def _stacked(
    nets: Sequence[dict[str, nn.Module]], number: str, config: RunConfig, device: torch.device
) -> _Layer:
    linears = [net[f"linear{number}" if number else "head"] for net in nets]
    norms = [net.get(f"norm{number}") if number else None for net in nets]

    def of(modules: Sequence[nn.Module | None], name: str) -> Tensor | None:
        values = [value for module in modules if (value := getattr(module, name, None)) is not None]
        return torch.stack([value.detach() for value in values]).to(device) if values else None

    def flat(value: Tensor | None) -> Tensor | None:
        return None if value is None else value.flatten().clone()

    weight, bias = of(linears, "weight"), of(linears, "bias")
    assert weight is not None  # noqa: S101 - every linear layer has one
    return _Layer(
        weight,
        None if bias is None else bias[:, :, None].clone(),
        flat(of(norms, "weight")),
        flat(of(norms, "bias")),
        flat(of(norms, "running_mean")),
        flat(of(norms, "running_var")),
    )


def _column(configs: Sequence[RunConfig], name: str, like: Tensor) -> Tensor:
    return torch.tensor([float(getattr(config, name)) for config in configs], device=like.device)


def _fit(values: Tensor, parameter: Tensor) -> Tensor:
    """Shape (K,) so that it multiplies a parameter (K, ...) or (K * U,)."""
    if parameter.dim() == 1:
        return values.repeat_interleave(len(parameter) // len(values))
    return values.view(-1, *[1] * (parameter.dim() - 1))


def _cross_entropy(logits: Tensor, target: Tensor) -> Tensor:
    return F.cross_entropy(logits, target, reduction="none").mean(1)
