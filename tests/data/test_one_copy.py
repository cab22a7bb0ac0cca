"""Uploads in memory: one copy for all who train on one content, none once no run does, and a limit on all of them."""

from __future__ import annotations

import gc
import io
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest

from bnviz.config import InputError
from bnviz.config.limits import Limits
from bnviz.data import catalog, drop_unused_data, load_dataset, save_upload, upload_bytes
from bnviz.data.cache import DatasetCache
from bnviz.data.paths import visitor_dir
from bnviz.data.toy import load_toy

ONE, TWO = "secret-of-one", "secret-of-two"
MB = 4 * 100 * 2400 / 1e6
"""Megabytes of one upload below, unpacked: nearly 1."""
FAR = 1e12
"""A time long after all that was asked for."""


def upload(number: int) -> bytes:
    buffer = io.BytesIO()
    x = np.full((100, 2400), number, np.uint8)
    np.savez_compressed(buffer, x_train=x, y_train=np.arange(100) % 2)
    return buffer.getvalue()


@pytest.fixture(autouse=True)
def nothing_kept() -> Iterator[None]:
    drop_unused_data(FAR)
    gc.collect()
    yield
    drop_unused_data(FAR)


def test_one_content_is_in_memory_once_for_all_visitors_and_names() -> None:
    mine, same = save_upload("mine.npz", upload(1), ONE), save_upload("mine.npz", upload(1), ONE)
    first = load_dataset(mine, owner=ONE)
    again = load_dataset(same, owner=ONE)  # written again, so the file has another time
    theirs = load_dataset(save_upload("theirs.npz", upload(1), TWO), owner=TWO)
    other = load_dataset(save_upload("mine.npz", upload(2), TWO), owner=TWO)
    assert again is first
    assert theirs.x_train.data_ptr() == first.x_train.data_ptr()
    assert theirs.x_test.data_ptr() == first.x_test.data_ptr()
    assert other.x_train.data_ptr() != first.x_train.data_ptr()
    assert upload_bytes() / 1e6 == pytest.approx(2 * MB, rel=0.01)
    assert theirs.name.startswith("file:theirs-")
    assert "mine" not in theirs.name + theirs.source
    assert theirs.source.replace("theirs", "mine") == first.source


def test_what_no_run_trains_on_is_given_back_after_a_while_and_not_before() -> None:
    name = save_upload("mine.npz", upload(1), ONE)
    load_dataset(name, owner=ONE)
    drop_unused_data()
    assert upload_bytes()  # a page shows it perhaps
    drop_unused_data(FAR)
    assert upload_bytes() == 0


def test_what_a_run_trains_on_stays_and_is_not_loaded_a_second_time() -> None:
    load_dataset(save_upload("mine.npz", upload(1), ONE), owner=ONE)
    held = load_dataset(save_upload("theirs.npz", upload(1), TWO), owner=TWO)
    drop_unused_data(FAR)
    assert upload_bytes() / 1e6 == pytest.approx(MB, rel=0.01)
    again = load_dataset(save_upload("mine.npz", upload(1), ONE), owner=ONE)
    assert again.x_train.data_ptr() == held.x_train.data_ptr()
    del held, again
    drop_unused_data(FAR)
    assert upload_bytes() == 0


def test_the_same_name_and_hash_in_another_folder_is_another_file() -> None:
    name = save_upload("mine.npz", upload(1), ONE)
    shared = save_upload("mine.npz", upload(1))
    assert name == shared
    first, second = load_dataset(name, owner=ONE), load_dataset(name, owner=TWO)  # of the host's folder
    assert first.x_train.data_ptr() != second.x_train.data_ptr()


def test_beyond_the_limit_an_upload_is_refused_in_one_sentence_until_another_ends(monkeypatch) -> None:
    monkeypatch.setattr(catalog, "limits", lambda: replace(Limits(), upload_memory_mb=3))
    names = [save_upload(f"set{number}.npz", upload(number), ONE) for number in range(4)]
    held = [load_dataset(name, owner=ONE) for name in names[:2]]
    load_dataset(names[2], owner=ONE)  # only kept, so it makes room
    held.append(load_dataset(names[3], owner=ONE))
    with pytest.raises(InputError) as refused:
        load_dataset(names[2], owner=ONE)
    assert str(refused.value) == (
        f"{names[2].removeprefix('file:')}: found 3 MB of uploaded data in use on this server and 1 MB in this file,"
        " expected at most 3 MB together; try again when other runs have ended"
    )
    assert load_dataset(names[0], owner=ONE) is held[0]  # what is there already is nothing more
    held.clear()
    assert load_dataset(names[1], owner=ONE).n_classes == 2
    assert load_dataset(names[2], allow_any_path=True, owner=ONE).n_classes == 2  # one's own machine has no such limit


def test_a_cache_finds_what_is_in_use_although_it_keeps_it_no_longer() -> None:
    cache = DatasetCache(max_sets=1, max_bytes=10**9, keep_s=60)
    first = cache.get("xor", lambda: load_toy("xor"))
    cache.get("moons", lambda: load_toy("moons"))
    assert cache.get("xor", lambda: pytest.fail("it is in use")) is first
    assert cache.nbytes == first.nbytes


def test_training_and_test_parts_are_cut_from_pixels_to_the_same_bits() -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (40, 5, 5, 3))
    found = {}
    for kind in (np.uint8, np.int32, np.float32):
        buffer = io.BytesIO()
        x = (pixels / np.float32(255)).astype(np.float32) if kind is np.float32 else pixels.astype(kind)
        np.savez(buffer, x_train=x, y_train=np.arange(40) % 2)
        found[kind] = load_dataset(save_upload(f"{kind.__name__}.npz", buffer.getvalue(), ONE), owner=ONE)
    assert visitor_dir(ONE).is_dir()
    for one in found.values():
        assert one.x_train.shape == (32, 3, 5, 5)
        assert one.x_train.is_contiguous()
        np.testing.assert_array_equal(one.x_train.numpy(), found[np.uint8].x_train.numpy())
        np.testing.assert_array_equal(one.x_test.numpy(), found[np.uint8].x_test.numpy())
