"""Convolution, ReLU and pooling of one map, by torch."""

from __future__ import annotations

from typing import Any

from golden_case import Case, draws, tensor
from torch import Tensor
from torch.nn import functional as F


def cases() -> list[Case]:
    """Return images and filters of several sizes, with and without padding."""
    random = draws(12)
    image, filters = (
        random.normal(0, 1, (7, 6)),
        [random.normal(0, 1, size) for size in ((3, 3), (2, 3), (5, 5), (1, 1))],
    )
    whole = tensor(image)[None, None]
    return [
        *(_correlation(image, kernel, padding, 0.3) for kernel in filters for padding in (0, 1, 2)),
        _correlation(image[:2, :2], filters[0], 2, 0.0),
        Case("relu", [grid(image)], grid(whole[0, 0].relu())),
        *(Case("maxPool", [grid(image), size], grid(F.max_pool2d(whole, size)[0, 0])) for size in (1, 2, 3)),
        *(Case("meanPool", [grid(image), size], grid(F.avg_pool2d(whole, size)[0, 0])) for size in (1, 2, 3)),
    ]


def grid(values: Any) -> dict[str, Any]:
    """Return the browser's form of a matrix."""
    matrix = values if isinstance(values, Tensor) else tensor(values)
    return {"values": matrix.flatten(), "height": matrix.shape[0], "width": matrix.shape[1]}


def _correlation(image: Any, kernel: Any, padding: int, bias: float) -> Case:
    found = F.conv2d(tensor(image)[None, None], tensor(kernel)[None, None], tensor([bias]), padding=padding)
    return Case("correlate", [grid(image), grid(kernel), padding, bias], grid(found[0, 0]))
