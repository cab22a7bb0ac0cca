"""A net beside its folded copy."""

from __future__ import annotations

import copy

import pytest
import torch
from torch import nn

from bnviz.chapters.inference.folding import compare_folded, folded
from bnviz.config import InputError
from bnviz.norms import BatchNorm


def test_folding_changes_nothing_but_rounding(net: nn.Sequential, x: torch.Tensor) -> None:
    result = compare_folded(net, x)
    assert result.largest_difference < 1e-5
    assert result.same_predictions == 1.0
    assert (result.modules, result.folded_modules) == (6, 4)
    assert result.parameters - result.folded_parameters == 4 * (9 + 5) - 9  # gone: 2 norms; new: one bias
    exact = compare_folded(copy.deepcopy(net).double(), x.double())
    assert exact.largest_difference < 1e-13
    assert not any(isinstance(module, BatchNorm) for module in folded(net))


def test_a_norm_after_a_nonlinearity_is_not_folded() -> None:
    with pytest.raises(InputError, match="1 is not"):
        folded(nn.Sequential(nn.ReLU(), BatchNorm(3)))
