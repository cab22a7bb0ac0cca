"""The parts on small batches, recurrent networks, shifted images, and dropout before BN."""

from __future__ import annotations

import streamlit as st

from bnviz.chapters.relatives.figures import published_figure, ratios_figure, shifts_figure, slope_figure
from bnviz.chapters.relatives.published import ERRORS, ERRORS_AT_32, SIZES
from bnviz.chapters.relatives.recurrent import mean_slope, slope_curve
from bnviz.chapters.relatives.results import SlopeCurve
from bnviz.figures.studies import study_curves, study_dots, study_sweep
from bnviz.studies.records import StudyResult
from bnviz.ui import menu, studies
from bnviz.ui.chapter import figure, predict, reason, section
from bnviz.ui.results import live_note
from bnviz.ui.text import t
from bnviz.ui.widgets import choose, figure_style, slider

SHIFTS = ("clean", "bright", "contrast", "blur")
WAYS = ("source", "target", "unbalanced")


@st.cache_data(max_entries=1, ttl=3600, show_spinner=False)
def _slopes() -> SlopeCurve:
    """Return the mean slopes of tanh (about 0.1 s)."""
    return slope_curve()


def batches() -> None:
    """Draw BN, group and layer normalization over the batch size, beside the published errors."""
    section("relatives.batches")
    if not predict("relatives.smallest", ("batch", "group", "same"), "batch"):
        return
    left, right = st.columns(2)
    with right:
        section("relatives.published")
        studies.badge("published")
        alt = t(
            "relatives.alt.published",
            sizes=", ".join(map(str, SIZES)),
            batch=_join(ERRORS["batch"]),
            group=_join(ERRORS["group"]),
        )
        figure(published_figure(SIZES, ERRORS, **figure_style()), alt, "published-figure")
        at_32 = {name: f"{value:g}" for name, value in ERRORS_AT_32.items()}
        st.caption(t("relatives.published.others", **at_32))
    with left:
        section("relatives.ours")
        result = studies.opened_study("batch-size")
        if result is not None:
            drawn = study_sweep(result, "batch_size", **figure_style())
            figure(drawn, studies.study_alt(result, "accuracy"), "sizes-figure")
    if result is not None:
        studies.study_verdicts(result)
        with st.expander(t("relatives.batches.all")):
            studies.study_table(result, published="imagenet_error")
    reason("relatives.batches")
    reason("relatives.batches_reported")


def recurrent() -> None:
    """Draw the mean slope of tanh, and an LSTM with gamma 0.1 or 1."""
    section("relatives.recurrent")
    if predict("relatives.through", ("all", "most", "third"), "most"):
        live_note()
        sd = slider(st.container(), "sd", "relatives.control.sd", (0.0, 3.0, 0.05), 1.0)
        slope, curve = mean_slope(sd), _slopes()
        st.latex(rf"\mathbb{{E}}\left[\tanh'({sd:.2f} \, z)\right] = {slope:.3f}, \quad z \sim N(0, 1)")
        alt = t("relatives.alt.slope", numbers=_join(curve.marked, 3), sds=_join(curve.marks))
        figure(slope_figure(curve, sd, slope, **figure_style()), alt, "slope-figure")
        reason("relatives.gamma")
    section("relatives.lstm")
    result = studies.opened_study("recurrent")
    if result is None:
        return
    arms = studies.pick_arms(result, "recurrent_arms", [arm.name for arm in result.arms])
    drawn = study_curves(result, arms, **figure_style())
    figure(drawn, studies.study_alt(result, "accuracy", arms), "recurrent-curves")
    st.caption(t("studies.curves"))
    studies.study_table(result, reference="none")
    studies.study_verdicts(result)
    reason("relatives.lstm")


def domain() -> None:
    """Draw shifted test images with the statistics of training, of the shifted images, and of two classes."""
    section("relatives.domain")
    result = studies.opened_study("adabn")
    if result is None or not predict("relatives.statistics_help", ("yes", "no"), "yes"):
        return
    arms = [arm.name for arm in result.arms if arm.name == "batch"] or [result.arms[0].name]
    drawn = shifts_figure(result, arms[0], SHIFTS, **figure_style())
    figure(drawn, studies.study_alt(result, "extra:bright.target", arms), "shifts-figure")
    shift = choose(st.container(), "shift", "relatives.control.shift", SHIFTS, "relatives.shift")
    studies.study_table(result, columns=[f"extra:{shift}.{way}" for way in WAYS])
    studies.study_verdicts(result)
    reason("relatives.domain")
    reason("relatives.unbalanced")
    st.page_link(menu.path("inference"), label=t("relatives.domain.link"), query_params={"inf_part": "repair"})


def dropout() -> None:
    """Draw a link to the chapter on regularization, and the study of the convolutional network."""
    section("relatives.dropout")
    link = t("relatives.dropout.link")
    st.page_link(menu.path("regularization"), label=link, query_params={"reg_part": "dropout"})
    result = studies.opened_study("dropout-before-bn")
    if result is not None:
        _dropout_study(result)
    reason("relatives.dropout")


def _dropout_study(result: StudyResult) -> None:
    arms = [arm.name for arm in result.arms]
    figure(study_dots(result, **figure_style()), studies.study_alt(result, "accuracy"), "dropout-dots")
    alt = t("relatives.alt.ratios")
    figure(ratios_figure(result, arms, **figure_style()), alt, "ratios-figure")
    columns = ("accuracy", "extra:test.running", "extra:test.recomputed")
    studies.study_table(result, columns=columns)
    studies.study_verdicts(result)


def _join(values: tuple[float, ...], digits: int = 1) -> str:
    return ", ".join(f"{value:.{digits}f}" for value in values)
