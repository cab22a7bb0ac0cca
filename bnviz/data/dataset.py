"""Dataset: checked samples and labels, on the CPU."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from bnviz.config import InputError


@dataclass(frozen=True, slots=True, weakref_slot=True, eq=False)
class Dataset:
    """Samples and labels of one data set. The tensors are shared, so they must not be changed.

    Attributes:
        name: name for ``load_dataset``.
        x_train: (N, C, H, W) images in 0..1, or (N, D) features; float32.
        y_train: (N,) labels in 0..n_classes-1; int64.
        x_test: (M, C, H, W) or (M, D), test samples of the same form.
        y_test: (M,), labels of the test samples.
        classes: one name per label.
        source: origin and processing of the data, in one line.
        original: the set whose tensors these are, if it has another name.

    Raises:
        InputError: shapes, types, labels or values do not fit this description.
    """

    name: str
    x_train: Tensor
    y_train: Tensor
    x_test: Tensor
    y_test: Tensor
    classes: tuple[str, ...]
    source: str
    original: Dataset | None = None

    def __post_init__(self) -> None:
        if len(self.classes) < 2:
            raise InputError(f"{self.name}: found {len(self.classes)} class(es), expected at least 2")
        self._check_part("train", self.x_train, self.y_train)
        self._check_part("test", self.x_test, self.y_test)
        if self.x_train.shape[1:] != self.x_test.shape[1:]:
            found = f"{tuple(self.x_train.shape[1:])} and {tuple(self.x_test.shape[1:])}"
            raise InputError(f"{self.name}: found training and test samples of shapes {found}, expected one shape")

    def _check_part(self, part: str, x: Tensor, y: Tensor) -> None:
        where = f"{self.name}, x_{part}"
        if x.dtype != torch.float32 or y.dtype != torch.int64:
            raise InputError(f"{where}: found {x.dtype} samples and {y.dtype} labels, expected float32 and int64")
        if x.dim() not in (2, 4) or x.numel() == 0:
            raise InputError(f"{where}: found shape {tuple(x.shape)}, expected (N, C, H, W) or (N, D), none empty")
        if y.dim() != 1 or len(y) != len(x):
            raise InputError(
                f"{where}: found {len(x)} samples and labels of shape {tuple(y.shape)}, expected ({len(x)},)"
            )
        low, high = (v.item() for v in torch.aminmax(x))  # if there is any NaN, aminmax returns NaN
        if not (math.isfinite(low) and math.isfinite(high)):
            raise InputError(f"{where}: found NaN or infinite values, expected finite numbers")
        if x.dim() == 4 and (low < 0 or high > 1):
            raise InputError(f"{where}: found values from {low:g} to {high:g}, expected images in 0..1")
        first, last = (int(v.item()) for v in torch.aminmax(y))
        if first < 0 or last >= len(self.classes):
            expected = f"0 to {len(self.classes) - 1} ({len(self.classes)} classes)"
            raise InputError(f"{self.name}, y_{part}: found labels from {first} to {last}, expected {expected}")

    def renamed(self, name: str, source: str) -> Dataset:
        """Return the same tensors under another name; the set stays in use as long as what is returned."""
        return replace(self, name=name, source=source, original=self.original or self)

    @property
    def input_shape(self) -> tuple[int, ...]:
        """Shape of one sample: (C, H, W) or (D,)."""
        return tuple(self.x_train.shape[1:])

    @property
    def input_size(self) -> int:
        """Number of values per sample."""
        return math.prod(self.input_shape)

    @property
    def n_classes(self) -> int:
        """Number of classes."""
        return len(self.classes)

    @property
    def is_plane(self) -> bool:
        """Whether samples are points of a plane, so that a decision boundary can be drawn."""
        return self.input_shape == (2,)

    @property
    def nbytes(self) -> int:
        """Memory of all tensors in bytes."""
        return sum(t.nbytes for t in (self.x_train, self.y_train, self.x_test, self.y_test))
