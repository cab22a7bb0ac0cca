"""What a state dict alone tells about its normalization layers: rules that take layers and yield findings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

import torch
from torch import Tensor

from bnviz.diagnosis.finding import Evidence, Finding
from bnviz.diagnosis.stored_norms import EPS, StoredNorm

NOTHING = 1e-6
"""|gamma| and |beta| below this let nothing pass."""
CONSTANT = EPS / 10
"""Variance below which epsilon decides."""
NEAR_LIMIT = 0.25
"""Share of the largest number of a half-precision type from which a statistic is near it."""
REMAINING = 0.05
"""Weight of the initial 0 and 1 in a running average from which it had few updates, at torch's momentum 0.1."""
MOST_CHANNELS = 4096


def all_findings(norms: Sequence[StoredNorm], tensors: Mapping[str, Tensor]) -> Iterator[Finding]:
    """Return what the state dict alone shows, layer by layer."""
    yield from not_finite(norms, tensors)
    yield from never_updated(norms)
    yield from few_updates(norms)
    yield from overflow(norms)
    yield from constant_channels(norms)
    yield from dead_channels(norms)
    yield from counters(norms)


def not_finite(norms: Iterable[StoredNorm], tensors: Mapping[str, Tensor]) -> Iterator[Finding]:
    """NaN or infinity in a layer's channels; then in all other tensors together."""
    of_norms = set()
    for norm in norms:
        of_norms |= {f"{norm.name}.{last}".lstrip(".") for last in ("running_mean", "running_var", "weight", "bias")}
        if channels := _indices(norm.bad):
            yield _finding("not-finite", "error", norm, channels, n=len(channels), of=norm.channels)
    others = {name: each for name, each in tensors.items() if name not in of_norms and each.is_floating_point()}
    bad = [name for name, each in others.items() if not _is_finite(each)]
    if bad:
        evidence: dict[str, float | int | str] = {
            "n": len(bad),
            "of": len(others),
            "worst": bad[0][:200],
            "seen": "tensors",
        }
        yield Finding("not-finite", "error", bad[0].rpartition(".")[0][:2000], (), evidence)


def _is_finite(tensor: Tensor) -> bool:
    wide = tensor if tensor.element_size() > 1 else tensor.float()
    return bool(wide.isfinite().all())


def never_updated(norms: Iterable[StoredNorm]) -> Iterator[Finding]:
    """Statistics that are still 0 and 1: a note where the whole model looks fresh, else a warning."""
    keeping = [norm for norm in norms if norm.keeps]
    fresh = [norm for norm in keeping if norm.untouched]
    if not fresh:
        return
    new = len(fresh) == len(keeping) and all(_is_initial(norm) for norm in fresh)
    yield _finding("never-updated", "note" if new else "warning", fresh[0], (), n=len(fresh), of=len(keeping))


def _is_initial(norm: StoredNorm) -> bool:
    scale = norm.gamma is None or bool(((norm.gamma == 1) | (norm.gamma == 0)).all())
    return scale and (norm.beta is None or bool((norm.beta == 0).all())) and not norm.tracked


def few_updates(norms: Iterable[StoredNorm]) -> Iterator[Finding]:
    """Averages that can hardly have forgotten the 0 and 1 that they began with."""
    keeping = [norm for norm in norms if norm.keeps and norm.tracked and not norm.untouched]
    few = [norm for norm in keeping if norm.tracked and 0.9**norm.tracked > REMAINING]
    if few:
        least = min(few, key=lambda norm: norm.tracked or 0)
        left = 100 * 0.9 ** (least.tracked or 0)
        facts: Evidence = {"n": len(few), "of": len(keeping), "tracked": least.tracked or 0, "percent": left}
        yield _finding("stale-statistics", "note", least, (), **facts)


def overflow(norms: Iterable[StoredNorm]) -> Iterator[Finding]:
    """Half-precision statistics near the type's largest number."""
    for norm in norms:
        if norm.dtype not in (torch.float16, torch.float8_e4m3fn, torch.float8_e5m2) or norm.variance is None:
            continue
        assert norm.mean is not None
        limit = torch.finfo(norm.dtype).max
        size = torch.maximum(norm.mean.abs(), norm.variance.abs()).nan_to_num(0, 0, 0)
        if channels := _indices(size > NEAR_LIMIT * limit):
            dtype = str(norm.dtype).removeprefix("torch.")
            facts: Evidence = {
                "n": len(channels),
                "of": norm.channels,
                "dtype": dtype,
                "largest": float(size.max()),
                "limit": limit,
            }
            yield _finding("overflow", "warning", norm, channels, **facts)


def constant_channels(norms: Iterable[StoredNorm]) -> Iterator[Finding]:
    """Running variance below a tenth of epsilon: a note, since only data can say whether a signal ever comes."""
    for norm in norms:
        if norm.variance is None or norm.untouched:
            continue
        small = (norm.variance.abs() < CONSTANT) & ~norm.bad
        if channels := _indices(small):
            gamma = torch.ones(norm.channels) if norm.gamma is None else norm.gamma.abs()
            factor = (gamma / (norm.variance.abs() + EPS).sqrt())[small].max()
            most = 2 * len(channels) > norm.channels
            facts: Evidence = {"n": len(channels), "of": norm.channels, "factor": float(factor)}
            yield _finding("constant-channel", "warning" if most else "note", norm, channels, **facts)


def dead_channels(norms: Iterable[StoredNorm]) -> Iterator[Finding]:
    """Channels that gamma and beta near 0 let nothing pass; a last norm that begins at 0 is not meant."""
    for norm in norms:
        if norm.gamma is None or norm.beta is None:
            continue
        if channels := _indices((norm.gamma.abs() < NOTHING) & (norm.beta.abs() < NOTHING)):
            begins = len(channels) == norm.channels and not norm.tracked
            if not begins:
                yield _finding("dead-channel", "note", norm, channels, n=len(channels), of=norm.channels)


def counters(norms: Iterable[StoredNorm]) -> Iterator[Finding]:
    """``num_batches_tracked`` that differs: layers that ran several times per step, or were frozen for a while."""
    keeping = [norm for norm in norms if norm.keeps and norm.tracked]
    if len({norm.tracked for norm in keeping}) < 2:
        return
    usual, _ = max(Counter(norm.tracked or 0 for norm in keeping).items(), key=lambda pair: (pair[1], pair[0]))
    for count in sorted({norm.tracked or 0 for norm in keeping} - {usual})[:5]:
        these = [norm for norm in keeping if norm.tracked == count]
        facts: dict[str, int] = {"n": len(these), "of": len(keeping), "tracked": count, "usual": usual}
        if count > usual and count % usual == 0:
            yield _finding("called-apart", "note", these[0], (), calls=count // usual, **facts)
        elif count < usual:
            yield _finding("eval-in-training", "note", these[0], (), missed=usual - count, **facts)


def _finding(
    code: str, severity: str, norm: StoredNorm, channels: Sequence[int], **facts: float | int | str
) -> Finding:
    evidence = {**facts, "seen": "checkpoint"}
    return Finding(code, severity, norm.name[:2000], tuple(channels[:MOST_CHANNELS]), evidence)  # type: ignore[arg-type]


def _indices(mask: Tensor) -> list[int]:
    return [int(each) for each in mask.nonzero().flatten()]
