"""A user's .npz, good and hostile. NumPy writes the good ones; the hostile ones are made byte by byte."""

import io
import struct
import zipfile

import numpy as np
import pytest
import torch

from bnviz.config import InputError
from bnviz.data.limits import MAX_VALUES
from bnviz.data.npz import load_npz

X = np.arange(20 * 4 * 4, dtype=np.uint8).reshape(20, 4, 4)
Y = np.arange(20) % 2
COLOR = np.random.default_rng(0).integers(0, 256, (10, 4, 5, 3), dtype=np.uint8)


def load(data):
    return load_npz("file:mine.npz", "mine.npz", io.BytesIO(data), "your file mine.npz")


def refused(data, sentence):
    with pytest.raises(InputError, match=sentence) as caught:
        load(data)
    assert "mine.npz" in str(caught.value)
    assert "expected" in str(caught.value)
    assert "\n" not in str(caught.value)


def npy(shape, descr="|u1", data=b"", version=b"\x01\x00", text=None):
    header = text or f"{{'descr': {descr!r}, 'fortran_order': False, 'shape': {shape!r}, }}"
    body = header.encode() + b"\n"
    return b"\x93NUMPY" + version + struct.pack("<H", len(body)) + body + data


def zipped(compression=zipfile.ZIP_DEFLATED, **members):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as archive:
        for key, data in members.items():
            archive.writestr(f"{key}.npy", data)
    return buffer.getvalue()


def test_color_images_become_channels_first_in_0_to_1(npz):
    y = np.arange(10, dtype=np.uint8) % 3
    names = np.array(["cat", "dog", "owl"])
    d = load(npz(x_train=COLOR, y_train=y, x_test=COLOR[:3], y_test=y[:3], classes=names))
    assert d.input_shape == (3, 4, 5)
    assert d.x_train[7, 2, 1, 3].item() == pytest.approx(COLOR[7, 1, 3, 2] / 255)
    assert d.x_train.is_contiguous()
    assert (d.classes, d.y_test.tolist()) == (("cat", "dog", "owl"), [0, 1, 2])
    assert d.source == "your file mine.npz, 10 training and 3 test samples"


def test_gray_images_without_a_test_part_are_split_the_same_way_each_time(npz):
    data = npz(x_train=X, y_train=Y)
    d, again = load(data), load(data)
    assert (len(d.y_train), len(d.y_test)) == (16, 4)
    assert d.y_test.bincount().tolist() == [2, 2]
    assert torch.equal(d.x_test, again.x_test)
    everything = torch.cat((d.x_train, d.x_test)).mul(255).round().to(torch.uint8).reshape(20, 16)
    assert sorted(everything.tolist()) == sorted(X.reshape(20, 16).tolist())
    assert d.classes == ("0", "1")
    assert "a fifth of each class" in d.source


def test_features_stay_as_they_are(npz):
    x = np.random.default_rng(0).normal(0, 5, (30, 2))
    d = load(npz(x_train=x, y_train=np.arange(30) % 3, x_test=x, y_test=np.arange(30) % 3))
    assert d.is_plane
    assert torch.equal(d.x_train, torch.from_numpy(x.astype(np.float32)))


def test_pixels_of_other_integer_types_are_pixels_and_bools_are_0_and_1(npz):
    assert load(npz(x_train=X.astype(np.int64), y_train=Y, x_test=X, y_test=Y)).x_train.max() == 1
    bools = load(npz(x_train=X > 100, y_train=Y, x_test=X > 100, y_test=Y))
    assert set(bools.x_train.unique().tolist()) == {0.0, 1.0}


def test_fortran_order_and_big_endian_arrays_are_read_right(npz):
    x = np.asfortranarray(np.random.default_rng(0).random((20, 4, 3))).astype(">f8", order="K")
    assert x.flags.f_contiguous
    d = load(npz(x_train=x, y_train=Y[:, None].astype(">i4"), x_test=x, y_test=Y))
    assert torch.equal(d.x_train[:, 0], torch.from_numpy(x.astype("=f4", order="C")))
    assert d.y_train.tolist() == Y.tolist()


@pytest.mark.parametrize(
    ("arrays", "sentence"),
    [
        ({"x": X, "y": Y}, "found the arrays x, y; expected x_train and y_train"),
        ({"x_train": X, "y_train": Y, "x_test": X}, "found the arrays x_test, x_train, y_train"),
        ({"x_train": X, "y_train": Y[:-1]}, r"y_train: found shape \(19,\) .* expected 20 whole numbers"),
        ({"x_train": X, "y_train": Y.astype(float)}, "expected 20 whole numbers"),
        ({"x_train": X, "y_train": Y - 1}, "labels from -1 to 0, expected 0, 1"),
        (
            {"x_train": X, "y_train": Y, "classes": np.array(["a", "b"]), "x_test": X, "y_test": Y + 1},
            "y_test: found labels from 1 to 2, expected 0 to 1",
        ),
        ({"x_train": X, "y_train": Y * 5000}, "found labels from 0 to 5000, expected 0, 1"),
        ({"x_train": X, "y_train": Y * 0}, "found labels from 0 to 0"),
        ({"x_train": X, "y_train": Y.astype(np.uint64) * 2**63}, "to 9223372036854775808"),
        ({"x_train": X / np.float32(100), "y_train": Y}, "values from 0 to 2.55, expected images in 0..1"),
        ({"x_train": np.full((20, 3), np.nan), "y_train": Y}, "NaN"),
        ({"x_train": np.full((20, 3), 1e300), "y_train": Y}, "NaN or infinite"),
        ({"x_train": X.astype(np.int32) * 2, "y_train": Y}, "found pixels from 0 to 510"),
        ({"x_train": X.astype(complex), "y_train": Y}, "found values of type complex128, expected numbers"),
        ({"x_train": X.astype("U1"), "y_train": Y}, "expected images"),
        (
            {"x_train": COLOR.transpose(0, 3, 1, 2), "y_train": Y[:10]},
            r"shape \(10, 3, 4, 5\) of uint8, expected images",
        ),
        ({"x_train": np.zeros((2, 65, 64, 3), np.uint8), "y_train": Y[:2]}, "12,480 numbers per sample"),
        ({"x_train": np.zeros((0, 4, 4), np.uint8), "y_train": Y[:0]}, "at least one value"),
        ({"x_train": X, "y_train": Y, "x_test": X[:, :2], "y_test": Y}, "samples of one shape"),
        ({"x_train": X, "y_train": Y, "classes": np.array([1, 2])}, "classes: found .* names"),
        ({"x_train": X, "y_train": Y, "classes": np.array(["a", "\x1b[31m"])}, "printable"),
        ({"x_train": X, "y_train": Y, "classes": np.array(["a", "b" * 65])}, "at most 64 characters"),
        ({"x_train": X[:2], "y_train": Y[:2]}, "at least two of one class"),
    ],
)
def test_wrong_contents_are_named(npz, arrays, sentence):
    refused(npz(**arrays), sentence)


def test_pickled_objects_are_refused_unread(npz):
    class Bomb:
        def __reduce__(self):
            return (pytest.fail, ("unpickled",))

    objects = np.empty(2, dtype=object)
    objects[:] = [Bomb(), Bomb()]
    refused(npz(x_train=objects, y_train=Y[:2]), "x_train: found values of type object")
    refused(npz(x_train=X, y_train=Y, classes=objects), "no objects")


def test_a_pickle_in_place_of_an_array_is_refused():
    refused(zipped(x_train=b"\x80\x04N.", y_train=b"\x80\x04N."), "found no array")


@pytest.mark.parametrize("cut", [0, 10, 100, -1, -30])
def test_a_file_cut_off_is_refused(npz, cut):
    refused(npz(x_train=X, y_train=Y)[:cut], "found no end of a zip")


def test_no_byte_flipped_goes_unnoticed_or_crashes(npz):
    good = npz(x_train=X, y_train=Y, x_test=X, y_test=Y)
    clean = load(good)
    for position in range(0, len(good), 3):
        bad = bytearray(good)
        bad[position] ^= 0xFF
        try:
            d = load(bytes(bad))
        except InputError:
            continue
        assert torch.equal(d.x_train, clean.x_train)  # the flip hit a date or the like


def test_a_header_that_promises_more_than_there_is_is_refused_before_memory_is_taken():
    huge = npy((10**6, 10**6), data=bytes(100))
    refused(zipped(x_train=huge, y_train=npy((10**6,))), "promises 1,000,000,000,000 bytes")
    refused(zipped(x_train=npy((2, -3), data=bytes(6)), y_train=npy((2,), data=bytes(2))), "at least one value")


def test_a_zip_bomb_is_refused_by_its_directory():
    values = MAX_VALUES // 16 + 1
    data = bytes(values * 16)
    bomb = zipped(x_train=npy((values, 16), data=data), y_train=npy((values,), data=bytes(values)))
    assert len(bomb) < len(data) / 500
    refused(bomb, f"found {values * 16:,} numbers in its samples, expected at most")


def test_a_directory_with_wrong_sizes_is_refused(npz):
    data = bytearray(npz(x_train=X, y_train=Y))
    entry = data.index(b"PK\x01\x02")
    data[entry + 24 : entry + 28] = struct.pack("<I", 2**32 - 2)
    refused(bytes(data), "unpack to 4,096 MB")


def test_too_many_members_are_refused_before_the_directory_is_read():
    many = zipped(**{f"a{i}": b"" for i in range(200)})
    refused(many, "a zip directory of .* bytes, expected one of at most 16 members")
    refused(zipped(**{f"a{i}": b"" for i in range(17)}), "found 17 members")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("{'descr': '|u1', 'fortran_order': False}", "unreadable array header"),
        ("__import__('os').abort()", "unreadable array header"),
        ("(" * 5000, "unreadable array header"),
        ("{'descr': [('a', '|O')], 'fortran_order': False, 'shape': (2, 2)}", "no objects"),
        ("{'descr': '<f16', 'fortran_order': False, 'shape': (1, 1)}", "expected images"),
    ],
)
def test_odd_headers_are_refused(text, sentence):
    refused(zipped(x_train=npy((), text=text, data=bytes(16)), y_train=npy((1,), data=b"\0")), sentence)


def test_other_array_versions_compressions_and_names_are_refused():
    label = npy((2,), data=b"\0\1")
    refused(zipped(x_train=npy((2, 2), data=bytes(4), version=b"\x03\x00"), y_train=label), "found no array")
    refused(zipped(zipfile.ZIP_BZIP2, x_train=npy((2, 2), data=bytes(4)), y_train=label), "unusual compression")
    refused(zipped(**{"../x_train": label, "y_train": label}), "found the path '../x_train.npy'")


def test_an_encrypted_member_is_refused(npz):
    data = bytearray(npz(x_train=X, y_train=Y))
    data[data.index(b"PK\x01\x02") + 8] |= 1
    refused(bytes(data), "encrypted")
