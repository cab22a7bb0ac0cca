"""The chapter on regularization in AppTest, and its claims against what was recorded."""

from __future__ import annotations

import pytest
from opened_app import Open, words

from bnviz.chapters.regularization.cached import jitter
from bnviz.chapters.regularization.dropout_shift import dropout_shift
from bnviz.chapters.regularization.recipes import recorded_study
from bnviz.chapters.regularization.summary import summarize
from bnviz.text.catalogue import translate
from bnviz.text.numbers import number_cell

GUESSES = {"double": "half", "best": "shift", "variance": "same"}
PARTS = ("noise", "overfit", "dropout")


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("part", PARTS)
def test_every_part_renders(open_page: Open, part: str, lang: str) -> None:
    app = open_page(lang, reg_part=part, **GUESSES)
    assert not app.exception
    assert all(chart.proto.alt for chart in app.get("plotly_chart"))
    assert app.get("plotly_chart")
    assert translate(f"regularization.{part}.text", lang) in words(app)


@pytest.mark.parametrize("part", PARTS)
def test_nothing_is_measured_before_the_guess(open_page: Open, part: str) -> None:
    app = open_page(reg_part=part)
    assert not app.exception
    assert not app.get("plotly_chart")


def test_the_table_follows_the_batch_size(open_page: Open) -> None:
    app = open_page(reg_part="noise", double="root")
    app.select_slider(key="batch_m").set_value(64).run()
    assert not app.exception
    found = jitter(3)
    place = found.sizes.tolist().index(64)
    assert f"{number_cell(found.predicted[place])} | **{number_cell(found.typical[place])}**" in words(app)
    assert f"{number_cell(1 / 8)} | " in words(app)


def test_the_dropout_slider_trains_another_net(open_page: Open) -> None:
    app = open_page(reg_part="dropout", variance="smaller", drop_p="0.8")
    found = dropout_shift(0.8)
    assert not app.exception
    assert [metric.value for metric in app.metric] == [
        *(f"{ratio:.2f}" for ratio in found.median),
        f"{100 * found.accuracy:.1f} %",
        f"{100 * found.recalibrated:.1f} %",
    ]
    assert found.recalibrated > found.accuracy + 0.1


def test_the_small_version_runs_now_and_asks_for_an_arm(open_page: Open) -> None:
    app = open_page(reg_part="overfit", best="decay")
    before = len(app.markdown)
    app.multiselect(key="live_arms").set_value(["none"]).run()
    app.button(key="again_overfit").click().run()
    assert not app.exception
    assert len(app.markdown) > before
    app.multiselect(key="live_arms").set_value([]).run()
    assert not app.exception
    assert translate("regularization.overfit.few", "en") in [each.value for each in app.info]


def test_what_the_page_says_of_overfitting_is_what_was_recorded() -> None:
    found = {arm.arm: arm for arm in summarize(recorded_study().study)}
    assert max(found.values(), key=lambda arm: arm.test.mean).arm == "shift"
    assert found["shift"].verdict == found["none_small"].verdict == "higher"
    assert found["bn"].verdict == found["bn_large"].verdict == "lower"  # "the results above do not show it"
    for with_bn, without in (("bn_small", "none_small"), ("bn", "none"), ("bn_large", "none_large")):
        assert found[with_bn].test.mean < found[without].test.mean
        assert found[with_bn].loss.mean < found[without].loss.mean
    assert {found[name].verdict for name in ("bn_small", "dropout", "decay")} == {"open"}
