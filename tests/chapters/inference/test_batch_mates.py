"""One image among batch-mates, against the net itself."""

from __future__ import annotations

import copy

import numpy as np
import pytest
import torch
from torch import nn

from bnviz.chapters.inference.batch_mates import batch_dependence, rank_by_confidence
from bnviz.config import InputError


def untouched(net: nn.Module, before: dict[str, torch.Tensor]) -> bool:
    return all(torch.equal(tensor, before[name]) for name, tensor in net.state_dict().items())


def test_predictions_are_those_of_the_net_in_each_batch(net: nn.Sequential, x: torch.Tensor) -> None:
    before = copy.deepcopy(net.state_dict())
    dependence = batch_dependence(net, x, 7, 1, (1, 4, 16), 5)
    order = torch.randperm(len(x), generator=torch.Generator().manual_seed(3))
    rows = torch.cat([torch.tensor([7]), order[order != 7][:3]])
    expected = copy.deepcopy(net).train()(x[rows])[0].softmax(0)
    assert dependence.training[1, 3] == pytest.approx(expected.detach().numpy(), abs=1e-6)
    assert dependence.evaluation[2, 0] == pytest.approx(net(x[7:8])[0].softmax(0).detach().numpy(), abs=1e-6)
    assert untouched(net, before)
    assert not net.training


def test_evaluation_is_frozen_and_training_is_not(net: nn.Sequential, x: torch.Tensor) -> None:
    dependence = batch_dependence(net, x, 0, 2, (2, 8, 64), 8)
    assert np.all(dependence.spread("evaluation") == 0)
    assert np.all(dependence.spread("training") > 0)
    assert dependence.spread("training")[0] > dependence.spread("training")[2]
    assert dependence.answers("evaluation") == (1, 1, 1)
    assert dependence.of_label("training").shape == (3, 8)


def test_alone_in_training_mode_every_image_looks_the_same(net: nn.Sequential, x: torch.Tensor) -> None:
    alone = [batch_dependence(net, x, row, 0, (1,), 1).training[0, 0] for row in (0, 5, 9)]
    assert alone[0] == pytest.approx(alone[1], abs=1e-12)
    assert alone[0] == pytest.approx(alone[2], abs=1e-12)


def test_impossible_batches_are_refused(net: nn.Sequential, x: torch.Tensor) -> None:
    with pytest.raises(InputError, match="1 to 200 samples"):
        batch_dependence(net, x, 0, 0, (201,), 1)


def test_confidence_is_ordered(net: nn.Sequential, x: torch.Tensor) -> None:
    rows = rank_by_confidence(net, x, 10)
    surest = net(x).softmax(1).max(1).values.detach()
    assert list(surest[list(rows)]) == sorted(surest[list(rows)])
    assert surest[rows[0]] == surest.min()
    assert surest[rows[-1]] == surest.max()
