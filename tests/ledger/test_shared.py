"""What tests share is computed once per seed, and each counts its time."""

from __future__ import annotations

import time

from bnviz.ledger.shared import MOST, saved_seconds, shared, start_counting


def test_a_seed_is_computed_once_and_its_time_is_counted_again() -> None:
    calls = []

    @shared
    def slow(seed: int) -> int:
        calls.append(seed)
        end = time.perf_counter() + 0.01
        while time.perf_counter() < end:
            pass
        return 2 * seed

    start_counting()
    assert [slow(3), slow(4), slow(3)] == [6, 8, 6]
    assert saved_seconds() == 0  # this test took the time itself
    start_counting()
    assert [slow(3), slow(4), slow(3), slow(3)] == [6, 8, 6, 6]
    assert calls == [3, 4]
    assert 0.02 <= saved_seconds() < 0.03, "a test that looks twice would have computed once"


def test_what_a_shared_result_is_made_of_counts_once() -> None:
    @shared
    def inner(seed: int) -> int:
        end = time.perf_counter() + 0.02
        while time.perf_counter() < end:
            pass
        return seed

    @shared
    def outer(seed: int) -> int:
        return inner(seed) + 1

    start_counting()
    inner(0)  # 0.02 s
    start_counting()
    outer(0)  # saves them
    start_counting()
    outer(0)
    assert 0.02 <= saved_seconds() < 0.04


def test_only_the_latest_seeds_are_kept() -> None:
    calls = []

    @shared
    def count(seed: int) -> int:
        calls.append(seed)
        return seed

    for seed in range(MOST + 1):
        count(seed)
    count(0)
    assert calls[-1] == 0
    assert len(calls) == MOST + 2
