"""recalibrate: it changes what it is asked to change, says so, and can be undone."""

from __future__ import annotations

import copy
import json
import random
import re
import warnings
from collections.abc import Iterator

import numpy as np
import pytest
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

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


@pytest.mark.parametrize("has_its_own", [False, True])
def test_a_loader_that_shuffles_leaves_the_random_state_alone(has_its_own: bool) -> None:
    own = torch.Generator() if has_its_own else None
    model, data = net(), DataLoader(TensorDataset(loader()[0][0]), batch_size=8, shuffle=True, generator=own)
    before = None if own is None else own.get_state()
    states = torch.get_rng_state(), random.getstate(), np.random.get_state()[1].tolist()
    bnviz.recalibrate(model, data)
    assert torch.equal(torch.get_rng_state(), states[0])
    assert own is None or torch.equal(own.get_state(), before)
    assert random.getstate() == states[1]
    assert np.random.get_state()[1].tolist() == states[2]


def broken_loader() -> Iterator[torch.Tensor]:
    yield loader()[0][0]
    raise OSError("no such file")


class Refusing(nn.BatchNorm2d):
    def forward(self, _: torch.Tensor) -> torch.Tensor:
        raise KeyError("no training today")


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ([torch.ones(3, 5)], "cannot be called with a batch of this loader: RuntimeError"),
        ([(np.ones((2, 1, 8, 8)),)], "cannot be called with a batch of this loader: TypeError"),
        (broken_loader(), "the loader stopped with OSError: no such file"),
        ([loader()[0], torch.ones(3, 5)], r"[^.]\. The running statistics are as they were"),
    ],
)
def test_what_goes_wrong_ends_in_one_sentence_and_changes_nothing(data: object, said: str) -> None:
    model = net()
    kept = copy.deepcopy(model.state_dict())
    with pytest.raises(InputError, match=said) as raised:
        bnviz.recalibrate(model, data)  # type: ignore[arg-type]
    assert "\n" not in str(raised.value)
    assert all(torch.equal(each, kept[name]) for name, each in model.state_dict().items())
    assert not any(module._forward_pre_hooks for module in model.modules())


def test_an_error_of_the_model_is_told_in_one_sentence() -> None:
    with pytest.raises(InputError, match="KeyError: 'no training today'"):
        bnviz.recalibrate(nn.Sequential(Refusing(1)), loader())


def test_batches_without_a_finite_value_change_nothing_and_the_words_say_so() -> None:
    model = net()
    model(loader()[0][0])
    kept = copy.deepcopy(model.state_dict())
    result = bnviz.recalibrate(model, [torch.full((4, 1, 8, 8), float("nan"))])
    assert all(torch.equal(each, kept[name]) for name, each in model.state_dict().items())
    assert "was changed" not in str(result)
    assert "was not changed: no channel had a finite value" in str(result)
    assert "没有被修改" in result.headline("zh")


def test_only_layers_that_were_measured_count_as_changed() -> None:
    class TwoHeads(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.used, self.unused = nn.BatchNorm2d(1), nn.BatchNorm2d(1)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return torch.as_tensor(self.used(x))

    model = TwoHeads()
    result = bnviz.recalibrate(model, loader())
    assert "(layers: 1, batches: 4)" in result.headline()
    assert int(model.unused.num_batches_tracked) == 0


def test_a_scripted_model_is_refused_with_what_to_do_instead() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        scripted = nn.Sequential(nn.Identity(), torch.jit.script(nn.BatchNorm2d(1)))
    with pytest.raises(InputError, match=r"scripted, .* recalibrate the model before torch.jit"):
        bnviz.recalibrate(scripted, loader())


def test_a_loader_with_a_generator_of_its_own_draws_the_same_order_afterwards() -> None:
    generator = torch.Generator().manual_seed(3)
    data = torch.utils.data.TensorDataset(torch.randn(32, 1, 8, 8))
    shuffled = torch.utils.data.DataLoader(data, 8, shuffle=True, generator=generator)
    state = generator.get_state()
    assert bnviz.recalibrate(net(), shuffled).batches == 4
    assert torch.equal(generator.get_state(), state)
