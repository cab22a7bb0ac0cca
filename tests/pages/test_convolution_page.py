"""The page on convolution in AppTest, in both languages."""

from __future__ import annotations

import json
from functools import partial

import pytest
from hand_made_twin_study import twin_study
from opened_app import Open, words

from bnviz.chapters.convolution import cached, curves_part, recorded_weights
from bnviz.chapters.convolution.late_bn import train_arms
from bnviz.chapters.convolution.live_scene import live_experiment
from bnviz.live.registry import registry
from bnviz.studies import load_study, recordings_of
from bnviz.text.catalogue import arm_label, translate
from bnviz.text.numbers import number_cell

PARTS = ("train", "curves", "maps", "pictures", "insert")
WITHOUT_FIGURES = ("train", "curves")


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("part", PARTS)
def test_every_part_renders(open_page: Open, part: str, lang: str) -> None:
    app = open_page(lang, conv_part=part, guess="same", single="last")
    assert not app.exception
    assert app.get("plotly_chart") or part in WITHOUT_FIGURES
    assert all(chart.proto.alt for chart in app.get("plotly_chart"))
    assert translate(f"convolution.{part}.text", lang) in words(app)


def test_the_table_follows_layer_and_batch(open_page: Open) -> None:
    app = open_page(conv_part="maps", guess="tenth", conv_layer="3")
    app.select_slider(key="conv_m").set_value(8).run()
    assert not app.exception
    (maps, p, q), spreads = cached.mean_spreads(3)
    assert (maps, p, q) == (32, 8, 8)
    measured = number_cell(spreads["map"].measured[spreads["map"].sizes.tolist().index(8)])
    assert f"| 32 | 64 | 512 | {number_cell(512**-0.5)} | **{measured}** |" in words(app)
    assert "| 2,048 | 4,096 | 8 |" in words(app)


def test_the_right_answer_is_what_is_measured() -> None:
    _, spreads = cached.mean_spreads(1)
    ratio = spreads["map"].measured[-1] / spreads["activation"].measured[-1]
    assert spreads["map"].sizes[-1] == 64
    assert 1 / 13 < ratio < 1 / 7


def test_moving_commutes_per_map_only() -> None:
    test = cached.shifted_digits()
    assert test.difference[0].max() < 1e-5
    assert (test.difference[1, 1:] > 0.3).all()


def test_pictures_follow_the_moment_and_training_now(open_page: Open) -> None:
    app = open_page(conv_part="pictures", conv_moment="start", conv_layer="8")
    assert not app.exception
    assert translate("convolution.pictures.start") in words(app)
    app = open_page(conv_part="pictures")
    twins, _ = recorded_weights.recorded()
    numbers = {name: f"{100 * each:.1f}" for name, each in zip(("none", "batch"), twins.accuracy, strict=True)}
    assert translate("convolution.pictures.trained", steps=100, **numbers) in words(app)


def test_the_controls_make_the_experiment_that_the_session_gets(open_page: Open) -> None:
    app = open_page(conv_part="train", conv_lr="0.1")
    app.select_slider(key="conv_width").set_value(4).run()
    assert not app.exception
    session = registry().open(app.session_state["bnviz.token.convolution"])
    assert session.experiment == live_experiment("vgg11", "bn", dataset="mnist", lr=0.1, width=4)
    links = [each.proto.page for each in app.get("page_link")]
    assert any("data" in link for link in links)


@pytest.mark.parametrize("recipe", ["shared", "best"])
def test_a_recorded_study_is_drawn_with_every_seed(
    open_page: Open, recipe: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(curves_part, "recorded_study", lambda name: twin_study())
    app = open_page(conv_part="curves", conv_recipe=recipe)
    assert not app.exception
    assert len(app.get("plotly_chart")) == 5
    assert "2026-01-02" in " ".join(each.proto.body for each in app.get("html"))
    drawn = json.loads(app.get("plotly_chart")[0].proto.spec)
    lines = [trace["name"] for trace in drawn["data"] if trace.get("name")]
    other = "batch-lr0.05" if recipe == "shared" else "batch-lr0.1"
    assert lines == [arm_label("plain-lr0.05"), arm_label(other)]


def test_a_missing_study_gives_the_command(open_page: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(curves_part, "recorded_study", lambda name: None)
    app = open_page(conv_part="curves", conv_study="resnet20-cifar10")
    assert not app.exception
    assert "python -m bnviz experiment run resnet20-cifar10" in app.info[0].value


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_resnet20_is_shown_at_its_published_width(open_page: Open, lang: str) -> None:
    app = open_page(lang, conv_part="curves", conv_study="resnet20-cifar10-width16")
    assert not app.exception
    text = words(app)
    assert "0.004" in next(line.value for line in app.caption if "0.03" in line.value)  # each has its own rate
    assert not [each for each in app.get("button_group") if each.key == "conv_recipe"]
    for accuracy in ("58.8", "41.1", "53.4", "33.9"):  # the four nets, as docs/experiments.md has them
        assert accuracy in text
    assert "NVIDIA H100" in " ".join(each.proto.body for each in app.get("html"))


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_published_width_stands_beside_the_narrow_net(open_page: Open, lang: str) -> None:
    app = open_page(lang, conv_part="curves", conv_study="vgg11-cifar10-width64")
    assert not app.exception
    text, (narrow, wide) = words(app), map(load_study, recordings_of("vgg11-cifar10"))
    for study, norms in ((narrow, {"none": 51.7, "batch": 56.3}), (wide, {"none": 62.5, "batch": 65.3})):
        line = next(line for line in text.splitlines() if line.startswith(f"| {study.base.width} | 0.05 |"))
        assert [cell.strip() for cell in line.split("|")[3:5]] == [str(value) for value in norms.values()]
    row = next(line for line in text.splitlines() if line.startswith("| 64 | 0.1 |"))
    without, with_bn, difference = (cell.strip() for cell in row.split("|")[3:6])
    # Of the nine pairs that are compared, not of all ten nets with BN (68.9).
    assert (without.split()[0].split("（")[0], with_bn) == ("63.7", "69.1")
    assert float(with_bn) - float(without[:4]) == pytest.approx(float(difference.replace("−", "-")), abs=0.11)
    answer = translate("convolution.widths.answer.yes", lang, n=9)
    assert f"**{answer}**" in next(line for line in text.splitlines() if line.startswith("| 64 | 0.1 |"))
    assert f"**{translate('convolution.widths.answer.open', lang, n=3)}**" in text
    told = {"rate": "0.1", "n": 1, "seeds": 10, "step": 5, "rest": 9, "guessing": "+10.5"}
    assert translate("convolution.widths.lost", lang, **told) in text
    # The study expected a smaller difference between the best rates; its ten seeds say the opposite.
    assert translate("convolution.widths.larger", lang, best="+6.4", low="0.05", shared="+2.8") in text
    assert "12,000" in text.split(translate("convolution.widths.gains", lang).partition("{")[0])[1]
    notes = " ".join(each.proto.body for each in app.get("html"))
    assert "2026-11-26" in notes
    assert "NVIDIA H100" in notes


def test_late_bn_follows_its_slider_and_runs_a_choice_of_layers_now(
    open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cached.late_bn, "train_arms", partial(train_arms, steps=30))
    app = open_page(conv_part="insert", single="first")
    app.select_slider(key="insert_at").set_value(400).run()
    assert translate("convolution.arm.inserted", step=400) in words(app)
    app.button(key="again_layers").click().run()
    assert not app.exception
    assert translate("convolution.arm.layers", layers="1, 3, 5") in words(app)
