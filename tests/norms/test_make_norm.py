"""What every norm that a recipe can name has in common."""

import copy

import pytest
import torch
from torch import nn

from bnviz.config import NORMS, InputError, RunConfig
from bnviz.config.fields import MAP_NORMS
from bnviz.norms import GhostNorm, GroupNorm, LateNorm, make_norm

SHAPES = [(6,), (6, 3, 2)]
CASES = [
    (norm, shape)
    for norm in NORMS
    for shape in SHAPES
    if norm not in ("none", "weight") and (norm not in MAP_NORMS or len(shape) == 3)
]
CONSTANTS = ("renorm", "cumulative", "dataset")  # their statistics are constants for the gradient
PER_SAMPLE = ("layer", "group", "weight_group", "instance")
every_norm = pytest.mark.parametrize(("norm", "shape"), CASES)


def values(*shape, seed=0):
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64) * 3 + 2


def build(norm, shape, seed=3, **fields):
    config = RunConfig(net="vgg11", norm=norm, groups=3, ghost_size=2, **fields)
    return make_norm(config, shape, seed).double()


@pytest.mark.parametrize("norm", ["none", "weight"])
def test_no_module_where_values_are_not_normalized(norm):
    assert make_norm(RunConfig(norm=norm, norm_from=3), (6,), 0) is None


@every_norm
def test_gamma_starts_where_the_recipe_says_and_beta_at_zero(norm, shape):
    made = build(norm, shape, gamma_init=0.1)
    length = shape if norm == "per_activation" else (6,)
    assert (made.weight is None) == (norm == "no_gamma")
    assert (made.bias is None) == (norm == "no_beta")
    if made.weight is not None:
        torch.testing.assert_close(made.weight.detach(), torch.full(length, 0.1).double())
    if made.bias is not None:
        assert torch.equal(made.bias.detach(), torch.zeros(length).double())


@every_norm
def test_without_affine_there_are_no_parameters(norm, shape):
    made = build(norm, shape, affine=False)
    assert list(made.parameters()) == []
    assert (made.weight, made.bias) == (None, None)
    assert made(values(5, *shape)).isfinite().all()


@every_norm
def test_who_keeps_running_statistics(norm, shape):
    made = build(norm, shape)
    kept = {"running_mean": norm != "variance_only", "running_var": norm != "mean_only"}
    for name, keeps in kept.items():
        assert (getattr(made, name) is not None) == (keeps and norm not in PER_SAMPLE), name


@every_norm
def test_eps_and_momentum_arrive(norm, shape):
    made = build(norm, shape, eps=0.25, momentum=0.3)
    if norm != "mean_only":
        assert made.eps == 0.25
    if norm not in (*PER_SAMPLE, "cumulative", "dataset"):
        made(values(5, *shape))
        assert made.momentum == 0.3
        if made.running_var is not None:
            # what was there before, all 1, has weight 1 - 0.3
            axes = (0,) if norm == "per_activation" or len(shape) == 1 else (0, 2, 3)
            x = values(5, *shape)
            ghosts = [x[:2], x[2:]] if norm == "ghost" else [x]
            var = sum(part.var(axes) for part in ghosts) / len(ghosts)
            torch.testing.assert_close(made.running_var, 0.7 + 0.3 * var)


@pytest.mark.parametrize(("norm", "shape"), [case for case in CASES if case[0] not in (*CONSTANTS, "noisy")])
def test_gradients_in_training_are_those_of_finite_differences(norm, shape):
    made = build(norm, shape)
    parameters = {name: value.detach().requires_grad_() for name, value in made.named_parameters()}

    def function(x, *held):
        return torch.func.functional_call(made, dict(zip(parameters, held, strict=True)), (x,))

    assert torch.autograd.gradcheck(function, (values(4, *shape).requires_grad_(), *parameters.values()))


@every_norm
def test_evaluation_treats_each_sample_by_itself_and_changes_nothing(norm, shape):
    made = build(norm, shape)
    for seed in range(3):
        made(values(5, *shape, seed=seed))
    made.eval()
    before = copy.deepcopy(made.state_dict())
    x = values(5, *shape, seed=9)
    torch.testing.assert_close(made(x)[:1], made(x[:1]))
    torch.testing.assert_close(made.state_dict(), before, rtol=0, atol=0)


@every_norm
def test_state_and_copy_go_on_alike(norm, shape):
    made, fresh = build(norm, shape), build(norm, shape, gamma_init=0.5)
    made(values(5, *shape))
    with torch.no_grad():
        for parameter in made.parameters():
            parameter.add_(0.25)
    twin = copy.deepcopy(made)
    fresh.load_state_dict(made.state_dict())
    x = values(5, *shape, seed=1)
    out = made(x)
    assert torch.equal(twin(x), out)
    # noisy: where its generator is does not belong to the state
    assert torch.equal(fresh(x), out) == (norm != "noisy")
    made.eval()
    for other in (fresh, twin):
        assert torch.equal(other.eval()(x), made(x))
        torch.testing.assert_close(other.state_dict(), made.state_dict(), rtol=0, atol=0)
    with torch.no_grad():
        for parameter in twin.parameters():
            parameter.zero_()
    assert all(parameter.any() for parameter in made.parameters())


@every_norm
def test_the_global_random_state_is_left_alone(norm, shape):
    before = torch.get_rng_state()
    made = build(norm, shape)
    made(values(5, *shape))
    assert torch.equal(torch.get_rng_state(), before)


@every_norm
def test_channels_last_makes_no_difference_and_is_kept(norm, shape):
    if len(shape) == 1:
        shape = (6, 3, 2)
    x = values(5, *shape)
    other = x.contiguous(memory_format=torch.channels_last)
    y, z = build(norm, shape)(x), build(norm, shape)(other)
    torch.testing.assert_close(z, y)
    assert z.is_contiguous(memory_format=torch.channels_last) == (norm != "per_activation")


@every_norm
def test_it_works_in_float32_after_a_move_to_another_type(norm, shape):
    made = build(norm, shape)
    made(values(5, *shape))
    moved = made.float().to("cpu")
    out = moved(values(5, *shape).float())
    assert out.dtype == torch.float32
    assert all(p.dtype == torch.float32 for p in moved.state_dict().values() if p.is_floating_point())
    assert moved.eval()(values(5, *shape).float()).dtype == torch.float32


@every_norm
def test_a_batch_of_one_is_no_error(norm, shape):
    made = build(norm, shape)
    x = values(1, *shape).requires_grad_()
    y = made(x)
    assert y.shape == x.shape
    y.pow(2).sum().backward()
    for value in (y, x.grad, *made.state_dict().values()):
        assert value.isfinite().all()


@every_norm
def test_norm_from_makes_it_inactive(norm, shape):
    made = build(norm, shape, norm_from=7, gamma_init=0.5)
    assert isinstance(made, LateNorm)
    x = values(5, *shape)
    assert made(x) is x
    made.activate()
    assert torch.equal(made(x), build(norm, shape, gamma_init=0.5)(x))


@pytest.mark.parametrize("norm", MAP_NORMS)
def test_norms_of_maps_refuse_units(norm):
    with pytest.raises(InputError, match=rf"norm {norm} needs .*maps.* got shape \(6,\)"):
        build(norm, (6,))


def test_groups_and_ghosts_arrive():
    assert isinstance(group := build("group", (6, 3, 2)), GroupNorm)
    assert group.num_groups == 3
    assert build("weight_group", (6, 3, 2)).num_groups == 3
    assert isinstance(ghost := build("ghost", (6,)), GhostNorm)
    assert ghost.ghost_size == 2


def test_the_seed_reaches_the_noise():
    x = values(5, 6)
    assert torch.equal(build("noisy", (6,), 1)(x), build("noisy", (6,), 1)(x))
    assert not torch.equal(build("noisy", (6,), 1)(x), build("noisy", (6,), 2)(x))


def test_the_optimizer_can_tell_the_parameters_of_every_norm():
    for norm, shape in CASES:
        for module in build(norm, shape, norm_from=2).modules():
            if list(module.parameters(recurse=False)):
                assert hasattr(module, "running_mean"), norm
                assert not isinstance(module, nn.Linear)
