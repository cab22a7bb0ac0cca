"""Accuracy in evaluation mode and in training mode, and the modes of modules afterwards."""

from __future__ import annotations

import copy

import pytest
import torch
from hand_made_norm_net import norm_net, norm_net_inputs

from bnviz.training.augment import brightened
from bnviz.training.evaluate import accuracy, accuracy_in_batches, evaluation_mode


def test_accuracies_count_right_answers() -> None:
    net, x = norm_net(), norm_net_inputs()
    labels = net(x).argmax(1)
    labels[:50] = (labels[:50] + 1) % 3
    assert accuracy(net, x, labels) == pytest.approx(0.75)
    before = copy.deepcopy(net.state_dict())
    in_training = copy.deepcopy(net).train()(x).argmax(1)
    assert accuracy_in_batches(net, x, in_training, len(x)) == 1.0
    for name, tensor in net.state_dict().items():
        assert torch.equal(tensor, before[name]), name


def test_each_module_gets_its_mode_back_also_after_an_error() -> None:
    net = norm_net().train()
    frozen = next(module for module in net.modules() if isinstance(module, torch.nn.BatchNorm1d)).eval()
    with evaluation_mode(net):
        assert not any(module.training for module in net.modules())
        assert not torch.is_grad_enabled()
    with pytest.raises(RuntimeError, match="shapes"), evaluation_mode(net):
        net(torch.zeros(2, 1))
    assert [module.training for module in net.modules()] == [module is not frozen for module in net.modules()]


def test_brightness_stays_in_range() -> None:
    assert brightened(torch.tensor([0.0, 0.5, 0.9]), 0.3).tolist() == pytest.approx([0.3, 0.8, 1.0])
