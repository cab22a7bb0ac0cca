"""Batch normalization: the layer that the nets use, and the paper's formulas by hand."""

from bnviz.norms.batch import BatchNorm
from bnviz.norms.by_hand import (
    BatchNormCache,
    BatchNormGradients,
    batch_norm_backward,
    batch_norm_eval,
    batch_norm_forward,
    fold_into_linear,
    update_running,
)

__all__ = [
    "BatchNorm", "BatchNormCache", "BatchNormGradients", "batch_norm_backward", "batch_norm_eval",
    "batch_norm_forward", "fold_into_linear", "update_running",
]  # fmt: skip
