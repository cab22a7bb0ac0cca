"""compare names the layer where two models part, and touches neither."""

from __future__ import annotations

import copy
import json

import pytest
import torch
from torch import nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

import bnviz
from bnviz.config import InputError
from bnviz.diagnosis.trace import relative_difference


def net(eps: float = 1e-5) -> nn.Sequential:
    torch.manual_seed(0)
    made = nn.Sequential(
        *(nn.Conv2d(1, 4, 3), nn.BatchNorm2d(4, eps=eps), nn.ReLU()),
        *(nn.Conv2d(4, 3, 3), nn.BatchNorm2d(3, eps=eps), nn.ReLU(), nn.Flatten(), nn.Linear(48, 5)),
    )
    made(batch())  # statistics that are not 0 and 1
    return made


def batch() -> torch.Tensor:
    return torch.randn(8, 1, 8, 8, generator=torch.Generator().manual_seed(2)) + 1


def test_a_copy_agrees() -> None:
    model = net()
    result = bnviz.compare(model, copy.deepcopy(model), batch())
    assert result.agree
    assert result.first is None
    assert result.output == 0
    assert "agree on this batch" in str(result)


@pytest.mark.parametrize("layer", ["1", "4"])
def test_the_first_difference_is_named_with_what_differs_there(layer: str) -> None:
    model, other = net(), net()
    other.get_submodule(layer).running_mean.add_(1)
    result = bnviz.compare(model, other, batch())
    assert not result.agree
    assert result.first is not None
    assert result.first.layer == layer
    assert result.first.given == 0
    assert result.first.returned > 0.1
    assert [what for what, _, _ in result.first.inside] == ["running_mean (norm)"]
    assert f"part at {layer} (BatchNorm2d)" in result.headline()


def test_another_eps_is_named() -> None:
    result = bnviz.compare(net(1e-5), net(1e-1), batch())
    assert result.first is not None
    assert ("eps", "1e-05", "0.1") in result.first.inside
    assert "eps is 1e-05 in the first and 0.1 in the second" in str(result)


def test_a_folded_norm_is_told_apart_from_a_fault() -> None:
    model = net().eval()
    folded = copy.deepcopy(model)
    folded[0], folded[1] = fuse_conv_bn_eval(folded[0], folded[1]), nn.Identity()
    result = bnviz.compare(model, folded, batch())
    assert result.agree
    assert result.first is not None
    assert result.first.layer == "0"
    assert "Later layers undo it" in result.headline()


def test_other_names_are_matched_by_the_order_of_execution() -> None:
    model = net()
    other = nn.Sequential()
    for at, module in enumerate(copy.deepcopy(model)):
        other.add_module(f"part_{at}", module)
    other.part_4.weight.data.mul_(1.5)
    result = bnviz.compare(model, other, batch())
    assert result.matched_by == "order"
    assert result.first is not None
    assert (result.first.layer, result.first.other) == ("4", "part_4")


def test_a_wrapped_model_has_the_names_of_what_it_wraps() -> None:
    model = net()
    result = bnviz.compare(model, nn.DataParallel(copy.deepcopy(model)), batch())
    assert result.matched_by == "name"
    assert result.agree


def test_a_module_without_a_partner_is_named() -> None:
    model = net()
    longer = copy.deepcopy(model)
    longer.add_module("extra", nn.Dropout(0.5))
    result = bnviz.compare(model, longer, batch())
    assert result.only_b == ("extra",)
    assert "Only in the second (Sequential): extra" in str(result)


@pytest.mark.parametrize("training", [False, True, None])
def test_no_harm_is_done(training: bool | None) -> None:
    a, b = net(), net(1e-3)
    b.add_module("dropout", nn.Dropout(0.5))
    a[1].eval()
    a[0].weight.grad = torch.ones_like(a[0].weight)
    kept = [copy.deepcopy(each.state_dict()) for each in (a, b)]
    modes = [module.training for each in (a, b) for module in each.modules()]
    state = torch.get_rng_state()
    bnviz.compare(a, b, batch(), training=training)
    for each, before in zip((a, b), kept, strict=True):
        assert all(torch.equal(tensor, before[name]) for name, tensor in each.state_dict().items())
    assert [module.training for each in (a, b) for module in each.modules()] == modes
    assert torch.equal(torch.get_rng_state(), state)
    assert torch.equal(a[0].weight.grad, torch.ones_like(a[0].weight))
    assert not [hook for each in (a, b) for module in each.modules() for hook in module._forward_hooks]


def test_both_draw_the_same_random_numbers() -> None:
    model = nn.Sequential(nn.Dropout(0.5), nn.Linear(64, 4))
    assert bnviz.compare(model, copy.deepcopy(model), batch().reshape(8, 64), training=True).agree


def test_nan_in_one_model_is_a_difference_and_json_stays_strict() -> None:
    model, other = net(), net()
    other[4].running_var[1] = float("nan")
    result = bnviz.compare(model, other, batch())
    assert result.first is not None
    assert result.first.layer == "4"
    told = json.loads(json.dumps(result.to_dict(), allow_nan=False))
    assert told["first"] == "4"
    assert told["output"] is None


def test_the_difference_is_relative() -> None:
    a, b = torch.tensor([3.0, 4.0]), torch.tensor([3.0, 4.5])
    assert relative_difference(a, b) == pytest.approx(0.5 / (9 + 4.5**2) ** 0.5)
    assert relative_difference(torch.zeros(2), torch.zeros(2)) == 0
    assert relative_difference(torch.zeros(2), torch.zeros(3)) == float("inf")


def test_names_are_escaped_in_a_notebook() -> None:
    model, other = (nn.Sequential() for _ in range(2))
    for each, shift in ((model, 0.0), (other, 1.0)):
        each.add_module("<script>", nn.BatchNorm1d(64))
        each[0].running_mean.add_(shift)
    page = bnviz.compare(model, other, batch().reshape(8, 64))._repr_html_()
    assert "<script>" not in page
    assert "&lt;script&gt;" in page


def test_a_batch_that_does_not_fit_ends_in_one_sentence() -> None:
    with pytest.raises(InputError, match=r"the first model .* cannot be called"):
        bnviz.compare(net(), net(), torch.ones(2, 7, 8, 8))
    with pytest.raises(InputError, match="got str"):
        bnviz.compare(net(), "b", batch())  # type: ignore[arg-type]


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning")
def test_of_a_traced_model_only_the_outputs_are_compared() -> None:
    model = net().eval()
    traced = torch.jit.trace(model, batch())
    result = bnviz.compare(model, traced, batch())
    assert result.agree
    assert "No modules of the two could be matched" in result.headline()
    model[4].running_mean.add_(1)
    assert "differ by" in bnviz.compare(traced, model, batch()).headline()


class Port(nn.Module):
    """The same net under other names, with functions for what has no weights."""

    def __init__(self, model: nn.Sequential) -> None:
        super().__init__()
        copied = copy.deepcopy(model)
        self.stem, self.n1, self.deep, self.n2, self.fc = (copied[at] for at in (0, 1, 3, 4, 7))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self.n1(self.stem(x)).relu()
        return torch.as_tensor(self.fc(self.n2(self.deep(x)).relu().flatten(1)))


def test_a_port_with_functions_and_other_names_agrees() -> None:
    model = net()
    result = bnviz.compare(model, Port(model), batch())
    assert result.agree
    assert result.first is None
    assert [(each.layer, each.other) for each in result.layers] == [
        *(("0", "stem"), ("1", "n1"), ("3", "deep"), ("4", "n2"), ("7", "fc"))
    ]
    assert result.only_a == ("2", "5", "6")


@pytest.mark.parametrize(("fault", "layer"), [("stem", "0"), ("n1", "1"), ("deep", "3"), ("n2", "4"), ("fc", "7")])
def test_the_fault_of_a_port_is_named_whatever_its_layers_are_called(fault: str, layer: str) -> None:
    model = net()
    other = Port(model)
    other.get_submodule(fault).weight.data.mul_(1.5)
    for one, two in ((model, other), (other, model)):
        result = bnviz.compare(one, two, batch())
        assert result.first is not None
        assert {result.first.layer, result.first.other} == {layer, fault}
        assert result.first.given == 0
        assert [what for what, _, _ in result.first.inside] == ["weight (norm)"]


def folded(model: nn.Sequential, functions: bool = False) -> nn.Sequential:
    parts = copy.deepcopy(model).eval()
    convs = fuse_conv_bn_eval(parts[0], parts[1]), fuse_conv_bn_eval(parts[3], parts[4])
    if functions:
        return nn.Sequential(convs[0], Relu(), convs[1], Relu(), *parts[6:])
    return nn.Sequential(convs[0], nn.ReLU(), convs[1], nn.ReLU(), *parts[6:])


class Relu(nn.Module):
    """A nonlinearity of another class."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x.relu()


@pytest.mark.parametrize("functions", [False, True])
def test_a_folded_net_without_its_norms_agrees(functions: bool) -> None:
    result = bnviz.compare(net(), folded(net(), functions), batch())
    assert result.agree
    assert result.matched_by == "order"
    assert result.only_a == ("1", "4")
    assert all(each.returned < float("inf") for each in result.layers)


@pytest.mark.parametrize(("at", "layer", "other"), [(0, "0", "0"), (2, "3", "2"), (5, "7", "5")])
@pytest.mark.parametrize("functions", [False, True])
def test_the_fault_of_a_folded_net_is_told_from_its_folding(at: int, layer: str, other: str, functions: bool) -> None:
    wrong = folded(net(), functions)
    wrong[at].weight.data[1].mul_(2)
    result = bnviz.compare(net(), wrong, batch())
    assert not result.agree
    assert result.first is not None
    assert (result.first.layer, result.first.other) == (layer, other)
    assert "inf" not in result.headline()


def test_names_that_agree_do_not_count_where_the_classes_differ() -> None:
    model = net()
    longer = nn.Sequential(nn.Identity(), *copy.deepcopy(model))
    result = bnviz.compare(model, longer, batch())
    assert result.agree
    assert result.first is None
    assert result.matched_by == "order"
    assert result.only_b == ("0",)


def test_another_stride_is_named_though_all_later_shapes_differ() -> None:
    model, other = (nn.Sequential(nn.Conv2d(1, 2, 3), nn.ReLU(), nn.Conv2d(2, 2, 3)) for _ in range(2))
    moved = nn.Sequential()
    for at, module in enumerate(other):
        moved.add_module(f"part_{at}", module)
    moved.load_state_dict(dict(zip(moved.state_dict(), model.state_dict().values(), strict=True)))
    moved.part_0.stride = (2, 2)
    result = bnviz.compare(model, moved, batch())
    assert result.first is not None
    assert result.first.other == "part_0"
    assert ("stride", "(1, 1)", "(2, 2)") in result.first.inside


def test_a_norm_of_another_kind_is_still_the_partner() -> None:
    model, other = net(), Port(net())
    other.n1 = nn.GroupNorm(2, 4)
    result = bnviz.compare(model, other, batch())
    assert result.first is not None
    assert (result.first.layer, result.first.other) == ("1", "n1")
    assert ("class", "BatchNorm2d", "GroupNorm") in result.first.inside


def test_nan_in_both_is_said_with_the_layer_that_makes_it() -> None:
    model = net()
    model[4].running_var[1] = float("nan")
    blind = bnviz.compare(model, copy.deepcopy(model), batch())
    assert not blind.agree
    assert "cannot be compared" in blind.headline()
    assert "from 4 on" in blind.headline()
    assert "无法比较" in blind.headline("zh")
    assert blind.to_dict()["output"] is None
    part = bnviz.compare(model[:5], copy.deepcopy(model[:5]), batch())
    assert part.agree
    assert (part.not_finite, part.values) == (8 * 4 * 4, 8 * 3 * 4 * 4)
    assert "128 of the output's 384 values, from 4 on" in part.headline()


def test_nan_in_the_batch_is_said() -> None:
    result = bnviz.compare(net(), net(), torch.full((8, 1, 8, 8), float("nan")))
    assert not result.agree
    assert "the batch itself holds such values" in result.headline()


def test_infinities_of_another_sign_differ() -> None:
    a, b = torch.tensor([1.0, float("inf")]), torch.tensor([1.0, -float("inf")])
    assert relative_difference(a, b) == float("inf")
    assert relative_difference(a, a) == 0
    assert relative_difference(torch.tensor([float("nan")]), torch.tensor([float("inf")])) == float("inf")


def test_a_batch_without_samples_is_said() -> None:
    with pytest.raises(InputError, match="an empty tensor: are there samples in the batch"):
        bnviz.compare(net(), net(), torch.ones(0, 1, 8, 8))


@pytest.mark.filterwarnings("ignore:.*torch.jit.script.*:DeprecationWarning")
def test_a_scripted_part_is_told_and_the_rest_is_compared() -> None:
    model, other = net(), net()
    other[4] = torch.jit.script(other[4])
    result = bnviz.compare(model, other, batch())
    assert result.agree
    assert "Scripted, so its layers cannot be observed: 4" in str(result)
    whole = bnviz.compare(torch.jit.script(net()), model, batch())
    assert whole.agree
    assert whole.a == "Sequential"
    assert whole.layers == ()


@pytest.mark.parametrize(("dtype", "limit"), [(torch.float64, 1e-6), (torch.bfloat16, 5e-2)])
def test_a_model_of_another_type_gets_the_batch_in_its_type(dtype: torch.dtype, limit: float) -> None:
    model = net()
    result = bnviz.compare(model, copy.deepcopy(model).to(dtype), batch())
    assert result.agree
    assert 0 < result.output < limit


def test_modes_are_named_only_where_they_were_used() -> None:
    model, other = net(), net().eval()
    other[1].running_mean.add_(1)
    for training, named in ((False, False), (None, True)):
        first = bnviz.compare(model, other, batch(), training=training).first
        assert first is not None
        assert ("training" in [what for what, _, _ in first.inside]) == named


def test_two_models_of_one_class_are_told_apart() -> None:
    model = net()
    longer = nn.Sequential(nn.Identity(), *copy.deepcopy(model))
    assert "Only in the first (Sequential): 0" in str(bnviz.compare(longer, model, batch()))
    assert "Only in the second (Sequential): 0" in str(bnviz.compare(model, longer, batch()))


@pytest.mark.filterwarnings("ignore:.*torch.jit.*:DeprecationWarning")
def test_models_whose_mode_is_fixed_are_compared() -> None:
    model = net().eval()
    frozen = torch.jit.freeze(torch.jit.script(copy.deepcopy(model)))
    exported = torch.export.export(copy.deepcopy(model), (batch(),)).module()
    for fixed in (frozen, exported):
        assert bnviz.compare(model, fixed, batch()).agree
        assert bnviz.compare(fixed, model, batch()).agree
    assert model.training is False
