"""Which call of one model belongs to which call of another: by name where names mean the same, else by order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from bnviz.diagnosis.trace import Call, Trace

Pair = tuple[Call, Call]
SAME, RESHAPED, REPLACED = 6, 3, 2
"""What a pair is worth: the same layer; one with the same weights whose output has another shape; another layer of the
same sort in the same place."""
NEARLY_ALL = 0.9
"""Names count only where they pair about as many layers of one sort as the order of execution does: a folded
Sequential has the names of the original too, each for another layer."""
MOST_CELLS = 4_000_000
"""Above this many possible pairs the longest equal runs are taken, which is faster and less exact."""


def paired(first: Trace, second: Trace) -> tuple[bool, list[Pair]]:
    """Return whether calls were paired by the names of their modules, and the pairs in the order of execution."""
    mine, theirs = leaves(first), leaves(second)
    by_order = list(_aligned(mine, theirs))
    named = [(one, two) for one, two in _by_name(mine, theirs) if alike(one, two)]
    ordered = sum(alike(one, two) for one, two in by_order)
    if 2 * len(named) >= max(1, min(len(mine), len(theirs))) and len(named) >= NEARLY_ALL * ordered:
        return True, list(_by_name(first.calls, second.calls))
    return False, by_order


def leaves(trace: Trace) -> list[Call]:
    """Return the calls of modules in which no other module was called: containers of another code nest otherwise."""
    parents = set()
    for each in trace.calls:
        name = each.name
        while "." in name:
            name = name.rpartition(".")[0]
            parents.add(name)
    return [each for each in trace.calls if each.name not in parents]


def alike(one: Call, two: Call) -> bool:
    """Return whether two calls are of layers of one sort: the same weights, or the same class without weights."""
    if (one.weight, one.is_norm) != (two.weight, two.is_norm):
        return False
    return bool(one.weight) or one.kind == two.kind


def _by_name(mine: Sequence[Call], theirs: Sequence[Call]) -> Iterator[Pair]:
    others = {(each.name, each.turn): each for each in theirs}
    for one in mine:
        if two := others.get((one.name, one.turn)):
            yield one, two


def _worth(one: Call, two: Call) -> int:
    if alike(one, two):
        return SAME if one.shape == two.shape else RESHAPED if one.weight else 0
    same_sort = one.is_norm == two.is_norm and bool(one.weight) == bool(two.weight)
    return REPLACED if same_sort and one.shape == two.shape else 0


def _aligned(mine: Sequence[Call], theirs: Sequence[Call]) -> Iterator[Pair]:
    """Pair two sequences in order so that the pairs are worth most in all.

    best[i][j] = max(best[i+1][j], best[i][j+1], worth(i, j) + best[i+1][j+1]).

    Source: Needleman & Wunsch 1970, without a price for gaps.
    """
    start = 0
    while start < min(len(mine), len(theirs)) and _worth(mine[start], theirs[start]) == SAME:
        yield mine[start], theirs[start]
        start += 1
    mine, theirs = mine[start:], theirs[start:]
    if len(mine) * len(theirs) > MOST_CELLS:
        yield from _runs(mine, theirs)
        return
    best = [[0] * (len(theirs) + 1) for _ in range(len(mine) + 1)]
    for i in range(len(mine) - 1, -1, -1):
        row, below = best[i], best[i + 1]
        for j in range(len(theirs) - 1, -1, -1):
            worth = _worth(mine[i], theirs[j])
            row[j] = max(below[j], row[j + 1], worth + below[j + 1] if worth else 0)
    i = j = 0
    while i < len(mine) and j < len(theirs):
        worth = _worth(mine[i], theirs[j])
        if worth and best[i][j] == worth + best[i + 1][j + 1]:
            yield mine[i], theirs[j]
            i, j = i + 1, j + 1
        elif best[i][j] == best[i + 1][j]:
            i += 1
        else:
            j += 1


def _runs(mine: Sequence[Call], theirs: Sequence[Call]) -> Iterator[Pair]:
    keys = [[(each.shape, each.weight, each.is_norm, each.kind) for each in calls] for calls in (mine, theirs)]
    for run in SequenceMatcher(None, keys[0], keys[1], autojunk=False).get_matching_blocks():
        yield from zip(mine[run.a : run.a + run.size], theirs[run.b : run.b + run.size], strict=True)
