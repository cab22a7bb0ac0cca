"""The one door to torchvision, which a CPU build of torch cannot open by itself.

torchvision's wheel on PyPI is a CUDA build. Beside a CPU build of torch its compiled part does not load, so
the import fails with "operator torchvision::nms does not exist", although data sets need no such operator.
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
_KEPT: list[torch.library.Library] = []  # a library takes its schemas along when it is collected


def torchvision_datasets() -> ModuleType:
    """Import ``torchvision.datasets``; where its operators are missing, declare them and try again."""
    with _LOCK:
        try:
            return importlib.import_module("torchvision.datasets")
        except RuntimeError as error:
            if "torchvision::" not in str(error) or _KEPT:
                raise
        for name in [m for m in sys.modules if m.partition(".")[0] == "torchvision"]:
            del sys.modules[name]  # half imported
        library = torch.library.Library("torchvision", "DEF")  # type: ignore[no-untyped-call]
        for schema in _SCHEMAS:
            library.define(schema)  # type: ignore[no-untyped-call]
        _KEPT.append(library)
        return importlib.import_module("torchvision.datasets")
