"""Limits: defaults, the settings file and the environment, in this order of strength."""

from __future__ import annotations

from dataclasses import fields

import pytest

from bnviz.cli.main import main
from bnviz.config import InputError
from bnviz.config.limits import Limits, read


def in_force(environment, file=None):
    return {given.name: (given.value, given.source) for given in read(environment, file)}


def test_the_defaults_are_within_their_own_bounds_and_hold_without_a_file():
    found = in_force({f"BNVIZ_{one.name.upper()}": str(one.default) for one in fields(Limits)})
    assert {name: value for name, (value, _) in found.items()} == {one.name: one.default for one in fields(Limits)}
    assert {source for _, source in in_force({}).values()} == {"default"}


def test_each_share_of_one_visitor_leaves_others_something():
    limits = Limits()
    for kind in ("runs", "tasks", "sessions"):
        assert getattr(limits, f"{kind}_per_visitor") * 4 <= getattr(limits, kind)
        assert getattr(limits, f"{kind}_per_address") < getattr(limits, kind)
        assert getattr(limits, f"{kind}_per_address") >= 30  # a class behind one address


def test_the_file_beats_a_default_and_the_environment_beats_the_file(tmp_path):
    file = tmp_path / "bnviz.toml"
    file.write_text("[bnviz]\nruns = 7\nunwatched_s = 3\n")
    found = in_force({"BNVIZ_RUNS": "9", "BNVIZ_SETTINGS": str(file)})
    assert found["runs"] == (9, "BNVIZ_RUNS")
    assert found["unwatched_s"] == (3.0, str(file))
    assert found["tasks"][1] == "default"


@pytest.mark.parametrize("text", ["", "0", "-1", "1_2", "３", "1e3", "inf", "nan", "4.5", " 4", "1" * 40])
def test_a_wrong_variable_is_refused_in_a_sentence_that_names_it(text):
    with pytest.raises(InputError, match="BNVIZ_RUNS must be a whole number from 1 to"):
        read({"BNVIZ_RUNS": text})


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("[bnviz]\nruns = '4'", "runs in .* must be a whole number"),
        ("[bnviz]\nruns = true", "runs in .* must be a whole number"),
        ("[bnviz]\nunwatched_s = nan", "unwatched_s in .* must be a number"),
        ("[bnviz]\nrun = 4", "holds 'run'; it may hold"),
        ("runs = 4", r"holds '\[runs\]'; it may hold"),
        ("bnviz = 4", "holds 'bnviz'; it may hold"),
        ("[bnviz", "cannot be read"),
    ],
)
def test_a_wrong_file_is_refused_in_one_sentence(tmp_path, content, message):
    file = tmp_path / "bnviz.toml"
    file.write_text(content)
    with pytest.raises(InputError, match=message):
        read({}, file)


def test_a_file_that_is_named_must_be_there(tmp_path):
    with pytest.raises(InputError, match="is not there"):
        read({"BNVIZ_SETTINGS": str(tmp_path / "none.toml")})


def test_the_command_prints_every_limit_with_its_source(capsys, monkeypatch):
    monkeypatch.setenv("BNVIZ_RUNS", "11")
    assert main(["app", "--check"]) == 0
    printed = capsys.readouterr().out
    assert "runs = 11" in printed
    assert "BNVIZ_RUNS: live runs" in printed
    assert all(f"{one.name} = " in printed for one in fields(Limits))


def test_the_command_refuses_a_wrong_limit_in_one_line(capsys, monkeypatch):
    monkeypatch.setenv("BNVIZ_RUNS", "many")
    assert main(["app", "--check"]) == 2
    assert capsys.readouterr().err.strip().count("\n") == 0
