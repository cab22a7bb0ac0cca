"""CIFAR-100 is fetched, unpacked and read as CIFAR-10 is; its archive here is a small one of our own."""

import hashlib
import importlib
import io
import pickle
import tarfile
from dataclasses import replace

import numpy as np
import pytest
from test_public_sets import run

from bnviz.config import InputError
from bnviz.data import data_status, dataset_names, fetch, load_dataset
from bnviz.data.public import PUBLIC, RemoteFile

FOLDER = "cifar-100-python"


def archive(per_class):
    """Return a .tar.gz with the layout of the real one: pickles with fine labels, and files that are not needed."""
    labels = [i % 100 for i in range(100 * per_class)]
    pixels = np.arange(len(labels) * 3072, dtype=np.uint8).reshape(len(labels), 3072)
    part = pickle.dumps({"data": pixels, "fine_labels": labels, "coarse_labels": [0] * len(labels)})
    meta = pickle.dumps({"fine_label_names": [f"thing{i}" for i in range(100)], "coarse_label_names": []})
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as tar:
        for name, body in {"train": part, "test": part, "meta": meta, "file.txt~": b"not needed"}.items():
            info = tarfile.TarInfo(f"{FOLDER}/{name}")
            info.size = len(body)
            tar.addfile(info, io.BytesIO(body))
    return buffer.getvalue()


@pytest.fixture
def small_archive(monkeypatch, tmp_path):
    """Let "cifar100" be a small archive that the download copies from the disk."""
    data = archive(per_class=3)
    spec = PUBLIC["cifar100"]
    file = RemoteFile(spec.remote[0].filename, hashlib.md5(data, usedforsecurity=False).hexdigest(), len(data))
    monkeypatch.setitem(PUBLIC, "cifar100", replace(spec, remote=(file,), train_per_class=2, test_per_class=1))
    asked = []

    def copied(urls, target, md5, nbytes, progress, cancel):
        asked.extend(urls)
        assert (md5, nbytes) == (file.md5, len(data))
        target.write_bytes(data)
        progress(nbytes)

    monkeypatch.setattr(importlib.import_module("bnviz.data.fetch"), "download", copied)
    return asked


def test_it_is_named_and_told_how_to_fetch(data_home):
    assert "cifar100" in dataset_names()
    status = data_status("cifar100")
    assert status.state == "not fetched"
    assert 165 < status.megabytes < 175
    with pytest.raises(InputError, match="data fetch cifar100"):
        load_dataset("cifar100")


def test_it_is_fetched_unpacked_and_read(data_home, small_archive):
    fetch("cifar100")
    assert small_archive == ["https://www.cs.toronto.edu/~kriz/cifar-100-python.tar.gz"]
    assert sorted(path.name for path in (data_home / FOLDER).iterdir()) == ["meta", "test", "train"]
    # In a process of its own, as importing torchvision leaves traces; it checks the sums of the real files.
    lines = run(
        """
        from dataclasses import replace
        from bnviz.data import load_dataset
        from bnviz.data._torchvision import torchvision_datasets
        from bnviz.data.public import PUBLIC
        their = torchvision_datasets().CIFAR100
        their.train_list, their.test_list = [["train", None]], [["test", None]]
        their.meta = their.meta | {"md5": None}
        PUBLIC["cifar100"] = replace(PUBLIC["cifar100"], train_per_class=2, test_per_class=1)
        images = load_dataset("cifar100")
        assert images.input_shape == (3, 32, 32)
        assert images.y_train.bincount().tolist() == [2] * 100
        assert images.y_test.bincount().tolist() == [1] * 100
        print(images.n_classes, images.classes[7])
        print(images.source)
        """
    )
    assert lines[0] == "100 thing7"
    assert lines[1].startswith("CIFAR-100 (Krizhevsky 2009), 200 of 300 training and 100 of 300 test images")
