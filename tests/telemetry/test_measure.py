"""Numbers from values, against NumPy's own."""

import numpy as np
import pytest

from bnviz.telemetry import measure
from bnviz.telemetry.records import BINS, QUANTILES, UNIT_PERCENTILES, kept_units
from bnviz.telemetry.run_description import ArmDescription


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def oracle(values, low, high):
    """Counts by np.histogram, and what lies beyond."""
    rows = []
    for layer in values:
        inner, _ = np.histogram(layer, BINS, (low, high))
        rows.append([np.count_nonzero(layer < low), *inner, np.count_nonzero(layer > high)])
    return np.array(rows)


@pytest.mark.parametrize(("low", "high"), [(-6.0, 6.0), (0.0, 1.0), (-1.0, 1.0), (2.0, 3.5)])
def test_histogram_is_numpys(rng, low, high):
    values = rng.normal(0.5, 1.5, (4, 30, 20)).astype("f4")
    found = measure.histogram(values, low, high)
    assert found.dtype == np.uint32
    assert found.shape == (4, BINS + 2)
    assert found.sum() == values.size
    # In float32 a value within rounding of an edge may fall to its other side; nothing moves farther.
    expected = oracle(values, low, high)
    assert np.abs(np.cumsum(found, 1).astype(int) - np.cumsum(expected, 1)).max() <= 1


def test_histogram_at_the_edges_of_bins():
    low, high = -6.0, 6.0  # a bin is 0.2 wide
    values = np.array([-6, 6, np.nextafter(np.float32(6), np.float32(7)), -6.0001, 0, -0.1, 5.9], "f4")
    found = measure.histogram(values.reshape(1, -1, 1), low, high)[0]
    expected = np.zeros(BINS + 2, int)
    expected[0] = 1  # -6.0001
    expected[1] = 1  # -6 itself
    expected[30] = 1  # -0.1
    expected[31] = 1  # 0 opens the upper half
    expected[60] = 2  # 5.9, and 6 which closes the last bin
    expected[61] = 1  # just beyond 6
    assert found.tolist() == expected.tolist()


def test_histogram_of_what_is_far_out():
    huge = np.finfo("f4").max
    values = np.array([np.inf, -np.inf, huge, -huge, 1e30, 0.5], "f4").reshape(2, 3, 1)
    found = measure.histogram(values, 0.0, 1.0)
    assert found[:, 0].tolist() == [1, 1]
    assert found[:, -1].tolist() == [2, 1]
    assert found[1, 31] == 1


def test_not_a_number_is_counted_nowhere_else_than_beyond():
    found = measure.histogram(np.array([np.nan, 0.5], "f4").reshape(1, 2, 1), 0.0, 1.0)
    assert found.sum() == 2
    assert found[0, 31] == 1


@pytest.mark.parametrize(("low", "high"), [(-6.0, 6.0), (0.0, 1.0), (-1.0, 1.0), (2.0, 3.5), (0.1, 0.7)])
def test_counts_of_sorted_values_are_those_of_every_value_for_itself(rng, low, high):
    bins = np.linspace(low, high, BINS + 1, dtype="f4")
    near = np.concatenate([bins, np.nextafter(bins, -np.inf), np.nextafter(bins, np.inf)]).astype("f4")
    special = np.array([np.nan, np.inf, -np.inf, 0.0, -0.0, 1e-45, -1e-45, 3e38, -3e38, high], "f4")
    values = np.concatenate([near, special, rng.normal(0.5, 3, 2000).astype("f4")]).astype("f4")
    expected = np.bincount(measure.bin_of(values, low, high), minlength=BINS + 2)
    moved = np.count_nonzero(values == np.float32(high))  # what equals the upper edge closes the last bin
    expected[BINS] += moved
    expected[BINS + 1] -= moved
    assert measure.histogram(values.reshape(1, -1, 1), low, high)[0].tolist() == expected.tolist()


@pytest.mark.parametrize(("low", "high"), [(0.05, 0.95), (-0.97, 0.97)])
def test_what_lies_within_is_counted_with_its_ends(rng, low, high):
    ends = np.array([low, high], "f4")
    near = np.concatenate([ends, np.nextafter(ends, np.float32(-9)), np.nextafter(ends, np.float32(9))])
    values = np.concatenate([near, rng.normal(size=500).astype("f4"), np.array([np.nan, np.inf, -np.inf], "f4")])
    expected = np.count_nonzero((values >= low) & (values <= high))
    assert measure.count_within(np.sort(values), low, high) == expected


def test_rows_are_counted_in_a_range_of_their_own(rng):
    ordered = np.sort(rng.normal(size=(2, 300)).astype("f4"))
    both = measure.sorted_histogram(ordered, [(-6.0, 6.0), (0.0, 1.0)])
    assert both[0].tolist() == measure.histogram(ordered[:1, :, None], -6.0, 6.0)[0].tolist()
    assert both[1].tolist() == measure.histogram(ordered[1:, :, None], 0.0, 1.0)[0].tolist()


def test_quantiles_of_layers_are_numpys(rng):
    values = rng.standard_cauchy((3, 16, 40)).astype("f4")  # 640 values: all of them count
    expected = np.quantile(values.reshape(3, -1), QUANTILES, axis=1).T
    ordered = np.sort(values.reshape(3, -1))
    np.testing.assert_allclose(measure.sorted_quantiles(ordered, QUANTILES), expected, rtol=1e-4)


def test_a_sample_is_all_of_few_values(rng):
    values = rng.normal(size=(3, 20, 100)).astype("f4")
    np.testing.assert_array_equal(measure.samples(list(values)), values.reshape(3, -1))


@pytest.mark.parametrize(("batch", "units"), [(60, 100), (100, 300), (64, 64), (1024, 512), (3000, 1)])
def test_a_sample_of_many_values_is_even_and_meets_every_unit(batch, units):
    # Each value is the number of its unit, so the sample tells which units it met, and how often.
    values = np.broadcast_to(np.arange(units, dtype="f4"), (2, batch, units))
    found = measure.samples(list(values))
    assert found.shape[0] == 2
    assert 0.4 * measure.MAX_SAMPLES < found[0].size <= measure.MAX_SAMPLES + 1
    met, counts = np.unique(found[0], return_counts=True)
    assert len(met) == units
    assert counts.max() - counts.min() <= 1


def test_a_sample_has_the_distribution_of_the_whole(rng):
    values = rng.normal(2.0, 3.0, size=(1, 600, 100)).astype("f4")
    few = measure.samples(list(values))
    assert few.mean() == pytest.approx(2.0, abs=4 * 3.0 / np.sqrt(few.size))
    assert few.std() == pytest.approx(3.0, rel=0.1)


@pytest.mark.parametrize("batch", [1, 2, 7, 60])
def test_unit_percentiles_are_numpys(rng, batch):
    values = rng.normal(size=(2, batch, 5)).astype("f4")
    units = np.array([0, 2, 4])
    expected = np.quantile(values[:, :, units], UNIT_PERCENTILES, axis=1).transpose(1, 2, 0)
    found = measure.unit_percentiles(list(values), units)
    assert found.dtype == np.float16
    np.testing.assert_allclose(found, expected, rtol=2e-3, atol=1e-3)


def test_unit_percentiles_stay_finite_in_half_precision():
    values = np.full((1, 4, 1), 1e9, "f4")
    assert measure.unit_percentiles(list(values), np.array([0])).tolist() == [[[65504.0] * 3]]


def test_moments_are_numpys(rng):
    values = (1000 + rng.normal(size=(3, 50, 20))).astype("f4")  # far from 0: E[x^2] - E[x]^2 would cancel
    flat = values.reshape(3, -1).astype("f8")
    expected = np.stack([flat.mean(1), flat.std(1)], 1)
    np.testing.assert_allclose(measure.moments(values), expected, rtol=1e-4)


def test_moments_of_what_is_far_out_do_not_warn():
    found = measure.moments(np.array([[np.inf, 1], [3e38, -3e38]], "f4").reshape(2, 2, 1))
    assert found[0, 0] == np.inf
    assert not np.isfinite(found[0, 1])


@pytest.mark.parametrize("width", [1, 3, 99, 100, 101, 137, 512])
def test_kept_units_are_evenly_spaced(width):
    units = kept_units(width)
    assert len(units) == min(width, 100)
    assert units[0] == 0
    assert units[-1] == width - 1
    gaps = np.diff(units)
    assert gaps.size == 0 or gaps.max() - gaps.min() <= 1


def arm(units: list[int], width: int, **widths: tuple[int, ...]) -> ArmDescription:
    layers = tuple(f"hidden{number}" for number in range(len(widths.get("widths", (0, 0, 0, 0)))))
    return ArmDescription(
        changes={},
        config={},
        layers=layers,
        units=tuple(units),
        width=width,
        normalized=False,
        position="before",
        saturation=None,
        weights_hash="",
        **widths,
    )


def test_narrow_layers_beside_wide_ones_record_their_own_units():
    uneven = arm(kept_units(256).tolist(), 256, widths=(32, 256))
    assert uneven.recorded_units(0) == list(range(32))
    assert uneven.recorded_units(1) == kept_units(256).tolist() != list(range(100))
    assert arm([0, 5], 8).recorded_units(3) == [0, 5]
