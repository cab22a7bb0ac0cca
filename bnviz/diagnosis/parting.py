"""Where two models part: the layer that makes a difference which no later layer undoes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from bnviz.diagnosis.pairing import Pair, leaves
from bnviz.diagnosis.trace import Trace


class Difference(Protocol):
    """What is asked of a pair of calls."""

    @property
    def given(self) -> float | None:
        """Relative difference of the inputs."""

    @property
    def tolerance(self) -> float:
        """What rounding alone may make."""

    @property
    def differs(self) -> bool:
        """Whether the outputs differ by more than rounding."""


def parting(
    layers: Sequence[Difference], pairs: Sequence[Pair], first: Trace, second: Trace, *, undone: bool
) -> int | None:
    """Return which pair is the first where the models part; None where all agree.

    That is the first whose outputs differ. A convolution into which a norm was folded differs too, though nothing is
    wrong: what follows the norm agrees. So with ``undone`` a layer that differs while its inputs agree is passed over
    where the next that differs has equal inputs again, and between the two lies either a layer that agrees or a norm
    that only one of the models has.
    """
    at = next((i for i, layer in enumerate(layers) if layer.differs), None)
    ours = [leaves(first), leaves(second)]
    own = {id(call) for calls in ours for call in calls}
    later = [i for i, layer in enumerate(layers) if layer.differs and id(pairs[i][0]) in own]
    while undone and at is not None and at in later and _is_source(layers[at]):
        then = next((i for i in later if i > at), None)
        if then is None or not _is_source(layers[then]):
            break
        agrees = any(not layers[i].differs and id(pairs[i][0]) in own for i in range(at + 1, then))
        if not agrees and not _norm_between(pairs, at, then, ours):
            break
        at = then
    return at


def _is_source(layer: Difference) -> bool:
    return layer.differs and layer.given is not None and layer.given <= layer.tolerance


def _norm_between(pairs: Sequence[Pair], at: int, then: int, ours: Sequence[Sequence[object]]) -> bool:
    partners = {id(call) for pair in pairs for call in pair}
    for side, calls in enumerate(ours):
        places = {id(call): place for place, call in enumerate(calls)}
        start, end = (places.get(id(pairs[i][side]), 0) for i in (at, then))
        if any(getattr(call, "is_norm", False) and id(call) not in partners for call in calls[start + 1 : end]):
            return True
    return False


def sick_values(first: Trace, second: Trace, pairs: Sequence[Pair]) -> tuple[int, str]:
    """Return how many values of the outputs are NaN or infinite in both, and the first module that returned such.

    The name is "" where its input held them already, and where no module did.
    """
    if first.output.shape != second.output.shape:
        return 0, ""
    count = int((~first.output.isfinite() & ~second.output.isfinite()).sum())
    if not count:
        return 0, ""
    for one, two in pairs:
        if not one.returned.isfinite().all() and not two.returned.isfinite().all():
            given = one.given is not None and not one.given.isfinite().all()
            return count, "" if given else one.name
    return count, ""
