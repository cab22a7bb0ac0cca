"""``sweep`` on the command line."""

import json

import pytest

from bnviz.cli.main import main
from bnviz.sweeps import load_sweep

TINY = ["--set", "dataset=moons", "depth=1", "width=4", "batch_size=8", "--steps", "10", "--seeds", "2"]
AXES = ["--x", "lr=0.01:1:3", "--y", "init_scale=0.5,2"]


def run(capsys, *arguments):
    code = main(["sweep", *arguments])
    out, err = capsys.readouterr()
    return code, out, err


def test_one_json_object_with_the_map_in_a_file(capsys, tmp_path):
    path = tmp_path / "map.json"
    code, out, err = run(capsys, *AXES, *TINY, "--json", "--out", str(path), "--compare-alone")
    row = json.loads(out)
    assert code == 0
    assert out.count("\n") == 1
    assert "steps of all nets" in err
    assert row["cells"] == row["of"] == 2 * 3 * 2 * 2
    assert [sum(counts.values()) for counts in row["outcomes"]] == [12, 12]
    assert row["alone"]["other_outcomes"] == 0
    for name in ("loss_difference", "nudged_difference", "steady_difference"):
        assert row["alone"][name]["nets"] == 24
        assert row["alone"][name]["largest"] < 1e-3
    assert row["alone"]["ratio"] > 0
    assert load_sweep(path).row()["outcomes"] == row["outcomes"]


def test_a_work_file_is_taken_up(capsys, tmp_path):
    work = tmp_path / "work.jsonl"
    code, first, _ = run(capsys, *AXES, *TINY, "--work", str(work))
    assert code == 0
    lines = work.read_text().splitlines()
    assert len(lines) == 24
    work.write_text("\n".join(lines[:12]) + "\n")  # one stack of two
    assert run(capsys, *AXES, *TINY, "--work", str(work))[:2] == (0, first)
    assert sorted(work.read_text().splitlines()) == sorted(lines)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--x", "lr=1:2", "--y", "init_scale=1"], "an axis is FIELD=LOW:HIGH:COUNT or FIELD=VALUE,VALUE"),
        (["--x", "lr=1", "--y", "lr=2"], "two axes must be different fields"),
        (["--x", "norm=none", "--y", "lr=2"], "norm cannot be an axis"),
        (["--x", "lr=1"], "--y"),
        ([*AXES, "--seeds", "0"], "1 to 20 seeds"),
        ([*AXES, "--set", "dataset=nowhere"], "unknown data set"),
        ([*AXES, "--out", "nowhere/map.json"], "--out must name a file"),
    ],
)
def test_bad_input_is_one_line(capsys, arguments, sentence):
    code, out, err = run(capsys, *arguments)
    assert (code, out) == (2, "")
    assert sentence in err
    assert err.count("\n") == 1
