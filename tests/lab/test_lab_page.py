"""The lab page in AppTest: every control reaches the session's experiment, and wrong input is told."""

from __future__ import annotations

import json
from typing import Any

import pytest
from opened_app import Open, session_of
from streamlit.testing.v1 import AppTest

from bnviz.config import FIELDS, NET_DEFAULTS, PRESETS, Experiment, preset
from bnviz.lab import settings
from bnviz.lab.scenes import FOLLOWED_BY
from bnviz.ui.text import t


def experiment_of(app: AppTest) -> Experiment:
    found = session_of(app).experiment
    assert found is not None
    return found


def address_of(app: AppTest) -> dict[str, str]:
    return {name: values if isinstance(values, str) else values[0] for name, values in app.query_params.items()}


def html_of(app: AppTest) -> str:
    return " ".join(each.proto.body for each in app.get("html"))


def test_the_lab_opens_with_the_scene_for_newcomers(open_app: Open) -> None:
    app = open_app(lang="en")  # an address that names no experiment
    assert experiment_of(app).base == PRESETS["moons"]
    assert address_of(app)["preset"] == "moons"
    data = json.loads(app.get("bidi_component")[0].proto.json)
    assert data["panel"] == "glance"
    assert data["loop"] == {"until": 200, "steps_per_s": 20}
    assert session_of(app).source == "recorded"
    app.select_slider(key="lr").set_value(2.0).run()
    assert json.loads(app.get("bidi_component")[0].proto.json)["loop"] is None


def test_an_address_with_a_panel_alone_means_the_default_scene_as_before(open_app: Open) -> None:
    assert experiment_of(open_app(panel="gradients")).base == PRESETS["default"]


def test_the_default_scene_has_an_address(open_app: Open) -> None:
    app = open_app()
    assert not app.exception
    assert experiment_of(app).base == PRESETS["default"]
    assert app.title[0].value == t("scene.default.title")
    assert t("standing.measured") in html_of(app)
    assert address_of(app) == {"preset": "default"}


@pytest.mark.parametrize("name", PRESETS)
def test_every_scene_opens_on_a_recording_of_itself(open_app: Open, name: str) -> None:
    session = session_of(open_app(preset=name))
    assert session.source == "recorded"
    assert session.history is not None
    assert session.history.experiment.base == PRESETS[name]
    assert session.history.frames[-1].step >= 200


def test_the_live_view_gets_its_token_words_and_labels(open_app: Open) -> None:
    app = open_app(panel="saturation")
    data = json.loads(app.get("bidi_component")[0].proto.json)
    assert data["token"] == session_of(app).token
    assert data["panel"] == "saturation"
    assert data["transport"] == "socket"
    assert data["strings"]["toolbar"]["train"]
    assert data["labels"]["fields"]["lr"] == "learning rate"
    before = app.get("bidi_component")[0].proto.json
    app.select_slider(key="lr").set_value(2.0).run()
    assert app.get("bidi_component")[0].proto.json == before, "the view must not be sent again"


@pytest.mark.parametrize("name", PRESETS)
def test_a_scene_sets_the_fields_and_says_what_to_look_for(open_app: Open, name: str) -> None:
    app = open_app()
    app.selectbox(key="preset").select(name).run()
    assert not app.exception
    assert experiment_of(app).base == PRESETS[name]
    assert t(f"scene.{name}.look")[:40] in html_of(app)
    assert address_of(app) == {"preset": name}


@pytest.mark.parametrize("name", ["lr", "batch_size", "depth"])
def test_a_moved_slider_gets_no_value_written_back(open_app: Open, name: str) -> None:
    app = open_app(lr="0.37")
    for value in app.select_slider(key=name).options[3:6]:
        app.select_slider(key=name).set_value(type(getattr(PRESETS["default"], name))(value)).run()
        proto: Any = app.select_slider(key=name).proto
        assert not proto.set_value, "it would replace what was pressed in the meantime"
    assert not app.exception


def test_a_value_that_is_not_listed_stays_on_its_slider(open_app: Open) -> None:
    app = open_app(lr="0.37")
    before = app.select_slider(key="lr").proto.id
    app.select_slider(key="lr").set_value(2.0).run()
    assert "0.37" in app.select_slider(key="lr").options
    assert app.select_slider(key="lr").proto.id == before, "other options would be another slider, without the focus"


MOVES: list[tuple[str, str, Any]] = [
    ("select_slider", "lr", 2.0),
    ("select_slider", "batch_size", 2),
    ("select_slider", "depth", 2),
    ("select_slider", "width", 16),
    ("select_slider", "init_scale", 10.0),
    ("select_slider", "eps", 1e-3),
    ("select_slider", "momentum", "none"),
    ("select_slider", "init_std", 0.01),
    ("select_slider", "sgd_momentum", 0.9),
    ("select_slider", "weight_decay", 1e-4),
    ("select_slider", "dropout", 0.2),
    ("button_group", "activation", "tanh"),
    ("button_group", "init", "kaiming"),
    ("button_group", "optimizer", "adam"),
    ("button_group", "norm_position", "after"),
    ("button_group", "device", "cpu"),
    ("button_group", "dropout_at", "head"),
    ("button_group", "shuffle", "batches"),
    ("select_slider", "norm_from", 200),
    ("select_slider", "lr_half_life", 500),
    ("select_slider", "groups", 4),
    ("select_slider", "ghost_size", 8),
    ("select_slider", "gamma_init", 0.1),
    ("select_slider", "distortion", 0.5),
    ("text_input", "norm_at", "1.3"),
    ("toggle", "affine", False),
    ("toggle", "decay_norm", False),
    ("number_input", "seed", 7),
    ("selectbox", "dataset", "spirals"),
]


@pytest.mark.parametrize(("kind", "name", "value"), MOVES, ids=[move[1] for move in MOVES])
def test_every_control_changes_the_experiment_and_the_address(open_app: Open, kind: str, name: str, value: Any) -> None:
    app = open_app()
    getattr(app, kind)(key=name).set_value(value).run()
    assert not app.exception
    assert getattr(experiment_of(app).base, name) == (None if value == "none" else value)
    assert name in address_of(app)


def test_no_field_is_without_a_control() -> None:
    moved = {name for _, name, _ in MOVES}
    assert moved | {"net", "norm", "nesterov", *SOME_NETS} == set(FIELDS)


SOME_NETS = {"skip": "resnet20", "factorize": "inception", "lrn": "inception"}


@pytest.mark.parametrize(("name", "net"), SOME_NETS.items())
def test_controls_of_some_nets_are_there_for_those_only(open_app: Open, name: str, net: str) -> None:
    app = open_app()
    assert name not in {toggle.key for toggle in app.toggle}
    app.selectbox(key="net").select(net).run()
    assert not app.exception
    now = getattr(experiment_of(app).base, name)
    app.toggle(key=name).set_value(not now).run()
    assert getattr(experiment_of(app).base, name) is not now
    assert address_of(app)[name] == ("false" if now else "true")
    assert "depth" not in {slider.key for slider in app.select_slider}


@pytest.mark.parametrize("net", NET_DEFAULTS)
def test_choosing_a_net_sets_a_recipe_that_suits_it(open_app: Open, net: str) -> None:
    app = open_app(net="vgg11" if net == "mlp" else "mlp")
    app.selectbox(key="net").select(net).run()
    base = experiment_of(app).base
    assert {name: getattr(base, name) for name in NET_DEFAULTS[net]} == NET_DEFAULTS[net]
    assert not app.exception


def test_any_normalizers_can_be_compared(open_app: Open) -> None:
    app = open_app()
    app.selectbox(key="compare").select("norms").run()
    assert [config.norm for config in experiment_of(app).configs] == ["none", "batch", "group"]
    assert address_of(app) == {"arms": "norm:none,batch,group"}
    again = open_app(**address_of(app))
    assert again.multiselect(key="values").value == ["none", "batch", "group"]
    again.multiselect(key="values").set_value(["layer", "mean_only"]).run()
    assert [config.norm for config in experiment_of(again).configs] == ["layer", "mean_only"]
    again.multiselect(key="values").set_value(["instance"]).run()
    assert "norm instance needs a convolutional net, got net mlp" in again.error[0].value
    assert not again.exception


def test_a_contradiction_is_told_and_the_former_experiment_goes_on(open_app: Open) -> None:
    app = open_app()
    app.toggle(key="nesterov").set_value(True).run()
    assert not app.exception
    assert "nesterov needs optimizer sgd with sgd_momentum above 0" in app.error[0].value
    assert experiment_of(app).base == PRESETS["default"]
    app.select_slider(key="sgd_momentum").set_value(0.9).run()
    assert not app.error
    assert experiment_of(app).base.nesterov


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ({"lr": "fast"}, "lr must be a number"),
        ({"preset": "nope"}, "unknown preset"),
        ({"arms": "a,b,c,d"}, "norm must be"),
    ],
)
def test_a_wrong_address_gives_one_sentence(open_app: Open, query: dict[str, str], told: str) -> None:
    app = open_app(**query)
    assert not app.exception
    assert told in app.warning[0].value
    assert experiment_of(app).base == PRESETS[settings.FIRST_SCENE]


def test_an_address_opens_its_experiment(open_app: Open) -> None:
    app = open_app(preset="figure1", lr="0.37", arms="lr:0.1,0.37", embed="true")
    assert not app.exception
    found = experiment_of(app)
    assert (found.name, found.base.depth, found.base.lr) == ("figure1", 3, 0.37)
    assert found.arms == ((("lr", 0.1),), (("lr", 0.37),))
    assert app.select_slider(key="lr").value == 0.37
    assert address_of(app)["lr"] == "0.37"


def test_bn_is_switched_per_network(open_app: Open) -> None:
    app = open_app()
    app.toggle(key="first_bn").set_value(True).run()
    assert experiment_of(app).arms == ((("norm", "batch"),),)
    app.toggle(key="second_bn").set_value(False).run()
    assert experiment_of(app).arms == ((("norm", "batch"),), (("norm", "none"),))
    assert address_of(app) == {"arms": "norm:batch,none"}


def test_any_one_field_can_be_compared(open_app: Open) -> None:
    app = open_app()
    app.selectbox(key="compare").select("lr").run()
    assert experiment_of(app).arms == ((("lr", 0.5),), (("lr", 1.0),))
    app.multiselect(key="values").set_value(["0.1", "0.5", "2.0"]).run()
    assert [config.lr for config in experiment_of(app).configs] == [0.1, 0.5, 2.0]
    app.selectbox(key="norm").select("none").run()
    assert {config.norm for config in experiment_of(app).configs} == {"none"}
    app.selectbox(key="compare").select("one").run()
    assert len(experiment_of(app).arms) == 1
    app.select_slider(key="depth").set_value(3).run()
    assert experiment_of(app).base.depth == 3
    assert not app.exception


def test_a_scene_leads_on_to_the_next_with_the_same_seed(open_app: Open) -> None:
    app = open_app(seed="7")
    for scene in FOLLOWED_BY.values():
        app.button(key="next_scene").click().run()
        assert not app.exception
        assert address_of(app) == {"preset": scene, "seed": "7"}
        assert app.title[0].value == t(f"scene.{scene}.title")
        assert experiment_of(app).arms == preset(scene).arms


def test_each_network_can_have_its_own_learning_rate(open_app: Open) -> None:
    app = open_app(lr="0.37")
    app.selectbox(key="compare").select("rates").run()
    assert [(config.norm, config.lr) for config in experiment_of(app).configs] == [("none", 0.37), ("batch", 0.37)]
    assert "lr" not in {slider.key for slider in app.select_slider}
    app.select_slider(key="none_lr").set_value(2.0).run()
    assert address_of(app)["arms"] == "norm/lr:none/2.0,batch/0.37"
    assert app.title[0].value == t("scene.rates.title")
    again = open_app(**address_of(app))
    assert [again.select_slider(key=key).value for key in ("none_lr", "batch_lr")] == [2.0, 0.37]
    again.selectbox(key="compare").select("norm").run()
    assert {config.lr for config in experiment_of(again).configs} == {0.37}
    assert not again.exception


def test_exact_values_are_taken_all_or_none(open_app: Open) -> None:
    app = open_app()
    app.text_input(key="exact").set_value("lr=0.37 depth=7").run()
    assert (experiment_of(app).base.lr, experiment_of(app).base.depth) == (0.37, 7)
    app.text_input(key="exact").set_value("depth=9 lr=fast").run()
    assert "lr must be a number" in app.error[0].value
    assert experiment_of(app).base.depth == 7
    app.text_input(key="exact").set_value("depth 9").run()
    assert "write field=value" in app.error[0].value


def test_the_shared_link_reopens_the_experiment(open_app: Open) -> None:
    app = open_app()
    app.select_slider(key="lr").set_value(2.0).run()
    links = [each.value for each in app.code]
    assert any(link.endswith("?lr=2.0") for link in links)
    app.segmented_control(key="share_way").set_value("embed").run()
    assert any(link.value.endswith("?lr=2.0&embed=true") for link in app.code)


def test_changed_scenes_do_not_keep_their_promise(open_app: Open) -> None:
    app = open_app(lr="2")
    assert app.title[0].value == t("scene.custom.title")
    assert "learning rate 2" in html_of(app)
    assert t("scene.default.why")[:20] not in html_of(app)
