"""recalibrate: it changes what it is asked to change, says so, and can be undone."""

from __future__ import annotations

import copy
import json
import re

import pytest
import torch
from torch import nn

import bnviz
from bnviz.config import InputError
from bnviz.text.catalogue import translate


def net() -> nn.Sequential:
    torch.manual_seed(0)
    return nn.Sequential(nn.Conv2d(1, 4, 3), nn.BatchNorm2d(4), nn.ReLU(), nn.Conv2d(4, 3, 3), nn.BatchNorm2d(3))


def loader(batches: int = 4) -> list[tuple[torch.Tensor, torch.Tensor]]:
    generator = torch.Generator().manual_seed(1)
    return [(torch.randn(16, 1, 8, 8, generator=generator) + 2, torch.zeros(16)) for _ in range(batches)]


def test_evaluation_agrees_with_training_mode_afterwards() -> None:
    model = net().eval()
    data = loader()
    everything = torch.cat([x for x, _ in data])
    before = (model(everything) - copy.deepcopy(model).train()(everything)).abs().max()
    result = bnviz.recalibrate(model, data)
    after = (model(everything) - copy.deepcopy(model).train()(everything)).abs().max()
    assert before > 1
    assert after < 0.2
    assert [layer.name for layer in result.layers] == ["1", "4"]
    assert result.batches == 4
    assert all(layer.moved > 0.2 for layer in result.layers)


def test_only_statistics_change_and_modes_are_kept() -> None:
    model = net()
    model[1].eval()
    kept = {name: each.clone() for name, each in model.state_dict().items()}
    state, modes = torch.get_rng_state(), [each.training for each in model.modules()]
    result = bnviz.recalibrate(model, loader())
    changed = {name for name, each in model.state_dict().items() if not torch.equal(each, kept[name])}
    assert changed == set(result.before)
    assert {name.rpartition(".")[2] for name in changed} == {"running_mean", "running_var", "num_batches_tracked"}
    assert [each.training for each in model.modules()] == modes
    assert torch.equal(torch.get_rng_state(), state)
    assert all(each.grad is None for each in model.parameters())


def test_it_can_be_undone() -> None:
    model = net()
    kept = copy.deepcopy(model.state_dict())
    result = bnviz.recalibrate(model, loader())
    model.load_state_dict(result.before, strict=False)
    assert all(torch.equal(each, kept[name]) for name, each in model.state_dict().items())


def test_the_numbers_of_a_layer_are_those_of_its_channels() -> None:
    norm = nn.BatchNorm1d(3, eps=1e-12)
    norm.running_mean.copy_(torch.tensor([1.0, float("nan"), 0.0]))
    norm.running_var.copy_(torch.tensor([4.0, 1.0, 1.0]))
    x = torch.tensor([[2.0, 0.0, 0.0], [4.0, 1.0, 2.0], [6.0, 2.0, 4.0]])  # means 4, 1, 2; variances 4, 1, 4
    (layer,) = bnviz.recalibrate(norm, [x]).layers
    assert layer.worst == (2, 0)
    assert layer.worst_z == pytest.approx(2)
    assert layer.moved == pytest.approx(((1.5**2 + 2**2) / 2) ** 0.5)
    assert layer.variance_ratio == pytest.approx(1)  # of 1 and 4, torch's median is the lower
    assert (layer.not_finite, layer.kept) == (1, 0)


def test_the_words_say_that_the_model_was_changed_and_name_every_layer() -> None:
    result = bnviz.recalibrate(net(), loader())
    text = str(result)
    assert text.startswith("Sequential was changed: its running statistics were measured again (layers: 2, batches: 4)")
    assert re.search(r"^4 +3 ", text, re.M)
    assert "<table>" in result._repr_html_()
    assert json.loads(json.dumps(result.to_dict(), allow_nan=False))["layers"][0]["name"] == "1"
    assert "2" in translate("reports.recalibration.done", "zh", model="Net", layers=2, batches=4)


def test_a_model_without_statistics_is_not_run() -> None:
    model = nn.Sequential(nn.LayerNorm(3))
    result = bnviz.recalibrate(model, [torch.ones(2, 7)])  # of the wrong width
    assert "nothing was changed" in str(result)


def test_wrong_arguments_end_in_one_sentence() -> None:
    with pytest.raises(InputError, match="Module, got str"):
        bnviz.recalibrate("net", [])  # type: ignore[arg-type]
    with pytest.raises(InputError, match="iterable of batches"):
        bnviz.recalibrate(net(), 5)  # type: ignore[arg-type]
    with pytest.raises(InputError, match="no batch"):
        bnviz.recalibrate(net(), [])
