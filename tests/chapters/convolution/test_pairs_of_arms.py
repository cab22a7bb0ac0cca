"""Pairs of arms, as a study expects them."""

from __future__ import annotations

from hand_made_twin_study import twin_study, unit

from bnviz.chapters.convolution.curves import is_sweep_of_rates, pair_of
from bnviz.config import RunConfig
from bnviz.studies.files import load_study
from bnviz.studies.records import Arm, StudyResult
from bnviz.studies.registry import recordings_of, study_named


def test_one_rate_for_both_or_each_at_its_best() -> None:
    assert pair_of(twin_study(), "shared") == ("plain-lr0.05", "batch-lr0.05")
    assert pair_of(twin_study(), "best") == ("plain-lr0.05", "batch-lr0.1")
    assert is_sweep_of_rates(twin_study())


def test_a_study_that_expects_nothing_has_no_pairs() -> None:
    bare = StudyResult("x", RunConfig(), (Arm("one"),), (0,), 1, 0.5, 0.1, (unit("one", 0, 0.2),))
    assert pair_of(bare, "shared") is None
    assert not is_sweep_of_rates(bare)


def test_networks_that_differ_in_more_than_their_rate_are_no_sweep_and_share_none() -> None:
    for path in recordings_of("resnet20-cifar10"):
        study = load_study(path)
        assert (pair_of(study, "shared"), pair_of(study, "best")) == (None, None)
        assert not is_sweep_of_rates(study)
    for path in recordings_of("vgg11-cifar10"):
        assert is_sweep_of_rates(load_study(path))


def test_the_curves_are_of_half_the_test_images() -> None:
    for name in ("vgg11-cifar10", "resnet20-cifar10"):
        assert 2 * study_named(name).n_curve == study_named(name).n_test
