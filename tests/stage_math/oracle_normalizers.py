"""The block of values, by ``bnviz.norms`` and torch's own layers."""

from __future__ import annotations

from typing import Any

import torch
from golden_case import Case, draws, tensor
from torch import Tensor

from bnviz.norms import averaging_axes

N, C, H, W = 3, 4, 2, 3
KINDS = (("batch", 1), ("layer", 1), ("instance", 1), ("group", 1), ("group", 2), ("group", 4))


def cases() -> list[Case]:
    """Return the sets and the normalized values of one block under each normalizer."""
    block = draws(11).normal(1, 2, (N, C, H, W))
    return [case for kind, groups in KINDS for case in _cases(block, kind, groups)]


def _cases(block: Any, kind: str, groups: int) -> list[Case]:
    ids = averaging_axes(kind, (N, C, H, W), groups=groups).ravel()
    flat, shape = block.ravel(), {"samples": N, "channels": C, "locations": H * W}
    sets = [flat[ids == number] for number in range(ids.max() + 1)]
    expected = {
        "normalized": _by_torch(tensor(block), kind, groups, 1e-3).flatten(),
        "means": [values.mean() for values in sets],
        "variances": [values.var() for values in sets],
    }
    return [
        Case("idsOf", [shape, kind, groups], ids),
        *(
            Case("groupOf", [kind, n, c, C, groups], ids.reshape(N, C, -1)[n, c, 0])
            for n, c in ((0, 0), (1, 3), (2, 1))
        ),
        Case("normalize", [flat, shape, kind, groups, 1e-3], expected),
    ]


def _by_torch(block: Tensor, kind: str, groups: int, eps: float) -> Tensor:
    functional = torch.nn.functional
    if kind == "batch":
        return functional.batch_norm(block, None, None, training=True, eps=eps)
    if kind == "layer":
        return functional.layer_norm(block, block.shape[1:], eps=eps)
    if kind == "instance":
        return functional.instance_norm(block, eps=eps)
    return functional.group_norm(block, groups, eps=eps)
