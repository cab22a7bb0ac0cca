"""A foreign .npz: what its headers claim is judged before memory is taken."""

import io
import struct
import zipfile

import numpy as np
import pytest

from bnviz.config import InputError
from bnviz.files import NpzReader


def npy(header, data=b"", magic=b"\x93NUMPY\x01\x00"):
    text = header.encode() if isinstance(header, str) else header
    text += b" " * (-(len(text) + 11) % 64) + b"\n"
    return magic + struct.pack("<H", len(text)) + text + data


def header(descr="<f4", order="False", shape="(3,)"):
    return f"{{'descr': {descr!r}, 'fortran_order': {order}, 'shape': {shape}, }}"


def zipped(**members):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, data in members.items():
            archive.writestr(name if "." in name else f"{name}.npy", data)
    file.seek(0)
    return file


def read(file, max_arrays=10, max_bytes=2**20):
    with NpzReader(file, "theirs.npz", max_arrays, max_bytes) as reader:
        return {name: reader.array(name) for name in reader.names}


def refused(file, **limits):
    with pytest.raises(InputError) as caught:
        read(file, **limits)
    return str(caught.value)


@pytest.mark.parametrize("order", ["C", "F"])
@pytest.mark.parametrize("dtype", ["u1", "<u4", ">u4", "<f2", ">f8", "?", "U3", "S2"])
def test_plain_arrays_of_any_order_come_back_equal(dtype, order):
    array = np.asarray(np.arange(6).reshape(2, 3).astype(dtype), order=order)
    file = io.BytesIO()
    np.savez_compressed(file, x=array, y=array[:0], z=array[0, 0])
    found = read(file)
    np.testing.assert_array_equal(found["x"], array)
    assert found["x"].dtype.isnative
    assert found["y"].shape == (0, 3)
    assert found["z"].shape == ()


@pytest.mark.parametrize(
    "text",
    [
        header(shape="(10**12,)"),
        header(shape="(1000000000000,)"),
        header(shape="(-3,)"),
        header(shape="(2.5,)"),
        header(shape="'abc'"),
        header(shape="(0, 1000000000000000000000000000000)"),
        header(shape=f"({'1, ' * 100})"),
        header(descr="<U0", shape="(1000000000000,)"),
        header(descr="|S0", shape="(1000000000000,)"),
        header(descr="|V0", shape="(1000000000000,)"),
        header(descr="|O"),
        header(descr="(1000000000,)f4"),
        header(descr="nonsense"),
        header(order="'yes'"),
        "{'descr': [('a', '<f4'), ('b', '|O')], 'fortran_order': False, 'shape': (3,), }",
        "{'descr': '<f4'}",
        "__import__('os').getcwd()",
        "(" * 500,
        "{" + "[" * 3000,
        "\x00" * 40,
        b"\xff\xfe" * 30,
        "",
    ],
)
def test_hostile_headers(text):
    refused(zipped(x=npy(text, bytes(12))))
    refused(zipped(x=npy(text)))


def test_a_header_promises_what_is_there():
    assert "promises 12 bytes" in refused(zipped(x=npy(header(), bytes(11))))
    assert "promises 12 bytes" in refused(zipped(x=npy(header(), bytes(13))))
    assert read(zipped(x=npy(header(), bytes(12))))["x"].tolist() == [0, 0, 0]


def test_other_members_and_versions():
    assert "found no array" in refused(zipped(x=b"hello"))
    assert "found no array" in refused(zipped(x=npy(header(), bytes(12), b"\x93NUMPY\x03\x00")))
    assert "found no array" in refused(zipped(x=b""))


def test_limits_come_before_the_data():
    file = zipped(x=npy(header(), bytes(12)), y=npy(header(), bytes(12)))
    assert "at most 1" in refused(file, max_arrays=1)
    assert "unpack" in refused(file, max_bytes=100)


def test_paths_lead_nowhere():
    for name in ("../x.npy", "/x.npy", "C:x.npy", "a\\..\\..\\x.npy"):
        assert "expected paths inside" in refused(zipped(**{name: npy(header(), bytes(12))}))


def test_two_members_of_one_name():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("x.npy", b"1")
        with pytest.warns(UserWarning, match="Duplicate name"):
            archive.writestr("x.npy", b"2")
    assert "two members of one name" in refused(file)


def test_a_wrong_checksum_is_damage():
    data = bytearray(zipped(x=npy(header(), bytes(12))).getvalue())
    data[data.index(b"PK\x01\x02") - 1] ^= 1  # the last byte of the stored data
    assert "damaged" in refused(io.BytesIO(bytes(data)))
