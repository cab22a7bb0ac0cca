"""What two state dicts of the same architecture tell about each other: averages without buffers, permuted channels."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence

import torch
from torch import Tensor

from bnviz.diagnosis.finding import Code, Evidence, Finding, Severity
from bnviz.diagnosis.stored_norms import EPS, StoredNorm
from bnviz.diagnosis.stored_rules import MOST_CHANNELS

WORN = 0.5
"""Root mean square of z between the statistics of two files from which they are called different.

Averaged buffers differ from the newest ones by the noise of single batches, well below that; buffers that were left
behind in a net that still moved differ by more.
"""
SAME = 1e-6
"""Relative difference below which weights are the same."""
_BUFFERS = ("running_mean", "running_var", "num_batches_tracked")


def differences(
    norms: Sequence[StoredNorm],
    others: Sequence[StoredNorm],
    tensors: Mapping[str, Tensor],
    reference: Mapping[str, Tensor],
) -> Iterator[Finding]:
    """Yield the findings about ``norms``, seen against the layers of the same names of a reference."""
    known = {norm.name: norm for norm in norms}
    pairs = [(known[other.name], other) for other in others if other.name in known]
    moved = parameter_difference(tensors, reference)
    compared = moved == moved
    keeping = [other for other in others if other.keeps]
    apart = [other for other in keeping if _is_without(known.get(other.name), other, compared)]
    if apart:
        yield _about("missing-buffers", "error", apart[0], (), n=len(apart), of=len(keeping), seen="absent")
    lagging: list[tuple[float, StoredNorm]] = []
    for one, two in pairs:
        if not (one.keeps and two.keeps) or one.channels != two.channels:
            continue
        if channels := permuted(one, two):
            yield _about("wrong-channels", "error", one, channels, n=len(channels), of=one.channels, seen="against")
        elif (worn := mismatch(one, two)) > WORN:
            lagging.append((worn, one))
    if lagging:
        yield _lag(lagging, len(pairs), moved, {two.name: two for _, two in pairs})


def _is_without(one: StoredNorm | None, other: StoredNorm, compared: bool) -> bool:
    """Return whether the statistics of a layer were left out, of one without parameters too."""
    if one is None:
        return compared and other.gamma is None and other.beta is None
    return not one.keeps


def _lag(lagging: list[tuple[float, StoredNorm]], of: int, moved: float, others: Mapping[str, StoredNorm]) -> Finding:
    worn, worst = max(lagging, key=lambda pair: pair[0])
    behind = [norm for _, norm in lagging if norm.untouched or (norm.tracked or 0) < (others[norm.name].tracked or 0)]
    untouched = any(norm.untouched for norm in behind)
    facts: Evidence = {
        **{"n": len(lagging), "of": of, "worn": worn},
        **{"worst": worst.name[:200], "moved": 100 * moved if moved == moved else 0.0, "seen": "against"},
    }
    if behind:
        return _about("missing-buffers", "error" if untouched else "warning", worst, (), **facts)
    return _about("stale-statistics", "warning" if moved < SAME else "note", worst, (), **facts)


def mismatch(one: StoredNorm, two: StoredNorm) -> float:
    """Return the root mean square over channels of z and of half the logarithm of the ratio of variances."""
    assert one.mean is not None
    assert one.variance is not None
    assert two.mean is not None
    assert two.variance is not None
    z = (one.mean - two.mean) / (two.variance.clamp(min=0) + EPS).sqrt()
    ratio = (one.variance.clamp(min=0) + EPS) / (two.variance.clamp(min=0) + EPS)
    each = (z.square() + (ratio.log() / 2).square())[~(one.bad | two.bad)]
    return float(each.mean().sqrt()) if len(each) else 0.0


def permuted(one: StoredNorm, two: StoredNorm) -> list[int]:
    """Return the channels whose statistics are those of another channel: equal as a set, not by position.

    Where gamma is permuted in the same way, the whole layer is, which a port may do on purpose: no channel.
    """
    assert one.mean is not None
    assert one.variance is not None
    assert two.mean is not None
    assert two.variance is not None
    if one.bad.any() or two.bad.any() or one.untouched:
        return []
    mine, theirs = torch.stack([one.mean, one.variance], 1), torch.stack([two.mean, two.variance], 1)
    off = ~torch.isclose(mine, theirs, rtol=1e-4, atol=1e-6).all(1)
    ordered = [rows[rows[:, 0].argsort(stable=True)] for rows in (mine, theirs)]
    if int(off.sum()) < 2 or not torch.allclose(ordered[0], ordered[1], rtol=1e-4, atol=1e-6):
        return []
    if one.gamma is not None and two.gamma is not None and float(two.gamma.std()) > 0:
        orders = [rows[:, 0].argsort(stable=True) for rows in (mine, theirs)]
        if torch.allclose(one.gamma[orders[0]], two.gamma[orders[1]], rtol=1e-4, atol=1e-6):
            return []
    return [int(each) for each in off.nonzero().flatten()]


def parameter_difference(tensors: Mapping[str, Tensor], reference: Mapping[str, Tensor]) -> float:
    """Return ||a - b|| / ||b|| over all parameters that both have, at most 10; NaN and infinity are left out.

    Without a parameter of the same name and shape in both, it is NaN.
    """
    apart, size, found = 0.0, 0.0, False
    for name, one in tensors.items():
        two = reference.get(name)
        if two is None or two.shape != one.shape or not one.is_floating_point() or name.rpartition(".")[2] in _BUFFERS:
            continue
        found = True
        apart += float((one.double() - two.double()).nan_to_num(0, 0, 0).square().sum())
        size += float(two.double().nan_to_num(0, 0, 0).square().sum())
    if not size:
        return 0.0 if found else float("nan")
    return min(math.sqrt(apart / size), 10.0)


def unmatched(tensors: Mapping[str, Tensor], reference: Mapping[str, Tensor]) -> Iterator[tuple[str, str, str]]:
    """Yield (kind, name, detail) of what has no partner: "missing", "extra", or "shape" with both shapes."""
    for name in reference:
        if name not in tensors:
            yield "missing", name, str(tuple(reference[name].shape))
    for name, each in tensors.items():
        if name not in reference:
            yield "extra", name, str(tuple(each.shape))
        elif each.shape != reference[name].shape:
            yield "shape", name, f"{tuple(each.shape)} ≠ {tuple(reference[name].shape)}"


def _about(
    code: Code, severity: Severity, norm: StoredNorm, channels: Sequence[int], **evidence: float | int | str
) -> Finding:
    return Finding(code, severity, norm.name[:2000], tuple(channels[:MOST_CHANNELS]), evidence)
