import hashlib
import subprocess
import sys
import threading

import numpy as np
import pytest
import torch

from bnviz.config import PRESETS, InputError
from bnviz.data import POINT_RANGE, data_status, dataset_names, load_dataset
from bnviz.data.cache import DatasetCache
from bnviz.data.digits import MNIST_FILE, load_digits
from bnviz.data.toy import TOYS, load_toy, xor


def test_digits_are_4000_and_1000_balanced_and_scaled():
    digits = load_dataset("mnist")
    assert digits.x_train.shape == (4000, 1, 28, 28)
    assert digits.x_test.shape == (1000, 1, 28, 28)
    assert digits.y_train.bincount().tolist() == [400] * 10
    assert digits.y_test.bincount().tolist() == [100] * 10
    assert digits.classes == tuple("0123456789")
    with np.load(MNIST_FILE, allow_pickle=False) as raw:  # NumPy's own reader as the oracle of ours
        assert torch.equal(digits.x_train[:, 0] * 255, torch.from_numpy(raw["x_train"]).float())
        assert digits.y_test.tolist() == raw["y_test"].tolist()


def test_no_digit_is_in_both_parts():
    digits = load_dataset("mnist")
    train, test = ({hashlib.sha256(i.numpy().tobytes()).digest() for i in x} for x in (digits.x_train, digits.x_test))
    assert not train & test


def test_the_first_hundred_digits_are_mixed():
    assert load_dataset("mnist").y_train[:100].unique().numel() == 10


def test_binary_digits_are_the_gray_ones_cut_at_half():
    gray, binary = load_dataset("mnist"), load_dataset("mnist-binary")
    assert torch.equal(binary.x_train == 1, gray.x_train >= 128 / 255)
    assert set(binary.x_test.unique().tolist()) == {0.0, 1.0}
    assert torch.equal(binary.y_train, gray.y_train)
    assert gray.x_train.unique().numel() > 100  # the cached gray set was not written to


@pytest.mark.parametrize("name", TOYS)
def test_toy_sets_are_balanced_scaled_and_repeatable(name):
    points, again = load_toy(name), load_toy(name)
    assert torch.equal(points.x_train, again.x_train)
    assert torch.equal(points.y_test, again.y_test)
    assert points.is_plane
    assert points.y_train.bincount().tolist() == [500, 500]
    assert points.y_test.bincount().tolist() == [250, 250]
    x = torch.cat((points.x_train, points.x_test))
    assert x.mean(dim=0).abs().max() < 1e-5
    assert abs(x.square().mean() - 1) < 1e-5
    assert x.abs().max() <= POINT_RANGE


@pytest.mark.parametrize("name", TOYS)
def test_toy_classes_can_be_separated_but_not_by_a_line(name):
    points = load_toy(name)
    distance = torch.cdist(points.x_test, points.x_train)
    nearest = (points.y_train[distance.argmin(dim=1)] == points.y_test).float().mean()
    assert nearest > 0.95
    design = torch.cat((points.x_train, torch.ones(1000, 1)), dim=1)
    weights = torch.linalg.lstsq(design, 2.0 * points.y_train[:, None] - 1).solution
    line = ((design @ weights > 0).squeeze(1) == (points.y_train == 1)).float().mean()
    assert line < 0.9


def test_xor_is_the_sign_of_the_product():
    x, y = xor(400, torch.Generator().manual_seed(1))
    clear = x.abs().min(dim=1).values > 0.2  # away from the axes, where noise cannot change a sign
    assert torch.equal(y[clear] == 1, x[clear].prod(dim=1) < 0)
    assert clear.sum() > 200


def test_toy_sets_leave_the_global_generator_alone():
    before = torch.get_rng_state()
    load_toy("spirals")
    assert torch.equal(before, torch.get_rng_state())


def test_every_preset_finds_its_data():
    assert {config.dataset for config in PRESETS.values()} <= set(dataset_names())


def test_an_unknown_name_is_answered_with_the_known_ones():
    with pytest.raises(InputError, match=r"unknown data set 'mnst'; known are mnist, .*cifar10.* file:NAME"):
        load_dataset("mnst")
    with pytest.raises(InputError, match="unknown data set"):
        data_status("mnst")


def test_status_of_what_is_always_here():
    assert data_status("mnist").state == "bundled"
    assert data_status("mnist").megabytes == pytest.approx(MNIST_FILE.stat().st_size / 1e6)
    assert data_status("xor").state == "generated"


def test_the_cache_hands_out_one_object_and_stays_bounded():
    loads = []

    def load(name):
        loads.append(name)
        return load_toy(name)

    one = load_toy("xor").nbytes
    cache = DatasetCache(max_sets=8, max_bytes=2 * one)
    first = cache.get("xor", lambda: load("xor"))
    assert cache.get("xor", lambda: load("xor")) is first
    cache.get("moons", lambda: load("moons"))
    cache.get("xor", lambda: load("xor"))  # now moons is the one used longest ago
    cache.get("circles", lambda: load("circles"))
    assert cache.get("xor", lambda: load("xor")) is first
    cache.get("moons", lambda: load("moons"))
    assert loads == ["xor", "moons", "circles", "moons"]


def test_many_threads_load_a_set_once():
    cache, loads, barrier = DatasetCache(2, 10**9), [], threading.Barrier(4)

    def ask():
        barrier.wait(10)
        cache.get("mnist", lambda: loads.append(1) or load_digits("mnist"))

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert loads == [1]


def test_importing_the_room_is_light():
    code = "import sys, bnviz.data; print([m for m in ('torchvision', 'PIL', 'streamlit') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.strip() == "[]"
