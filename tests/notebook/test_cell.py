"""The widget of a history: one for all displays of it, with all messages in its state."""

from __future__ import annotations

import random

import numpy as np
import pytest
import torch
from hand_made_history import frame, history
from torch import nn

pytest.importorskip("anywidget", reason="no anywidget: requirements-notebook.txt has it")

import bnviz
from bnviz.notebook import cell as module
from bnviz.notebook import feed
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


def trained(follow: bool) -> tuple[bytes, bytes, object, bytes, int]:
    """Train a net under ``watch``; return weights and all random states, and how often the cell was sent something."""
    torch.manual_seed(0)
    random.seed(0)
    np.random.seed(0)
    model = nn.Sequential(nn.Linear(3, 6), nn.BatchNorm1d(6), nn.ReLU(), nn.Dropout(0.5), nn.Linear(6, 2))
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    parcels: list[object] = []
    with bnviz.watch(model, optimizer, every=1) as watcher:
        if follow:
            cell = cell_of(watcher.history)
            cell.observe(parcels.append, ["backlog", "news"])
        for _ in range(4):
            loss = model(torch.randn(8, 3)).square().mean()
            optimizer.zero_grad()
            loss.backward()
            watcher.log(train_loss=loss.item())
            optimizer.step()
    weights = b"".join(value.detach().numpy().tobytes() for value in model.state_dict().values())
    numpys = np.random.get_state()[1].tobytes()  # type: ignore[union-attr]
    return weights, torch.get_rng_state().numpy().tobytes(), random.getstate(), numpys, len(parcels)


def test_a_loop_that_a_cell_follows_is_the_same_to_the_bit(
    ended: list[object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feed, "EVERY_S", 0.0)
    monkeypatch.setattr(feed, "BYTES_PER_S", 1e12)
    alone, followed = trained(follow=False), trained(follow=True)
    assert followed[:4] == alone[:4]
    assert followed[4] >= 4
