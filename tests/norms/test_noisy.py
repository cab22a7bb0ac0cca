"""The noise after BN: its distribution, where it applies, and that its seed decides it."""

import copy

import pytest
import torch

from bnviz.norms import BatchNorm, NoisyBatchNorm

MANY = 4000


def values(*shape, seed=0):
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64) * 3 + 2


def shifts_and_scales(batch, channels, tail=(), seed=5):
    """m and s of every value: a net output of 0 shows m; one of 1, with the same draws, shows m + s."""

    def outputs(beta):
        norm = NoisyBatchNorm(channels, seed).double()
        with torch.no_grad():
            norm.weight.zero_()
            norm.bias.fill_(beta)
            return norm(values(batch, channels, *tail))

    m = outputs(0.0)
    return m, outputs(1.0) - m


@pytest.mark.parametrize("tail", [(), (10, 10)])
def test_centers_are_shared_by_a_channel_and_values_spread_around_them(tail):
    batch = 4 if tail else 400
    m, s = (t.movedim(1, 0).flatten(1) for t in shifts_and_scales(batch, MANY // 10, tail))
    n = m.shape[1]
    # m ~ U(mu - 0.1, mu + 0.1): its range within a channel stays below 0.2 and comes close to it
    width = m.amax(1) - m.amin(1)
    assert width.max() <= 0.2
    assert width.min() > 0.19
    # s ~ N(sigma, 0.1)
    torch.testing.assert_close(s.std(1).mean(), torch.tensor(0.1, dtype=s.dtype), rtol=0.01, atol=0)
    standard = (s - s.mean(1, keepdim=True)) / 0.1
    assert abs(float(standard.pow(4).mean()) - 3) < 0.1
    # both independent from value to value of a channel
    for noise in (m, s):
        centered = noise - noise.mean(1, keepdim=True)
        neighbors = (centered[:, 1:] * centered[:, :-1]).mean() / centered.square().mean()
        assert abs(float(neighbors) + 1 / n) < 5 / (n * len(m)) ** 0.5


def test_centers_are_uniform_over_the_published_ranges():
    m, s = shifts_and_scales(100, MANY)
    # a mean over 100 values is off by 0.1 / 10 (s) and 0.06 / 10 (m) at most typically
    mu, sigma = m.mean(0), s.mean(0)
    error = 5 / MANY**0.5
    assert abs(float(mu.mean())) < error / 12**0.5
    assert float(mu.std()) == pytest.approx(1 / 12**0.5, rel=error)
    assert (float(mu.min()), float(mu.max())) == pytest.approx((-0.5, 0.5), abs=0.02)
    assert float(sigma.mean()) == pytest.approx(1.125, abs=0.25 / 12**0.5 * error)
    assert float(sigma.std()) == pytest.approx((0.25**2 / 12 + 0.1**2 / 100) ** 0.5, rel=error)
    assert abs(float(torch.corrcoef(torch.stack([mu, sigma]))[0, 1])) < error


def test_each_step_draws_other_noise():
    norm, x = NoisyBatchNorm(3, 5).double(), values(6, 3)
    assert not torch.equal(norm(x), norm(x))


def test_equal_seeds_make_equal_noise_and_other_seeds_other():
    x, state = values(6, 3), torch.get_rng_state()
    first, again, other = (NoisyBatchNorm(3, seed).double() for seed in (5, 5, 6))
    for _ in range(2):
        out = first(x)
        assert torch.equal(out, again(x))
        assert not torch.equal(out, other(x))
    twin = copy.deepcopy(first)  # goes on where the original is, and does not disturb it
    assert torch.equal(twin(x), first(x))
    assert torch.equal(torch.get_rng_state(), state)


def test_evaluation_and_buffers_are_those_of_batch_norm():
    noisy, plain = NoisyBatchNorm(3, 5).double(), BatchNorm(3).double()
    for seed in range(3):
        noisy(values(6, 3, seed=seed))
        plain(values(6, 3, seed=seed))
    torch.testing.assert_close(noisy.state_dict(), plain.state_dict(), rtol=0, atol=0)
    assert torch.equal(noisy.eval()(values(2, 3)), plain.eval()(values(2, 3)))


def test_the_gradient_passes_through_the_scale_alone():
    norm, plain = NoisyBatchNorm(3, 5).double(), BatchNorm(3).double()
    x, y = (values(6, 3).requires_grad_() for _ in range(2))
    grad = values(6, 3, seed=1)
    _, s = shifts_and_scales(6, 3)  # the same draws, as seed and shape agree
    norm(x).backward(grad)
    plain(y).backward(grad * s)
    torch.testing.assert_close(x.grad, y.grad)
    torch.testing.assert_close(norm.weight.grad, plain.weight.grad)
