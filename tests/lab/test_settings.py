"""Widgets, address and experiment say the same."""

from __future__ import annotations

from typing import Any

import pytest

from bnviz.config import PRESETS, Experiment, InputError, RunConfig, compare, preset, to_query
from bnviz.lab import settings
from bnviz.lab.slider_values import slider_values

EXPERIMENTS = [
    *(preset(name) for name in PRESETS),
    compare(RunConfig(), "lr", (0.1, 0.5, 2.0)),
    compare(RunConfig(), "momentum", (None, 0.1)),
    compare(RunConfig(), "affine", (True, False)),
    compare(RunConfig(), "norm", ("batch",)),
    compare(RunConfig(), "norm", ("batch", "none")),
    Experiment(RunConfig(lr=0.1), ((("norm", "none"), ("lr", 0.37)), (("norm", "batch"), ("lr", 2.0)))),
    Experiment(RunConfig(lr=0.37, seed=7, momentum=None, nesterov=True, sgd_momentum=0.9), name="figure1"),
]


@pytest.mark.parametrize("experiment", EXPERIMENTS, ids=lambda each: str(to_query(each)))
def test_widgets_hold_any_experiment(experiment: Experiment) -> None:
    state: dict[str, Any] = {}
    settings.fill(state, experiment)
    again = settings.read(state)
    assert again.configs == experiment.configs
    assert to_query(again) == to_query(experiment)


@pytest.mark.parametrize("experiment", EXPERIMENTS, ids=lambda each: str(to_query(each)))
def test_an_address_reopens_the_same_experiment(experiment: Experiment) -> None:
    state: dict[str, Any] = {}
    assert settings.sync_from_url(state, settings.address_of(experiment)) is None
    assert settings.read(state).configs == experiment.configs


def test_equal_switches_leave_one_network() -> None:
    state: dict[str, Any] = {}
    settings.fill(state, preset("default"))
    state["first_bn"] = True
    assert settings.read(state).arms == ((("norm", "batch"),),)


def test_contradictions_raise_one_sentence() -> None:
    state: dict[str, Any] = {}
    settings.fill(state, preset("default"))
    state["nesterov"] = True
    with pytest.raises(InputError, match="nesterov needs optimizer sgd"):
        settings.read(state)


@pytest.mark.parametrize(
    ("query", "told", "kept"),
    [
        ({"lr": "fast", "depth": "3"}, "lr must be a number", {"depth": 3, "lr": 0.5}),
        ({"preset": "nope", "lr": "2"}, "unknown preset", {"lr": 2.0, "dataset": "moons"}),
        ({"preset": "nope"}, "unknown preset", {"dataset": "moons"}),
        ({"lr": "fast"}, "lr must be a number", {"dataset": "moons"}),
        ({"preset": "figure1", "seed": "-1"}, "seed must be", {"depth": 3, "seed": 0}),
        ({"arms": "lr:1,1", "seed": "3"}, "two arms are the same", {"lr": 0.5}),
        ({"arms": "seed:1,2", "seed": "3"}, "arms cannot differ", {"lr": 0.5}),
        ({"nesterov": "true", "width": "7"}, "nesterov needs", {"nesterov": False, "width": 7}),
    ],
)
def test_a_wrong_address_is_told_and_the_rest_is_kept(query: dict[str, str], told: str, kept: dict[str, Any]) -> None:
    experiment, error = settings.experiment_from_query(query)
    assert told in str(error)
    assert {name: getattr(experiment.base, name) for name in kept} == kept


def test_other_parameters_are_left_alone() -> None:
    experiment, error = settings.experiment_from_query({"embed": "true", "lang": "en", "panel": "curves"})
    assert error is None
    assert experiment == preset("default")


def visit(state: dict[str, Any], query: dict[str, str]) -> dict[str, str]:
    settings.sync_from_url(state, query)
    return settings.remember(state, settings.read(state))


def test_the_back_button_moves_the_widgets_but_a_moved_widget_wins() -> None:
    state: dict[str, Any] = {}
    assert visit(state, {}) == {"preset": "moons"}
    state["lr"] = 2.0
    assert visit(state, {}) == {"preset": "moons", "lr": "2.0"}
    assert visit(state, {}) == {"preset": "moons"}  # same widgets, older address: the browser went back
    assert state["lr"] == 1.0
    state["lr"] = 0.1
    assert visit(state, {"depth": "3"}) == {"preset": "moons", "lr": "0.1"}  # a stale address on its way to us


def test_coming_back_from_another_page_restores_everything() -> None:
    state: dict[str, Any] = {}
    visit(state, {"preset": "figure1", "lr": "2"})
    for key in settings.WIDGETS:
        state.pop(key, None)
    settings.remember_field(state, "dataset", "moons")
    assert visit(state, {}) == {"preset": "figure1", "lr": "2.0", "dataset": "moons"}


def test_controls_that_are_not_drawn_keep_their_value() -> None:
    state: dict[str, Any] = {}
    visit(state, {})
    del state["norm"], state["values"]
    state["lr"] = 2.0
    assert visit(state, {}) == {"preset": "moons", "lr": "2.0"}


def test_the_default_scene_is_named_in_its_address_because_an_empty_one_opens_the_first_scene() -> None:
    state: dict[str, Any] = {}
    assert visit(state, {"preset": "default"}) == {"preset": "default"}
    assert visit(state, {"preset": "default", "lr": "2"}) == {"lr": "2.0"}


def test_changes_from_a_scene_leave_out_seed_and_device() -> None:
    base = PRESETS["figure1"].with_fields(lr=2.0, seed=5, device="cpu")
    assert settings.changes_from(Experiment(base, name="figure1")) == {"lr": 2.0}
    assert settings.changes_from(preset("figure1")) == {}
    assert settings.changes_from(compare(RunConfig(lr=1.0), "lr", (0.1, 0.5), "default")) == {}


@pytest.mark.parametrize("name", ["lr", "init_scale", "init_std", "eps", "momentum", "batch_size", "dropout"])
def test_every_stop_is_accepted_and_in_order(name: str) -> None:
    listed = slider_values(name)
    for value in listed:
        RunConfig().with_fields(**{name: value})
    numbers = [value for value in listed if value is not None]
    assert numbers == sorted(set(numbers))
    assert getattr(RunConfig(), name) in listed


def test_a_value_off_the_list_joins_it() -> None:
    assert 0.37 in slider_values("lr", (0.37,))
    assert slider_values("momentum", (None,))[0] is None


def test_words_have_no_slider_values() -> None:
    with pytest.raises(TypeError, match="activation is not a numeric field"):
        slider_values("activation")
