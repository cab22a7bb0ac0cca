"""A recording saved and loaded again is equal."""

from dataclasses import replace
from pathlib import Path
from zipfile import ZipFile

import hand_made_history as hand_made
import numpy as np
import pytest
from hand_made_history import as_bytes, full_history

from bnviz.config import InputError
from bnviz.telemetry import recording
from bnviz.telemetry.history import History
from bnviz.telemetry.records import ARM_FIELDS

FOLDER = Path(__file__).parents[2] / "assets" / "recordings"
# Other arrays that pages need lie beside them.
BUNDLED = [path for path in sorted(FOLDER.glob("*.npz")) if "steps.npy" in ZipFile(path).namelist()]


def same(one, other):
    return one.dtype == other.dtype and one.shape == other.shape and one.tobytes() == other.tobytes()


def assert_equal(one: History, other: History):
    assert [frame.step for frame in one.frames] == [frame.step for frame in other.frames]
    for left, right in zip(one.frames, other.frames, strict=True):
        for a, b in zip(left.arms, right.arms, strict=True):
            assert [name for name in ARM_FIELDS if not same(getattr(a, name), getattr(b, name))] == []
    for name in ("step", "loss_min", "loss_max", "loss_mean"):
        assert all(same(getattr(a, name), getattr(b, name)) for a, b in zip(one.curves, other.curves, strict=True))
    for name in ("step", "test_loss", "test_accuracy"):
        pairs = zip(one.evaluations, other.evaluations, strict=True)
        assert all(same(getattr(a, name), getattr(b, name)) for a, b in pairs)
    assert one.marks == other.marks
    for a, b in zip(one.surfaces, other.surfaces, strict=True):
        assert (a.step, a.plane, a.bn_stats) == (b.step, b.plane, b.bn_stats)
        assert all(same(getattr(a, n), getattr(b, n)) for n in ("xs", "ys", "loss", "path", "captured"))
    assert [boundary.step for boundary in one.boundaries] == [boundary.step for boundary in other.boundaries]
    for a, b in zip(one.boundaries, other.boundaries, strict=True):
        assert all(same(getattr(a, n), getattr(b, n)) for n in ("xs", "ys", "probability"))


def test_a_recording_loads_as_it_was_saved():
    history = full_history()
    again = recording.load(as_bytes(history, batches_hashes=["0a", "0a"]))
    assert_equal(history, again)
    assert again.meta == {**history.meta, "batches_hashes": ["0a", "0a"]}
    assert again.experiment == history.experiment
    assert again.last_evaluation(0) == pytest.approx((10, 1 / 3, 0.75))
    assert_equal(again, recording.load(as_bytes(again)))


def test_layers_of_unequal_widths_load_as_they_were_saved():
    plain = hand_made.meta()
    for arm in plain["arms"]:
        arm |= {"net": "vgg11", "widths": [2, 3], "layers": ["conv1", "conv2"]}
    plain["dataset"]["n_evaluated"] = 400
    history = hand_made.history(0, plain=plain)
    frame = hand_made.frame(0)
    for arm in frame.arms:
        arm.unit_percentiles[0, 2:] = np.nan  # conv1 has but two channels
    history.add_frame(frame)
    history.add_surface(replace(hand_made.surface(5), plane="pca-own"))
    again = recording.load(as_bytes(history))
    assert_equal(history, again)
    assert again.meta == history.meta


def test_a_recording_without_frames_or_extras():
    history = hand_made.history(0)
    again = recording.load(as_bytes(history))
    assert_equal(history, again)
    assert again.frames == []
    assert again.boundary is None


def test_a_long_history_loads_as_it_was_saved():
    history = hand_made.history(0)
    arms = hand_made.frame(0).arms
    for step in range(2500):
        history.add_frame(hand_made.Frame(step, arms))
        history.add_losses([1.0 / (step + 1), 2.0])
        history.add_evaluation(1, step, 0.5, step / 2500)
    assert_equal(history, recording.load(as_bytes(history)))


@pytest.mark.parametrize("path", BUNDLED, ids=lambda path: path.name)
def test_the_bundled_recordings_load(path):
    history = recording.load(path)
    assert len(history.frames) >= 50
    assert history.frames[0].step == 0
    assert_equal(history, recording.load(as_bytes(history)))


def test_saving_is_all_or_nothing(tmp_path, monkeypatch):
    target = tmp_path / "run.npz"
    recording.save(full_history(), target)
    before = target.read_bytes()

    def broken(file, **_):
        file.write(b"half")
        raise OSError("disk full")

    monkeypatch.setattr(recording.np, "savez_compressed", broken)
    with pytest.raises(OSError, match="disk full"):
        recording.save(full_history(), target)
    assert target.read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["run.npz"]


def test_nothing_is_pickled(tmp_path):
    recording.save(full_history(), tmp_path / "run.npz")
    with np.load(tmp_path / "run.npz", allow_pickle=False) as archive:
        assert all(archive[name].dtype.kind in "uf" for name in archive.files)


def test_a_path_that_cannot_be_read(tmp_path):
    with pytest.raises(InputError, match=r"nowhere\.npz: cannot be read"):
        recording.load(tmp_path / "nowhere.npz")
    with pytest.raises(InputError, match="cannot be read"):
        recording.load(tmp_path)
