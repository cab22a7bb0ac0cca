"""What the picture of the race shows is what the paper prints, and no more."""

from __future__ import annotations

import json

from bnviz.chapters.imagenet.published import VARIANTS
from bnviz.chapters.imagenet.stage_data import stage_data


def test_the_runners_are_the_rows_of_figure_3_with_its_blank() -> None:
    data = stage_data()
    assert data["threshold"] == 72.2
    assert [row["name"] for row in data["runners"]] == [row.name for row in VARIANTS]
    assert [row["steps"] for row in data["runners"]] == [31.0e6, 13.3e6, 2.1e6, 2.7e6, None]
    assert [row["accuracy"] for row in data["runners"]] == [72.2, 72.7, 73.0, 74.8, 69.8]
    assert [row["bestSteps"] for row in data["runners"]] == [31.0e6, None, None, 6e6, None]
    assert len(json.dumps(data)) < 2000
