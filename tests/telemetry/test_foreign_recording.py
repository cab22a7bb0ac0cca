"""A foreign recording is refused in one sentence, or fit for use: nothing else ever comes of it."""

import copy
import io
import json
import zipfile

import hand_made_history as hand_made
import numpy as np
import pytest
from hand_made_history import as_bytes, full_history, packed, parts
from whole import WHOLE, every

from bnviz.config import InputError
from bnviz.telemetry import recording
from bnviz.telemetry.records import Mark


@pytest.fixture
def whole():
    return parts(as_bytes(full_history()))


def refused(data):
    """Load and return the sentence; anything but InputError fails the test."""
    with pytest.raises(InputError) as caught:
        recording.load(data, "mine.npz")
    sentence = str(caught.value)
    assert "\n" not in sentence
    assert len(sentence) < 500
    return sentence


@pytest.mark.parametrize("data", [b"", b"PK", b"hello", b"\x93NUMPY", bytes(1000)])
def test_what_is_no_zip(data):
    assert "mine.npz: found no end of a zip" in refused(data)


def test_a_file_that_is_too_large(monkeypatch):
    data = as_bytes(full_history())
    monkeypatch.setattr(recording, "MAX_FILE_BYTES", len(data) - 1)
    assert "expected at most" in refused(data)


def test_a_file_that_unpacks_to_too_much(monkeypatch):
    monkeypatch.setattr(recording, "MAX_UNPACKED_BYTES", 1000)
    assert "unpack" in refused(as_bytes(full_history()))


def test_too_many_frames(monkeypatch):
    monkeypatch.setattr(recording, "MAX_FRAMES", 2)
    assert "found 3 frames, expected at most 2" in refused(as_bytes(full_history()))


def test_another_format_or_version(whole):
    meta, arrays = whole
    assert "expected bnviz-recording version 1" in refused(packed(meta | {"format": "x" * 9999}, arrays))
    assert "version 2" in refused(packed(meta | {"version": 2}, arrays))
    assert "no recording of bnviz" in refused(packed(meta, {}))
    for text in (b"", b"{", b"\xff\xfe", b"[]", b"null", b'"text"', b"[" * 100_000, b'{"format": NaN}'):
        refused(packed(text, arrays))


@pytest.mark.parametrize("name", parts(as_bytes(full_history()))[1])
def test_every_array_is_needed_in_its_shape_and_type(whole, name):
    meta, arrays = whole
    array = arrays[name]
    missing = {k: v for k, v in arrays.items() if k != name}
    refused(packed(meta, missing))
    for wrong in (
        array[..., None],
        array[:0] if len(array) else np.zeros(7, "f4"),
        np.concatenate([array, array]) if array.ndim > 1 else array.reshape(1, -1),
        np.zeros(array.shape, "f8"),
        np.zeros(array.shape, "i4"),
        np.zeros(array.shape, "U8"),
        np.zeros(array.shape, "f4" if array.dtype == np.float16 else "f2"),
        np.zeros((), "f4"),
    ):
        if name == "steps" and wrong.shape == (0,):
            continue  # a recording without frames is one
        refused(packed(meta, arrays | {name: wrong}))


def test_objects_are_refused(whole):
    meta, arrays = whole
    file = io.BytesIO()
    np.savez(
        file,
        meta=np.frombuffer(json.dumps(meta).encode(), np.uint8),
        **arrays | {"steps": np.array([0, 5, 10], object)},
    )
    assert "no objects" in refused(file.getvalue())


def test_steps_that_do_not_ascend(whole):
    meta, arrays = whole
    for steps in ([5, 0, 10], [0, 0, 5]):
        assert "ascending" in refused(packed(meta, arrays | {"steps": np.array(steps, "u4")}))


ODD = [None, True, -1, 0.5, 1e999, 10**40, "text", "", [], {}, [[]], [None], {"a": []}, ["x", "y"], "x" * 5000]


def paths_into(value, path=()):
    """Every place in a description."""
    yield path
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, child in children:
        yield from paths_into(child, (*path, key))


def with_value(meta, path, value):
    changed = copy.deepcopy(meta)
    if not path:
        return value
    inside = changed
    for key in path[:-1]:
        inside = inside[key]
    inside[path[-1]] = value
    return changed


def test_odd_values_anywhere_in_the_description_never_raise_anything_else(caplog):
    """Each place gets odd values, each value comes often; what still loads must be fit for viewers, tables and JSON."""
    small = hand_made.history(0)
    small.add_mark(Mark(5, "changed", "lr=0.1"))
    small.add_surface(hand_made.surface(5))
    small.add_boundary(hand_made.boundary(10))
    meta, arrays = parts(as_bytes(small))
    loaded = 0
    # tests/config has what is left out here.
    places = [path for path in paths_into(meta) if len(path) < 3 or not {"config", "base"} & {*path}]
    # 15 values in steps of 4: four at each place, and each of them at every fourth.
    for path, value in every(4, ((path, value) for path in places for value in ODD)):
        try:
            history = recording.load(packed(with_value(meta, path, value), arrays))
        except InputError:
            continue
        loaded += 1
        assert fit_for_use(history), (path, value)
    assert loaded > (50 if WHOLE else 12)  # texts may be other texts, numbers other numbers
    assert caplog.messages == [], "the reader left it to the last resort"


def fit_for_use(history):
    json.dumps(history.meta, allow_nan=False)
    for arm in history.meta["arms"]:
        assert all(isinstance(unit, int) for unit in arm["units"])
        assert all(isinstance(name, str) for name in arm["layers"])
        assert isinstance(arm["config"], dict)
        assert isinstance(arm["changes"], dict)
        assert arm["saturation"] is None or len(arm["saturation"]["region"]) == 2
    for low, high in history.meta["edges"].values():
        assert low < high
    assert 0 <= history.meta["chance"] <= 1
    assert isinstance(history.meta["provenance"]["versions"], dict)
    points = history.meta["dataset"]["points"] or []
    assert all(len(point) == 3 for point in points)
    assert all(0 <= step < 2**32 for step in [mark.step for mark in history.marks])
    assert {surface.plane for surface in history.surfaces} <= {"random", "pca"}
    assert all(0 <= surface.step < 2**32 for surface in history.surfaces)
    return history.boundary is None or 0 <= history.boundary.step < 2**32


def test_missing_parts_of_the_description(whole):
    meta, arrays = whole
    for name in ("experiment", "arms", "edges", "dataset", "chance", "provenance", "marks", "surfaces"):
        refused(packed({k: v for k, v in meta.items() if k != name}, arrays))
    assert "description" in refused(packed(with_value(meta, ("arms", 0, "layers"), "ab"), arrays))


def test_what_newer_recordings_add_is_checked_as_well(whole):
    meta, arrays = whole
    for path, good, bad in (
        (("arms", 0, "widths"), [2, 3], ([3], [3, 3, 3], [2, 2], [4, 3], [], [3, -1], "33", None, [[3], 3])),
        (("arms", 0, "net"), "vgg11", (None, 3, ["vgg11"], "x" * 5000)),
        (("dataset", "n_evaluated"), 500, (None, -1, 0.5, "500", True)),
    ):
        recording.load(packed(with_value(meta, path, good), arrays))
        for value in bad:
            assert f"$.{path[0]}" in refused(packed(with_value(meta, path, value), arrays))


def test_one_changed_byte_never_raises_anything_else(caplog):
    """Bytes of the directory and many of the data, flipped one at a time."""
    data = as_bytes(hand_made.history(1))
    rng = np.random.default_rng(0)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        directory = archive.start_dir
    places = [*range(directory, len(data), 3), *rng.integers(0, directory, 400).tolist()]
    for place in every(5, places):
        changed = bytearray(data)
        changed[place] ^= int(rng.integers(1, 256))
        try:
            recording.load(bytes(changed))
        except InputError:
            continue
    assert caplog.messages == [], "the reader left it to the last resort"


@pytest.mark.parametrize("share", [0.01, 0.3, 0.9, 0.999])
def test_a_truncated_file(share):
    data = as_bytes(full_history())
    refused(data[: int(len(data) * share)])
