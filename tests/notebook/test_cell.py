"""The widget of a history: one for all displays of it, with all messages in its state."""

from __future__ import annotations

import pytest
from hand_made_history import frame, history

pytest.importorskip("anywidget", reason="no anywidget: requirements-notebook.txt has it")

from bnviz.notebook import cell as module
from bnviz.notebook import show as showing
from bnviz.notebook.cell import cell_of
from bnviz.standalone.words import LANGUAGES


@pytest.fixture
def ended(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """What IPython calls when a cell has ended."""
    called: list[object] = []

    class Events:
        def register(self, name: str, callback: object) -> None:
            assert name == "post_run_cell"
            called.append(callback)

    class Shell:
        events, kernel = Events(), object()

    monkeypatch.setattr(module, "get_ipython", Shell)
    monkeypatch.setattr(showing, "_shell", Shell)
    monkeypatch.setattr(module, "_feeds", type(module._feeds)())
    return called


def test_a_history_has_one_widget(ended: list[object]) -> None:
    made, other = history(2), history(2)
    cell = cell_of(made)
    assert cell_of(made) is cell
    assert cell_of(other) is not cell
    assert len(ended) == 1, "IPython is asked once for all"
    assert set(cell.words) == set(LANGUAGES)
    assert "export default" in cell._esm
    assert ".bnviz" in cell._css


def test_frames_arrive_while_the_loop_runs_and_all_when_the_cell_has_ended(ended: list[object]) -> None:
    made = history(2)
    cell = cell_of(made)
    shown = cell.backlog
    made.add_frame(frame(100))
    assert cell.backlog != shown
    assert cell.news == b""
    live = cell.backlog
    made.add_frame(frame(105))  # at once: too soon to be sent
    assert (cell.backlog, cell.news) == (live, b"")
    (finish,) = ended
    finish(None)  # type: ignore[operator]
    assert b'"source":"live"' in live
    assert b'"source":"recorded"' in cell.backlog
    assert len(cell.backlog) != len(live)


def test_jupyter_gets_the_widget_beside_the_picture(ended: list[object]) -> None:
    made = history(2)
    data, _ = made._repr_mimebundle_()
    assert data["application/vnd.jupyter.widget-view+json"]["model_id"] == cell_of(made).model_id
    assert data["text/html"].startswith("<svg")
