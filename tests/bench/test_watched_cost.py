"""Where the time of a watched run goes: every part is measured, and the parts of the run's own thread add up."""

import pytest

from bnviz.bench import watched_cost


def test_the_parts_add_up_to_the_time_of_the_run(monkeypatch):
    monkeypatch.setattr(watched_cost, "STEPS", 4)
    costs = watched_cost.part_costs(rounds=1)
    monkeypatch.setattr(watched_cost, "part_costs", lambda: costs)
    first, *others = watched_cost.watched_cost(seconds=0.5)
    assert [row.what for row in others] == [f"watched run: {name}" for name in watched_cost.LIMITS]
    own = ("steps", "bookkeeping", "evaluating", "observing", "handing over")
    shares, detail = first.detail["shares"], first.detail
    assert sum(shares[name] for name in own) + detail["slower in company"] == pytest.approx(1, abs=1e-3)
    assert first.value == pytest.approx(shares["steps"], abs=1e-3)
    assert min(costs.step, costs.handing_over, costs.reducing, costs.sending, costs.evaluating) > 0
    assert all(share > 0 for share in detail["cores of the threads"].values())
    assert detail["frames_per_s"] > 0
