"""The small run of the Inception study, with perceptrons instead of Inception networks."""

from __future__ import annotations

from pathlib import Path

import pytest

from bnviz.chapters.imagenet import live_study
from bnviz.chapters.imagenet.live_study import live_datasets, run_live
from bnviz.chapters.imagenet.ours import roles
from bnviz.config import InputError, RunConfig
from bnviz.studies import Arm, Study, study_named
from tests.studies.study_helpers import untimed


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    study = Study(
        name="inception-variants",
        base=RunConfig(activation="relu", norm="none", lr=0.05, depth=2),
        arms=(Arm("a", steps=900), Arm("b", (("norm", "batch"),)), Arm("c", (("lr", 0.1),)), Arm("d")),
        steps=500,
        threshold=0.5,
    )
    monkeypatch.setattr(live_study, "study_named", lambda name: study)
    monkeypatch.setattr(live_study, "STEPS", 12)
    monkeypatch.setenv("BNVIZ_DATA_DIR", str(tmp_path))


def test_it_runs_the_arms_that_were_asked_for_in_small() -> None:
    told: list[tuple[int, int]] = []
    found = run_live("mnist", ("b", "a"), lambda done, total: told.append((done, total)))
    assert [arm.name for arm in found.arms] == ["a", "b"]  # in the study's order
    assert told == [(n, 24) for n in range(1, 25)]
    for unit in found.units:
        assert unit.steps[-1] == 12  # the arm's own length does not count here
        assert unit.seed == 0
    assert (found.provenance["n_train"], found.provenance["n_test"]) == (live_study.TRAIN, live_study.TEST)
    assert found.base == live_study.study_named("inception-variants").base.with_fields(device="cpu")
    again = run_live("mnist", ("a", "b"))
    assert list(map(untimed, again.units)) == list(map(untimed, found.units))


@pytest.mark.parametrize("arms", [(), ("a", "b", "c", "d")])
def test_no_arm_or_too_many_are_refused(arms: tuple[str, ...]) -> None:
    with pytest.raises(InputError, match=f"choose 1 to 3 arms, got {len(arms)}"):
        run_live("mnist", arms)


def test_unknown_arms_and_data_are_refused() -> None:
    with pytest.raises(InputError, match="has no arm 'x'"):
        run_live("mnist", ("x",))
    with pytest.raises(InputError):
        run_live("file:../secret.npz", ("a",))


def test_time_ends_it_and_what_was_finished_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    now = iter([0.0, *[1.0] * 12, *[1e9] * 100])
    monkeypatch.setattr(live_study, "computing_s", lambda: next(now))
    found = run_live("mnist", ("a", "b"))
    assert [unit.arm for unit in found.units] == [arm.name for arm in found.arms] == ["a"]
    ticks = iter([0.0, *[1e9] * 100])
    monkeypatch.setattr(live_study, "computing_s", lambda: next(ticks))
    with pytest.raises(InputError, match="did not finish one arm"):
        run_live("mnist", ("a",))


def test_the_digits_are_always_there_and_files_come_before_them(tmp_path: Path) -> None:
    assert live_datasets() == ("mnist",)
    (tmp_path / "user").mkdir()
    (tmp_path / "user" / "mine.npz").write_bytes(b"")
    assert live_datasets() == ("file:mine.npz", "mnist")


def test_the_real_studys_arms_stand_for_the_papers_variants() -> None:
    study = study_named("inception-variants")
    found = roles({arm.name: study.config(arm, 0) for arm in study.arms})
    assert found == {
        "baseline": "plain",
        "bn-baseline": "baseline",
        "bn-x5": "x5",
        "bn-x30": "x30",
        "bn-x5-sigmoid": "sigmoid",
        "plain-x5": "plain_x5",
        "plain-sigmoid": "plain_sigmoid",
    }
