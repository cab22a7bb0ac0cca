"""Verdicts of a study: paired seeds, one rule, nets that diverged, and the shipped recordings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest

from bnviz.studies import DEVICES, STUDIES, Arm, load_study, recordings_of
from bnviz.studies.paired import paired, reach
from bnviz.studies.records import Expectation, StudyResult, UnitResult
from bnviz.studies.summary import summarize, summarize_arms
from bnviz.studies.verdicts import judge, verdicts_of
from tests.studies.study_helpers import TINY

Accuracies = Mapping[str, Sequence[float | None]]
UNIT = UnitResult("a", 0, "k", (0, 40), (2.0, 1.0), (2.0, 1.0), (0.1, 0.5), 0.9, 0.5, 0.5, None, None, 1.0, 2.0)


def hand_made(accuracies: Accuracies, **parts: dict[str, Any]) -> StudyResult:
    """A study whose units end at the given accuracies; None diverged at step 7. Chance is 0.1."""
    units = [
        replace(UNIT, arm=arm, seed=seed, final_test_accuracy=value, diverged=None if value else 7)
        for arm, values in accuracies.items()
        for seed, value in enumerate(values)
    ]
    units = [replace(unit, **parts.get(unit.arm, {})) for unit in units]
    seeds = tuple(range(len(next(iter(accuracies.values())))))
    return StudyResult("made", TINY.base, tuple(map(Arm, accuracies)), seeds, 40, 0.8, 0.1, tuple(units))


@pytest.mark.parametrize(
    ("first", "second", "verdict"),
    [
        ((0.62, 0.69, 0.79), (0.55, 0.65, 0.75), "open"),  # 5 points apart, sd 1.7, but three seeds reach 5.7 sd
        ((0.6, 0.7, 0.8), (0.4, 0.51, 0.6), "as_expected"),  # levels differ by seed, differences hardly do
        ((0.4, 0.51, 0.6), (0.6, 0.7, 0.8), "opposite"),
        ((0.7, 0.71, 0.69), (0.5, 0.2, 0.6), "open"),
        ((0.7, 0.71), (0.2, 0.2), "too_few_seeds"),
        ((0.7,), (0.2,), "too_few_seeds"),
    ],
)
def test_an_expectation_is_judged_by_paired_seeds(first: Any, second: Any, verdict: str) -> None:
    found = judge(hand_made({"a": first, "b": second}), Expectation("a", "b"))
    assert found.verdict == verdict
    assert found.difference == pytest.approx(sum(first) / len(first) - sum(second) / len(second))


def test_the_interval_is_students() -> None:
    found = paired(hand_made({"a": (0.6, 0.7, 0.8), "b": (0.5, 0.58, 0.7)}), "a", "b")
    assert found is not None
    # Differences 0.10, 0.12, 0.10: sd 0.011547, and t = 9.925 with two degrees of freedom.
    half = 9.925 * 0.011547 / 3**0.5
    assert (found.first, found.second) == pytest.approx((0.7, 1.78 / 3))
    assert (found.mean, found.low, found.high) == pytest.approx((0.32 / 3, 0.32 / 3 - half, 0.32 / 3 + half), abs=1e-5)
    assert reach(3) == pytest.approx(9.925 / 3**0.5, abs=1e-3)
    assert reach(10) == pytest.approx(3.250 / 10**0.5, abs=1e-3)
    assert reach(1) == float("inf")


def test_a_null_with_three_seeds_hardly_ever_gets_a_verdict() -> None:
    import numpy as np

    draws = np.random.default_rng(0).normal(0.5, 0.02, (2000, 2, 3))
    answers = [found.answer for one, other in draws if (found := paired(hand_made({"a": one, "b": other}), "a", "b"))]
    decided = sum(said != "open" for said in answers) / len(answers)
    assert len(answers) == 2000
    assert 0.003 < decided < 0.02  # by the rule 0.01; the pooled standard deviation decided 0.29 of them


TEN = (0.64, 0.65, 0.63, 0.66, 0.64, 0.65, 0.64, 0.63, 0.65, 0.66)
LOWER = tuple(round(value - 0.05 + 0.01 * (seed % 3), 3) for seed, value in enumerate(TEN))


def test_a_seed_that_diverged_is_left_out_and_counted() -> None:
    made = hand_made({"batch": TEN, "plain": (*LOWER[:7], None, *LOWER[8:])})
    found = judge(made, Expectation("batch", "plain"))
    assert (found.verdict, found.seeds, found.left_out) == ("as_expected", 9, 1)
    known = [one - other for seed, (one, other) in enumerate(zip(TEN, LOWER, strict=True)) if seed != 7]
    assert found.difference == pytest.approx(sum(known) / 9)
    # The table of the arm still says what is to be expected of it: chance for the net that diverged.
    accuracy = summarize(made, "plain").accuracy
    assert accuracy is not None
    assert accuracy.low == pytest.approx(0.1)
    assert judge(made, Expectation("batch", "plain", "diverges")).verdict == "open"  # one of ten is no evidence


def test_no_arm_wins_by_leaving_out_its_own_failures() -> None:
    made = hand_made({"batch": (*TEN[:7], None, *TEN[8:]), "plain": LOWER})
    alone = judge(hand_made({"batch": TEN, "plain": LOWER}), Expectation("batch", "plain"))
    assert alone.verdict == "as_expected"
    # Nine pairs are 4 points ahead, the tenth is 50 behind.
    assert judge(made, Expectation("batch", "plain")).verdict == "open"


def test_where_nearly_all_diverge_they_count_as_chance() -> None:
    made = hand_made({"batch": (0.6, 0.61, 0.62), "plain": (None, None, None)})
    found = judge(made, Expectation("batch", "plain"))
    assert (found.verdict, found.seeds, found.left_out) == ("as_expected", 3, 0)
    assert found.difference == pytest.approx(0.51)


@pytest.mark.parametrize(("seeds", "verdict"), [(3, "open"), (4, "as_expected")])
def test_a_fate_is_counted(seeds: int, verdict: str) -> None:
    # If both fail equally often, all seeds say so with a chance of at most 4 to the power of -seeds.
    made = hand_made({"a": (0.6,) * seeds, "b": (None,) * seeds})
    assert judge(made, Expectation("a", "b", "fails")).verdict == verdict


def test_less_is_better_where_it_is() -> None:
    made = hand_made({"a": (0.8, 0.8, 0.8), "b": (0.7, 0.7, 0.7)})  # trained to 0.9: gaps of 0.1 and 0.2
    assert judge(made, Expectation("a", "b", "gap")).verdict == "as_expected"
    assert judge(made, Expectation("b", "a", "gap")).verdict == "opposite"


def test_steps_are_known_to_the_evaluation() -> None:
    # 20 steps apart in every seed, but evaluated every 30 steps: the true difference may be 0.
    times = {"steps": (0, 10, 40), "train_loss": (2.0,) * 3, "test_loss": (2.0,) * 3, "test_accuracy": (0.1,) * 3}
    for reached, verdict in ((20, "open"), (5, "as_expected")):
        fate = {"a": {**times, "steps_to_threshold": reached}, "b": {**times, "steps_to_threshold": 40}}
        made = hand_made({"a": (0.5,) * 3, "b": (0.5,) * 3}, **fate)
        found = judge(made, Expectation("a", "b", "steps_to_threshold"))
        assert (found.difference, found.verdict) == (reached - 40, verdict)


def test_a_net_that_never_arrived_counts_with_its_last_step() -> None:
    made = hand_made({"a": (None, None), "b": (0.5, 0.5)}, b={"steps_to_threshold": 30})
    assert summarize_arms(made)[0].accuracy.mean == pytest.approx(0.1)  # type: ignore[union-attr]
    assert (summarize_arms(made)[0].diverged, summarize_arms(made)[0].failed) == (2, 2)
    assert judge(made, Expectation("b", "a", "fails")).difference == -1
    assert judge(made, Expectation("b", "a", "steps_to_threshold")).difference == 30 - 40
    assert summarize_arms(made)[1].steps_to_threshold == 30
    assert summarize_arms(made)[0].steps_to_threshold is None


def test_a_star_is_the_best_arm_of_its_family() -> None:
    made = hand_made({"batch-1": (0.5, 0.6, 0.5), "batch-2": (0.7, 0.8, 0.7), "plain-1": (0.2, 0.3, 0.2)})
    found = judge(made, Expectation("batch-*", "plain-*"))
    assert (found.better, found.worse, found.verdict) == ("batch-2", "plain-1", "as_expected")


def test_extra_numbers_can_be_compared_within_an_arm() -> None:
    made = hand_made({"a": (0.5, 0.5, 0.5)}, a={"extras": {"target": 0.6, "source": 0.4}})
    found = judge(made, Expectation("a", "a", "extra:target", "extra:source"))
    assert (found.verdict, found.difference) == ("as_expected", pytest.approx(0.2))


def test_the_second_recording_is_the_study_at_the_published_width() -> None:
    narrow, wide = (load_study(path) for path in recordings_of("vgg11-cifar10"))
    assert (narrow.name, wide.name) == ("vgg11-cifar10", "vgg11-cifar10")
    assert (narrow.base.width, wide.base.width) == (16, 64)
    assert wide.base.with_fields(width=16, batch_size=64, device="cpu") == narrow.base
    assert (len(wide.seeds), wide.steps, wide.provenance["n_train"]) == (10, 3000, 12_000)
    assert {arm.name for arm in wide.arms} < {arm.name for arm in STUDIES["vgg11-cifar10"].arms}
    assert wide.base.device == "cuda"
    assert recordings_of("vgg11-cifar10")[1].stem in DEVICES
    assert all(path.is_file() for name in STUDIES for path in recordings_of(name))


def test_the_second_recording_of_resnet20_is_the_study_at_the_published_width() -> None:
    narrow, wide = (load_study(path) for path in recordings_of("resnet20-cifar10"))
    assert (narrow.base.width, wide.base.width) == (8, 16)
    assert wide.base.with_fields(width=8, batch_size=64, device="cpu") == narrow.base
    assert wide.arms == narrow.arms
    assert (len(wide.seeds), wide.steps, wide.provenance["n_train"]) == (10, 3000, 12_000)
    assert recordings_of("resnet20-cifar10")[1].stem in DEVICES
    assert {verdict.verdict for verdict in verdicts_of(wide)} == {"as_expected"}


def test_the_wide_net_decides_what_three_narrow_seeds_leave_open() -> None:
    narrow, wide = (load_study(path) for path in recordings_of("vgg11-cifar10"))
    shared = Expectation("batch-lr0.05", "plain-lr0.05", "accuracy")
    assert [judge(study, shared).verdict for study in (narrow, wide)] == ["open", "as_expected"]
    assert {verdict.verdict for verdict in verdicts_of(wide)} == {"as_expected"}
    at_larger = judge(wide, Expectation("batch-lr0.1", "plain-lr0.1"))
    assert (at_larger.verdict, at_larger.seeds, at_larger.left_out) == ("as_expected", 9, 1)
