"""Experiments: arms as text, the address and back, and what is refused."""

import json
import random

import pytest

from bnviz.config import (
    COMPARABLE,
    FIELDS,
    PRESETS,
    Bounds,
    Experiment,
    InputError,
    RunConfig,
    compare,
    experiment_from_dict,
    format_arms,
    from_query,
    parse_arms,
    preset,
    to_query,
)
from bnviz.config.bounds import Choice, Flag

TWO = ((("norm", "none"),), (("norm", "batch"),))
RATES = ((("norm", "none"), ("lr", 0.1)), (("norm", "batch"), ("lr", 2.0)))


def random_value(name, rng):
    field = FIELDS[name]
    if isinstance(field, Bounds):
        if field.optional and rng.random() < 0.2:
            return None
        drawn = rng.uniform(field.lo, field.hi)
        return round(drawn) if field.integer else drawn
    if isinstance(field, Choice):
        return rng.choice(field.options)
    return rng.random() < 0.5 if isinstance(field, Flag) else rng.choice(("mnist", "xor", "file:my set & co.npz"))


def random_experiment(seed):
    rng = random.Random(seed)
    while True:
        changes = {name: random_value(name, rng) for name in rng.sample(list(FIELDS), rng.randint(0, 8))}
        field, name = rng.choice(COMPARABLE), rng.choice(list(PRESETS))
        values = [random_value(field, rng) for _ in range(rng.randint(1, 3))]
        try:
            return compare(PRESETS[name].with_fields(**changes), field, values, name)
        except InputError:  # nesterov without momentum, or two arms alike: draw again
            continue


@pytest.mark.parametrize("name", PRESETS)
def test_the_address_of_a_preset_reopens_it(name):
    query = to_query(preset(name))
    assert from_query(query) == preset(name)
    assert query == ({} if name == "default" else {"preset": name})


@pytest.mark.parametrize("seed", range(200))
def test_the_address_of_any_experiment_reopens_it(seed):
    experiment = random_experiment(seed)
    query = to_query(experiment)
    assert from_query(query) == experiment
    assert all(isinstance(text, str) for text in query.values())
    assert from_query(query | {"embed": "true", "lang": "en"}) == experiment


@pytest.mark.parametrize("seed", range(30))
def test_the_dictionary_of_any_experiment_survives_json(seed):
    experiment = random_experiment(seed)
    again = experiment_from_dict(json.loads(json.dumps(experiment.to_dict())))
    assert again == experiment
    assert hash(again) == hash(experiment)


def test_a_wrong_address_says_which_part():
    with pytest.raises(InputError, match=r"lr must be a number from 0\.00001 to 100, got 'fast'"):
        from_query({"lr": "fast"})
    with pytest.raises(InputError, match="unknown preset 'nope'; known are moons, default, sigmoid-start, best-rates"):
        from_query({"preset": "nope"})
    with pytest.raises(InputError, match="two arms are the same"):
        from_query({"arms": "none,none"})


def test_arms_as_text():
    assert parse_arms("none,batch") == TWO
    assert parse_arms("norm:none, batch") == TWO
    assert parse_arms("lr:0.1,1,10") == ((("lr", 0.1),), (("lr", 1.0),), (("lr", 10.0),))
    assert parse_arms("momentum:none,0.5") == ((("momentum", None),), (("momentum", 0.5),))
    assert parse_arms("norm/lr:none/0.1, batch/2") == RATES
    for text in (
        "norm:none,batch",
        "affine:true,false",
        "depth:1,5,20",
        "momentum:none,0.1",
        "norm/lr:none/0.1,batch/2.0",
    ):
        assert format_arms(parse_arms(text)) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        ",",
        "none,nonsense",
        "colour:red,blue",
        "lr:",
        "lr:0.1,,2",
        "lr:1e9",
        "norm/lr:none",
        "lr:1/2",
        "norm/lr:none/1/2",
        "/:none/1",
    ],
)
def test_arms_that_are_none(text):
    with pytest.raises(InputError):
        parse_arms(text)


def test_an_address_holds_a_learning_rate_for_each_arm():
    experiment = Experiment(RunConfig(init_scale=4.0), RATES, "default")
    query = to_query(experiment)
    assert query == {"arms": "norm/lr:none/0.1,batch/2.0", "init_scale": "4.0"}
    assert from_query(query) == experiment


def test_arms_that_set_different_fields_have_no_text():
    mixed = (((("norm", "none")), ("lr", 0.1)), (("norm", "batch"),))
    with pytest.raises(InputError, match="only arms that set the same fields"):
        format_arms(mixed)


def test_an_experiment_has_one_to_three_different_arms():
    base = RunConfig()
    assert len(compare(base, "lr", [0.1, 0.2, 0.3]).configs) == 3
    for count in (0, 4):
        with pytest.raises(InputError, match=f"1 to 3 arms, got {count}"):
            compare(base, "lr", [0.1 * (k + 1) for k in range(count)])
    with pytest.raises(InputError, match="two arms are the same"):
        compare(base, "lr", [0.5, 0.5])
    for field in ("dataset", "seed", "net", "device"):
        with pytest.raises(InputError, match=f"arms cannot differ in '{field}'"):
            Experiment(base, (((field, FIELDS[field].default),),))


def test_differing_names_only_what_differs():
    both = (("norm", "none"), ("lr", 0.1)), (("norm", "batch"), ("lr", 0.1))
    experiment = Experiment(RunConfig(), both)
    assert experiment.differing == ("norm",)
    assert [config.lr for config in experiment.configs] == [0.1, 0.1]


@pytest.mark.parametrize(
    "data",
    [
        {},
        [],
        "text",
        None,
        {"base": {}, "name": "x"},
        {"base": [], "arms": 3, "name": "x"},
        {"base": "text", "arms": [{}], "name": "x"},
        {"base": {"lr": "fast"}, "arms": [{}], "name": "x"},
        {"base": {"lr": 10**400}, "arms": [{}], "name": "x"},
        {"base": {"lr": [1]}, "arms": [{}], "name": "x"},
        {"base": {}, "arms": ["norm"], "name": "x"},
        {"base": {}, "arms": [{"norm": {}}], "name": "x"},
        {"base": {}, "arms": [{"seed": 3}], "name": "x"},
        {"base": {3: 4}, "arms": [{}], "name": "x"},
    ],
)
def test_dictionaries_that_describe_no_experiment(data):
    with pytest.raises(InputError):
        experiment_from_dict(data)
