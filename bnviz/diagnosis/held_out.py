"""What measuring statistics again brings on data that they were not measured on.

Statistics that come from a batch fit that batch by construction: the distance of the two modes falls to almost 0 for
any net. So the batches are divided into folds, and each fold is scored with the statistics of the others. A single
batch is divided into parts.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from bnviz.diagnosis.care import state_kept
from bnviz.diagnosis.channel_statistics import ChannelStatistics, pooled, put_statistics
from bnviz.diagnosis.observe import Observation
from bnviz.diagnosis.samples import Batch, first_tensor, parts_of
from bnviz.diagnosis.score import Score, Scorer
from bnviz.diagnosis.subject import Pass, Subject

FOLDS = 4
"""Folds; each is scored with the statistics of the others."""
PARTS = 4
"""Parts of a single batch."""
SMALLEST_PART = 4
"""Samples of a part."""


@dataclass(frozen=True, slots=True, eq=False)
class HeldOut:
    """Batches that are scored with the statistics of other batches.

    Attributes:
        batches: all batches, or the parts of the only one.
        folds: the fold of each batch.
        seen: calls of the layers where each normalizes with its batch.
        beside: outputs of training mode, for the distance of the two modes.
        before: score of the net as it is.
    """

    batches: tuple[Batch, ...]
    folds: tuple[int, ...]
    seen: Observation
    beside: tuple[object, ...]
    before: Score

    def score(self, subject: Subject, scorer: Scorer, names: Iterable[str]) -> Score | None:
        """Return the score where some layers have the statistics of the other folds; None where a pass ended early."""
        outputs: list[object] = [None] * len(self.batches)
        for fold in sorted(set(self.folds)):
            own = [at for at, each in enumerate(self.folds) if each == fold]
            with state_kept(subject.net):
                put_statistics(subject.layers, self._statistics(fold, names))
                found = subject.run("evaluation", batches=[self.batches[at] for at in own])
            if found.error:
                return None
            for at, output in zip(own, found.outputs, strict=True):
                outputs[at] = output
        return _scored(scorer, self.batches, outputs, self.beside)

    def _statistics(self, fold: int, names: Iterable[str]) -> dict[str, ChannelStatistics]:
        found = {}
        for name in names:
            others = [call for call in self.seen.of(name) if self.folds[call.batch] != fold]
            if (statistics := pooled(others)) is not None:
                found[name] = statistics
        return found


def held_out(subject: Subject, scorer: Scorer, evaluation: Pass, beside: Pass, batch: Pass) -> HeldOut | None:
    """Divide the batches of three passes into folds; None where there is too little data for that."""
    groups = _groups(subject.batches)
    if len(set(groups)) > 1:
        # Equal batches share a fold, as a loader may yield the same one again.
        batches, folds = subject.batches, tuple(group % FOLDS for group in groups)
    else:
        batches = parts_of(subject.batches[0], min(PARTS, subject.batches[0].size // SMALLEST_PART))
        folds = tuple(range(len(batches)))
        mode, evaluation = beside.mode, subject.run("evaluation", batches=batches)
        beside, batch = subject.run(mode, batches=batches), subject.run("batch", batches=batches)
    if len(batches) < 2 or evaluation.error or len(beside.outputs) < len(batches):
        return None
    before = _scored(scorer, batches, evaluation.outputs, beside.outputs)
    return HeldOut(batches, folds, batch.seen, tuple(beside.outputs), before)


def _scored(scorer: Scorer, batches: Sequence[Batch], outputs: Sequence[object], beside: Sequence[object]) -> Score:
    return scorer.score(list(outputs), [each.target for each in batches], [each.size for each in batches], list(beside))


def _groups(batches: Sequence[Batch]) -> list[int]:
    """Return a number for each batch; batches with the same inputs have the same one."""
    known: dict[object, int] = {}
    return [known.setdefault(_mark(each), len(known)) for each in batches]


def _mark(batch: Batch) -> object:
    tensor: Tensor | None = first_tensor(batch.raw)
    if tensor is None:
        return id(batch)
    values = torch.nan_to_num(tensor.detach().double())
    return tuple(tensor.shape), float(values.sum()), float(values.square().sum())
