import io
import json

import numpy as np
import pytest

from bnviz.api.surface import load_surface, save_surface, surface_result
from bnviz.config import InputError, RunConfig, compare
from bnviz.landscape.at_checkpoint import LARGE_GRIDS


def experiment():
    return compare(RunConfig(dataset="moons", depth=1, width=6, lr=0.1), "norm", ("none", "batch"))


@pytest.fixture(scope="module")
def record():
    return surface_result(experiment(), 12, grid=5, n_samples=50)


def as_bytes(record):
    file = io.BytesIO()
    save_surface(record, experiment(), file)
    return file.getvalue()


def equal(one, other):
    words = all(getattr(one, n) == getattr(other, n) for n in ("step", "plane", "bn_stats"))
    arrays = ("xs", "ys", "loss", "path", "captured")
    return words and all(np.array_equal(getattr(one, n), getattr(other, n), equal_nan=True) for n in arrays)


def test_a_training_ends_in_a_surface_and_again_in_the_same(record):
    assert (record.step, record.plane, record.bn_stats) == (12, "pca", "batch")
    assert record.loss.shape == (2, 5, 5)
    assert np.isfinite(record.loss).all()
    assert record.path.shape[1] >= 3
    assert equal(record, surface_result(experiment(), 12, grid=5, n_samples=50))


def test_plane_and_statistics_are_as_asked():
    record = surface_result(experiment(), 2, 3, "running", "random", n_samples=20)
    assert (record.plane, record.bn_stats) == ("random", "running")


def test_a_saved_surface_is_the_same_when_loaded(record, tmp_path):
    path = tmp_path / "surface.npz"
    save_surface(record, experiment(), path)
    assert [p.name for p in tmp_path.iterdir()] == ["surface.npz"]
    for source in (path, as_bytes(record)):
        loaded, recipe = load_surface(source)
        assert equal(loaded, record)
        assert recipe == experiment()


@pytest.mark.parametrize(("steps", "grid"), [(0, 5), (5, 1), (5, 1000)])
def test_wrong_requests_are_told(steps, grid):
    with pytest.raises(InputError):
        surface_result(experiment(), steps, grid)


def forged(record, **arrays):
    file = io.BytesIO()
    with np.load(io.BytesIO(as_bytes(record))) as original:
        np.savez(file, **{**original, **arrays})
    return file.getvalue()


def meta_of(record, **changes):
    with np.load(io.BytesIO(as_bytes(record))) as original:
        meta = json.loads(original["meta"].tobytes())
    text = json.dumps({k: v for k, v in {**meta, **changes}.items() if v is not None})
    return np.frombuffer(text.encode(), np.uint8)


def test_files_that_are_no_surface_are_told_apart(record, tmp_path):
    wrong = {
        "no zip": b"hello",
        "cut off": as_bytes(record)[:-60],
        "an array too many": forged(record, more=np.zeros(2)),
        "loss of another shape": forged(record, loss=np.zeros((1, 5, 5), np.float32)),
        "a path without arms": forged(record, path=np.zeros(3, np.float32)),
        "doubles": forged(record, xs=np.zeros(5)),
        "no JSON": forged(record, meta=np.zeros(4, np.uint8)),
        "another kind": forged(record, meta=meta_of(record, format="bnviz-recording")),
        "no recipe": forged(record, meta=meta_of(record, experiment=None)),
        "a step in words": forged(record, meta=meta_of(record, step="last")),
    }
    for name, content in wrong.items():
        with pytest.raises(InputError, match=f"^{name}"):
            load_surface(content, label=name)
    with pytest.raises(InputError, match="cannot be read"):
        load_surface(tmp_path / "none.npz")


def test_a_net_of_convolutions_gets_the_grid_that_it_can_afford():
    twins = compare(RunConfig(net="vgg11", width=8, activation="relu", batch_size=8), "norm", ["none", "batch"])
    record = surface_result(twins, 1, plane="random")
    assert record.loss.shape[-1] in LARGE_GRIDS
    assert record.loss.shape[0] == 2
    assert np.isfinite(record.loss).any()
