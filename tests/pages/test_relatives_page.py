"""The chapter on the relatives in AppTest, with hand-made recordings and without any."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hand_made_study import hand_made_study, hand_made_sweep
from opened_app import Open, words

from bnviz.chapters.relatives.axes import one_mean, share, sharing
from bnviz.chapters.relatives.block import digit_block
from bnviz.chapters.relatives.formulas import FORMULAS
from bnviz.config import NORMS
from bnviz.studies.files import save_study
from bnviz.text.catalogue import translate
from bnviz.ui import studies

GUESSES = {"alone": "batch", "without": "layer", "smallest": "same", "through": "all", "statistics_help": "no"}
STUDIES = {
    "compare": ("relatives", "lite-bn"),
    "batches": ("batch-size",),
    "recurrent": ("recurrent",),
    "domain": ("adabn",),
    "dropout": ("dropout-before-bn",),
}
EXTRAS = {"blur.source": 0.3, "blur.target": 0.5, "test.running": 0.4, "variance_ratio": (1.0, 0.8)}


@pytest.fixture
def recordings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setattr(studies, "RECORDINGS", tmp_path)
    for name in (name for names in STUDIES.values() for name in names):
        found = hand_made_sweep() if name == "batch-size" else hand_made_study(name)
        units = tuple(replace(unit, extras=EXTRAS) for unit in found.units)
        save_study(replace(found, units=units), tmp_path / f"{name}.json")
    yield tmp_path
    studies._read.cache_clear()


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("part", ["axes", *STUDIES])
def test_every_part_renders(open_page: Open, part: str, lang: str, recordings: Path) -> None:
    app = open_page(lang, rel_part=part, **GUESSES)
    assert not app.exception
    assert translate(f"relatives.{part}.text", lang) in words(app)
    assert app.get("plotly_chart")
    assert all(chart.proto.alt for chart in app.get("plotly_chart"))
    assert not app.info or part in ("axes", "batches", "recurrent", "domain")  # the answers to wrong guesses


@pytest.mark.parametrize("part", STUDIES)
def test_without_recordings_the_commands_are_given(
    open_page: Open, part: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(studies, "RECORDINGS", tmp_path)
    app = open_page(rel_part=part, **GUESSES)
    assert not app.exception
    told = " ".join(each.value for each in app.info)
    assert all(f"python -m bnviz experiment run {name} " in told for name in STUDIES[part])


def test_the_address_chooses_the_mean_and_the_numbers_are_its_own(open_page: Open) -> None:
    app = open_page(norm_way="group", axes_groups="3", image="2", channel="3", place="4")
    assert not app.exception
    values = digit_block()
    found = one_mean(share(values, sharing("group", (6, 6, 9), 3)), (1, 2, 3))
    formulas = "\n".join(each.value for each in app.latex)
    assert f"|S| = {found.count}," in formulas
    assert f"= {found.mean:.4f}" in formulas
    assert r"n = 2,\; \lceil c / 2 \rceil = 2" in formulas


def test_the_table_waits_for_the_guess(open_page: Open) -> None:
    app = open_page()
    assert "| --- |" not in words(app).split(translate("relatives.left.text", "en"))[1]
    app.radio(key="alone").set_value("layer").run()
    assert not app.exception
    assert "| Layer | 54 | 6 | " in words(app)


def test_one_normalizer_at_a_time_and_the_arms_shown_are_in_the_address(open_page: Open, recordings: Path) -> None:
    app = open_page(rel_part="compare", norm="renorm", shown="group,nobody")
    assert not app.exception
    assert translate("relatives.say.renorm", "en") in words(app)
    assert app.multiselect(key="shown").value == ["group"]
    app.multiselect(key="shown").set_value(["group", "none"]).run()
    assert app.query_params["shown"] == "group,none"
    assert set(FORMULAS) == set(NORMS)


def test_some_of_them_train_now(open_page: Open, recordings: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bnviz.chapters.relatives.live_study.STEPS", 4)
    app = open_page(rel_part="compare")
    before = len(app.get("plotly_chart"))
    app.multiselect(key="live_norms").set_value(["layer"]).run()
    app.button(key="again_relatives").click().run()
    assert not app.exception
    assert len(app.get("plotly_chart")) == before + 1
    app.multiselect(key="live_norms").set_value([]).run()
    assert translate("relatives.again.few", "en") in [each.value for each in app.info]


def test_the_slope_follows_the_slider(open_page: Open) -> None:
    app = open_page(rel_part="recurrent", through="most", sd="2.0")
    assert "= 0.365" in app.latex[0].value
