"""The recorded layers of the saturation picture: shares, agreement with the recorder, and what the browser gets."""

from __future__ import annotations

import json

import numpy as np
import pytest

from bnviz.chapters.saturation import layer_scenes
from bnviz.chapters.saturation.stage_data import stage_data
from bnviz.config import InputError
from bnviz.config.presets import preset
from bnviz.data import load_dataset
from bnviz.telemetry.records import Frame
from bnviz.training.device import resolve_device
from bnviz.training.trainer import first_frame


@pytest.fixture(scope="module")
def start() -> Frame:
    """Return the first frame of the saturated net, as the lab records it."""
    experiment = preset("bad-init")
    return first_frame(experiment, load_dataset("mnist"), resolve_device("cpu"))


def test_the_recording_is_what_the_recorder_saw(start: Frame) -> None:
    measured = layer_scenes.measure(("bad-init",), (0,))["bad-init"]
    assert measured["steps"] == [0]
    for arm, record in enumerate(start.arms):
        found = measured["arms"][arm]
        assert found["saturated"][0] == pytest.approx(record.saturated_fraction, rel=1e-3)
        assert found["derivative"][0] == pytest.approx(record.derivative, rel=1e-3)
        assert found["gradient"][0] == pytest.approx(record.grad_norm, rel=1e-3)
        counts = record.histogram[:, 1].astype(float)
        beyond = (counts[:, 0] + counts[:, -1]) / counts.sum(1)
        shares = np.array(found["inputs"][0]) / layer_scenes.WHOLE
        assert shares[:, 0] + shares[:, -1] == pytest.approx(beyond, abs=1e-3)
        assert shares[:, 1] == pytest.approx(counts[:, 1:3].sum(1) / counts.sum(1), abs=1e-4)


def test_the_shipped_file_starts_with_these_numbers(start: Frame) -> None:
    shipped = layer_scenes.recorded_scenes()["scenes"]["bad-init"]
    for arm, record in enumerate(start.arms):
        assert shipped["arms"][arm]["saturated"][0] == pytest.approx(record.saturated_fraction, abs=0.01)
        assert shipped["arms"][arm]["gradient"][0] == pytest.approx(record.grad_norm, rel=0.02)


def test_shares_add_up_and_every_step_has_every_layer() -> None:
    for scene in layer_scenes.recorded_scenes()["scenes"].values():
        assert tuple(scene["steps"]) == layer_scenes.STEPS
        for arm in scene["arms"]:
            for name, bins in (("inputs", layer_scenes.BINS + 2), ("outputs", layer_scenes.BINS)):
                shares = np.array(arm[name])
                assert shares.shape == (len(scene["steps"]), scene["config"].get("depth", 6), bins)
                assert np.abs(shares.sum(2) - layer_scenes.WHOLE).max() <= bins


def test_one_net_is_saturated_in_the_next_the_gradient_vanishes_and_a_larger_start_cures_that() -> None:
    deep, wide, started = (layer_scenes.recorded_scenes()["scenes"][name]["arms"][0] for name in layer_scenes.SCENES)
    assert np.max(deep["saturated"]) == 0
    assert all(norms[0] < norms[-2] / 100 for norms in deep["gradient"])
    assert np.min(wide["saturated"]) > 0.6
    assert all(norms[0] > norms[-2] for norms in wide["gradient"])
    assert deep["accuracy"][-1] < 0.11
    assert started["accuracy"][-1] > 0.9
    assert started["gradient"][0][0] > 0.1 * started["gradient"][0][-2]
    assert np.mean(started["saturated"]) > np.mean(deep["saturated"])


def test_the_picture_gets_small_plain_values_of_the_recording() -> None:
    sent = stage_data()
    assert len(json.dumps(sent)) < 60_000
    shipped = layer_scenes.recorded_scenes()["scenes"]
    for name, scene in zip(layer_scenes.SCENES, sent["scenes"], strict=True):
        assert scene["arms"] is shipped[name]["arms"]
        assert (scene["seed"], scene["steps"]) == (0, list(layer_scenes.STEPS))


@pytest.mark.parametrize("content", ["", "[]", '{"provenance": {}, "scenes": {"default": {}}}'])
def test_a_broken_file_is_told(content: str, tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "saturation.json"
    path.write_text(content, encoding="utf-8")
    monkeypatch.setattr(layer_scenes, "FILE", path)
    layer_scenes.recorded_scenes.cache_clear()
    with pytest.raises(InputError, match=r"saturation\.json"):
        layer_scenes.recorded_scenes()
    layer_scenes.recorded_scenes.cache_clear()
