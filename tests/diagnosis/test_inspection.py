"""What a state dict alone shows: sick ones and their healthy twins."""

from __future__ import annotations

import copy
import json
from collections import OrderedDict
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import nn

import bnviz
from bnviz.config import InputError
from bnviz.diagnosis.finding import Finding
from bnviz.diagnosis.inspection import Inspection

State = dict[str, Any]


def net() -> nn.Sequential:
    first = OrderedDict(conv1=nn.Conv2d(1, 4, 3), bn1=nn.BatchNorm2d(4), relu=nn.ReLU())
    return nn.Sequential(OrderedDict(**first, conv2=nn.Conv2d(4, 6, 3), bn2=nn.BatchNorm2d(6)))


def trained(steps: int = 60, seed: int = 0) -> nn.Sequential:
    torch.manual_seed(seed)
    model = net()
    optimizer = torch.optim.SGD(model.parameters(), 0.1)
    for _ in range(steps):
        optimizer.zero_grad()
        model(2 * torch.randn(8, 1, 6, 6) + 1).square().mean().add(model.bn1.bias.sum()).backward()
        optimizer.step()
    return model


@pytest.fixture(scope="module")
def state() -> State:
    return trained().state_dict()


def found(inspection: Inspection) -> list[tuple[str, str, str]]:
    return [(each.code, each.severity, each.layer) for each in inspection.findings]


def sick(state: State, **changes: Any) -> State:
    changed = copy.deepcopy(state)
    for name, change in changes.items():
        change(changed[name.replace("__", ".")])
    return changed


def only(inspection: Inspection) -> Finding:
    assert len(inspection.findings) == 1, found(inspection)
    return inspection.findings[0]


@pytest.mark.parametrize("seed", range(5))
def test_a_healthy_state_dict_has_no_finding(seed: int) -> None:
    result = bnviz.inspect_checkpoint(trained(seed=seed).state_dict())
    assert result.findings == ()
    assert [(layer.name, layer.channels, layer.tracked) for layer in result.layers] == [("bn1", 4, 60), ("bn2", 6, 60)]
    assert "Nothing was found" in str(result)


def test_nan_in_a_channel_is_named(state: State) -> None:
    channels = torch.tensor([1, 4])
    changed = sick(state, bn2__running_var=lambda each: each.index_fill_(0, channels, float("nan")))
    finding = only(bnviz.inspect_checkpoint(changed))
    assert (finding.code, finding.severity, finding.layer, finding.channels) == ("not-finite", "error", "bn2", (1, 4))
    assert finding.title == "bn2: 2 of 6 channels hold NaN, infinity or a negative variance (channels 1, 4)"


def test_a_negative_variance_is_as_bad(state: State) -> None:
    finding = only(bnviz.inspect_checkpoint(sick(state, bn1__running_var=lambda each: each[2].fill_(-1))))
    assert (finding.code, finding.channels) == ("not-finite", (2,))


def test_nan_in_another_tensor_is_named(state: State) -> None:
    finding = only(bnviz.inspect_checkpoint(sick(state, conv2__weight=lambda each: each[0].fill_(float("inf")))))
    assert finding.code == "not-finite"
    assert "1 of 4 other tensors" in finding.title
    assert "conv2.weight" in finding.title


def test_a_layer_whose_buffers_were_never_loaded(state: State) -> None:
    fresh = {**state, "bn2.running_mean": torch.zeros(6), "bn2.running_var": torch.ones(6)}
    finding = only(bnviz.inspect_checkpoint(fresh))
    assert (finding.code, finding.severity, finding.layer) == ("never-updated", "warning", "bn2")


def test_a_net_that_was_never_trained_gets_a_note() -> None:
    result = bnviz.inspect_checkpoint(net().state_dict())
    assert found(result) == [("never-updated", "note", "bn1")]
    assert result.serious == ()


def test_few_updates_are_counted() -> None:
    finding = only(bnviz.inspect_checkpoint(trained(5).state_dict()))
    assert (finding.code, finding.severity) == ("stale-statistics", "note")
    assert finding.evidence["percent"] == pytest.approx(100 * 0.9**5)


def test_a_constant_and_a_dead_channel_are_notes(state: State) -> None:
    finding = only(bnviz.inspect_checkpoint(sick(state, bn1__running_var=lambda each: each[3].fill_(0))))
    assert (finding.code, finding.severity, finding.channels) == ("constant-channel", "note", (3,))
    assert finding.evidence["factor"] == pytest.approx(float(state["bn1.weight"][3].abs()) / 1e-5**0.5, rel=1e-4)
    dead = sick(state, bn2__weight=lambda each: each[5].fill_(0), bn2__bias=lambda each: each[5].fill_(0))
    finding = only(bnviz.inspect_checkpoint(dead))
    assert (finding.code, finding.severity, finding.channels) == ("dead-channel", "note", (5,))


def test_a_last_norm_that_begins_at_zero_is_not_dead() -> None:
    model = net()
    nn.init.zeros_(model.bn2.weight)
    assert "dead-channel" not in [code for code, _, _ in found(bnviz.inspect_checkpoint(model.state_dict()))]


def test_half_precision_near_its_limit(state: State) -> None:
    half = {name: each.half() if each.is_floating_point() else each for name, each in state.items()}
    assert bnviz.inspect_checkpoint(half).serious == ()
    finding = only(bnviz.inspect_checkpoint(sick(half, bn2__running_var=lambda each: each[0].fill_(60000))))
    assert (finding.code, finding.severity, finding.channels) == ("overflow", "warning", (0,))


def test_counters_tell_a_shared_layer_and_a_frozen_one(state: State) -> None:
    twice = {**state, "bn3.running_mean": state["bn1.running_mean"], "bn3.running_var": state["bn1.running_var"]}
    twice |= {"bn3.num_batches_tracked": torch.tensor(60), "bn2.num_batches_tracked": torch.tensor(120)}
    finding = only(bnviz.inspect_checkpoint(twice))
    assert (finding.code, finding.layer, finding.evidence["calls"]) == ("called-apart", "bn2", 2)
    twice["bn2.num_batches_tracked"] = torch.tensor(45)
    finding = only(bnviz.inspect_checkpoint(twice))
    assert (finding.code, finding.layer, finding.evidence["missed"]) == ("eval-in-training", "bn2", 15)


def test_an_average_over_parameters_only_lacks_its_buffers() -> None:
    torch.manual_seed(0)
    early, late = trained(30), trained(300)
    average = copy.deepcopy(early)
    with torch.no_grad():
        for mine, theirs in zip(average.parameters(), late.parameters(), strict=True):
            mine.copy_(theirs)
    finding = only(bnviz.inspect_checkpoint(average.state_dict(), late.state_dict()))
    assert (finding.code, finding.severity, finding.layer) == ("missing-buffers", "warning", "bn2")
    fresh = {**late.state_dict(), **{k: v for k, v in net().state_dict().items() if "running" in k or "tracked" in k}}
    finding = only(bnviz.inspect_checkpoint(fresh, late.state_dict()))
    assert (finding.code, finding.severity) == ("missing-buffers", "error")
    without = {name: each for name, each in late.state_dict().items() if "running" not in name}
    result = bnviz.inspect_checkpoint(without, late.state_dict())
    assert only(result).code == "missing-buffers"
    assert ("missing", "bn1.running_mean", "(4,)") in result.unmatched


def test_the_average_in_the_same_file_is_compared_with_its_model(state: State) -> None:
    fresh = {k: v if "running" not in k and "tracked" not in k else net().state_dict()[k] for k, v in state.items()}
    result = bnviz.inspect_checkpoint({"model": state, "model_ema": fresh})
    assert result.against == "model_ema"
    assert found(result)[0][:2] == ("missing-buffers", "error")
    assert result.findings[0].layer.startswith("model_ema.bn")
    assert bnviz.inspect_checkpoint({"model": state, "model_ema": state}).findings == ()


def test_permuted_channels_are_told_from_other_statistics(state: State) -> None:
    order = torch.tensor([1, 0, 2, 3])
    moved = {**state, **{f"bn1.{part}": state[f"bn1.{part}"][order] for part in ("running_mean", "running_var")}}
    finding = only(bnviz.inspect_checkpoint(moved, state))
    assert (finding.code, finding.severity, finding.channels) == ("wrong-channels", "error", (0, 1))
    other = sick(state, bn1__running_mean=lambda each: each.add_(9))
    finding = only(bnviz.inspect_checkpoint(other, state))
    assert (finding.code, finding.severity) == ("stale-statistics", "warning")


def test_a_copy_against_itself_has_no_finding(state: State) -> None:
    result = bnviz.inspect_checkpoint(copy.deepcopy(state), state)
    assert result.findings == ()
    assert result.moved == 0


def test_names_of_strangers_stay_harmless() -> None:
    name = "<script>alert(1)</script>\x1b[31m" + "x" * 5000
    tensors = {f"{name}.running_mean": torch.tensor([float("nan")]), f"{name}.running_var": torch.ones(1)}
    result = bnviz.inspect_checkpoint(tensors)
    assert "<script>" not in result._repr_html_()
    assert "\x1b" not in str(result)
    assert len(str(result)) < 3000


def test_json_is_strict_and_says_where_to_read_on(state: State) -> None:
    result = bnviz.inspect_checkpoint(sick(state, bn2__running_mean=lambda each: each[0].fill_(float("nan"))))
    told = json.loads(json.dumps(result.to_dict(), allow_nan=False))
    assert told["findings"][0]["link"] == "docs/your-own-network.md#not-finite"
    assert told["layers"][1]["mean"] is None


def test_the_words_are_there_in_chinese(state: State) -> None:
    result = bnviz.inspect_checkpoint(sick(state, bn1__running_var=lambda each: each[2].fill_(float("nan"))))
    assert "4 个通道中有 1 个含 NaN" in result.worded("zh")


def test_a_file_is_inspected(tmp_path: Path, state: State) -> None:
    torch.save({"state_dict": state}, tmp_path / "net.pt")
    result = bnviz.inspect_checkpoint(tmp_path / "net.pt")
    assert (result.label, result.entry, result.tensors) == ("net.pt", "state_dict", 14)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_report_is_a_page(tmp_path: Path, state: State, language: str) -> None:
    result = bnviz.inspect_checkpoint(sick(state, bn2__running_var=lambda each: each[0].fill_(float("nan"))))
    page = result.save(tmp_path / "report.html", language).read_text(encoding="utf-8")
    assert f'<html lang="{language}">' in page
    assert result.findings[0].worded("title", language) in page
    assert "<script" not in page
    assert json.loads(result.save(tmp_path / "report.json").read_text(encoding="utf-8"))["tensors"] == 14
    with pytest.raises(InputError, match=r"\.html or \.json"):
        result.save(tmp_path / "report.txt")


@pytest.mark.parametrize("shape", [(), (0,), (3, 1, 3, 3), (5,)])
@pytest.mark.parametrize("part", ["running_mean", "running_var", "weight", "bias"])
def test_tensors_of_another_shape_are_no_layer(state: State, part: str, shape: tuple[int, ...]) -> None:
    result = bnviz.inspect_checkpoint({**state, f"bn1.{part}": torch.ones(shape)}, state)
    assert result.layers[-1].name == "bn2"
    assert str(result)
    assert result.to_dict()


def test_numbers_of_other_types_are_read(state: State) -> None:
    odd = {
        **state,
        "bn1.running_var": torch.tensor([True, True, False, True]),
        "bn1.num_batches_tracked": torch.ones(2),
    }
    assert bnviz.inspect_checkpoint(odd).layers[0].tracked is None


def averaged(*, follows: bool) -> tuple[State, State]:
    """A trained net, and an AveragedModel whose buffers follow the net's or are as the average was made with."""
    torch.manual_seed(0)
    model, trained_one = net(), trained()
    average = torch.optim.swa_utils.AveragedModel(model)
    if follows:
        average.update_parameters(trained_one)
    else:
        for mine, theirs in zip(average.module.parameters(), trained_one.parameters(), strict=True):
            mine.data.lerp_(theirs.data, 0.5)
    return trained_one.state_dict(), average.state_dict()


@pytest.mark.parametrize("around", ["", "module.", "_orig_mod."])
def test_an_averaged_model_with_its_counter_is_compared(around: str) -> None:
    model, average = averaged(follows=False)
    assert "n_averaged" in average
    file = {"model": {f"{around}{name}": each for name, each in model.items()}, "model_ema": average}
    result = bnviz.inspect_checkpoint(file)
    assert found(result) == [("missing-buffers", "error", "model_ema.bn2")]
    assert result.moved > 0
    assert {name for _, name, _ in result.unmatched} == {"n_averaged"}
    assert "Only in model_ema: n_averaged" in str(result)
    assert "仅在 model_ema 中：n_averaged" in result.worded("zh")


def test_an_averaged_model_with_its_buffers_is_healthy() -> None:
    model, average = averaged(follows=True)
    assert bnviz.inspect_checkpoint({"model": model, "model_ema": average}).serious == ()


def test_what_only_the_model_has_is_told_as_the_models(state: State) -> None:
    average = {name: each for name, each in state.items() if name != "conv2.bias"}
    told = str(bnviz.inspect_checkpoint({"model": state, "model_ema": average}))
    assert "Only in model: conv2.bias" in told
    assert "Only in model_ema" not in told


def test_without_a_tensor_in_common_no_difference_is_claimed(state: State) -> None:
    renamed = {f"part_{name}": each for name, each in state.items()}
    result = bnviz.inspect_checkpoint(state, renamed)
    assert result.moved != result.moved
    assert result.to_dict()["moved"] is None
    assert "0 %" not in str(result)
    assert "nothing could be compared" in str(result)
    assert "无从比较" in result.worded("zh")


@pytest.mark.parametrize("without", [("running",), ("running", "num_batches")])
def test_parameters_alone_lack_their_buffers_whatever_the_layers_are_called(without: tuple[str, ...]) -> None:
    full = nn.Sequential(*trained().children()).state_dict()
    bare = {name: each for name, each in full.items() if not name.split(".")[1].startswith(without)}
    result = bnviz.inspect_checkpoint(bare, full)
    assert ("missing-buffers", "error", "1") in found(result)
    assert [(layer.name, layer.keeps) for layer in result.layers] == [("1", False), ("4", False)]
    assert "2 of 2 layers" in only(result).title
    assert bnviz.inspect_checkpoint(full, bare).findings == ()


def test_norms_without_parameters_are_missed_too() -> None:
    full = nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4, affine=False)).state_dict()
    bare = {name: full[name] for name in ("0.weight", "0.bias")}
    assert found(bnviz.inspect_checkpoint(bare, full)) == [("missing-buffers", "error", "1")]
    assert bnviz.inspect_checkpoint({"head.weight": torch.ones(2, 2)}, full).findings == ()


@pytest.mark.parametrize("what", [3, None, [1]])
def test_what_is_no_checkpoint_ends_in_one_sentence(what: Any) -> None:
    with pytest.raises(InputError, match=f"expected a path, .* got {type(what).__name__}"):
        bnviz.inspect_checkpoint(what)
    if what is not None:
        with pytest.raises(InputError, match="expected a path"):
            bnviz.inspect_checkpoint({"weight": torch.ones(1)}, what)


@pytest.mark.parametrize("protocol", [3, 4, 5])
def test_another_pickle_protocol_is_read_or_named(tmp_path: Path, state: State, protocol: int) -> None:
    torch.save(state, tmp_path / "net.pt", pickle_protocol=protocol)
    if protocol == 3:
        assert bnviz.inspect_checkpoint(tmp_path / "net.pt").findings == ()
        return
    with pytest.raises(InputError, match=f"net.pt: was saved with pickle protocol {protocol}"):
        bnviz.inspect_checkpoint(tmp_path / "net.pt")
