"""The import of torchvision, which fails with a CPU build of torch unless it gets some help.

The wheel of torchvision on PyPI is a CUDA build. With a CPU build of torch its compiled part does not load, and the
import fails with "operator torchvision::nms does not exist", although data sets need no such operator.
"""

from __future__ import annotations

import importlib
import sys
import threading
from types import ModuleType

import torch

_SCHEMAS = (
    "nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
    "qnms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
)
_LOCK = threading.Lock()
_KEPT: list[torch.library.Library] = []  # when a library is collected, its schemas vanish


def torchvision_datasets() -> ModuleType:
    """Import ``torchvision.datasets``; if its operators are missing, declare them and try again."""
    with _LOCK:
        try:
            return importlib.import_module("torchvision.datasets")
        except RuntimeError as error:
            if "torchvision::" not in str(error) or _KEPT:
                raise
        for name in [m for m in sys.modules if m.partition(".")[0] == "torchvision"]:
            del sys.modules[name]  # partly imported
        library = torch.library.Library("torchvision", "DEF")  # type: ignore[no-untyped-call]
        for schema in _SCHEMAS:
            library.define(schema)  # type: ignore[no-untyped-call]
        _KEPT.append(library)
        return importlib.import_module("torchvision.datasets")
