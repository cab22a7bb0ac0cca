"""Recorded studies on a page: tables, verdicts, and what is said when there is none."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hand_made_study import hand_made_study, hand_made_sweep
from streamlit.testing.v1 import AppTest

from bnviz.studies.files import save_study
from bnviz.ui import studies


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setattr(studies, "RECORDINGS", tmp_path)
    monkeypatch.setattr(studies, "limits_link", lambda: None)  # a script by itself knows no other page
    save_study(hand_made_study(), tmp_path / "relatives.json")
    save_study(hand_made_sweep(), tmp_path / "batch-size.json")
    (tmp_path / "broken.json").write_text("{}")
    yield tmp_path
    studies._read.cache_clear()


def draw() -> None:
    from bnviz.ui import studies

    result = studies.recorded_study("relatives")
    assert result is not None
    studies.study_note(result)
    studies.study_table(result, reference="none", published="best_accuracy")
    studies.study_verdicts(result)
    studies.pick_arms(result, "picked", ("batch",))
    sweep = studies.recorded_study("batch-size")
    assert sweep is not None
    studies.study_table(sweep, ("batch-2",), ("extra:some.share", "gap"))
    studies.study_verdicts(sweep)
    studies.study_missing("nothing")


@pytest.fixture
def page(folder: Path) -> AppTest:
    app = AppTest.from_function(draw, default_timeout=30)
    app.query_params["lang"] = "en"
    app.run()
    assert not app.exception
    return app


def test_the_table_says_what_was_measured_and_what_was_published(page: AppTest) -> None:
    text = page.markdown[0].value
    assert "| Reported: best accuracy |" in text
    assert "| 62.0 ± 2.0 | 72.0 ± 2.0 | 20 (3 of 3) | 13.0 (× 1.18) | 92.17 % (somebody 2015) |" in text
    assert "| 44.0 ± 4.0 | 54.0 ± 4.0 | – (0 of 3) | 11.0 (× 1.00) | – |" in text
    assert "20 (2 of 3)" in text


def test_verdicts_are_words(page: AppTest) -> None:
    text = page.markdown[1].value
    # 20, 18 and 16 points: 9.925 * 2 / sqrt(3) is 11.5.
    assert "| +18.0 points | +6.5 to +29.5 | **as expected** |" in text
    assert text.splitlines()[3].endswith("| 0 steps | −10 to +10 | **open** |")
    captions = " ".join(each.value for each in page.caption)
    assert "With 3 seeds the interval reaches 5.7 standard deviations" in captions
    assert "**too few seeds to say**" in page.markdown[3].value


def test_an_extra_share_is_in_percent(page: AppTest) -> None:
    assert "| 25.0 | 10.0 |" in page.markdown[2].value


def test_where_it_comes_from_is_said(page: AppTest) -> None:
    note = page.get("html")[0].proto.body
    assert "2026-01-02" in note
    assert "50,000" in note
    assert "python -m bnviz experiment run relatives" in note


def test_without_a_recording_the_command_is_given(page: AppTest) -> None:
    assert "python -m bnviz experiment run nothing --out" in page.info[0].value


@pytest.mark.parametrize("name", ["absent", "broken"])
def test_a_missing_or_damaged_recording_is_none(name: str, folder: Path) -> None:
    assert studies.recorded_study(name) is None


def test_a_newer_file_is_read_anew(folder: Path) -> None:
    assert studies.recorded_study("batch-size") is studies.recorded_study("batch-size")
    (folder / "batch-size.json").unlink()
    assert studies.recorded_study("batch-size") is None


def test_figures_in_words(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "62.0 ± 2.0" in studies.study_alt(hand_made_study(), "accuracy")
