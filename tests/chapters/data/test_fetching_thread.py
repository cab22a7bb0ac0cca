"""The thread that fetches: it reports its progress, it stops, and it never hides an error."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from bnviz.chapters.data import fetching
from bnviz.chapters.data.fetching import Fetching
from bnviz.data import FetchCancelled, FetchError

Fetch = Callable[[str, Callable[[int, int], None], threading.Event], None]


def run(monkeypatch: pytest.MonkeyPatch, fetch: Fetch) -> Fetching:
    monkeypatch.setattr(fetching, "fetch", fetch)
    job = Fetching("cifar10")
    job.join(5)
    return job


def test_it_reports_progress_and_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    job = run(monkeypatch, lambda _name, report, _stop: report(50, 200))
    assert (job.state, job.share) == ("done", 0.25)
    assert not any(thread.name == "bnviz-fetch-cifar10" for thread in threading.enumerate())


def test_nothing_known_yet_is_no_share(monkeypatch: pytest.MonkeyPatch) -> None:
    assert run(monkeypatch, lambda _name, _report, _stop: None).share == 0.0


def test_cancel_stops_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def wait(_name: str, _report: object, stop: threading.Event) -> None:
        assert stop.wait(5)
        raise FetchCancelled("stopped")

    monkeypatch.setattr(fetching, "fetch", wait)
    job = Fetching("cifar10")
    assert job.state == "fetching"
    job.cancel()
    job.cancel()
    job.join(5)
    assert job.state == "cancelled"


@pytest.mark.parametrize(
    ("error", "told"), [(FetchError("no network"), "no network"), (OSError("disk full"), "OSError: disk full")]
)
def test_errors_are_told(monkeypatch: pytest.MonkeyPatch, error: Exception, told: str) -> None:
    def fail(*_: object) -> None:
        raise error

    job = run(monkeypatch, fail)
    assert (job.state, job.error) == ("failed", told)
