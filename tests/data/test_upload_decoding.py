"""Images of an upload are decoded once, in the queue of all, outside of the lock, within a budget, while wanted."""

from __future__ import annotations

import io
import threading
import zipfile

import numpy as np
import pytest
from live_viewer import WAIT
from PIL import Image

from bnviz.config import InputError
from bnviz.config.limits import Limits
from bnviz.config.visitor import Visitor
from bnviz.data import images, load_dataset, save_upload, uploads
from bnviz.data.paths import visitor_dir
from bnviz.training.permits import CorePermits
from bnviz.training.task import CANCELLED, DONE, UNSEEN
from bnviz.training.tasks import TaskQueue

ONE = "secret-of-one"


def picture(color=0, size=(70, 70), mode="L") -> bytes:
    buffer = io.BytesIO()
    Image.new(mode, size, color).save(buffer, "PNG")
    return buffer.getvalue()


def zipped(count: int = 4, image: bytes = b"") -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for number in range(count):
            archive.writestr(f"photos/{'ab'[number % 2]}/{number}.png", image or picture())
    return buffer.getvalue()


class Gate:
    """Holds the decoding of images up: ``passed`` is set when the first one is asked for."""

    def __init__(self, monkeypatch, after=0):
        self.passed, self.open, self.decoded = threading.Event(), threading.Event(), 0
        self._decode, self._after = images._decode, after
        monkeypatch.setattr(images, "_decode", self)

    def __call__(self, *given):
        if self.decoded >= self._after:
            self.passed.set()
            assert self.open.wait(WAIT)
        self.decoded += 1
        return self._decode(*given)


@pytest.fixture
def queue():
    made = TaskQueue(CorePermits(1), Limits(closed_task_s=1))
    yield made
    made.cancel_all()


def test_more_pixels_than_the_budget_are_refused_before_any_is_decoded(monkeypatch):
    gate = Gate(monkeypatch)
    monkeypatch.setattr(images, "MAX_PIXELS", 19_000)
    with pytest.raises(
        InputError, match=r"^photos\.zip: found more than 19,000 pixels in all its images, expected fewer"
    ):
        save_upload("photos.zip", zipped(), ONE)
    assert gate.decoded == 0
    assert list(visitor_dir(ONE).iterdir()) == []


def test_an_upload_of_another_waits_for_no_images(monkeypatch):
    gate = Gate(monkeypatch)
    slow = threading.Thread(target=save_upload, args=("photos.zip", zipped(), ONE))
    slow.start()
    try:
        assert gate.passed.wait(WAIT)
        buffer = io.BytesIO()
        np.savez(buffer, x_train=np.zeros((8, 2), np.float32), y_train=np.array([0, 1] * 4))
        assert save_upload("small.npz", buffer.getvalue(), "secret-of-two")
    finally:
        gate.open.set()
        slow.join(WAIT)


def test_images_are_decoded_once_and_give_the_same_numbers_after(monkeypatch, tmp_path):
    content = zipped(6, picture((1, 90, 200), (80, 50), "RGB"))
    (tmp_path / "photos.zip").write_bytes(content)
    expected = load_dataset(f"file:{tmp_path / 'photos.zip'}", allow_any_path=True)
    gate = Gate(monkeypatch)
    gate.open.set()
    name = save_upload("photos.zip", content, ONE)
    found = load_dataset(name, owner=ONE)
    assert gate.decoded == 6
    assert found.classes == expected.classes
    for part in ("x_train", "y_train", "x_test", "y_test"):
        assert getattr(found, part).equal(getattr(expected, part))
    assert [path.suffix for path in visitor_dir(ONE).iterdir()] == [".npz"]


@pytest.mark.parametrize("why", ["cancelled", "its sender has left"])
def test_decoding_ends_between_two_images_and_keeps_nothing(monkeypatch, queue, why):
    gate, is_open = Gate(monkeypatch, after=1), threading.Event()
    is_open.set()

    def work(task):
        return save_upload("photos.zip", zipped(200), ONE, progress=task.report)

    task = queue.start(work, Visitor(ONE), is_open.is_set)
    assert gate.passed.wait(WAIT)
    assert 0 < task.share < 1
    if why == "cancelled":
        task.cancel()
    else:
        is_open.clear()
        task._last_open -= 60
        monkeypatch.setattr("bnviz.training.permits.SLICE_S", 0.0)  # a pause at every image
    gate.open.set()
    assert task.join(WAIT)
    assert task.state == (CANCELLED if why == "cancelled" else UNSEEN)
    assert list(visitor_dir(ONE).iterdir()) == []


def test_a_task_keeps_an_upload(queue):
    task = queue.start(lambda task: save_upload("photos.zip", zipped(), ONE, progress=task.report), Visitor(ONE))
    assert task.join(WAIT)
    assert task.state == DONE
    assert load_dataset(str(task.result), owner=ONE).classes == ("a", "b")
    assert not uploads._LOCK.locked()
