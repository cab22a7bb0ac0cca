"""The heading above the live view says what is true of the networks below it."""

from __future__ import annotations

import pytest
from opened_app import Open

from bnviz.config import PRESETS, Experiment, RunConfig, compare
from bnviz.lab.scenes import comparison_key
from bnviz.ui.text import t


@pytest.mark.parametrize(
    ("experiment", "key"),
    [
        (Experiment(RunConfig()), "custom"),
        (compare(RunConfig(), "lr", (0.1, 2.0)), "custom"),
        (compare(RunConfig(), "norm", ("batch",)), "single"),
        (compare(RunConfig(), "batch_size", (8, 60)), "batches"),
        (compare(RunConfig(), "width", (50, 100)), "starts"),
        (Experiment(RunConfig(), ((("norm", "none"), ("lr", 0.1)), (("norm", "batch"), ("lr", 0.5))), "x"), "rates"),
        (
            Experiment(RunConfig(), ((("norm", "none"), ("eps", 0.1)), (("norm", "batch"), ("eps", 0.5))), "x"),
            "several",
        ),
    ],
)
def test_a_comparison_is_named_by_what_its_networks_share(experiment: Experiment, key: str) -> None:
    assert comparison_key(experiment) == key


def test_two_equal_switches_give_one_network_and_no_talk_of_a_difference(open_app: Open) -> None:
    app = open_app()
    assert app.title[0].value == t("scene.default.title")
    app.toggle(key="first_bn").set_value(True).run()
    assert app.title[0].value == t("scene.single.title")
    assert "difference" not in app.title[0].value


@pytest.mark.parametrize("key", ["single", "custom", "several", "rates", "batches", "starts"])
def test_every_heading_has_its_words(key: str) -> None:
    assert key not in PRESETS
    assert t(f"scene.{key}.title").endswith(".")
    assert t(f"scene.{key}.look").endswith(".")
