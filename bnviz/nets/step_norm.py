"""Normalization over time steps: one gamma and beta for all steps, and separate statistics for each."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

from bnviz.config import RunConfig
from bnviz.norms.batch_count import BatchCount


class StepNorm(nn.Module):
    """Normalize (B, D) at a time step: y = gamma * (x - mean) / sqrt(var + eps) + beta.

    Norm "batch" averages over the batch, separately for each step, and keeps running statistics per step. Norm "layer"
    averages over the D values of a sample and keeps no statistics. In training, a batch of one sample gives beta, as in
    ``bnviz.norms.BatchNorm``.

    Attributes:
        weight: gamma (D,), shared by all steps; None without config.affine.
        bias: beta (D,), shared by all steps; None if another parameter adds a shift (``shift=False``).
        running_mean: (T, D) for norm "batch", else None.
        running_var: (T, D), unbiased, for norm "batch", else None.

    Source: Cooijmans et al. 2016, sec. 3; Ba, Kiros & Hinton 2016 for norm "layer".

    Args:
        config: the recipe: norm ("batch" or "layer"), eps, momentum, affine and gamma_init.
        width: D.
        steps: T. In evaluation mode later steps use the statistics of the last one.
        shift: whether to learn beta.
    """

    weight: nn.Parameter | None
    bias: nn.Parameter | None
    running_mean: Tensor | None
    running_var: Tensor | None
    num_batches_tracked: Tensor | None

    def __init__(self, config: RunConfig, width: int, steps: int, shift: bool) -> None:
        super().__init__()
        self.per_sample = config.norm == "layer"
        self.eps, self.momentum, self.steps = config.eps, config.momentum, steps
        gamma = nn.Parameter(torch.full((width,), float(config.gamma_init)))
        self.register_parameter("weight", gamma if config.affine else None)
        beta = nn.Parameter(torch.zeros(width))
        self.register_parameter("bias", beta if config.affine and shift else None)
        kept = not self.per_sample
        self.register_buffer("running_mean", torch.zeros(steps, width) if kept else None)
        self.register_buffer("running_var", torch.ones(steps, width) if kept else None)
        self.register_buffer("num_batches_tracked", torch.zeros(steps, dtype=torch.int64) if kept else None)
        self.batch_count = BatchCount()

    def forward(self, x: Tensor, step: int) -> Tensor:
        """Normalize (B, D) of time step ``step`` (from 0)."""
        if self.per_sample:
            return functional.layer_norm(x, x.shape[-1:], self.weight, self.bias, self.eps)
        step = min(step, self.steps - 1)
        return self._batch_norm(x, slice(step, step + 1), self.weight, self.bias)

    def all_steps(self, x: Tensor) -> Tensor:
        """Normalize (B, T, D), each step separately, in one call, as all inputs are known before the first step."""
        if self.per_sample:
            return functional.layer_norm(x, x.shape[-1:], self.weight, self.bias, self.eps)
        if x.shape[1] != self.steps:
            raise ValueError(f"got {x.shape[1]} steps, expected {self.steps}")
        gamma, beta = (None if p is None else p.repeat(self.steps) for p in (self.weight, self.bias))
        return self._batch_norm(x.flatten(1), slice(0, self.steps), gamma, beta).view_as(x)

    def _batch_norm(self, x: Tensor, steps: slice, gamma: Tensor | None, beta: Tensor | None) -> Tensor:
        assert self.running_mean is not None  # norm "batch" keeps them
        assert self.running_var is not None
        mean, var = self.running_mean[steps].view(-1), self.running_var[steps].view(-1)
        factor = self._factor(steps) if self.training else 0.0
        if self.training and len(x) == 1:
            with torch.no_grad():
                mean.lerp_(x[0], factor)
            x_hat = x - x  # x - x, not zeros: this keeps the graph, and NaN remains NaN
            y = x_hat if gamma is None else x_hat * gamma
            return y if beta is None else y + beta
        cudnn = torch.backends.cudnn.enabled
        return torch.batch_norm(x, gamma, beta, mean, var, self.training, factor, self.eps, cudnn)

    def _factor(self, steps: slice) -> float:
        assert self.num_batches_tracked is not None  # norm "batch" keeps it
        return self.batch_count.next_factor(self.num_batches_tracked, self.momentum, steps)
