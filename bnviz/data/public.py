"""The public data sets that are fetched on request: their addresses, their files, and how to read them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from bnviz.config import InputError
from bnviz.data._torchvision import torchvision_datasets
from bnviz.data.arrays import Array, samples
from bnviz.data.dataset import Dataset
from bnviz.data.paths import data_dir


@dataclass(frozen=True, slots=True)
class RemoteFile:
    """A file to fetch: its name, MD5 (from torchvision) and size in bytes."""

    filename: str
    md5: str
    nbytes: int


@dataclass(frozen=True, slots=True)
class PublicSet:
    """A public data set; on disk it has the layout that torchvision expects.

    Attributes:
        torchvision_class: name of the class that reads the set.
        title: beginning of the source line.
        mirrors: addresses, each ending in "/", tried in order.
        remote: files to fetch.
        folder: folder of the set, below the data folder.
        files: files that the folder of a complete set contains.
        train_per_class: training images that are kept per class; None keeps all.
        test_per_class: test images that are kept per class; None keeps all.
    """

    torchvision_class: str
    title: str
    mirrors: tuple[str, ...]
    remote: tuple[RemoteFile, ...]
    folder: str
    files: tuple[str, ...]
    train_per_class: int | None = None
    test_per_class: int | None = None

    @property
    def download_bytes(self) -> int:
        """Number of bytes to fetch."""
        return sum(file.nbytes for file in self.remote)

    def is_here(self) -> bool:
        """Return whether all files are in the data folder."""
        return all((data_dir() / self.folder / file).is_file() for file in self.files)

    def bytes_on_disk(self) -> int:
        """Return the number of bytes of the files in the data folder."""
        paths = (data_dir() / self.folder / file for file in self.files)
        return sum(path.stat().st_size for path in paths if path.is_file())


_IDX = ("train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte")


def _gzipped(*md5_and_size: tuple[str, int]) -> tuple[RemoteFile, ...]:
    return tuple(RemoteFile(f"{f}.gz", md5, size) for f, (md5, size) in zip(_IDX, md5_and_size, strict=True))


PUBLIC: dict[str, PublicSet] = {
    "cifar10": PublicSet(
        "CIFAR10",
        "CIFAR-10 (Krizhevsky 2009)",
        ("https://www.cs.toronto.edu/~kriz/",),
        (RemoteFile("cifar-10-python.tar.gz", "c58f30108f718f92721af3b95e74349a", 170_498_071),),
        "cifar-10-batches-py",
        ("batches.meta", *(f"data_batch_{i}" for i in range(1, 6)), "test_batch"),
        # All 60,000 images would need 737 MB as float32; these need 147 MB.
        train_per_class=1000,
        test_per_class=200,
    ),
    "cifar100": PublicSet(
        "CIFAR100",
        "CIFAR-100 (Krizhevsky 2009)",
        ("https://www.cs.toronto.edu/~kriz/",),
        (RemoteFile("cifar-100-python.tar.gz", "eb9058c3a382ffc7106e4002c42a8d85", 169_001_437),),
        "cifar-100-python",
        ("meta", "train", "test"),
        # 123 MB as float32, as many images as of CIFAR-10.
        train_per_class=100,
        test_per_class=20,
    ),
    "mnist-full": PublicSet(
        "MNIST",
        "MNIST (LeCun and Cortes)",
        ("https://ossci-datasets.s3.amazonaws.com/mnist/", "http://yann.lecun.com/exdb/mnist/"),
        _gzipped(
            ("f68b3c2dcbeaaa9fbdd348bbdeb94873", 9_912_422),
            ("d53e105ee54ea40749a09fcbcd1e9432", 28_881),
            ("9fb629c4189551a2d022fa330f9573f3", 1_648_877),
            ("ec29112dd5afa0611ce80d1b7f02629c", 4_542),
        ),
        "MNIST/raw",
        _IDX,
    ),
    "fashion-mnist": PublicSet(
        "FashionMNIST",
        "Fashion-MNIST (Xiao, Rasul and Vollgraf 2017)",
        ("http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",),
        _gzipped(
            ("8d4fb7e6c68d591d4c3dfef9ec88bf0d", 26_421_880),
            ("25c81989df183df01b3e8a0aad5dffbe", 29_515),
            ("bef4ecab320f06d8554ea6380940ec79", 4_422_102),
            ("bb300cfdad3c16e7a12a480ee83cd310", 5_148),
        ),
        "FashionMNIST/raw",
        _IDX,
    ),
}


def load_public(name: str) -> Dataset:
    """Read a fetched set through torchvision, without fetching it.

    Raises:
        InputError: the set is not fetched (the message says how to fetch it), or its files are damaged.
    """
    spec = PUBLIC[name]
    if not spec.is_here():
        raise InputError(
            f"{name} is not in the data folder yet ({spec.download_bytes / 1e6:,.0f} MB to fetch);"
            f" run `python -m bnviz data fetch {name}` or use the button of the Data page"
        )
    reader: Callable[..., Any] = getattr(torchvision_datasets(), spec.torchvision_class)
    try:
        train, test = (reader(str(data_dir()), train=part, download=False) for part in (True, False))
    except (RuntimeError, OSError, ValueError, AssertionError) as error:
        again = f"remove the folder {spec.folder} of the data folder and fetch it again"
        raise InputError(f"{name}: found damaged files ({error}); {again}") from error
    x, y = _part(name, train, spec.train_per_class)
    x_test, y_test = _part(name, test, spec.test_per_class)
    kept = f"{len(y):,} of {len(train.data):,} training and {len(y_test):,} of {len(test.data):,} test images"
    balanced = "" if spec.train_per_class is None else ", the first of each class"
    classes = tuple(str(c).partition(" - ")[0] for c in train.classes)  # those of MNIST are "0 - zero"
    return Dataset(name, x, y, x_test, y_test, classes, f"{spec.title}, {kept}{balanced}")


def first_of_each_class(y: Array, per_class: int) -> Array:
    """Return the indices, in order, of the first ``per_class`` samples of each class."""
    chosen = [np.flatnonzero(y == value)[:per_class] for value in np.unique(y)]
    return np.sort(np.concatenate(chosen))


def _part(name: str, part: Any, per_class: int | None) -> tuple[Tensor, Tensor]:  # noqa: ANN401
    """Return images and labels of a torchvision data set."""
    images, y = np.asarray(part.data), np.asarray(part.targets, dtype=np.int64)
    if per_class is not None:
        chosen = first_of_each_class(y, per_class)
        images, y = images[chosen], y[chosen]
    return samples(name, "images", images), torch.from_numpy(np.ascontiguousarray(y))
