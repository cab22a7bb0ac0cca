"""Experiments of the live view, their links to the lab, and their recordings."""

from __future__ import annotations

import pytest

from bnviz.chapters.convolution.live_scene import COMPARED, NETS, live_experiment, recorded_twins, recording_for
from bnviz.config import PRESETS, InputError, from_query, to_query

CASES = [(net, compared) for net in NETS for compared in COMPARED[net]]


@pytest.mark.parametrize(("net", "compared"), CASES)
def test_the_lab_opens_the_same_experiment(net: str, compared: str) -> None:
    experiment = live_experiment(net, compared, lr=0.1, width=4)
    assert from_query(to_query(experiment)) == experiment


@pytest.mark.parametrize("net", NETS)
def test_the_first_comparison_is_the_scene(net: str) -> None:
    assert live_experiment(net, "bn").base == PRESETS[net]


def test_unknown_comparisons_are_refused() -> None:
    with pytest.raises(InputError, match=r"known comparisons are vgg11: bn.*got vgg11 skip"):
        live_experiment("vgg11", "skip")


@pytest.mark.parametrize("net", NETS)
def test_a_recording_is_shown_for_the_same_experiment_on_other_data_only(net: str) -> None:
    found = recorded_twins(net)
    if found is None:
        pytest.skip("no recording of this net")
    assert recording_for(net, live_experiment(net, "bn", dataset="cifar10")) is found
    assert recording_for(net, live_experiment(net, "bn", lr=0.1)) is None
    assert found.meta["dataset"]["n_train"] == 12000
    assert "/" not in found.meta["dataset"]["name"]
