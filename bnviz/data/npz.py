"""Reading an .npz of a user: headers and sizes are checked before any array is read, and nothing is unpickled."""

from __future__ import annotations

import math
from typing import BinaryIO

from bnviz.config import InputError
from bnviz.data.arrays import dataset_from_arrays
from bnviz.data.dataset import Dataset
from bnviz.data.limits import MAX_ARRAYS, MAX_CLASS_NAME, MAX_CLASSES, MAX_SAMPLE, MAX_VALUES
from bnviz.files import Header, NpzReader

KEYS = ("x_train", "y_train", "x_test", "y_test", "classes")


def load_npz(name: str, label: str, file: BinaryIO, source: str) -> Dataset:
    """Read a data set from an .npz in the layout of assets/data/README.md.

    Args:
        name: name of the data set.
        label: name of the file in error messages.
        file: seekable binary file.
        source: origin of the data.

    Raises:
        InputError: the layout is another one, or exceeds ``bnviz.data.limits``.
    """
    with NpzReader(file, label, MAX_ARRAYS, 8 * MAX_VALUES + 2**24) as reader:
        found = [key for key in KEYS if key in reader.names]
        if "x_train" not in found or "y_train" not in found or ("x_test" in found) != ("y_test" in found):
            has = f"the arrays {names}" if (names := ", ".join(sorted(reader.names))[:200]) else "no arrays"
            expected = "x_train and y_train, perhaps x_test with y_test, perhaps classes"
            raise InputError(f"{label}: found {has}; expected {expected}")
        headers = reader.headers(found, text=("classes",))
        _check_headers(label, headers)
        arrays = {key: reader.array(key) for key in found}
    return dataset_from_arrays(name, label, arrays, source)


def _check_headers(label: str, headers: dict[str, Header]) -> None:
    for key, header in headers.items():
        if min(header.shape, default=0) < 1:
            raise InputError(f"{label}, {key}: found {header}, expected at least one value")
    values = 0
    for part in ("train", "test"):
        if f"x_{part}" not in headers:
            continue
        x, y = headers[f"x_{part}"], headers[f"y_{part}"]
        _check_samples(f"{label}, x_{part}", x)
        if y.dtype.kind not in "biu" or y.shape not in ((x.shape[0],), (x.shape[0], 1)):
            raise InputError(f"{label}, y_{part}: found {y}, expected {x.shape[0]} whole numbers, one per sample")
        values += math.prod(x.shape)
    if values > MAX_VALUES:
        raise InputError(f"{label}: found {values:,} numbers in its samples, expected at most {MAX_VALUES:,}")
    if "x_test" in headers and headers["x_test"].shape[1:] != headers["x_train"].shape[1:]:
        found = f"{headers['x_test'].shape} beside x_train {headers['x_train'].shape}"
        raise InputError(f"{label}, x_test: found shape {found}, expected samples of one shape")
    if "classes" in headers:
        classes = headers["classes"]
        if classes.dtype.kind not in "US" or len(classes.shape) != 1 or not 2 <= classes.shape[0] <= MAX_CLASSES:
            raise InputError(f"{label}, classes: found {classes}, expected 2 to {MAX_CLASSES:,} names")
        if classes.dtype.itemsize > 4 * MAX_CLASS_NAME:
            raise InputError(
                f"{label}, classes: found {classes}, expected names of at most {MAX_CLASS_NAME} characters"
            )


def _check_samples(where: str, x: Header) -> None:
    images = len(x.shape) == 3 or (len(x.shape) == 4 and x.shape[3] in (1, 3))
    if not (images or len(x.shape) == 2) or x.dtype.kind not in "biuf" or x.dtype.itemsize > 8:
        expected = "images (N, H, W) or (N, H, W, 1 or 3) of uint8 or of floats in 0..1, or features (N, D)"
        raise InputError(f"{where}: found {x}, expected {expected}")
    if math.prod(x.shape[1:]) > MAX_SAMPLE:
        found = f"{math.prod(x.shape[1:]):,} numbers per sample ({x})"
        raise InputError(f"{where}: found {found}, expected at most {MAX_SAMPLE:,} (64 x 64 in color)")
