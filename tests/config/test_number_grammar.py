"""One grammar of numbers, wherever a text is read."""

import math

import pytest

from bnviz.chapters.survival import request
from bnviz.chapters.transform.batches import batch_from_text
from bnviz.cli.main import main
from bnviz.cli.words import seeds_of
from bnviz.config import FIELDS, Bounds, InputError, parse_arms, parse_field
from bnviz.config.numbers import count_of, is_other_number, number, whole_number
from bnviz.sweeps.grid import parse_axis

OTHERS = (
    *("1_2", "１２", "٣", "\u00b2", "inf", "-Infinity", "nan", "1e999", "0x10", "1e", ".", "", " ", "1,5", "1 2"),
    "9" * 5000,
)
"""What Python, a browser or a reader may take for a number, and bnviz does not."""


@pytest.mark.parametrize("text", OTHERS)
def test_other_numbers_are_refused_in_one_sentence(text):
    for read in (number, whole_number):
        with pytest.raises(InputError, match=r"a (whole )?number is written in digits"):
            read(text)
    assert count_of(text) is None


@pytest.mark.parametrize(("text", "value"), [("12", 12), ("-3", -3), ("+4", 4), (" 5 ", 5), ("007", 7)])
def test_whole_numbers(text, value):
    assert whole_number(text) == number(text) == value


@pytest.mark.parametrize(("text", "value"), [("0.5", 0.5), (".5", 0.5), ("5.", 5), ("1e-3", 1e-3), ("-2.5E+2", -250)])
def test_numbers(text, value):
    assert number(text) == value
    with pytest.raises(InputError):
        whole_number(text)


def test_a_number_reads_what_python_writes():
    for value in (0.1, 1e-12, 1 / 3, 5e22, 123456.789, -math.pi, 1e300, 5e-324):
        assert number(repr(value)) == value


def test_counts_have_at_most_nine_digits_and_no_sign():
    assert count_of("999999999") == 999_999_999
    assert [count_of(text) for text in ("1000000000", "-1", "+1", "1.0")] == [None] * 4


def test_what_only_python_reads_is_known():
    assert [text for text in OTHERS if is_other_number(text)] == [
        "1_2", "１２", "٣", "inf", "-Infinity", "nan", "1e999", "9" * 5000,
    ]  # fmt: skip
    assert not any(map(is_other_number, ("12", "0.5", "sigmoid", "1.3.8", "norm:none,batch")))


@pytest.mark.parametrize("text", OTHERS)
def test_every_field_of_a_recipe_refuses_them(text):
    for name, field in FIELDS.items():
        if isinstance(field, Bounds):
            with pytest.raises(InputError, match=f"{name} must be"):
                parse_field(name, text)


@pytest.mark.parametrize("text", [text for text in OTHERS if "," not in text])
def test_arms_axes_batches_and_seeds_refuse_them(text):
    for read in (
        lambda: parse_arms(f"lr:{text},0.5"),
        lambda: parse_axis(f"lr={text}:1:4"),
        lambda: parse_axis(f"lr=0.1:1:{text}"),
        lambda: parse_axis(f"lr=0.1,{text}"),
        lambda: batch_from_text(f"1,2_3,{text.replace('_', '，')}", (2, 2)),
        lambda: seeds_of(text),
    ):
        with pytest.raises(InputError):
            read()
    assert request.from_query({"map_seeds": text})[1] is not None


@pytest.mark.parametrize("text", OTHERS)
@pytest.mark.parametrize("option", ["train --steps", "soak --minutes", "app --check --port"])
def test_the_command_line_refuses_them(option, text, capsys):
    assert main([*option.split()[:-1], f"{option.split()[-1]}={text}"]) == 2
    assert "invalid" in capsys.readouterr().err
