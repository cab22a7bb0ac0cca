"""The recorded survival maps: small, complete, of the default settings; and what the page says of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from bnviz.chapters.survival.aggregate import map_of
from bnviz.chapters.survival.recorded import (
    FILES,
    FOLDER,
    RATES_FILE,
    RATES_REQUEST,
    best_cell,
    recorded_map,
    recorded_rates,
    recorded_request,
)
from bnviz.chapters.survival.request import BASES, DIGITS, POINTS, from_query
from bnviz.config import preset
from bnviz.files.provenance import command_of
from bnviz.lab.scenes import LINKS
from bnviz.sweeps import OUTCOMES

PRESENT = [net for net, name in FILES.items() if (FOLDER / name).is_file()]


def test_the_first_map_of_the_page_is_recorded() -> None:
    assert DIGITS in PRESENT
    assert set(FILES) == set(BASES)


@pytest.mark.parametrize("net", PRESENT)
def test_a_recording_is_the_complete_default_map_of_its_network(net: str) -> None:
    assert (FOLDER / FILES[net]).stat().st_size < 150_000
    found = recorded_map(net)
    assert found is not None
    assert found.sweep == recorded_request(net).sweep()
    assert map_of(found).complete
    assert len({cell.key for cell in found.cells}) == found.sweep.size == 8 * 6 * 2 * 3
    assert command_of(found.provenance["script"]) == "python -m bnviz record survival"
    assert sum(sum(tally.values()) for tally in found.counts()) == found.sweep.size
    assert {name for tally in found.counts() for name in tally} <= set(OUTCOMES)


@pytest.mark.parametrize("net", [net for net in PRESENT if net in (DIGITS, POINTS)])
def test_bounded_nonlinearities_do_not_diverge_without_bn_as_the_page_says(net: str) -> None:
    found = recorded_map(net)
    assert found is not None
    assert found.counts()[0].get("diverged", 0) == 0


def test_the_sweep_over_rates_is_what_the_scene_of_best_rates_says() -> None:
    assert (FOLDER / RATES_FILE).stat().st_size < 150_000
    found = recorded_rates()
    assert found is not None
    assert found.sweep == RATES_REQUEST.sweep()
    assert map_of(found).complete
    assert command_of(found.provenance["script"]) == "python -m bnviz record survival"
    scene = preset("best-rates")
    for arm, changes in enumerate(scene.arms):
        row, column = best_cell(found, arm)
        assert found.sweep.arms[arm] == changes[:1]
        assert changes[1] == ("lr", found.sweep.x.values[column])
        assert found.sweep.y.values[row] == scene.base.init_scale

    def that_work(arm: int, scale: float) -> int:
        row = found.sweep.y.values.index(scale)
        cells = [map_of(found).at(arm, row, column) for column in range(len(found.sweep.x.values))]
        return sum(cell is not None and cell.outcome == "converged" for cell in cells)

    assert len(found.sweep.x.values) == 9
    assert (that_work(0, 4.0), that_work(1, 4.0)) == (5, 8)
    assert that_work(0, 1.0) == 0


def test_the_scene_of_best_rates_links_to_its_sweep() -> None:
    page, query = LINKS["best-rates"]
    request, error = from_query(query)
    assert (page, error, request) == ("survival", None, RATES_REQUEST)


def test_no_file_is_no_map(tmp_path: Path) -> None:
    assert recorded_map(DIGITS, tmp_path) is None
