"""What the picture of the relatives gets: the block of the chapter, and the recorded studies."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from hand_made_study import FINAL, hand_made_study
from torch.nn import functional as F

from bnviz.chapters.relatives.block import digit_block
from bnviz.chapters.relatives.stage_data import stage_data
from bnviz.studies.files import load_study
from bnviz.studies.paired import paired

STUDIES = Path(__file__).resolve().parents[3] / "assets" / "recordings" / "studies"


def test_the_block_is_the_chapters_own_and_follows_from_its_digits_and_filters() -> None:
    data = stage_data(None, None)
    block = np.asarray(data["block"]).reshape(data["samples"], data["channels"], -1)
    np.testing.assert_allclose(block, digit_block(data["seed"]), atol=5.1e-4)
    digits = torch.tensor(data["digits"]).view(-1, 1, 9, 9)
    filters = torch.tensor(data["filters"]).view(-1, 1, 3, 3)
    maps = F.conv2d(digits, filters, stride=3).flatten(2).numpy()
    np.testing.assert_allclose(maps, block, atol=0.05)
    assert data["relatives"] is None
    assert data["sizes"] is None


def test_accuracies_are_those_of_the_units_and_a_run_that_diverged_has_none() -> None:
    found = stage_data(hand_made_study(), None)["relatives"]
    assert found["accuracy"] == {
        name: [value for value in FINAL[name] if value is not None] for name in ("batch", "group", "none")
    }
    assert (found["steps"], found["batch"], found["seeds"]) == (20, 32, 3)


def test_the_shipped_studies_by_batch_size_and_a_small_file() -> None:
    relatives, sizes = (load_study(STUDIES / f"{name}.json") for name in ("relatives", "batch-size"))
    data = stage_data(relatives, sizes)
    found = data["sizes"]
    assert found["sizes"] == sorted(found["sizes"])
    assert set(found["accuracy"]) == {"batch", "group", "layer"}
    for name, by_size in found["accuracy"].items():
        for size, step, values in zip(found["sizes"], found["steps"], by_size, strict=True):
            units = [unit for unit in sizes.units if unit.arm == f"{name}-{size}"]
            assert values == pytest.approx([unit.final_test_accuracy for unit in units], abs=5e-5)
            assert {unit.steps[-1] for unit in units} == {step}
    for size, said in zip(found["sizes"], found["said"], strict=True):
        pair = paired(sizes, f"batch-{size}", f"group-{size}")
        assert pair is not None
        assert (said["mean"], said["low"]) == pytest.approx((100 * pair.mean, 100 * pair.low), abs=1e-3)
    # Three seeds: batch is ahead of every other one in the mean, and none of it is decided.
    assert {said["answer"] for said in data["relatives"]["said"].values()} == {"open"}
    assert all(said["mean"] > 0 for said in data["relatives"]["said"].values())
    assert found["largest"]["answer"] == "open"
    seen = {size * step for size, step in zip(found["sizes"], found["steps"], strict=True)}
    assert len(seen) == 1, "the picture says that all sizes saw equally many images"
    assert len(json.dumps(data)) < 60_000
