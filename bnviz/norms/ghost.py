"""Ghost batch normalization: a large batch is normalized in small parts."""

from __future__ import annotations

import torch
from torch import Tensor

from bnviz.config import InputError
from bnviz.norms.batch import BatchNorm


class GhostNorm(BatchNorm):
    """Batch normalization over sub-batches ("ghosts") of g samples, in the order of the batch.

    Each ghost is normalized by its own mean and biased variance (of feature maps, over g * H * W values). There are
    B // g ghosts, and the last one includes the remainder: a batch smaller than 2 g is one ghost, and a batch of one is
    treated as in ``BatchNorm``. The running statistics are updated once per batch, by the averages over ghosts of their
    means and unbiased variances; evaluation is that of ``BatchNorm``.

    Args:
        num_features: C.
        ghost_size: g, at least 2.
        eps: added to the variance inside the root.
        momentum: weight of the new batch in the running statistics; None means the cumulative average.
        affine: whether gamma and beta are learned.

    Source: Hoffer, Hubara & Soudry 2017, algorithm 1 (which updates the running statistics by one ghost after the other
    instead of by their average).
    """

    def __init__(
        self, num_features: int, ghost_size: int, eps: float = 1e-5, momentum: float | None = 0.1, affine: bool = True
    ) -> None:
        super().__init__(num_features, eps=eps, momentum=momentum, affine=affine)
        if ghost_size < 2:
            raise InputError(f"ghost_size must be at least 2, got {ghost_size}")
        self.ghost_size = ghost_size

    def forward(self, input: Tensor) -> Tensor:
        """Normalize each ghost by its statistics, or all by the running statistics in evaluation mode."""
        sizes = ghost_sizes(len(input), self.ghost_size)
        if not self.training or len(sizes) < 2:
            return super().forward(input)
        assert self.running_mean is not None and self.running_var is not None  # noqa: PT018
        cudnn = torch.backends.cudnn.enabled
        outputs, means, variances = [], [], []
        for ghost in torch.split(input, sizes):
            mean, var = torch.zeros_like(self.running_mean), torch.zeros_like(self.running_var)
            # With momentum 1, mean and var become those of the ghost; the variance is unbiased.
            outputs.append(torch.batch_norm(ghost, self.weight, self.bias, mean, var, True, 1.0, self.eps, cudnn))
            means.append(mean)
            variances.append(var)
        self._update_running_stats(torch.stack(means).mean(0), torch.stack(variances).mean(0))
        return torch.cat(outputs)

    def _update_running_stats(self, mean: Tensor, var: Tensor) -> None:
        assert self.num_batches_tracked is not None  # it is always tracked
        assert self.running_mean is not None and self.running_var is not None  # noqa: PT018
        factor = self.batch_count.next_factor(self.num_batches_tracked, self.momentum)
        with torch.no_grad():
            self.running_mean.lerp_(mean, factor)
            self.running_var.lerp_(var, factor)

    def extra_repr(self) -> str:
        """Show the size of a ghost in the module's repr."""
        return f"{self.num_features}, eps={self.eps}, momentum={self.momentum}, ghost_size={self.ghost_size}"


def ghost_sizes(batch: int, ghost_size: int) -> list[int]:
    """Return the number of samples of each ghost: g, and in the last one also the remainder."""
    ghosts = max(1, batch // ghost_size)
    return [ghost_size] * (ghosts - 1) + [batch - ghost_size * (ghosts - 1)]
