"""Sentences and the table of VGG11 at two widths: what the rule says of each difference."""

from __future__ import annotations

from collections.abc import Sequence

from bnviz.chapters.convolution.gaps import Gap, gain, gaps_of
from bnviz.studies.records import StudyResult
from bnviz.text.numbers import MISSING, count, signed_number
from bnviz.ui.text import t

Table = tuple[tuple[str, ...], list[tuple[str, ...]]]
_HEAD = ("channels", "rate", "without", "with", "difference", "interval", "says")


def widths_table(studies: Sequence[StudyResult]) -> Table:
    """Return one row per network and learning rate: both accuracies, their difference, its interval, the answer.

    Rates that one of the networks was not trained at are left out; the last row of each is its own best.
    """
    shared = set.intersection(*({gap.rates for gap in gaps_of(study)[:-1]} for study in studies))
    rows = [
        _row(study, gap, best=place == len(gaps) - 1)
        for study in studies
        for gaps in (gaps_of(study),)
        for place, gap in enumerate(gaps)
        if place == len(gaps) - 1 or gap.rates in shared
    ]
    return tuple(t(f"convolution.widths.head.{name}") for name in _HEAD), rows


def lost_words(study: StudyResult) -> str:
    """Say which networks diverged, and how they are counted; empty where none did."""
    return " ".join(
        t(
            "convolution.widths.lost",
            rate=f"{gap.rates[0]:g}",
            n=gap.pair.left_out,
            seeds=len(study.seeds),
            step=min(gap.diverged),
            rest=len(gap.pair.values),
            guessing=_points(gap.guessing),
        )
        for gap in gaps_of(study)[:-1]
        if gap.pair.left_out and gap.diverged
    )


def gain_words(study: StudyResult) -> str:
    """Say what the higher of two rates adds, without and with BN."""
    rates = sorted({study.config(arm.name).lr for arm in study.arms})
    words = {}
    for norm in ("none", "batch"):
        found = gain(study, norm)
        words[norm] = (
            MISSING
            if found is None
            else t(
                "convolution.widths.gain.open" if found.answer == "open" else "convolution.widths.gain.decided",
                mean=_points(found.mean),
                low=_points(found.low),
                high=_points(found.high),
                n=len(found.values),
            )
        )
    gains = t("convolution.widths.gains", low=f"{rates[0]:g}", high=f"{rates[-1]:g}", **words)
    return " ".join(filter(None, (gains, _larger_words(study))))


def _larger_words(study: StudyResult) -> str:
    """Say that the difference between the best rates is the larger one, where only the rate of the net with BN rose.

    The two differences then have the net without BN in common, and what parts them is the gain of the one with BN.
    """
    (shared, *_, best), gained = gaps_of(study), gain(study, "batch")
    rose = best.rates[0] == shared.rates[0] < best.rates[1]
    if gained is None or gained.answer != "yes" or not rose:
        return ""
    means = {"best": _points(best.pair.mean), "shared": _points(shared.pair.mean)}
    return t("convolution.widths.larger", low=f"{shared.rates[0]:g}", **means)


def limits_words(study: StudyResult) -> str:
    """Say what the recording cannot show."""
    images, batch = study.provenance.get("n_train"), study.base.batch_size
    passes = study.steps * batch / images if isinstance(images, int) and images else 0
    fitted = [unit.final_train_accuracy for unit in study.units if unit.final_train_accuracy is not None]
    return t(
        "convolution.widths.limits",
        images=count(images),
        tested=count(study.provenance.get("n_test")),
        steps=count(study.steps),
        passes=f"{passes:.0f}",
        fitted=f"{100 * min(fitted, default=0):g}",
        rates=len({study.config(arm.name).lr for arm in study.arms}),
    )


def _row(study: StudyResult, gap: Gap, *, best: bool) -> tuple[str, ...]:
    rates = [f"{rate:g}" for rate in gap.rates]
    rate = t("convolution.widths.best", none=rates[0], batch=rates[1]) if best else rates[0]
    return (
        str(study.base.width),
        rate,
        _accuracy(study, gap.plain, gap.pair.second),
        _accuracy(study, gap.batch, gap.pair.first),
        _points(gap.pair.mean),
        t("studies.interval", low=_points(gap.pair.low), high=_points(gap.pair.high)),
        f"**{t(f'convolution.widths.answer.{gap.pair.answer}', n=len(gap.pair.values))}**",
    )


def _accuracy(study: StudyResult, arm: str, mean: float) -> str:
    """Write the mean of an arm over the pairs that are compared, so that the row's difference is that of its means."""
    lost = sum(unit.diverged is not None for unit in study.of(arm))
    text = f"{100 * mean:.1f}"
    return t("convolution.widths.without_lost", value=text, n=lost) if lost else text


def _points(share: float) -> str:
    return signed_number(100 * share)
