"""What one viewer is sent of what is published: the details that its panel draws, and of curves only what is new."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

import numpy as np

from bnviz.live import messages, wire
from bnviz.telemetry.history import History
from bnviz.telemetry.records import Array

EVERYTHING = frozenset((*wire.DETAILS, wire.SURFACES))
_LENGTHS = (4, 3)
"""Blocks of one arm in a CURVES message: four of the training loss, then three of the test data."""


class LeanStream:
    """The messages of one viewer, in the order in which they are sent.

    A viewer that lacks a detail of some frames, because another panel was open, gets them once it asks for it.

    Args:
        details: names of ``EVERYTHING`` that it receives; "histogram@2" is one layer of a detail.
        ends: whether it takes CURVE_ENDS, the new part of its curves.
    """

    def __init__(self, details: Collection[str] = EVERYTHING, ends: bool = False) -> None:
        self._details = self._wanted = _known(details)
        self._lacking: dict[str, int] = {}  # the first step without a detail that it has no more; else all steps are
        self._newest = -1
        self._ends = ends
        self._curves: wire.Message | None = None

    def want(self, details: Collection[str]) -> None:
        """Ask for other details from now on, and for those of earlier frames; quick, and callable from any thread."""
        self._wanted = _known(details)

    @property
    def is_owed(self) -> bool:
        """Whether ``owed`` has something to return."""
        return self._wanted != self._details

    def owed(self, history: History | None) -> Iterable[bytes]:
        """Change to what was asked for, and return what is lacking of the frames that were sent."""
        former, self._details = self._details, self._wanted
        for name in former - self._details:
            self._lacking[name] = self._newest + 1
        found = {name: self._first_without(name, former) for name in self._details - former}
        for name in found:
            self._lacking.pop(name, None)
        return messages.details(history, found) if history is not None and found else ()

    def _first_without(self, name: str, former: Collection[str]) -> int:
        """Return the first step whose frame came without a detail: where all layers came, each of them did."""
        detail, _, layer = name.partition("@")
        whole = self._newest + 1 if detail in former else self._lacking.get(detail, 0)
        return max(whole, self._lacking.get(name, 0)) if layer else whole

    def _begin(self) -> None:
        """Forget what was sent of another source."""
        self._details, self._newest, self._curves = self._wanted, -1, None
        self._lacking = {}

    def lean(self, pending: Iterable[bytes]) -> Iterator[bytes]:
        """Yield the messages as this viewer needs them."""
        for message in pending:
            match wire.kind_of(message):
                case wire.HELLO:  # also where the source changed after the viewer was found to need no backlog
                    self._begin()
                    yield message
                case wire.FRAME:
                    self._newest = max(self._newest, wire.step_of(message))
                    yield wire.with_details(message, self._details)
                case wire.SURFACE if wire.SURFACES not in self._details:
                    pass
                case wire.CURVES if self._ends:
                    yield self._only_the_end(message)
                case _:
                    yield message

    def _only_the_end(self, message: bytes) -> bytes:
        former, new = self._curves, wire.decode(message)
        self._curves = new
        if former is None or former.blocks.keys() != new.blocks.keys():
            return message
        blocks: list[tuple[int, Array]] = []
        for first in range(0, max(new.blocks) + 1, wire.ARM_STRIDE):
            kept = []
            start = first
            for length in _LENGTHS:
                group = range(start, start + length)
                kept.append(_equal_start([(former.blocks[ident], new.blocks[ident]) for ident in group]))
                blocks += [(ident, new.blocks[ident][kept[-1] :]) for ident in group]
                start += length
            blocks.append((start, np.array(kept, np.uint32)))
        return wire.encode(wire.CURVE_ENDS, new.seq, new.step, blocks)


def _known(names: Collection[str]) -> frozenset[str]:
    """Return the names of details that there are, without single layers of what is asked for whole."""
    whole = EVERYTHING.intersection(names)
    layers = {name: found[0] for name in names if (found := wire.layer_of(name)) is not None}
    return whole | {name for name, detail in layers.items() if detail not in whole}


def _equal_start(pairs: Iterable[tuple[Array, Array]]) -> int:
    """Return how many first entries are the same, to the bit, in every pair of arrays."""
    found = []
    for former, new in pairs:
        count = min(len(former), len(new))
        former, new = former[:count], new[:count]
        # Nearly always all are: to compare their bytes takes a quarter as long as to look for the first that differs.
        if former.tobytes() == new.tobytes():
            found.append(count)
        else:
            found.append(int((former.view(np.uint32) != new.view(np.uint32)).argmax()))
    return min(found)
