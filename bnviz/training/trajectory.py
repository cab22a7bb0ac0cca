"""TrajectoryLog: the weights of each arm over training, in bounded memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from bnviz.telemetry.transfer import Fetch

_BYTES = 8 * 2**20
_MAX_POINTS = 24


def weights_of(net: nn.Module) -> dict[str, Tensor]:
    """Return the weights of all linear layers and convolutions by name; they share memory with the net.

    Biases, gamma and beta are left out, as in filter normalization (Li et al. 2018). So is the gamma of
    "per_activation", which has the three axes of a feature map.
    """
    return {name: p.detach() for name, p in net.named_parameters() if p.dim() in (2, 4)}


def flat_weights(nets: Sequence[nn.Module]) -> list[Tensor]:
    """Return ``weights_of`` each network as one vector on the CPU, (P,); a GPU is waited for once."""
    return _SentWeights(nets).wait()


class _SentWeights:
    """``weights_of`` networks on their way to the CPU, as they are now; training on a GPU may go on meanwhile.

    Attributes:
        is_here: whether there is nothing to wait for; on the CPU, where the weights are not copied before ``wait``.
    """

    def __init__(self, nets: Sequence[nn.Module]) -> None:
        weights = [list(weights_of(net).values()) for net in nets]
        self._counts = [len(each) for each in weights]
        self._fetch = Fetch([weight for each in weights for weight in each])
        self.is_here = self._fetch.is_here

    def wait(self) -> list[Tensor]:
        """Return those of each network as one vector, (P,)."""
        there = iter(self._fetch.wait())
        return [torch.cat([next(there).flatten() for _ in range(count)]) for count in self._counts]


@dataclass(frozen=True, slots=True, eq=False)
class WeightPath:
    """The path of the weights of one arm.

    Attributes:
        start: float32 (P,), the initial weights.
        steps: T steps, one per point.
        displacement: float16 (T, P), weights at these steps minus ``start``.
    """

    start: Tensor
    steps: tuple[int, ...]
    displacement: Tensor


class TrajectoryLog:
    """Keeps at most 24 points per arm, evenly spaced in steps; fewer for large nets, to keep to about 8 MB in all.

    Unlike a ``ThinnedList``, it spaces the points by step, however irregularly they are offered. They are written into
    one block per arm, which is as large as it will ever be after about 200 steps, and goes back to the system in one.

    Args:
        nets: networks of the arms at step 0.
    """

    def __init__(self, nets: Sequence[nn.Module]) -> None:
        self._start: list[Tensor] = []
        for flat in flat_weights(nets):
            # Arms that start from the same weights share one copy of them.
            self._start.append(next((start for start in self._start if torch.equal(start, flat)), flat))
        size = 2 * sum(len(start) for start in self._start)
        self._capacity = min(_MAX_POINTS, _BYTES // max(size, 1))
        self._spacing = 8
        self._steps: list[int] = []
        self._sent: _SentWeights | None = None
        self._blocks = [torch.empty(self._capacity, len(start), dtype=torch.float16) for start in self._start]

    def offer(self, step: int, nets: Sequence[nn.Module]) -> None:
        """Keep the weights if the step is due; when full, drop every second point first.

        Those of a GPU are waited for when the next ones are due.
        """
        if self._capacity < 3 or step == 0 or (self._steps and step < self._steps[-1] + self._spacing):
            return
        self._keep_sent()
        if len(self._steps) >= self._capacity:
            # The later point of each pair is kept, so that the points are evenly spaced up to now.
            self._steps = self._steps[1::2]
            for block in self._blocks:
                for place in range(len(self._steps)):
                    block[place] = block[2 * place + 1]
            self._spacing *= 2
        self._steps.append(step)
        self._sent = _SentWeights(nets)
        if self._sent.is_here:
            self._keep_sent()

    def _keep_sent(self) -> None:
        """Write the point that is on its way, if any, into the blocks."""
        if self._sent is None:
            return
        for block, flat, start in zip(self._blocks, self._sent.wait(), self._start, strict=True):
            block[len(self._steps) - 1] = flat - start
        self._sent = None

    def snapshot(self) -> tuple[WeightPath, ...]:
        """Return the path of each arm so far."""
        self._keep_sent()
        steps = tuple(self._steps)
        return tuple(
            WeightPath(start, steps, block[: len(steps)].clone())
            for start, block in zip(self._start, self._blocks, strict=True)
        )
