"""Every field: its bounds, its text form, and the sentence that a wrong value gets."""

import math
import re

import pytest

from bnviz.config import FIELDS, Bounds, InputError, RunConfig, config_from_dict, format_value, parse_field
from bnviz.config.bounds import Choice, Flag, Name, Numbers
from bnviz.config.numbers import written

NUMBERS = [name for name, field in FIELDS.items() if isinstance(field, Bounds)]
CHOICES = [name for name, field in FIELDS.items() if isinstance(field, Choice)]
FLAGS = [name for name, field in FIELDS.items() if isinstance(field, Flag)]


def accepted_values(name):
    field = FIELDS[name]
    if isinstance(field, Bounds):
        ends = (int(field.lo), int(field.hi)) if field.integer else (field.lo, field.hi)
        return [*ends, field.default, *([None] if field.optional else [])]
    if isinstance(field, Choice):
        return list(field.options)
    if isinstance(field, Numbers):
        return ["all", "1", "1.3.8", "64"]
    return [True, False] if isinstance(field, Flag) else ["mnist", "file:größe/a b.npz", "x" * 400]


def test_defaults_of_the_table_and_of_the_recipe_agree():
    assert RunConfig().to_dict() == {name: field.default for name, field in FIELDS.items()}


@pytest.mark.parametrize("name", FIELDS)
def test_text_form_of_every_accepted_value_reads_back(name):
    for value in accepted_values(name):
        FIELDS[name].check(name, value)
        again = parse_field(name, format_value(value))
        assert again == value
        assert type(again) is type(value) or isinstance(value, float)


@pytest.mark.parametrize("name", NUMBERS)
def test_numbers_outside_or_of_no_use_are_refused(name):
    field = FIELDS[name]
    beyond = [field.lo - 1, field.hi + 1, math.inf, -math.inf, math.nan, True, "5", [5], 10**400, -(10**400)]
    for value in beyond + ([2.5] if field.integer else []) + ([] if field.optional else [None]):
        with pytest.raises(InputError) as caught:
            field.check(name, value)
        sentence = str(caught.value)
        assert sentence.startswith(f"{name} must be ")
        assert f"from {written(field.lo)} to {written(field.hi)}" in sentence
        assert "e-" not in sentence.partition(", got")[0]


@pytest.mark.parametrize("name", NUMBERS)
@pytest.mark.parametrize("text", ["", "abc", "nan", "inf", "1e999", "0x10", "9" * 400, "9" * 5000])
def test_texts_that_are_no_such_number_are_refused(name, text):
    with pytest.raises(InputError, match=f"^{name} must be "):
        parse_field(name, text)


@pytest.mark.parametrize("name", CHOICES)
def test_choices_name_what_they_accept(name):
    for value in ("nonsense", "", None, 3, ["sgd"]):
        with pytest.raises(InputError) as caught:
            FIELDS[name].check(name, value)
        assert ", ".join(FIELDS[name].options) in str(caught.value)
        assert repr(value) in str(caught.value)


@pytest.mark.parametrize("name", FLAGS)
def test_flags(name):
    assert [parse_field(name, text) for text in ("1", "YES", "True")] == [True] * 3
    assert [parse_field(name, text) for text in ("0", "no", "FALSE")] == [False] * 3
    for value in (1, 0, None, "true"):
        with pytest.raises(InputError, match="must be true or false"):
            FIELDS[name].check(name, value)
    with pytest.raises(InputError, match="must be true or false, got 'maybe'"):
        parse_field(name, "maybe")


def test_names_are_printable_and_bounded():
    for value in ("", "x" * 401, "a\nb", "a\0b", None, 7):
        with pytest.raises(InputError, match="dataset must be a name"):
            Name("mnist").check("dataset", value)


def test_none_is_a_momentum():
    assert parse_field("momentum", "none") is None
    assert RunConfig(momentum=None).momentum is None


def test_unknown_fields_are_named_with_the_known_ones():
    known = re.escape(", ".join(FIELDS))
    for attempt in (
        lambda: parse_field("learning_rate", "1"),
        lambda: RunConfig().with_fields(learning_rate=1.0),
        lambda: config_from_dict({"learning_rate": 1.0}),
    ):
        with pytest.raises(InputError, match=f"unknown field 'learning_rate'; known are {known}"):
            attempt()


def test_nesterov_needs_momentum_of_sgd():
    assert RunConfig(nesterov=True, sgd_momentum=0.9).nesterov
    for wrong in ({"sgd_momentum": 0.0}, {"sgd_momentum": 0.9, "optimizer": "adam"}):
        with pytest.raises(InputError, match="nesterov needs optimizer sgd with sgd_momentum above 0"):
            RunConfig(nesterov=True, **wrong)


def test_equal_recipes_are_equal_and_hash_alike():
    one, other = RunConfig(lr=0.25, seed=3), config_from_dict(RunConfig(seed=3, lr=0.25).to_dict())
    assert one == other
    assert hash(one) == hash(other)
    assert RunConfig(lr=1) == RunConfig(lr=1.0)
    assert {one, other, RunConfig()} == {one, RunConfig()}
    assert all(
        RunConfig() != RunConfig().with_fields(**{n: accepted_values(n)[0]})
        for n in NUMBERS
        if accepted_values(n)[0] != FIELDS[n].default
    )


def test_a_recipe_cannot_be_changed():
    with pytest.raises(AttributeError):
        RunConfig().lr = 1.0


@pytest.mark.parametrize("text", ["", "1,3", "3.1", "1.1", "0", "01", "65", "1..3", "x", "1.", "²", "9" * 300])
def test_layer_numbers_rise_and_are_written_in_one_way(text):
    with pytest.raises(InputError, match=r"norm_at must be all or rising layer numbers from 1 to 64"):
        parse_field("norm_at", text)


def test_layer_numbers_say_which_layers_they_include():
    assert [n for n in range(1, 12) if Numbers.includes("1.3.10", n)] == [1, 3, 10]
    assert Numbers.includes("all", 7)


def test_nets_refuse_norms_that_they_cannot_have():
    with pytest.raises(InputError, match="norm instance needs a convolutional net, got net mlp"):
        RunConfig(norm="instance")
    with pytest.raises(InputError, match="net rnn knows norm none, batch, layer, got ghost"):
        RunConfig(net="rnn", norm="ghost")
    with pytest.raises(InputError, match="norm_position after needs net mlp or vgg11, got net resnet20"):
        RunConfig(net="resnet20", norm_position="after")
    assert RunConfig(net="vgg11", norm="instance", norm_position="after").net == "vgg11"
