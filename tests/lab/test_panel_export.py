"""Every panel of a resting run has its Plotly twin, its words and its CSV."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from bnviz.config import Experiment, RunConfig, preset
from bnviz.lab import panel_export, viewer
from bnviz.lab.live_view import PANELS
from bnviz.ui.text import t


def resting(panel: str) -> None:
    """Stands for a page; AppTest runs its source alone, so it imports what it needs."""
    from types import SimpleNamespace

    import streamlit as st

    from bnviz.lab import panel_export, viewer

    st.session_state["bnviz.explore_open"] = True
    session = SimpleNamespace(history=viewer.scene_recording("default"), status="idle")
    panel_export.draw(session, {"panel": panel, "step": 50})


def test_every_panel_has_a_twin() -> None:
    assert set(panel_export.EXPORTS) == set(PANELS)


def test_python_and_the_browser_know_the_same_panels_in_the_same_order() -> None:
    text = (Path(__file__).parents[2] / "assets" / "live" / "tabs.js").read_text(encoding="utf-8")
    listed = re.search(r"PANELS = \[(.*?)\]", text, re.DOTALL)
    assert listed is not None
    assert tuple(re.findall(r'"(\w+)"', listed[1])) == PANELS


@pytest.mark.parametrize("panel", [panel for panel in PANELS if panel not in ("contours", "boundary")])
def test_a_resting_panel_shows_its_twin(panel: str) -> None:
    app = AppTest.from_function(resting, args=(panel,)).run(timeout=20)
    assert not app.exception
    chart = app.get("plotly_chart")[0].proto
    assert chart.alt
    assert "bnviz-" + panel in chart.config
    assert app.get("download_button")[0].proto.label == t("lab.csv")


def test_what_the_run_does_not_hold_is_told() -> None:
    app = AppTest.from_function(resting, args=("boundary",)).run(timeout=20)
    assert not app.exception
    assert [info.value for info in app.info] == [t("lab.no_figure")]


def test_the_bundled_recording_is_the_default_scene() -> None:
    bundled = viewer.scene_recording("default")
    assert bundled is not None
    assert viewer.same_run(bundled.experiment, preset("default"))
    assert bundled.frames[0].step == 0


def test_a_recording_survives_saving_and_opening() -> None:
    bundled = viewer.scene_recording("default")
    assert bundled is not None
    session = SessionWith(bundled)
    again = viewer.read_upload("mine.npz", viewer.recording_bytes(session))  # type: ignore[arg-type]
    assert [frame.step for frame in again.frames] == [frame.step for frame in bundled.frames]
    assert again.experiment == bundled.experiment


def test_a_name_does_not_make_another_run() -> None:
    one = preset("default")
    assert viewer.same_run(one, Experiment(one.base, one.arms, "custom"))
    assert not viewer.same_run(one, Experiment(RunConfig(lr=0.1), one.arms, one.name))
    assert not viewer.same_run(one, Experiment(one.base, one.arms[:1], one.name))


class SessionWith:
    """As much of a session as saving needs."""

    def __init__(self, history: object) -> None:
        self.history = history
        self.state = type("State", (), {"batches_hashes": ("a", "b")})()
