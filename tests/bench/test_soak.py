"""The soak: what it says to Streamlit, how it judges, and what it refuses."""

from __future__ import annotations

import os
import time

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg

from bnviz.bench.soak_verdict import HEAD, Minute, Soak, slope_of
from bnviz.bench.streamlit_door import rerun_message
from bnviz.cli.main import BAD_INPUT, main
from bnviz.cli.soak import tell
from bnviz.live.vital_signs import vital_signs


@pytest.mark.parametrize("query", ["", "seed=3", "preset=" + 200 * "x", "lang=zh&title=%E6%89%B9"])
def test_the_page_asks_streamlit_as_its_own_protocol_would(query: str) -> None:
    asked = BackMsg()
    asked.rerun_script.SetInParent()
    asked.rerun_script.query_string = query
    assert rerun_message(query) == asked.SerializeToString()


def minutes(
    memory: list[float], slowest_frames: float = 20.0, history: list[float] | None = None, full_at: int = 2
) -> tuple[Minute, ...]:
    """Return minutes with this memory and these histories, which are full from the end of a minute on."""
    held = history or [min(at, full_at) * 10.0 for at in range(1, len(memory) + 1)]
    return tuple(
        Minute(at, 100.0, 0.9, 25.0, slowest_frames, 10.0, 50.0, 90.0, 900.0, mb, kept, min(1.0, at / full_at), 30, 1.8)
        for at, (mb, kept) in enumerate(zip(memory, held, strict=True), start=1)
    )


def soaked(**changes) -> Soak:
    given = {
        "sessions": 3,
        "minutes": minutes([400.0, 500.0, 560.0, 560.5, 561.0, 561.5]),
        "slowest_over_mean": 0.9,
        "p99_ms": 120.0,
        "lost": 0,
        "trouble": (),
        "threads_before": 10,
        "threads_after": 11,
        "resident_before_mb": 380.0,
        "resident_after_mb": 420.0,
    }
    return Soak(**{**given, **changes})


def test_memory_may_grow_until_the_histories_are_full_and_not_after() -> None:
    assert soaked().mb_per_minute == pytest.approx(0.5)
    assert soaked().holds
    assert [minute.at for minute in soaked().full_minutes] == [3, 4, 5, 6]
    leaking = soaked(minutes=minutes([400.0, 402.0, 404.0, 406.0, 408.0, 410.0]))
    assert leaking.mb_per_minute == pytest.approx(2.0)
    assert not leaking.holds


def test_histories_that_are_not_full_yet_are_no_leak_and_do_not_hide_one() -> None:
    filling = [10.0 * at for at in range(8)]
    found = soaked(minutes=minutes([400.0 + mb for mb in filling], history=filling, full_at=20))
    assert found.full_minutes == ()
    assert found.mb_per_minute == pytest.approx(0.0)
    assert found.holds
    assert any("beside the histories, not yet full" in what for what, _ in found.verdict)
    leaking = soaked(minutes=minutes([400.0 + 1.3 * mb for mb in filling], history=filling, full_at=20))
    assert leaking.mb_per_minute == pytest.approx(3.0)
    assert not leaking.holds


def test_what_was_told_of_memory_says_how_full_the_histories_were(capsys: pytest.CaptureFixture[str]) -> None:
    tell(soaked())
    told = capsys.readouterr().out
    assert "memory before 380 MB, after all left 420 MB (+40); histories 20 MB, the emptiest 100% full" in told
    assert "holds  memory in 4 minutes with full histories +0.50 MB a minute, at most 1" in told
    columns = soaked().minutes[0].line().split()
    assert columns[9:12] == ["400", "10", "50%"]
    head = HEAD.splitlines()[0].replace(" ms", "").replace("RSS MB", "RSS").split()
    assert len(head) == len(columns)


@pytest.mark.parametrize(
    "worse",
    [
        {"slowest_over_mean": 0.5},
        {"p99_ms": 1000.0},
        {"lost": 1},
        {"threads_after": 40},
        {"resident_after_mb": 900.0},
        {"trouble": ("a run failed: None",)},
        {"minutes": minutes([400.0] * 4, slowest_frames=1.0)},
    ],
)
def test_one_condition_that_fails_is_a_verdict(worse: dict[str, object]) -> None:
    found = soaked(**worse)
    assert not found.holds
    assert len([what for what, holds in found.verdict if not holds]) == 1
    assert found.to_dict()["holds"] is False


def test_a_line_through_points() -> None:
    assert slope_of([(0.0, 1.0), (1.0, 3.0), (2.0, 5.0)]) == pytest.approx(2.0)
    assert slope_of([(0.0, 1.0)]) == 0.0


def test_the_signs_of_this_process() -> None:
    signs = vital_signs(os.getpid())
    assert signs is None or (signs.resident_mb > 10 and signs.threads >= 1)
    assert signs is None or signs.processor_s == pytest.approx(time.process_time(), abs=0.5)
    assert vital_signs(2**30) is None


@pytest.mark.parametrize(
    "words",
    [["--sessions", "0"], ["--sessions", "1000"], ["--minutes", "0"], ["--minutes", "1e9"], ["--log", "/no/such/f"]],
)
def test_bad_input_is_one_sentence(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["soak", *words]) == BAD_INPUT
    told = capsys.readouterr().err.strip().splitlines()
    assert told[-1].startswith(f"bnviz: {words[0]} must")
