"""With BN minus without, seed by seed: at each learning rate of both networks, and between the best rates."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import fmean

from bnviz.studies.paired import Paired, paired
from bnviz.studies.records import StudyResult
from bnviz.studies.verdicts import resolve


@dataclass(frozen=True, slots=True)
class Gap:
    """Two networks, compared.

    Attributes:
        plain: arm without BN.
        batch: arm with BN.
        rates: learning rates of the two, in this order.
        pair: test accuracy with BN minus without, 0..1, and what the rule says of it.
        diverged: step at which a net without BN, or with it, was no longer finite, by seed.
        guessing: difference of the means if a net that diverged has the accuracy of chance.
    """

    plain: str
    batch: str
    rates: tuple[float, float]
    pair: Paired
    diverged: tuple[int, ...]
    guessing: float


def gaps_of(result: StudyResult) -> tuple[Gap, ...]:
    """Return one gap per learning rate that both were trained at, by rising rate; last, each at its own best.

    The best rate is the one of the highest mean accuracy, where a net that diverged counts with the accuracy of chance.
    """
    by_rate: dict[float, dict[str, str]] = {}
    for arm in result.arms:
        config = result.config(arm.name)
        by_rate.setdefault(config.lr, {})[config.norm] = arm.name
    both = [(names["none"], names["batch"]) for _, names in sorted(by_rate.items()) if {"none", "batch"} <= set(names)]
    best = (resolve(result, "plain-*"), resolve(result, "batch-*"))
    found = (_gap(result, plain, batch) for plain, batch in [*both, *([best] if both else [])])
    return tuple(gap for gap in found if gap is not None)


def gain(result: StudyResult, norm: str) -> Paired | None:
    """Return what the highest learning rate adds to the lowest one in the accuracy of a network; None with one rate."""
    rates = sorted(
        (result.config(arm.name).lr, arm.name) for arm in result.arms if result.config(arm.name).norm == norm
    )
    return paired(result, rates[-1][1], rates[0][1]) if len(rates) > 1 else None


def _gap(result: StudyResult, plain: str, batch: str) -> Gap | None:
    pair = paired(result, batch, plain)
    if pair is None:
        return None
    units = [unit for arm in (plain, batch) for unit in result.of(arm)]
    values = {arm: [_or_chance(u.final_test_accuracy, result) for u in result.of(arm)] for arm in (plain, batch)}
    return Gap(
        plain,
        batch,
        (result.config(plain).lr, result.config(batch).lr),
        pair,
        tuple(unit.diverged for unit in units if unit.diverged is not None),
        fmean(values[batch]) - fmean(values[plain]),
    )


def _or_chance(accuracy: float | None, result: StudyResult) -> float:
    return result.chance if accuracy is None else accuracy
