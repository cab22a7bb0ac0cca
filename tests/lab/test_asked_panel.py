"""A panel that the page asks for is shown until the visitor opens another one, whatever the view reports meanwhile."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from bnviz.lab import live_view
from bnviz.live.commands import handle_command
from bnviz.live.registry import Registry


def test_what_the_view_says_before_it_has_carried_out_a_request_takes_nothing_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(live_view, "st", SimpleNamespace(session_state={}))
    registry = Registry()
    session = registry.open(None)

    def asked() -> str | None:
        found = live_view._shown(session, "lab")
        return None if found is None else f"{found['panel']} {found['step']}"

    def told(panel: str, shown: int | None) -> None:
        assert handle_command(session, {"op": "place", "panel": panel, "step": 1, "shown": shown})

    live_view.open_panel("curves")
    assert asked() == "curves None"
    told("curves", 1)
    live_view.open_panel("distributions", 0)
    assert asked() == "distributions 0"
    told("curves", 1)  # sent before the request reached the view
    assert asked() == "distributions 0"
    told("distributions", 2)
    assert asked() == "distributions 0"
    told("gradients", 2)  # now the visitor has opened another one
    assert asked() is None
    told("gradients", None)  # the view of a page that was left and opened again
    assert asked() is None
    live_view.open_panel("figure1")
    assert asked() == "figure1 None"
    registry.close_all()
