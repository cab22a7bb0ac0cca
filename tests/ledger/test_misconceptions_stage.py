"""The picture of the misconceptions shows what the ledger recorded."""

from __future__ import annotations

import json

import pytest

from bnviz.ledger import misconceptions, recorded, verdict_of
from bnviz.ledger.misconceptions_stage import stage_data


def test_each_card_has_the_recorded_value_of_every_seed() -> None:
    data = stage_data()
    assert [card["id"] for card in data["cards"]] == [which.id for which in misconceptions()]
    for card, which in zip(data["cards"], misconceptions(), strict=True):
        assert len(card["tests"]) == len(which.tests)
        for evidence, link in zip(card["tests"], which.tests, strict=True):
            assert evidence["opposite"] == link.startswith("-")
            values = recorded().values(link.removeprefix("-"))
            assert len(values) >= 3
            assert evidence["values"] == pytest.approx(values, rel=1e-3)
    assert len(json.dumps(data)) < 20_000


def test_a_sentence_that_is_called_false_is_not_confirmed_by_its_measurement() -> None:
    found = {verdict_of(which.tests, recorded()) for which in misconceptions()}
    assert found == {"refuted", "contradicted", "not_confirmed"}  # the three that the page's last sentence names
