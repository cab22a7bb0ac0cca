"""The recorded survival maps: small, complete, of the default settings; and what the page says of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from bnviz.chapters.survival.aggregate import map_of
from bnviz.chapters.survival.recorded import FILES, FOLDER, recorded_map, recorded_request
from bnviz.chapters.survival.request import BASES, DIGITS, POINTS
from bnviz.files.provenance import command_of
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


def test_no_file_is_no_map(tmp_path: Path) -> None:
    assert recorded_map(DIGITS, tmp_path) is None
