"""The page on the paper's ImageNet results in AppTest: every number of the tables is there."""

from __future__ import annotations

from pathlib import Path

import pytest
from hand_made_variants import ensemble, repeated, variants
from opened_app import Open, words

from bnviz.chapters.imagenet import cached, live_study
from bnviz.chapters.imagenet.published import CHANGES, VARIANTS
from bnviz.chapters.imagenet.published_ensemble import ENTRIES
from bnviz.config import RunConfig
from bnviz.studies import Arm, Study
from bnviz.studies.files import save_study
from bnviz.text.catalogue import translate
from bnviz.ui import studies

GUESSES = {"rate": "faster", "more": "crops"}
PARTS = {"table": "published", "curves": "schematic", "list": "published", "ensemble": "published"}


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("part", PARTS)
def test_every_part_renders_under_its_badge(open_page: Open, part: str, lang: str) -> None:
    app = open_page(lang, imagenet_part=part, **GUESSES)
    assert not app.exception
    assert all(chart.proto.alt for chart in app.get("plotly_chart"))
    assert bool(app.get("plotly_chart")) == (part != "list")
    assert translate(f"imagenet.{part}.text", lang) in words(app)
    assert translate(f"chapter.badge.{PARTS[part]}", lang) in " ".join(html.proto.body for html in app.get("html"))


@pytest.mark.parametrize("part", ["table", "ensemble"])
def test_the_answer_is_not_there_before_the_guess(open_page: Open, part: str) -> None:
    app = open_page(imagenet_part=part)
    assert not app.exception
    assert not app.get("plotly_chart")


def test_the_table_holds_every_number_of_figure_3_and_its_blank(open_page: Open) -> None:
    shown = words(open_page(**GUESSES))
    for row in VARIANTS:
        line = next(line for line in shown.splitlines() if line.startswith(f"| {row.name} |"))
        assert f"**{row.lr.known:g}**" in line
        assert f"**{row.accuracy.known:.1f}\u00a0%**" in line
        blank = translate("imagenet.blank", "en")
        assert (f"{row.steps.known / 1e6:.1f} " if row.steps.value else blank) in line
    assert "| 14.8 | 6.8\u00a0% |" in shown
    assert "| **14** |" in shown


def test_the_table_of_figure_4_keeps_its_blanks(open_page: Open) -> None:
    shown = words(open_page(imagenet_part="ensemble", **GUESSES))
    blank = translate("imagenet.blank", "en")
    for row in ENTRIES:
        line = next(line for line in shown.splitlines() if line.startswith(f"| {row.name} |"))
        cells = (row.crops, row.models, row.top1, row.top5)
        assert line.count(blank) == sum(cell.value is None for cell in cells)
        assert f"**{row.top5.known:g}\u00a0%**" in line
    assert translate("imagenet.ensemble.star", "en", test="4.82", he="4.94") in shown
    assert "Reduction of top-5 error, in points: 2.0 from" in shown


def test_every_change_stands_with_its_field(open_page: Open) -> None:
    shown = words(open_page(imagenet_part="list"))
    assert all(f"`{change.field}`" in shown for change in CHANGES)


def test_the_chosen_variant_is_the_one_that_is_shaded(open_page: Open) -> None:
    app = open_page(imagenet_part="curves")
    assert translate("imagenet.curves.area", "en", name="BN-x30") in words(app)
    app.selectbox(key="variant").set_value("sigmoid").run()
    assert not app.exception
    assert translate("imagenet.curves.area_blank", "en", name="BN-x5-Sigmoid") in words(app)
    assert app.query_params["variant"] == "sigmoid"


@pytest.fixture
def recordings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(studies, "RECORDINGS", tmp_path)
    monkeypatch.setenv("BNVIZ_DATA_DIR", str(tmp_path / "data"))
    return tmp_path


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("study", cached.NAMES)
def test_a_recorded_study_is_shown(open_page: Open, study: str, lang: str, recordings: Path) -> None:
    made = ensemble() if study == "ensemble" else repeated(variants(study), 3)
    save_study(made, recordings / f"{study}.json")
    app = open_page(lang, imagenet_part="ours", study=study)
    assert not app.exception
    assert len(app.get("plotly_chart")) == {"inception-variants": 3, "accelerate": 2, "ensemble": 2}[study]
    assert all(chart.proto.alt for chart in app.get("plotly_chart"))
    if study == "ensemble":
        # Errors of 30 and 20 % against 40 % of the members on average.
        assert translate("imagenet.ours.members", lang, here="0.62", paper="0.91") in words(app)
    else:
        assert translate("imagenet.agreement.part", lang, seen=3, total=4, unseen=0, opposite=1, few=0) in words(app)
        assert f"**{translate('studies.verdict.opposite', lang)}**" in words(app)


def test_ours_stands_beside_the_papers(open_page: Open, recordings: Path) -> None:
    save_study(variants(), recordings / "inception-variants.json")
    app = open_page(imagenet_part="ours")
    line = next(line for line in words(app).splitlines() if line.startswith("| fast |"))
    assert [cell.strip() for cell in line.split("|")[2:-1]] == [
        "0.05",
        "10",
        "2/2",
        "4.0",
        "14.8",
        "**70.0\u00a0±\u00a00.0\u00a0%**",
        "+15.0",
        "+0.8",
    ]
    assert "not finite: 2/2" in words(app)
    app.segmented_control(key="mark").set_value("threshold").run()
    assert not app.exception
    assert app.query_params["mark"] == "threshold"
    line = next(line for line in words(app).splitlines() if line.startswith("| fast |"))
    assert "| 3.0 | 14.8 |" in line


def test_the_list_says_what_each_row_adds(open_page: Open, recordings: Path) -> None:
    save_study(variants("accelerate"), recordings / "accelerate.json")
    app = open_page(imagenet_part="ours", study="accelerate")
    assert "| `lr=0.3` |" in words(app)
    app.selectbox(key="arm").set_value("faster").run()
    assert not app.exception
    assert app.query_params["arm"] == "faster"
    alt = app.get("plotly_chart")[1].proto.alt
    assert "fast 70.0 ± 0.0; faster 80.0 ± 0.0" in alt


@pytest.mark.parametrize("study", cached.NAMES)
def test_a_missing_or_damaged_recording_is_said_with_its_command(open_page: Open, study: str, recordings: Path) -> None:
    for content in (None, "{", "[]"):
        if content is not None:
            (recordings / f"{study}.json").write_text(content)
        app = open_page(imagenet_part="ours", study=study)
        assert not app.exception
        assert any(f"python -m bnviz experiment run {study} --out" in each.value for each in app.info)


@pytest.fixture
def small_study(monkeypatch: pytest.MonkeyPatch) -> Study:
    """A study of perceptrons under the name of the Inception study: the page does not depend on the network."""
    study = Study(
        name=live_study.NAME,
        base=RunConfig(activation="relu", norm="none", lr=0.01, depth=2),
        arms=(Arm("a"), Arm("b", (("norm", "batch"),)), Arm("c", (("norm", "batch"), ("lr", 0.05)))),
        steps=500,
        threshold=0.5,
    )
    monkeypatch.setattr(live_study, "study_named", lambda name: study)
    monkeypatch.setattr(cached, "STUDIES", {study.name: study})
    monkeypatch.setattr(live_study, "STEPS", 12)
    return study


def test_the_small_form_runs_now_on_what_is_here(open_page: Open, recordings: Path, small_study: Study) -> None:
    app = open_page(imagenet_part="ours")
    assert f"after {live_study.MAX_SECONDS:.0f} seconds" in words(app)
    assert translate("imagenet.live.digits", "en", data=translate("dataset.mnist")) in [c.value for c in app.caption]
    app.button(key="again_imagenet").click().run()
    assert not app.exception
    shown = words(app)
    assert "| a | 0.01 |" in shown
    assert "| b | 0.01 |" in shown
    assert len(app.get("plotly_chart")) == 1
    app.multiselect(key="live_arms").set_value([]).run()
    assert not app.exception
    assert translate("imagenet.live.few") in [each.value for each in app.info]
