"""The frames of sessions come from a process where the settings allow one, and it ends with the registry."""

import os
from pathlib import Path

import pytest
from run_listener import TINY
from waiting import until

from bnviz.config.limits import Limits
from bnviz.live import registry as registries
from bnviz.live.registry import Registry, app_registry
from bnviz.training.reducer import Way
from bnviz.training.reducer_process import ReducerProcess


@pytest.mark.parametrize("allowed", [False, True])
def test_the_app_has_a_process_unless_the_settings_forbid_it(monkeypatch, allowed):
    monkeypatch.setattr(registries, "limits", lambda: Limits(reducer_process=allowed))
    made = app_registry()
    assert (made._reducer.process is not None) == allowed
    made.close_all()


@pytest.mark.skipif(os.name != "posix", reason="the process is only there where files have descriptors")
def test_two_sessions_share_a_process_that_starts_with_the_first_frames_and_ends_with_the_registry():
    process = ReducerProcess()
    made = Registry(process=process)
    try:
        sessions = [made.open() for _ in range(2)]
        for session in sessions:
            session.configure(TINY)
        until(lambda: all(session.history is not None for session in sessions))
        assert process.pid is None  # nothing is watched in motion yet
        for session in sessions:
            session.train()
        until(lambda: all(session.run._reducer._way == Way.PROCESS for session in sessions))
        pid = process.pid
        for session in sessions:
            session.pause()
            until(lambda session=session: session.status == "paused")
            assert session.history.frames[-1].step == session.run.step
    finally:
        made.close_all()
    assert process.pid is None
    assert not Path(f"/proc/{pid}").exists()
