"""Normalization: the layers that the nets use, and the paper's formulas by hand."""

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
from bnviz.norms.group import GroupNorm, InstanceNorm, LayerNorm, nearest_groups
from bnviz.norms.make import make_norm
from bnviz.norms.weight import StandardizedConv2d, StandardizedLinear, effective_weight, standardize_weight

__all__ = [
    "BatchNorm", "BatchNormCache", "BatchNormGradients", "GroupNorm", "InstanceNorm", "LayerNorm",
    "StandardizedConv2d", "StandardizedLinear", "batch_norm_backward", "batch_norm_eval",
    "batch_norm_forward", "effective_weight", "fold_into_linear", "make_norm", "nearest_groups",
    "standardize_weight", "update_running",
]  # fmt: skip
