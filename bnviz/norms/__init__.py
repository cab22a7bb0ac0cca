"""Normalization: the layers of the nets, and the formulas of the paper written out."""

from bnviz.norms.ablations import MeanOnlyNorm, NoBetaNorm, NoGammaNorm, VarianceOnlyNorm
from bnviz.norms.axes import averaging_axes
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
from bnviz.norms.cumulative import CumulativeNorm
from bnviz.norms.dataset import DataSetNorm, taking_reference
from bnviz.norms.ghost import GhostNorm, ghost_sizes
from bnviz.norms.group import GroupNorm, InstanceNorm, LayerNorm, nearest_groups
from bnviz.norms.late import LateNorm, activate_norms
from bnviz.norms.make import make_norm
from bnviz.norms.noisy import NoisyBatchNorm
from bnviz.norms.per_activation import PerActivationNorm
from bnviz.norms.renorm import BatchRenorm, RenormSchedule
from bnviz.norms.weight import StandardizedConv2d, StandardizedLinear, effective_weight, standardize_weight

__all__ = [
    "BatchNorm",
    "BatchNormCache",
    "BatchNormGradients",
    "BatchRenorm",
    "CumulativeNorm",
    "DataSetNorm",
    "GhostNorm",
    "GroupNorm",
    "InstanceNorm",
    "LateNorm",
    "LayerNorm",
    "MeanOnlyNorm",
    "NoBetaNorm",
    "NoGammaNorm",
    "NoisyBatchNorm",
    "PerActivationNorm",
    "RenormSchedule",
    "StandardizedConv2d",
    "StandardizedLinear",
    "VarianceOnlyNorm",
    "activate_norms",
    "averaging_axes",
    "batch_norm_backward",
    "batch_norm_eval",
    "batch_norm_forward",
    "effective_weight",
    "fold_into_linear",
    "ghost_sizes",
    "make_norm",
    "nearest_groups",
    "standardize_weight",
    "taking_reference",
    "update_running",
]
