"""StackedNets: many small nets of one shape, trained as one. Sweeps use it.

A net of 20 units does not keep a core busy: most of its time is the overhead of calls. Here the k-th slice of every
tensor belongs to the k-th net, and one batched product computes all nets. One backward pass of the summed losses gives
each net its own gradient, because no term of the sum depends on another net. Samples are the last axis, so that the
batch statistics of a unit are computed over contiguous memory.

The backward pass ends at the products z = W h. The gradient dL/dW = dL/dz h^T of a layer is never stored: the product
adds it to the weights (or to their momentum) directly. This saves most of the memory traffic of a stack of large first
layers.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import fields

import torch
from torch import Tensor
from torch.nn import functional as F

from bnviz.config import RunConfig
from bnviz.nets import make_activation
from bnviz.telemetry.saturation import inactive_fraction
from bnviz.training.batches import batch_indices
from bnviz.training.pace import pause_point
from bnviz.training.stack_layers import START, Product, StackedLayer, add_product, fit, product, stack_layers

VARYING = ("lr", "sgd_momentum", "weight_decay", *START)
"""Fields in which the nets of a stack may differ; all others must be equal."""

_PLAIN = {
    "net": ("mlp",),
    "norm": ("none", "batch"),
    "norm_at": ("all",),
    "norm_from": (0,),
    "optimizer": ("sgd",),
    "nesterov": (False,),
    "decay_norm": (True,),
    "dropout": (0.0,),
    "distortion": (0.0,),
    "lr_half_life": (0,),
}


def shape_of(config: RunConfig) -> tuple[object, ...] | None:
    """Return the values that the nets of a stack must share; None for a recipe that cannot be stacked."""
    if any(getattr(config, name) not in known for name, known in _PLAIN.items()):
        return None
    return tuple(getattr(config, f.name) for f in fields(config) if f.name not in VARYING)


class StackedNets:
    """K multilayer perceptrons of one shape and their SGD, as one.

    Args:
        configs: recipes of equal ``shape_of``; each net starts from the weights that ``build_net`` gives it alone.
        x_train: (N, D), on the device to train on.
        y_train: (N,), int64.
        n_classes: number of logits.

    Attributes:
        layers: all layers in forward order, the head last.
        step: number of updates so far.
        losses: (K,), training losses of the last step, before its update.
        diverged_at: (K,), step at which the loss first was not finite; -1 if it always was finite.
    """

    def __init__(self, configs: Sequence[RunConfig], x_train: Tensor, y_train: Tensor, n_classes: int) -> None:
        shapes = {shape_of(config) for config in configs}
        if len(shapes) != 1 or None in shapes:
            raise ValueError("the nets of a stack must be of one shape that can be stacked")
        self._config = configs[0]
        self._x, self._y = x_train, y_train
        self._activation = make_activation(self._config.activation)
        self.layers = stack_layers(configs, x_train.shape[1], n_classes, x_train.device)
        self._parameters = [p.requires_grad_() for layer in self.layers for p in layer.small_parameters()]
        self._seeds = sorted({config.seed for config in configs})
        size, shuffle = self._config.batch_size, self._config.shuffle
        self._streams = [batch_indices(len(y_train), size, seed, shuffle) for seed in self._seeds]
        stream_of_net = [self._seeds.index(config.seed) for config in configs]
        self._stream_of_net = torch.tensor(stream_of_net, device=x_train.device)  # (K,), values 0..S - 1
        nets_per_seed = len(configs) // len(self._seeds)
        # Nets of one seed share their batch. If equally many follow one another, their first layers are one product.
        self._is_grouped = stream_of_net == [i for i in range(len(self._seeds)) for _ in range(nets_per_seed)]
        self._rates = [_column(configs, name, x_train) for name in ("lr", "sgd_momentum", "weight_decay")]
        self._has_momentum, self._has_decay = (bool(rate.any()) for rate in self._rates[1:])
        trained = [*(layer.weight for layer in self.layers), *self._parameters]
        self._buffers = [torch.zeros_like(p if self._has_momentum else p[:0]) for p in trained]
        self.step = 0
        self.losses = torch.full((len(configs),), float("nan"))
        self.diverged_at = torch.full((len(configs),), -1, dtype=torch.int64)
        self._note_diverged()

    def advance(self) -> None:
        """Make one update of each net; after a loss that is not finite, the weights of a net no longer change."""
        indices = torch.stack([next(stream) for stream in self._streams]).to(self._x.device)
        targets = self._y[indices][self._stream_of_net]
        products: list[Product] = []
        logits = self._logits(self._x[indices].transpose(1, 2), training=True, products=products)
        losses = _cross_entropy(logits, targets)
        outputs = [product.z for product in products]
        gradients = torch.autograd.grad(losses.sum(), [*outputs, *self._parameters])
        self.losses = losses.detach().cpu()
        if not math.isfinite(sum(self.losses.tolist())):
            newly_diverged = ~self.losses.isfinite() & (self.diverged_at < 0)
            if newly_diverged.any():
                self.diverged_at[newly_diverged] = self.step
                self._note_diverged()
        self._update(products, gradients)
        self.step += 1
        pause_point()

    def perturb_weights(self, relative: float) -> None:
        """Multiply each weight by 1 plus or minus a relative amount, with random signs from seed 0."""
        generator = torch.Generator().manual_seed(0)
        for layer in self.layers:
            signs = torch.randint(0, 2, layer.weight.shape, generator=generator).mul_(2).sub_(1)
            layer.weight.mul_(1 + relative * signs.to(layer.weight))

    def evaluate(self, x: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
        """Return loss and accuracy of each net in evaluation mode, both (K,), for x (n, D) and y (n,)."""
        with torch.inference_mode():
            logits = self._logits(x.T.expand(len(self._seeds), -1, -1), training=False)
            target = y.expand(len(logits), -1)
            accuracy = (logits.argmax(1) == target).float().mean(1)
            return _cross_entropy(logits, target).cpu(), accuracy.cpu()

    def inactive_fraction(self, x: Tensor) -> Tensor:
        """Return the inactive fraction of each net (K,), the mean over its layers, for x (n, D) in evaluation mode.

        Inactive are saturated values of sigmoid and tanh and dead units of relu (``telemetry.saturation``); NaN for
        other nonlinearities.
        """
        name = self._config.activation
        with torch.inference_mode():
            hidden: list[Tensor] = []
            self._logits(x.T.expand(len(self._seeds), -1, -1), training=False, on_hidden=hidden.append)
            return torch.stack([inactive_fraction(name, h) for h in hidden]).mean(0).cpu()

    def _logits(
        self,
        x: Tensor,
        training: bool,
        on_hidden: Callable[[Tensor], None] | None = None,
        products: list[Product] | None = None,
    ) -> Tensor:
        """Return logits (K, C, n) for inputs (S, D, n), one slice per seed; ``on_hidden`` gets outputs (K, U, n)."""
        h = x if self._is_grouped else x[self._stream_of_net]
        for number, layer in enumerate(self.layers):
            z = product(layer.weight, h)
            if products is not None:
                products.append(Product(h, z if z.requires_grad else z.requires_grad_()))
            h = z if layer.bias is None else z + layer.bias
            if number + 1 < len(self.layers):
                h = self._hidden(layer, h, training, on_hidden)
        return h

    def _hidden(
        self, layer: StackedLayer, h: Tensor, training: bool, on_hidden: Callable[[Tensor], None] | None
    ) -> Tensor:
        before = self._config.norm_position == "before"
        if layer.running_mean is not None and before:
            h = self._normalize(layer, h, training)
        h = self._activation(h)
        if on_hidden is not None:
            on_hidden(h)
        return h if layer.running_mean is None or before else self._normalize(layer, h, training)

    def _normalize(self, layer: StackedLayer, h: Tensor, training: bool) -> Tensor:
        nets, units, samples = h.shape
        rows = h.reshape(1, nets * units, samples)
        eps, momentum = self._config.eps, self._config.momentum
        factor = 1 / (self.step + 1) if momentum is None else momentum
        out = torch.batch_norm(
            rows, layer.gamma, layer.beta, layer.running_mean, layer.running_var, training, factor, eps, False
        )
        return out.view(nets, units, samples)

    def _update(self, products: Sequence[Product], gradients: Sequence[Tensor]) -> None:
        """Make a step of SGD with the rates of each net, in as few passes over the weights as possible."""
        stopped, rate = self._stopped, self._rate
        with torch.no_grad():
            if len(stopped):  # a rate of 0 is not enough: 0 * NaN is NaN
                for gradient in gradients:  # (K, ...), or (K * U,) and then contiguous
                    (gradient if gradient.dim() > 1 else gradient.view(len(rate), -1))[stopped] = 0
                for made in products[1:]:
                    made.h.detach()[stopped] = 0
            for made, layer, gradient, buffer in zip(products, self.layers, gradients, self._buffers, strict=False):
                self._descend(layer.weight, made.h.detach(), gradient, buffer, rate)
            past = len(products)
            for parameter, gradient, buffer, (factor, momentum, decay) in zip(
                self._parameters, gradients[past:], self._buffers[past:], self._small_rates, strict=True
            ):
                step = torch.addcmul(gradient, parameter, decay) if self._has_decay else gradient
                if self._has_momentum:
                    step = buffer.mul_(momentum).add_(step)
                parameter.addcmul_(step, factor)

    def _note_diverged(self) -> None:
        """Work out which nets no longer move, and the rates of all, in the shapes of the small parameters, too."""
        lr, momentum, decay = self._rates
        self._stopped = (self.diverged_at >= 0).nonzero().flatten().to(self._x.device)
        self._rate = (-lr).index_fill(0, self._stopped, 0)
        self._small_rates = [
            (fit(self._rate, parameter), fit(momentum, parameter), fit(decay, parameter))
            for parameter in self._parameters
        ]

    def _descend(self, weight: Tensor, h: Tensor, gradient: Tensor, buffer: Tensor, rate: Tensor) -> None:
        """Update weights W (K, U, n_in) by the gradient dL/dz h^T, for h (G, n_in, n) and dL/dz (K, U, n)."""
        _, momentum, decay = self._rates
        if self._has_momentum:
            buffer.mul_(fit(momentum, weight))
            if self._has_decay:
                buffer.addcmul_(weight, fit(decay, weight))
            add_product(buffer, gradient, h)
            weight.addcmul_(buffer, fit(rate, weight))
            return
        if self._has_decay:
            weight.mul_(fit(1 + rate * decay, weight))
        add_product(weight, gradient * fit(rate, gradient), h)


def _column(configs: Sequence[RunConfig], name: str, like: Tensor) -> Tensor:
    return torch.tensor([float(getattr(config, name)) for config in configs], device=like.device)


def _cross_entropy(logits: Tensor, target: Tensor) -> Tensor:
    return F.cross_entropy(logits, target, reduction="none").mean(1)
