"""The number of training batches that a norm has seen, known in Python too."""

from __future__ import annotations

from torch import Tensor

_ALL = slice(None)


class BatchCount:
    """Knows the numbers of a counter without reading them at each step, for which a GPU would have to be waited for.

    The counter is a buffer of the norm, and the truth: it is part of the state dict, and anything may write into it. So
    what is known holds for one tensor at one version of it; torch counts how often a tensor is written into. Another
    tensor or another version is read, once. A copy of the norm knows nothing at first.
    """

    def __init__(self) -> None:
        self._counter: Tensor | None = None
        self._version = -1
        self._counts: list[int] = []

    def next_factor(self, counter: Tensor, momentum: float | None, entries: slice = _ALL) -> float:
        """Count one more batch, and return its weight in the running statistics: momentum, or 1 / count for None.

        Args:
            counter: int64, one number or (T,).
            momentum: weight of a new batch, or None for the cumulative average.
            entries: what of (T,) to count; the weight is that of the first of them.
        """
        if momentum is None:
            return 1.0 / self.add(counter, entries)
        _chosen(counter, entries).add_(1)
        return momentum

    def add(self, counter: Tensor, entries: slice = _ALL) -> int:
        """Add 1 to the entries of a counter, and return the first of them."""
        counts = self._known(counter)
        counts[entries] = [count + 1 for count in counts[entries]]
        _chosen(counter, entries).add_(1)
        self._keep(counter, counts)
        return counts[entries][0]

    def is_zero(self, counter: Tensor) -> bool:
        """Whether all entries of a counter are 0."""
        counts = self._known(counter)
        self._keep(counter, counts)
        return not any(counts)

    def _known(self, counter: Tensor) -> list[int]:
        if counter is self._counter and not counter.is_inference() and counter._version == self._version:
            return self._counts
        return [int(count) for count in counter.reshape(-1).tolist()]

    def _keep(self, counter: Tensor, counts: list[int]) -> None:
        if not counter.is_inference():  # torch counts no versions of such a tensor
            self._counter, self._version, self._counts = counter, counter._version, counts

    def __deepcopy__(self, memo: object) -> BatchCount:
        return BatchCount()

    def __reduce__(self) -> tuple[type[BatchCount], tuple[()]]:
        return BatchCount, ()


def _chosen(counter: Tensor, entries: slice) -> Tensor:
    return counter if counter.dim() == 0 else counter[entries]
