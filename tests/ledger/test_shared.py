"""What tests share is computed once per seed, and each counts its time."""

from __future__ import annotations

import time

from bnviz.ledger.shared import MOST, saved_seconds, shared


def test_a_seed_is_computed_once_and_its_time_is_counted_again() -> None:
    calls = []

    @shared
    def slow(seed: int) -> int:
        calls.append(seed)
        end = time.perf_counter() + 0.01
        while time.perf_counter() < end:
            pass
        return 2 * seed

    before = saved_seconds()
    assert [slow(3), slow(4)] == [6, 8]
    assert saved_seconds() == before
    assert [slow(3), slow(4), slow(3)] == [6, 8, 6]
    assert calls == [3, 4]
    assert saved_seconds() - before >= 0.03


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

    inner(0)  # 0.02 s
    outer(0)  # saves them
    middle = saved_seconds()
    outer(0)
    assert 0.02 <= saved_seconds() - middle < 0.04


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
