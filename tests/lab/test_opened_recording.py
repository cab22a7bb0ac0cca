"""After a visitor opened a recording, the controls and the address describe what is on screen."""

from __future__ import annotations

import pytest
import streamlit as st
from opened_app import Open, session_of
from streamlit.testing.v1 import AppTest

from bnviz.config import PRESETS, Experiment, RunConfig, compare
from bnviz.data import load_dataset
from bnviz.lab import recordings, settings, viewer
from bnviz.lab.share import left_out
from bnviz.live.session import Session
from bnviz.telemetry.history import History
from bnviz.text.catalogue import translate
from bnviz.training.trainer import Trainer

BASE = RunConfig(dataset="moons", depth=2, width=7, lr=0.3, batch_size=9, seed=11, activation="tanh")

SHOWN: dict[str, Experiment] = {
    "twins": compare(BASE, "norm", ["none", "batch"]),
    "the shared value of the norm differs from the scene's": compare(
        BASE.with_fields(norm="batch"), "norm", ["none", "batch"], name="moons"
    ),
    "one network": compare(BASE, "norm", ["layer"]),
    "one network that an arm sets": compare(BASE, "depth", [3]),
    "rates": compare(BASE.with_fields(norm="batch"), "lr", [0.1, 1.0, 3.0]),
    "swapped": compare(BASE, "norm", ["batch", "none"]),
    "a scene": Experiment(PRESETS["figure1"].with_fields(dataset="moons"), name="figure1"),
}


def address_of(app: AppTest) -> dict[str, str]:
    return {name: values if isinstance(values, str) else values[0] for name, values in app.query_params.items()}


def recorded(experiment: Experiment) -> History:
    trainer = Trainer(experiment, load_dataset("moons"), 5)
    for _ in range(3):
        trainer.advance()
    return trainer.history


@pytest.mark.parametrize("case", SHOWN)
def test_the_controls_and_the_address_are_those_of_the_recording(
    open_app: Open, case: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    experiment = SHOWN[case]
    app = open_app(lang="en", preset="figure1")
    history = recorded(experiment)
    session = session_of(app)
    open_in(monkeypatch, history)
    for _ in range(3):  # and it stays
        app.run()
        assert not app.exception
        assert session.history is history
        assert session.experiment == experiment, "what Train starts"
        assert controls_of(app).configs == experiment.configs
        linked, wrong = settings.experiment_from_query(address_of(app))
        assert wrong is None
        assert linked.configs == experiment.configs
    assert not viewer.is_beyond_controls(history)
    app.number_input(key="seed").set_value(12).run()
    assert session.source == "live", "a control that moves starts a run of its own"


def test_what_the_controls_cannot_describe_is_said(open_app: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    arms = ((("lr", 0.1), ("depth", 1)), (("lr", 1.0), ("depth", 3)))
    history = recorded(Experiment(BASE, arms))
    app = open_app(lang="en", preset="figure1")
    open_in(monkeypatch, history)
    for _ in range(2):
        app.run()
        assert not app.exception
        assert session_of(app).history is history
    assert translate("sidebar.share_beyond", "en") in left_out(session_of(app), "en")


def test_the_controls_stay_with_a_watched_model(open_app: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    history = recorded(SHOWN["twins"])
    monkeypatch.setattr(type(history.description), "is_watched", True)
    app = open_app(lang="en", preset="figure1")
    before = controls_of(app)
    open_in(monkeypatch, history)
    for _ in range(2):
        app.run()
        assert not app.exception
        assert session_of(app).history is history
        assert controls_of(app) == session_of(app).experiment == before
    assert left_out(session_of(app), "en") == [translate("sidebar.share_watched", "en")]


def controls_of(app: AppTest) -> Experiment:
    return settings.read({key: app.session_state[key] for key in settings.WIDGETS if key in app.session_state})


def open_in(monkeypatch: pytest.MonkeyPatch, history: History) -> None:
    """Let the next run open a recording, as the drawer does with an upload."""
    opened: list[History] = []

    def open_once(session: Session) -> None:
        """As the drawer does with an upload."""
        if not opened:
            opened.append(history)
            viewer.open_recording(session, history)
            st.rerun()

    monkeypatch.setattr(recordings, "_open", open_once)
