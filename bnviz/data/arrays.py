"""Building a Dataset from the arrays of a user."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from bnviz.config import InputError
from bnviz.data.dataset import Dataset
from bnviz.data.limits import MAX_CLASS_NAME, MAX_CLASSES

Array = NDArray[Any]


def dataset_from_arrays(name: str, label: str, arrays: Mapping[str, Array], source: str) -> Dataset:
    """Build a Dataset from arrays in the layout of assets/data/README.md.

    Whole numbers in images, and any uint8, are pixels, and divided by 255. Bools become 0 and 1; floats are kept.
    Without a test part, a fixed fifth of each class is used for testing.

    Args:
        name: name of the data set.
        label: name of the file in error messages.
        arrays: x_train and y_train, optionally x_test, y_test and classes.
        source: origin of the data; the sizes are added.

    Raises:
        InputError: values or labels are not valid.
    """
    classes = _classes(label, arrays)
    plain, y = _plain(label, "x_train", arrays["x_train"]), labels(label, "y_train", arrays["y_train"], len(classes))
    if "x_test" in arrays:
        x, x_test = _tensor(plain), samples(label, "x_test", arrays["x_test"])
        y_test = labels(label, "y_test", arrays["y_test"], len(classes))
        how = ""
    else:
        train, test = split(y)
        if len(train) == 0 or len(test) == 0:
            raise InputError(
                f"{label}: found {len(y)} samples, expected at least two of one class, to keep a test part"
            )
        # Pixels are split while they are small: as float32 they take four times the memory.
        x, x_test = _tensor(plain[train.numpy()]), _tensor(plain[test.numpy()])
        y, y_test = y[train], y[test]
        how = " (a fifth of each class kept for testing)"
    try:
        counted = f"{source}, {len(y):,} training and {len(y_test):,} test samples{how}"
        return Dataset(name, x, y, x_test, y_test, classes, counted)
    except InputError as error:  # the message should name the file, which the user knows
        raise InputError(str(error).replace(name, label, 1)) from error


def samples(label: str, key: str, array: Array) -> Tensor:
    """Return (N, H, W), (N, H, W, C) or (N, D) as float32 (N, C, H, W) or (N, D)."""
    return _tensor(_plain(label, key, array))


def _plain(label: str, key: str, array: Array) -> Array:
    """Return the same samples as uint8 if they are pixels, else as float32."""
    if array.ndim > 2 and array.dtype.kind in "iu" and array.dtype != np.uint8:
        low, high = int(array.min()), int(array.max())
        if low < 0 or high > 255:
            raise InputError(f"{label}, {key}: found pixels from {low} to {high}, expected 0 to 255")
        return array.astype(np.uint8)
    if array.dtype in (np.uint8, np.float32):
        return array
    with np.errstate(over="ignore"):  # values too large for float32 become infinite, which Dataset refuses
        return array.astype(np.float32)


def _tensor(array: Array) -> Tensor:
    """Return samples of uint8 or float32 as float32, pixels divided by 255, channels before rows."""
    pixels, is_image = array.dtype == np.uint8, array.ndim > 2
    if array.ndim == 3:
        array = array[..., None]
    x = torch.from_numpy(np.ascontiguousarray(array))
    if is_image:
        x = x.permute(0, 3, 1, 2)  # (N, C, H, W)
    x = x.to(torch.float32, memory_format=torch.contiguous_format).contiguous()
    return x.div_(255.0) if pixels else x


def labels(label: str, key: str, array: Array, n_classes: int) -> Tensor:
    """Return whole-number labels (N,) or (N, 1) as int64 (N,); raises InputError outside of 0..n_classes-1."""
    low, high = int(array.min()), int(array.max())
    if low < 0 or high >= n_classes:
        raise InputError(f"{label}, {key}: found labels from {low} to {high}, expected 0 to {n_classes - 1}")
    return torch.from_numpy(array.astype(np.int64).reshape(-1))


def split(y: Tensor, share: float = 0.2) -> tuple[Tensor, Tensor]:
    """Return the indices of a fixed, shuffled training and test part; each class is split in the same ratio."""
    generator = torch.Generator().manual_seed(0)
    train, test = [], []
    for value in torch.unique(y):
        members = (y == value).nonzero().squeeze(1)
        members = members[torch.randperm(len(members), generator=generator)]
        n_test = max(1, round(share * len(members))) if len(members) > 1 else 0
        test.append(members[:n_test])
        train.append(members[n_test:])
    joined = torch.cat(train), torch.cat(test)
    return tuple(i[torch.randperm(len(i), generator=generator)] for i in joined)  # type: ignore[return-value]


def _classes(label: str, arrays: Mapping[str, Array]) -> tuple[str, ...]:
    if "classes" in arrays:
        raw = arrays["classes"].reshape(-1).tolist()
        names = tuple(n.decode("utf-8", "replace") if isinstance(n, bytes) else str(n) for n in raw)
        for class_name in names:
            if not 0 < len(class_name) <= MAX_CLASS_NAME or not class_name.isprintable():
                expected = f"1 to {MAX_CLASS_NAME} printable characters"
                raise InputError(f"{label}, classes: found the name {class_name!r:.80}, expected {expected}")
        return names
    given = [arrays[key] for key in ("y_train", "y_test") if key in arrays]
    lowest, highest = min(int(y.min()) for y in given), max(int(y.max()) for y in given)
    if lowest < 0 or not 0 < highest < MAX_CLASSES:
        expected = f"0, 1, ... of 2 to {MAX_CLASSES:,} classes"
        raise InputError(f"{label}, y_train: found labels from {lowest} to {highest}, expected {expected}")
    return tuple(str(i) for i in range(highest + 1))
