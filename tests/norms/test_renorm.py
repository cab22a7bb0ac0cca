"""Batch renormalization against its formula, by hand in float64."""

import pytest
import torch

from bnviz.config import RunConfig
from bnviz.norms import BatchNorm, BatchRenorm, RenormSchedule, make_norm

FREE = RenormSchedule(start=0, r_end=0, d_end=0, r_max=1e6, d_max=1e6)
TIGHT = RenormSchedule(start=0, r_end=0, d_end=0, r_max=1.5, d_max=0.4)
EPS = 1e-3


def values(*shape, seed=0):
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64) * 3 + 2


def renorm(schedule, affine=True):
    norm = BatchRenorm(4, EPS, 0.1, affine, schedule).double()
    with torch.no_grad():
        norm.running_mean.copy_(torch.tensor([2.0, -4.0, 1.5, 9.0]))
        norm.running_var.copy_(torch.tensor([9.0, 0.5, 40.0, 7.0]))
        norm.num_batches_tracked.fill_(1)  # so that a schedule that ends at once has ended
        if affine:
            norm.weight.copy_(torch.tensor([0.5, 1.5, -2.0, 1.0]))
            norm.bias.copy_(torch.tensor([-1.0, 0.0, 1.0, 2.0]))
    return norm


def by_hand(x, norm, r_max, d_max):
    """The paper's formulas, with r and d as constants for the gradient."""
    axes, view = ((0,), (4,)) if x.dim() == 2 else ((0, 2, 3), (4, 1, 1))
    mean = x.mean(axes)
    s_b = (((x - mean.view(view)) ** 2).mean(axes) + norm.eps).sqrt()
    s = (norm.running_var + norm.eps).sqrt()
    r = torch.tensor([min(max(v, 1 / r_max), r_max) for v in (s_b / s).tolist()], dtype=x.dtype)
    shift = ((mean - norm.running_mean) / s).tolist()
    d = torch.tensor([min(max(v, -d_max), d_max) for v in shift], dtype=x.dtype)
    x_hat = (x - mean.view(view)) / s_b.view(view) * r.view(view) + d.view(view)
    return x_hat if norm.weight is None else norm.weight.view(view) * x_hat + norm.bias.view(view)


@pytest.mark.parametrize("tail", [(), (3, 2)])
@pytest.mark.parametrize("affine", [True, False])
@pytest.mark.parametrize("schedule", [FREE, TIGHT])
def test_output_and_gradients_are_those_of_the_formula(schedule, affine, tail):
    norm = renorm(schedule, affine)
    x, y = (values(7, 4, *tail).requires_grad_() for _ in range(2))
    expected = by_hand(y, norm, schedule.r_max, schedule.d_max)
    wanted = torch.autograd.grad(expected.pow(3).sum(), [y, *norm.parameters()])
    before = {name: value.clone() for name, value in norm.state_dict().items()}
    out = norm(x)
    torch.testing.assert_close(out, expected)
    for found, want in zip(torch.autograd.grad(out.pow(3).sum(), [x, *norm.parameters()]), wanted, strict=True):
        torch.testing.assert_close(found, want)
    rows = x.detach().movedim(1, -1).flatten(0, -2)
    torch.testing.assert_close(norm.running_mean, 0.9 * before["running_mean"] + 0.1 * rows.mean(0))
    torch.testing.assert_close(norm.running_var, 0.9 * before["running_var"] + 0.1 * rows.var(0))


def test_tight_limits_bite_in_this_batch():
    x, norm = values(7, 4), renorm(TIGHT)
    assert not torch.allclose(by_hand(x, norm, 1e6, 1e6), by_hand(x, norm, 1.5, 0.4))


def test_within_limits_training_computes_what_evaluation_does():
    norm, x = renorm(FREE), values(7, 4)
    expected = norm.eval()(x)
    torch.testing.assert_close(norm.train()(x), expected)


def test_before_its_start_it_is_batch_norm():
    renormed, plain = BatchRenorm(4, EPS).double(), BatchNorm(4, eps=EPS).double()
    for seed in range(3):
        x, y = (values(7, 4, seed=seed).requires_grad_() for _ in range(2))
        out, expected = renormed(x), plain(y)
        torch.testing.assert_close(out, expected)
        out.pow(3).sum().backward()
        expected.pow(3).sum().backward()
        torch.testing.assert_close(x.grad, y.grad)
    torch.testing.assert_close(renormed.state_dict(), plain.state_dict(), check_dtype=True)


@pytest.mark.parametrize(
    ("seen", "r_max", "d_max"),
    [(0, 1, 0), (5_000, 1, 0), (15_000, 1 + 2 * 10 / 35, 2.5), (25_000, 1 + 2 * 20 / 35, 5), (90_000, 3, 5)],
)
def test_the_published_schedule_is_the_default(seen, r_max, d_max):
    norm = BatchRenorm(4)
    norm.num_batches_tracked.fill_(seen)
    assert [float(limit) for limit in norm.limits()] == pytest.approx([r_max, d_max])


def test_recipes_get_the_published_schedule_fifty_times_shorter():
    norm = make_norm(RunConfig(norm="renorm"), (4,), 0)
    assert tuple(50 * end for end in norm.schedule[:3]) == tuple(RenormSchedule()[:3])
    assert norm.schedule[3:] == RenormSchedule()[3:]


def test_a_batch_of_one_gives_the_shift_d_and_no_gradient_to_x():
    norm, x = renorm(TIGHT), values(1, 4).requires_grad_()
    d = ((x.detach()[0] - norm.running_mean) / (norm.running_var + EPS).sqrt()).clamp(-0.4, 0.4)
    y = norm(x)
    torch.testing.assert_close(y.detach()[0], (norm.weight * d + norm.bias).detach())
    y.sum().backward()
    assert torch.equal(x.grad, torch.zeros_like(x))
    torch.testing.assert_close(norm.running_var, renorm(TIGHT).running_var)
