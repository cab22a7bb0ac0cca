"""Results of the page on regularization, written out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
import plotly.graph_objects as go

from bnviz.array_types import Floats
from bnviz.chapters.regularization.dropout_shift import DropoutShift
from bnviz.chapters.regularization.figures import losses_figure, study_figure
from bnviz.chapters.regularization.overfit import OverfitStudy
from bnviz.chapters.regularization.results import Jitter, StatisticNoise
from bnviz.chapters.regularization.summary import Spread, summarize
from bnviz.text.numbers import number_cell
from bnviz.ui.results import table
from bnviz.ui.text import t
from bnviz.ui.widgets import figure_style

FORMULAS: Mapping[str, str] = {
    "mean": r"\mathrm{sd}(\mu_B) = \frac{1}{\sqrt{m}}",
    "var": r"\mathrm{sd}\left(\tfrac{m}{m-1} \sigma_B^2\right) = \sqrt{\frac{2}{m - 1}}",
    "jitter": r"\mathrm{sd}(\hat{x}) \approx \sqrt{\frac{1 + g z + z^2 (k - 1) / 4}{m}}",
    "dropout": r"\mathrm{Var}_{\text{train}} = \mathrm{Var}_{\text{eval}} + \frac{p}{1 - p} \sum_k W_{jk}^2"
    r" \, \mathbb{E}[u_k^2]",
}


def noise_table(noise: StatisticNoise, jitter: Jitter, size: int) -> None:
    """Draw formula and measured value of the three spreads at one batch size."""
    place = noise.sizes.tolist().index(size)
    rows = (
        ("mean", noise.mean_formula[place], noise.mean_sampled[place]),
        ("var", noise.var_formula[place], noise.var_sampled[place]),
        ("jitter", jitter.predicted[place], jitter.typical[place]),
    )
    head = tuple(t(f"regularization.head.{name}") for name in ("what", "formula", "gives", "measured"))
    table(
        head,
        [
            (
                t(f"regularization.row.{name}"),
                f"${FORMULAS[name]}$",
                number_cell(formula),
                f"**{number_cell(measured)}**",
            )
            for name, formula, measured in rows
        ],
    )


def jitter_words(jitter: Jitter) -> str:
    """Say how the measured spread falls with the batch size."""
    return t("regularization.noise.slope", slope=f"{jitter.slope:.2f}")


def noise_alt(noise: StatisticNoise) -> str:
    """Return the figure of batch statistics in words."""
    return t(
        "regularization.alt.noise",
        mean=_join(noise.mean_sampled),
        var=_join(noise.var_sampled),
        sizes=_sizes(noise.sizes),
    )


def jitter_alt(jitter: Jitter) -> str:
    """Return the figure of the jitter in words."""
    return t("regularization.alt.jitter", spread=_join(jitter.typical), sizes=_sizes(jitter.sizes))


def study_table(study: OverfitStudy) -> None:
    """Draw accuracies, gap and difference to the first arm, mean and spread over the seeds."""
    head = tuple(
        t(f"regularization.head.{name}")
        for name in ("arm", "train", "test", "gap", "loss", "gain", "better", "verdict")
    )
    rows = []
    for arm in summarize(study):
        reference = arm.arm == "none"
        rows.append(
            (
                t(f"regularization.arm.{arm.arm}"),
                _spread(arm.train, 1),
                f"**{_spread(arm.test, 1)}**",
                _spread(arm.gap, 1),
                _spread(arm.loss, 2),
                "–" if reference else _spread(arm.gain, 1, signed=True),
                "–" if reference else t("regularization.overfit.of", n=arm.better, seeds=arm.seeds),
                "–" if reference else t(f"regularization.verdict.{arm.verdict}"),
            )
        )
    table(head, rows)


def study_drawing(study: OverfitStudy) -> tuple[go.Figure, str]:
    """Return the figure of final accuracies, and the same in words."""
    summaries = summarize(study)
    means = {"test": [arm.test.mean for arm in summaries], "train": [arm.train.mean for arm in summaries]}
    test, train = (100 * study.metric(f"{part}_accuracy")[..., -1] for part in ("test", "train"))
    words = "; ".join(f"{t('regularization.arm.' + arm.arm)} {_spread(arm.test, 1)}" for arm in summaries)
    alt = t("regularization.alt.study", seeds=len(study.seeds), numbers=words)
    return study_figure(study.arms, test, train, means, **figure_style()), alt


def losses_drawing(study: OverfitStudy, arms: Sequence[str]) -> tuple[go.Figure, str]:
    """Return the figure of losses over the steps of a few arms, and the same in words."""
    train, test = study.metric("train_loss"), study.metric("test_loss")
    places = [study.arms.index(arm) for arm in arms]
    losses = {study.arms[k]: (train[k], test[k]) for k in places}
    words = "; ".join(
        t(
            "regularization.alt.arm",
            arm=t(f"regularization.arm.{study.arms[k]}"),
            least=f"{test[k].mean(0).min():.2f}",
            last=f"{test[k].mean(0)[-1]:.2f}",
        )
        for k in places
    )
    return losses_figure(study.steps, losses, **figure_style()), t("regularization.alt.losses", numbers=words)


def shift_words(shift: DropoutShift) -> tuple[tuple[str, str], ...]:
    """Return label and value of what dropout before BN does."""
    return (
        *(
            (t("regularization.dropout.ratio", layer=layer), f"{ratio:.2f}")
            for layer, ratio in enumerate(shift.median, 2)
        ),
        (t("regularization.dropout.accuracy"), f"{100 * shift.accuracy:.1f} %"),
        (t("regularization.dropout.repaired"), f"{100 * shift.repaired:.1f} %"),
    )


def shift_alt(shift: DropoutShift) -> str:
    """Return the figure of the variance shift in words."""
    return t("regularization.alt.shift", p=f"{shift.p:g}", numbers=_join(shift.median))


def _spread(found: Spread, digits: int, signed: bool = False) -> str:
    mean = f"{found.mean:+.{digits}f}".replace("-", "−") if signed else f"{found.mean:.{digits}f}"
    return mean if found.sd != found.sd else f"{mean} ± {found.sd:.{digits}f}"


def _join(values: Floats) -> str:
    return ", ".join(f"{value:.2g}" for value in values)


def _sizes(sizes: npt.NDArray[np.int64]) -> str:
    return ", ".join(map(str, sizes.tolist()))
