"""Whatever a stranger's file makes a library raise becomes one sentence."""

from __future__ import annotations

import io
import logging

import numpy as np
import pytest

import bnviz
from bnviz.config import InputError
from bnviz.data import load_dataset, save_upload
from bnviz.files import NpzReader, one_sentence

ERRORS = [
    SystemError("x"),
    RecursionError(),
    MemoryError(),
    KeyError("k"),
    ZeroDivisionError(),
    UnicodeError("u"),
    OSError(),
]


@pytest.fixture(autouse=True)
def _own_data(tmp_path, monkeypatch):
    monkeypatch.setenv("BNVIZ_DATA_DIR", str(tmp_path))


@pytest.mark.parametrize("error", ERRORS, ids=lambda e: type(e).__name__)
def test_every_error_becomes_one_sentence_and_the_log_has_the_rest(error, caplog) -> None:
    with (
        caplog.at_level(logging.WARNING),
        pytest.raises(InputError, match=r"^mine\.npz: found .*, expected a data set$"),
        one_sentence("mine.npz", "a data set"),
    ):
        raise error
    assert caplog.records[-1].exc_info is not None


def test_a_sentence_of_a_reader_is_kept() -> None:
    with pytest.raises(InputError, match=r"^its own words$"), one_sentence("mine.npz", "a data set"):
        raise InputError("its own words")


def test_ctrl_c_is_no_error_of_a_file() -> None:
    with pytest.raises(KeyboardInterrupt), one_sentence("mine.npz", "a data set"):
        raise KeyboardInterrupt


@pytest.mark.parametrize("point", [0x110000, 0xFFFFFFFF, 0xD800, 0xDFFF])
@pytest.mark.parametrize("order", ["<", ">"])
def test_text_beyond_unicode_is_refused_wherever_text_is_read(point: int, order: str) -> None:
    names = np.array(["ab", "cd"]).astype(f"{order}U2")
    names.view(f"{order}u4")[1] = point
    buffer = io.BytesIO()
    y = np.array([0, 1] * 4)
    np.savez(buffer, x_train=np.zeros((8, 2), np.float32), y_train=y, classes=names)
    with pytest.raises(InputError, match=r"classes: found the number 0x\w+ in its text"):
        save_upload("hostile.npz", buffer.getvalue())
    with NpzReader(buffer, "a.npz", 9, 10**6) as reader, pytest.raises(InputError, match="expected characters of"):
        reader.array("classes")


def test_text_of_every_plane_is_read() -> None:
    names = np.array(["ä", "漢", "\U0010ffff", ""])
    buffer = io.BytesIO()
    np.savez(buffer, names=names)
    with NpzReader(buffer, "a.npz", 9, 10**6) as reader:
        assert reader.array("names").tolist() == names.tolist()


def test_an_upload_of_a_data_set_and_a_recording_pass_the_last_resort(monkeypatch, caplog) -> None:
    def hostile(*_, **__):
        raise SystemError("NumPy lost its way")

    buffer = io.BytesIO()
    np.savez(buffer, x_train=np.zeros((8, 2), np.float32), y_train=np.array([0, 1] * 4))
    name = save_upload("good.npz", buffer.getvalue())
    assert load_dataset(name).n_classes == 2
    monkeypatch.setattr(NpzReader, "headers", hostile)
    buffer = io.BytesIO()
    np.savez(
        buffer, x_train=np.ones((8, 2), np.float32), y_train=np.array([0, 1] * 4), meta=np.zeros(3), steps=np.zeros(3)
    )
    with pytest.raises(
        InputError, match=r"^bad\.npz: found content that cannot be read \(SystemError\), expected a data set"
    ):
        save_upload("bad.npz", buffer.getvalue())
    with pytest.raises(InputError, match=r"^run\.npz: found content .* expected a recording of bnviz$"):
        bnviz.load(buffer.getvalue(), "run.npz")
