"""Sentences and tables of the chapter on regularization."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from bnviz.array_types import Floats
from bnviz.chapters.regularization.results import DropoutShift, Jitter, OverfitStudy, Said, SeedSpread, StatisticNoise
from bnviz.chapters.regularization.summary import matched, summarize
from bnviz.text.numbers import MISSING, number_cell, percent, signed_number
from bnviz.ui.text import t

Table = tuple[tuple[str, ...], list[tuple[str, ...]]]
"""Head and rows of a table, as ``bnviz.ui.results.table`` takes them."""

FORMULAS: Mapping[str, str] = {
    "mean": r"\mathrm{sd}(\mu_B) = \frac{1}{\sqrt{m}}",
    "var": r"\mathrm{sd}\left(\sigma_B^2\right) = \frac{\sqrt{2 (m - 1)}}{m}",
    "jitter": r"\mathrm{sd}(\hat{x}) \approx \sqrt{\frac{1 + z\,\mathrm{skew} + z^2 (\mathrm{kurt} - 1) / 4}{m}}",
    "dropout": r"\mathrm{Var}_{\text{train}} = \mathrm{Var}_{\text{eval}} + \frac{p}{1 - p} \sum_k W_{jk}^2"
    r" \, \mathbb{E}[u_k^2]",
}


def noise_table(noise: StatisticNoise, jitter: Jitter, size: int) -> Table:
    """Return formula and measured value of the three spreads at one batch size."""
    place = noise.sizes.tolist().index(size)
    rows = (
        ("mean", noise.mean_formula[place], noise.mean_sampled[place]),
        ("var", noise.var_formula[place], noise.var_sampled[place]),
        ("jitter", jitter.predicted[place], jitter.typical[place]),
    )
    head = tuple(t(f"regularization.head.{name}") for name in ("what", "formula", "gives", "measured"))
    return head, [
        (t(f"regularization.row.{name}"), f"${FORMULAS[name]}$", number_cell(formula), f"**{number_cell(measured)}**")
        for name, formula, measured in rows
    ]


def jitter_words(jitter: Jitter) -> str:
    """Say how the measured spread falls with the batch size."""
    return t("regularization.noise.slope", slope=f"{jitter.slope:.2f}")


def noise_alt(noise: StatisticNoise) -> str:
    """Return the alt text of the figure of batch statistics."""
    return t(
        "regularization.alt.noise",
        mean=_join(noise.mean_sampled),
        var=_join(noise.var_sampled),
        sizes=_sizes(noise.sizes),
    )


def jitter_alt(jitter: Jitter) -> str:
    """Return the alt text of the figure of the jitter."""
    return t("regularization.alt.jitter", spread=_join(jitter.typical), sizes=_sizes(jitter.sizes))


def study_table(study: OverfitStudy) -> Table:
    """Return accuracies, gap and difference to the first arm: mean and spread over the seeds."""
    head = tuple(
        t(f"regularization.head.{name}")
        for name in ("arm", "train", "test", "gap", "loss", "gain", "better", "verdict")
    )
    rows: list[tuple[str, ...]] = []
    for arm in summarize(study):
        reference = arm.arm == "none"
        rows.append(
            (
                t(f"regularization.arm.{arm.arm}"),
                _spread(arm.train, 1),
                f"**{_spread(arm.test, 1)}**",
                _spread(arm.gap, 1),
                _spread(arm.loss, 2),
                MISSING if reference else _spread(arm.gain, 1, signed=True),
                MISSING if reference else t("regularization.overfit.of", n=arm.better, seeds=arm.seeds),
                MISSING if reference else says(arm.said),
            )
        )
    return head, rows


def says(found: Said, digits: int = 1) -> str:
    """Say whether a difference is higher, lower or open, with its interval."""
    if found.high == float("inf"):
        return t("regularization.says.few")
    numbers = {name: signed_number(getattr(found, name), digits) for name in ("mean", "low", "high")}
    return t(f"regularization.says.{found.answer}", **numbers)


def gains(study: OverfitStudy) -> dict[str, str]:
    """Return what the seeds say of every arm against the first one, by name."""
    return {arm.arm: says(arm.said) for arm in summarize(study)}


def matched_words(study: OverfitStudy) -> dict[str, str]:
    """Return what the seeds say of BN at each batch size: accuracy by the arm's name, loss by "<arm>_loss"."""
    words: dict[str, str] = {}
    for arm, (accuracy, loss) in matched(study).items():
        words |= {arm: says(accuracy), f"{arm}_loss": says(loss, 2)}
    return words


def study_alt(study: OverfitStudy) -> str:
    """Return the alt text of the figure of final accuracies."""
    words = "; ".join(f"{t('regularization.arm.' + arm.arm)} {_spread(arm.test, 1)}" for arm in summarize(study))
    return t("regularization.alt.study", seeds=len(study.seeds), numbers=words)


def losses_alt(study: OverfitStudy, arms: Sequence[str]) -> str:
    """Return the alt text of the losses of a few arms: the smallest and the last mean test loss."""
    means = {arm: study.metric("test_loss")[study.arms.index(arm)].mean(0) for arm in arms}
    words = "; ".join(
        t(
            "regularization.alt.arm",
            arm=t(f"regularization.arm.{arm}"),
            least=f"{mean.min():.2f}",
            last=f"{mean[-1]:.2f}",
        )
        for arm, mean in means.items()
    )
    return t("regularization.alt.losses", numbers=words)


def shift_words(shift: DropoutShift) -> tuple[tuple[str, str], ...]:
    """Return labels and values of the effect of dropout before BN."""
    return (
        *(
            (t("regularization.dropout.ratio", layer=layer), f"{ratio:.2f}")
            for layer, ratio in enumerate(shift.median, 2)
        ),
        (t("regularization.dropout.accuracy"), percent(shift.accuracy)),
        (t("regularization.dropout.repaired"), percent(shift.recalibrated)),
    )


def shift_alt(shift: DropoutShift) -> str:
    """Return the alt text of the figure of the variance shift."""
    return t("regularization.alt.shift", p=f"{shift.p:g}", numbers=_join(shift.median))


def _spread(found: SeedSpread, digits: int, signed: bool = False) -> str:
    mean = f"{found.mean:+.{digits}f}".replace("-", "−") if signed else f"{found.mean:.{digits}f}"
    return mean if found.sd != found.sd else f"{mean} ± {found.sd:.{digits}f}"


def _join(values: Floats) -> str:
    return ", ".join(f"{value:.2g}" for value in values)


def _sizes(sizes: npt.NDArray[np.int64]) -> str:
    return ", ".join(map(str, sizes.tolist()))
