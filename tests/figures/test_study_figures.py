"""Figures of studies: what is drawn is what was recorded."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go
import pytest
from hand_made_study import hand_made_study, hand_made_sweep
from hand_made_twin_study import twin_study

from bnviz.figures.studies import arm_styles, label_of, study_curves, study_dots, study_sweep, styles_of_norms
from bnviz.text.catalogue import arm_label

STUDY = hand_made_study()


def trace(figure: go.Figure, name: str, mode: str) -> go.Scatter:
    return next(each for each in figure.data if each.name == name and each.mode == mode)


def test_looks_do_not_repeat_and_bn_is_blue_and_solid() -> None:
    for dark in (False, True):
        styles = arm_styles(STUDY, dark)
        assert len({(style.color, style.dash) for style in styles.values()}) == 3
        assert styles["none"].dash == "dash"
        assert styles["batch"].dash == "solid"
    assert arm_styles(STUDY)["batch"].color == "#0072b2"
    many = arm_styles(hand_made_sweep())
    assert len({(style.color, style.dash) for style in many.values()}) == 6


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_curves_are_in_percent_with_their_band(lang: str) -> None:
    figure = study_curves(STUDY, ("batch", "group"), lang=lang)
    line = trace(figure, label_of(STUDY, "batch", lang), "lines")
    np.testing.assert_allclose(line.y, [10, 36, 62])
    assert list(line.x) == [0, 10, 20]
    bands = [each for each in figure.data if each.fill == "toself"]
    np.testing.assert_allclose(bands[0].y, [10, 37, 64, 60, 35, 10])
    assert figure.layout.yaxis.range == (0, 68)
    assert figure.layout.shapes[0].y0 == 50
    assert np.isnan(trace(figure, label_of(STUDY, "group", lang), "lines").y[-1])


def test_the_axis_does_not_depend_on_the_arms_shown() -> None:
    one, all_of_them = study_curves(STUDY, ("none",)), study_curves(STUDY, ("none", "batch", "group"))
    assert one.layout.yaxis.range == all_of_them.layout.yaxis.range


def test_losses_over_samples() -> None:
    figure = study_curves(STUDY, ("none",), "train_loss", by="samples")
    line = trace(figure, label_of(STUDY, "none"), "lines")
    assert list(line.x) == [0, 320, 640]
    np.testing.assert_allclose(line.y, [2.3, 1.5, 1.0])
    assert not figure.layout.shapes


def test_dots_are_the_seeds_and_their_mean() -> None:
    figure = study_dots(STUDY, published="best_accuracy")
    label = label_of(STUDY, "batch")
    seeds, mean, *_ = (each for each in figure.data if each.name == label)
    np.testing.assert_allclose(seeds.x, [60, 62, 64])
    np.testing.assert_allclose(mean.x, [62])
    reported = figure.data[-1]
    assert list(reported.x) == [92.17]
    assert reported.text == ("somebody 2015",)
    low, high = figure.layout.xaxis.range
    assert low < 10
    assert high > 92.17


def test_dots_of_an_extra_number() -> None:
    figure = study_dots(hand_made_sweep(), "extra:some.share", ("batch-2",), percent=True)
    assert list(figure.data[0].x) == [25]


def test_a_sweep_has_a_line_a_norm_over_a_rising_field() -> None:
    figure = study_sweep(hand_made_sweep(), "batch_size")
    lines = [each for each in figure.data if each.mode == "lines"]
    assert [list(line.x) for line in lines] == [[2, 4, 16]] * 2
    np.testing.assert_allclose(lines[1].y, [35, 45, 55])
    assert figure.layout.xaxis.type == "log"
    assert len({(line.line.color, line.line.dash) for line in lines}) == 2


def test_a_studys_own_words_of_an_arm_come_first() -> None:
    assert label_of(STUDY, "none") == "no normalization"
    assert arm_label("none") != "no normalization"
    assert label_of(STUDY, "group") == arm_label("group")
    assert arm_label("of nobody") == "of nobody"


def test_a_sweep_takes_a_look_a_series() -> None:
    lines = [each for each in study_sweep(hand_made_sweep(), "batch_size").data if each.mode == "lines"]
    assert [line.line.color for line in lines] == [style.color for style in styles_of_norms(["batch", "group"])]


def test_any_pair_without_and_with_bn_has_the_colors_of_every_page() -> None:
    study = twin_study()
    pairs = [
        (a.name, b.name)
        for a in study.arms
        for b in study.arms
        if (study.config(a.name).norm, study.config(b.name).norm) == ("none", "batch")
    ]
    assert len(pairs) > 1
    for without, with_bn in pairs:
        lines = [each for each in study_curves(study, (without, with_bn)).data if each.line.width == 2]
        assert [(line.line.color, line.line.dash) for line in lines] == [("#d55e00", "dash"), ("#0072b2", "solid")]
