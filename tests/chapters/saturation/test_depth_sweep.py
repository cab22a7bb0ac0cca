"""What the chapter says of deep untrained nets holds for several seeds."""

from __future__ import annotations

import pytest

from bnviz.chapters.saturation.depth import YANG_FACTOR
from bnviz.chapters.saturation.depth_sweep import depth_sweep
from bnviz.config import InputError


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_bn_with_relu_grows_as_reported_and_skips_tame_it(seed: int) -> None:
    result = depth_sweep("relu", (2, 50), seed)
    plain, skip, bn, both = result.factor
    assert plain == pytest.approx(1, abs=0.05)
    assert bn == pytest.approx(YANG_FACTOR, abs=0.03)
    assert 3e3 < result.ratio[2, 1] < 4e4, "about ten thousand times"
    assert skip > 1.5
    assert 1 < both < 1.1
    assert result.profile.shape == (4, 50)
    assert result.profile[:, -1] == pytest.approx(1)
    assert result.profile[:, 0] == pytest.approx(result.ratio[:, 1])


def test_sigmoid_vanishes_by_less_than_a_quarter_a_layer() -> None:
    plain, skip, bn, both = depth_sweep("sigmoid", (2, 50)).factor
    assert plain < 0.25
    assert all(0.9 < factor < 1.1 for factor in (skip, bn, both))


@pytest.mark.parametrize("seed", range(31, 36))
def test_a_start_made_for_sigmoids_passes_on_more_than_twice_as_much(seed: int) -> None:
    usual, larger = (depth_sweep("sigmoid", (2, 6, 50), seed, scale) for scale in (1, 4))
    assert usual.factor[0] == pytest.approx(0.235, abs=0.01)
    assert larger.factor[0] == pytest.approx(0.6, abs=0.06)
    assert larger.ratio[0, 1] > 100 * usual.ratio[0, 1]  # through six layers
    assert larger.ratio[0, 2] < 1e-8  # fifty are still too many
    assert larger.factor[2] == pytest.approx(usual.factor[2], abs=0.03)  # BN divides the scale out


def test_tanh_grows_with_bn_and_hardly_shrinks_without() -> None:
    plain, _, bn, _ = depth_sweep("tanh", (2, 50)).factor
    assert 0.93 < plain < 1
    assert bn == pytest.approx(1.1, abs=0.03)


@pytest.mark.parametrize("depths", [(), (1, 5), (5, 5), (9, 3)])
def test_wrong_depths_are_told(depths: tuple[int, ...]) -> None:
    with pytest.raises(InputError):
        depth_sweep("relu", depths)
    with pytest.raises(InputError):
        depth_sweep("gelu")
