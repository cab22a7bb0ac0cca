"""What the stage of the chapter shows of its recording."""

from __future__ import annotations

import json
import math

from bnviz.chapters.initialization.recipes import NETS, RATES, SCALES, SEEDS, STEPS, recorded_sweep
from bnviz.chapters.initialization.stage_data import stage_data


def test_the_losses_are_the_recorded_ones_of_sgd() -> None:
    data = stage_data()
    assert data["seeds"] == len(SEEDS)
    for kind, values in (("scale", SCALES), ("rate", RATES)):
        for net in NETS:
            shown, recorded = data["sweeps"][f"{kind}-{net}"], recorded_sweep(kind, net).sweep
            assert (tuple(shown["values"]), shown["steps"]) == (values, STEPS)
            # Both kinds of sweep begin with SGD without BN, then SGD with BN.
            for arm, name in enumerate(("plain", "batch")):
                for row, losses in zip(shown[name], recorded.loss[arm].tolist(), strict=True):
                    assert [loss is None for loss in row] == [math.isnan(loss) for loss in losses]
                    assert all(
                        abs(mine - loss) <= 5e-5 for mine, loss in zip(row, losses, strict=True) if mine is not None
                    )


def test_no_run_with_bn_diverges_over_the_initial_scales() -> None:
    for net in NETS:
        rows = stage_data()["sweeps"][f"scale-{net}"]["batch"]
        assert all(loss is not None for row in rows for loss in row)


def test_it_is_small_and_plain() -> None:
    assert len(json.dumps(stage_data(), allow_nan=False)) < 10_000
