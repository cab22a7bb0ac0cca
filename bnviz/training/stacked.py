"""Many small nets of one shape, trained as one: the engine of sweeps.

A net of 20 units keeps no core busy; its cost is the calls. Here the k-th slice of every tensor belongs to
the k-th net, one batched product serves all, and one backward pass of the summed losses gives each net its
own gradient, because no term of the sum depends on another net. Layout: samples are the last axis, so that a
unit's batch statistics are taken over contiguous memory.

The backward pass ends at the products z = W h. A layer's gradient dL/dW = dL/dz h^T is never written down:
the product that makes it adds it to the weights (or their momentum) at once, which saves the memory traffic
that a stack of large first layers would mostly consist of.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import fields

import torch
from torch import Tensor
from torch.nn import functional as F

from bnviz.config import RunConfig
from bnviz.nets import make_activation
from bnviz.telemetry.saturation import inactive_fraction
from bnviz.training.batches import batch_indices
from bnviz.training.stack_layers import Product, StackedLayer, add_product, fit, product, stack_layers

VARYING = ("lr", "init", "init_std", "init_scale", "sgd_momentum", "weight_decay", "gamma_init", "seed")
"""Fields in which nets of one stack may differ; all others shape the stack itself."""

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
    """Return what nets of one stack must share, or None for a recipe that the stack does not know."""
    if any(getattr(config, name) not in known for name, known in _PLAIN.items()):
        return None
    return tuple(getattr(config, f.name) for f in fields(config) if f.name not in VARYING)


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

    def __init__(self, configs: Sequence[RunConfig], x_train: Tensor, y_train: Tensor, n_classes: int) -> None:
        shapes = {shape_of(config) for config in configs}
        if len(shapes) != 1 or None in shapes:
            raise ValueError("the nets of a stack must have one shape that the stack knows")
        self._config = configs[0]
        self._x, self._y = x_train, y_train
        self._activation = make_activation(self._config.activation)
        self._layers = stack_layers(configs, x_train.shape[1], n_classes, x_train.device)
        self._parameters = [p.requires_grad_() for layer in self._layers for p in layer.small_parameters()]
        self._seeds = sorted({config.seed for config in configs})
        size, shuffle = self._config.batch_size, self._config.shuffle
        self._streams = [batch_indices(len(y_train), size, seed, shuffle) for seed in self._seeds]
        places = [self._seeds.index(config.seed) for config in configs]
        self._of_seed = torch.tensor(places, device=x_train.device)
        each = len(places) // len(self._seeds)
        # Nets of one seed share their batch: in even rows of them, their first layers are one tall product.
        self._even = places == [place for place in range(len(self._seeds)) for _ in range(each)]
        self._rates = [_column(configs, name, x_train) for name in ("lr", "sgd_momentum", "weight_decay")]
        self._moves, self._decays = (bool(rate.any()) for rate in self._rates[1:])
        trained = [*(layer.weight for layer in self._layers), *self._parameters]
        self._buffers = [torch.zeros_like(p if self._moves else p[:0]) for p in trained]
        self.step = 0
        self.losses = torch.full((len(configs),), float("nan"))
        self.diverged_at = torch.full((len(configs),), -1, dtype=torch.int64)

    def advance(self) -> None:
        """Make one update of every net; a net whose loss is not finite keeps its weights from then on."""
        indices = torch.stack([next(stream) for stream in self._streams]).to(self._x.device)
        targets = self._y[indices][self._of_seed]
        products: list[Product] = []
        logits = self._logits(self._x[indices].transpose(1, 2), training=True, products=products)
        losses = _cross_entropy(logits, targets)
        outputs = [product.z for product in products]
        gradients = torch.autograd.grad(losses.sum(), [*outputs, *self._parameters])
        self.losses = losses.detach().cpu()
        fresh = ~self.losses.isfinite() & (self.diverged_at < 0)
        self.diverged_at[fresh] = self.step
        self._update(products, gradients)
        self.step += 1

    def perturb_weights(self, relative: float) -> None:
        """Multiply every weight by 1 plus or minus a relative amount, with signs drawn from seed 0."""
        generator = torch.Generator().manual_seed(0)
        for layer in self._layers:
            signs = torch.randint(0, 2, layer.weight.shape, generator=generator).mul_(2).sub_(1)
            layer.weight.mul_(1 + relative * signs.to(layer.weight))

    def evaluate(self, x: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
        """Return loss and accuracy of every net in evaluation mode, (K,) each, for x (n, D) and y (n,)."""
        with torch.inference_mode():
            logits = self._logits(x.T.expand(len(self._seeds), -1, -1), training=False)
            target = y.expand(len(logits), -1)
            accuracy = (logits.argmax(1) == target).float().mean(1)
            return _cross_entropy(logits, target).cpu(), accuracy.cpu()

    def inactive_fraction(self, x: Tensor) -> Tensor:
        """Return each net's share of idle hidden values for x (n, D), in evaluation mode, (K,).

        Idle is what passes no gradient worth having: for sigmoid and tanh a value in the saturated region,
        for relu a unit that is 0 on every sample; NaN for other nonlinearities.
        """
        name = self._config.activation
        with torch.inference_mode():
            shares: list[Tensor] = []
            self._logits(x.T.expand(len(self._seeds), -1, -1), training=False, seen=shares.append)
            return torch.stack([inactive_fraction(name, h) for h in shares]).mean(0).cpu()

    def _logits(
        self,
        x: Tensor,
        training: bool,
        seen: Callable[[Tensor], None] | None = None,
        products: list[Product] | None = None,
    ) -> Tensor:
        """Return (K, C, n) for inputs (S, D, n), one slice a seed; ``seen`` gets hidden values."""
        h = x if self._even else x[self._of_seed]
        for number, layer in enumerate(self._layers):
            z = product(layer.weight, h)
            if products is not None:
                products.append(Product(h, z if z.requires_grad else z.requires_grad_()))
            h = z if layer.bias is None else z + layer.bias
            if number + 1 < len(self._layers):
                h = self._hidden(layer, h, training, seen)
        return h

    def _hidden(self, layer: StackedLayer, h: Tensor, training: bool, seen: Callable[[Tensor], None] | None) -> Tensor:
        before = self._config.norm_position == "before"
        if layer.mean is not None and before:
            h = self._normalize(layer, h, training)
        h = self._activation(h)
        if seen is not None:
            seen(h)
        return h if layer.mean is None or before else self._normalize(layer, h, training)

    def _normalize(self, layer: StackedLayer, h: Tensor, training: bool) -> Tensor:
        nets, units, samples = h.shape
        rows = h.reshape(1, nets * units, samples)
        eps, momentum = self._config.eps, self._config.momentum
        factor = 1 / (self.step + 1) if momentum is None else momentum
        out = torch.batch_norm(rows, layer.gamma, layer.beta, layer.mean, layer.var, training, factor, eps, False)
        return out.view(nets, units, samples)

    def _update(self, products: Sequence[Product], gradients: Sequence[Tensor]) -> None:
        """Make SGD's step with each net's own rates, in as few passes over the weights as they allow."""
        lr, _, decay = self._rates
        stopped = (self.diverged_at >= 0).nonzero().flatten().to(self._x.device)
        rate = (-lr).index_fill(0, stopped, 0)
        with torch.no_grad():
            if len(stopped):  # a rate of 0 would leave NaN what is NaN
                for gradient in gradients:  # (K, ...), or (K * U,) and then contiguous
                    (gradient if gradient.dim() > 1 else gradient.view(len(lr), -1))[stopped] = 0
                for made in products[1:]:
                    made.h.detach()[stopped] = 0
            for made, layer, gradient, buffer in zip(products, self._layers, gradients, self._buffers, strict=False):
                self._descend(layer.weight, made.h.detach(), gradient, buffer, rate)
            past = len(products)
            for parameter, gradient, buffer in zip(
                self._parameters, gradients[past:], self._buffers[past:], strict=True
            ):
                step = torch.addcmul(gradient, parameter, fit(decay, parameter)) if self._decays else gradient
                if self._moves:
                    step = buffer.mul_(fit(self._rates[1], parameter)).add_(step)
                parameter.addcmul_(step, fit(rate, parameter))

    def _descend(self, weight: Tensor, h: Tensor, gradient: Tensor, buffer: Tensor, rate: Tensor) -> None:
        """Move weights W (K, U, n_in) along dL/dz h^T for h (G, n_in, n) and dL/dz (K, U, n)."""
        _, momentum, decay = self._rates
        if self._moves:
            buffer.mul_(fit(momentum, weight))
            if self._decays:
                buffer.addcmul_(weight, fit(decay, weight))
            add_product(buffer, gradient, h)
            weight.addcmul_(buffer, fit(rate, weight))
            return
        if self._decays:
            weight.mul_(fit(1 + rate * decay, weight))
        add_product(weight, gradient * fit(rate, gradient), h)


def _column(configs: Sequence[RunConfig], name: str, like: Tensor) -> Tensor:
    return torch.tensor([float(getattr(config, name)) for config in configs], device=like.device)


def _cross_entropy(logits: Tensor, target: Tensor) -> Tensor:
    return F.cross_entropy(logits, target, reduction="none").mean(1)
