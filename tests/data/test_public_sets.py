"""torchvision reads what we fetched; in processes of their own, as importing it is slow and leaves traces."""

import os
import pickle
import struct
import subprocess
import sys
import textwrap

import numpy as np

from bnviz.data.public import first_of_each_class


def run(code, **env):
    done = subprocess.run(
        [sys.executable, "-W", "error::RuntimeWarning", "-c", textwrap.dedent(code)],
        capture_output=True,
        text=True,
        timeout=120,
        env=os.environ | env,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.split("\n")


def idx(array):
    return struct.pack(f">BBBB{array.ndim}I", 0, 0, 8, array.ndim, *array.shape) + array.astype(np.uint8).tobytes()


def write_digits(folder, n_train, n_test):
    folder.mkdir(parents=True)
    for part, n in (("train", n_train), ("t10k", n_test)):
        images = np.arange(n * 784).reshape(n, 28, 28) % 256
        (folder / f"{part}-images-idx3-ubyte").write_bytes(idx(images))
        (folder / f"{part}-labels-idx1-ubyte").write_bytes(idx(np.arange(n) % 10))


def write_cifar(folder):
    folder.mkdir(parents=True)
    for name in (*(f"data_batch_{i}" for i in range(1, 6)), "test_batch"):
        entry = {"data": np.arange(20 * 3072, dtype=np.uint8).reshape(20, 3072), "labels": [i % 10 for i in range(20)]}
        (folder / name).write_bytes(pickle.dumps(entry))
    (folder / "batches.meta").write_bytes(pickle.dumps({"label_names": [f"thing{i}" for i in range(10)]}))


def test_first_of_each_class_is_balanced_and_in_order():
    y = np.array([1, 1, 0, 1, 0, 2, 2, 0, 2])
    assert first_of_each_class(y, 2).tolist() == [0, 1, 2, 4, 5, 6]


CHECKSUMS = """
import torch
from bnviz.data._torchvision import torchvision_datasets
from bnviz.data.public import PUBLIC
datasets = torchvision_datasets()
assert datasets is torchvision_datasets()
cifar, mnist, fashion = (PUBLIC[n] for n in ("cifar10", "mnist-full", "fashion-mnist"))
their = datasets.CIFAR10
assert [(f.filename, f.md5) for f in cifar.remote] == [(their.filename, their.tgz_md5)]
assert cifar.mirrors[0] + cifar.remote[0].filename == their.url
assert cifar.folder == their.base_folder
listed = their.train_list + their.test_list + [(their.meta["filename"], "")]
assert set(cifar.files) == {n for n, _ in listed}
for spec, their in ((mnist, datasets.MNIST), (fashion, datasets.FashionMNIST)):
    assert [(f.filename, f.md5) for f in spec.remote] == their.resources
    assert list(spec.mirrors) == their.mirrors
hundred, their = PUBLIC["cifar100"], datasets.CIFAR100
assert [(f.filename, f.md5) for f in hundred.remote] == [(their.filename, their.tgz_md5)]
assert hundred.mirrors[0] + hundred.remote[0].filename == their.url
assert hundred.folder == their.base_folder
assert set(hundred.files) == {their.meta["filename"], their.train_list[0][0], their.test_list[0][0]}
import torchvision.transforms, torchvision.models
"""


def test_torchvision_carries_the_checksums_we_check_and_reads_what_was_fetched(data_home):
    """One process for both, since importing torchvision takes seconds."""
    write_digits(data_home / "MNIST" / "raw", 40, 20)
    write_digits(data_home / "FashionMNIST" / "raw", 30, 10)
    write_cifar(data_home / "cifar-10-batches-py")
    write_digits(data_home / "other" / "MNIST" / "raw", 40, 20)
    (data_home / "other" / "MNIST" / "raw" / "train-images-idx3-ubyte").write_bytes(b"no digits")
    lines = run(
        CHECKSUMS
        + """
import os
from dataclasses import replace
from bnviz.config import InputError
from bnviz.data import load_dataset
from bnviz.data._torchvision import torchvision_datasets
from bnviz.data.public import PUBLIC

digits = load_dataset("mnist-full")
print(tuple(digits.x_train.shape), tuple(digits.x_test.shape), digits.classes[3])
print(digits.source)
assert digits.x_train[1, 0, 0, 5] == ((784 + 5) % 256) / 255
print(load_dataset("fashion-mnist").classes[9])

try:
    load_dataset("cifar10")
except InputError as error:  # torchvision checks the sums first, and these files are made up
    print(error)
cifar = torchvision_datasets().CIFAR10
for listed in (cifar.train_list, cifar.test_list):
    listed[:] = [[name, None] for name, _ in listed]
cifar.meta = cifar.meta | {"md5": None}
PUBLIC["cifar10"] = replace(PUBLIC["cifar10"], train_per_class=3, test_per_class=1)
images = load_dataset("cifar10")
print(images.y_train.bincount().tolist(), images.y_test.bincount().tolist())
print(images.source)
assert images.input_shape == (3, 32, 32)
assert images.x_train[0, 1, 2, 3] == ((1024 + 2 * 32 + 3) % 256) / 255

os.environ["BNVIZ_DATA_DIR"] += "/other"
try:
    load_dataset("mnist-full")
except InputError as error:
    print(error)
"""
    )
    assert lines == [
        "(40, 1, 28, 28) (20, 1, 28, 28) 3",
        "MNIST (LeCun and Cortes), 40 of 40 training and 20 of 20 test images",
        "Ankle boot",
        lines[3],
        f"{[3] * 10} {[1] * 10}",
        "CIFAR-10 (Krizhevsky 2009), 30 of 100 training and 10 of 20 test images, the first of each class",
        lines[6],
        "",
    ]
    assert lines[3].startswith("cifar10: found damaged files")
    assert lines[6].startswith("mnist-full: found damaged files")
    assert "fetch it again" in lines[6]
