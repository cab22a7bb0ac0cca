"""Every kind of work file with its checksum: a single wrong bit is noticed, named, put aside and computed again."""

from __future__ import annotations

import json
import logging
import shutil
from pathlib import Path

import pytest
import torch

from bnviz.cli.main import main
from bnviz.data import load_dataset
from bnviz.files.checksum import Damaged, checked_row, seal, unseal, verified_row
from bnviz.files.work_lines import append_rows, read_work
from bnviz.studies.checkpoint import load_state, save_state
from bnviz.studies.progress_file import ProgressFile
from bnviz.studies.run_study import run_study
from bnviz.studies.study_runner import StudyStopped, run_unit
from bnviz.words import run as words_run
from tests.studies.study_helpers import TINY, untimed

FORMATS = Path(__file__).parents[1] / "formats"
DATA = load_dataset("moons")
SWEEP = [
    "sweep",
    "--set",
    "dataset=moons",
    "width=5",
    "--x",
    "lr=0.1,1",
    "--y",
    "depth=1,2",
    "--seeds",
    "2",
    "--steps",
    "30",
]


class StopsAt:
    """A stop event that is set after a number of steps."""

    def __init__(self, step: int) -> None:
        self.left = step

    def is_set(self) -> bool:
        self.left -= 1
        return self.left < 0


@pytest.fixture(autouse=True)
def _heard(caplog):
    caplog.set_level(logging.WARNING)


def stopped_unit(folder: Path):
    unit = TINY.units((0,), "data")[0]
    with pytest.raises(StudyStopped):
        run_unit(unit, DATA, StopsAt(15), folder=folder)
    return unit, folder / f"{unit.key}.pt"


def test_a_seal_notices_every_bit() -> None:
    sealed = seal(b"some content of a checkpoint")
    assert unseal(sealed) == b"some content of a checkpoint"
    for place in range(len(sealed)):
        for bit in range(8):
            wrong = bytearray(sealed)
            wrong[place] ^= 1 << bit
            with pytest.raises(Damaged):
                unseal(bytes(wrong))
    for length in range(len(sealed)):
        with pytest.raises(Damaged):
            unseal(sealed[:length])


def test_a_row_notices_every_changed_value() -> None:
    row = {
        "key": "a",
        "n": 3,
        "loss": 0.1234567,
        "none": None,
        "list": [1, 2.5, "ü"],
        "deep": {"10": 1, "9": float("nan")},
    }
    text = json.dumps(checked_row(row))
    assert json.dumps(verified_row(json.loads(text))[0]) == json.dumps(row)
    for before, after in (
        ("0.1234567", "0.1234568"),
        ("3", "4"),
        ("null", "0"),
        ("2.5", "2.25"),
        ("NaN", "1.0"),
        ("a", "b"),
    ):
        with pytest.raises(Damaged):
            verified_row(json.loads(text.replace(before, after, 1)))
    with pytest.raises(Damaged, match="found version 3 of its format, expected 2"):
        verified_row({"key": "a", "check": "3:0123456789abcdef"})


def zero_the_middle(content: bytearray) -> None:
    third = len(content) // 3
    content[third : 2 * third] = bytes(third)


def cut_off(content: bytearray) -> None:
    del content[len(content) // 2 :]


def flip_the_last_bit(content: bytearray) -> None:
    content[-1] ^= 1


def one_value(content: bytearray) -> None:
    content[len(content) // 2] ^= 64


def empty(content: bytearray) -> None:
    content.clear()


@pytest.mark.parametrize(
    ("damage", "version"),
    [
        (zero_the_middle, 1),
        (cut_off, 1),
        *((each, 2) for each in (zero_the_middle, cut_off, flip_the_last_bit, one_value, empty)),
    ],
)
def test_a_damaged_checkpoint_is_named_put_aside_and_computed_again(damage, version, tmp_path, caplog) -> None:
    unit, path = stopped_unit(tmp_path)
    content = bytearray(path.read_bytes())
    if version == 1:
        content = bytearray(unseal(bytes(content)))
    damage(content)
    path.write_bytes(content)
    assert untimed(run_unit(unit, DATA, folder=tmp_path).result) == untimed(run_unit(unit, DATA).result)
    (message,) = [record.getMessage() for record in caplog.records]
    assert message.startswith(f"{path} is damaged: found ")
    assert "its unit starts again" in message
    assert (tmp_path / f"{path.name}.damaged").read_bytes() == bytes(content)


def test_a_whole_checkpoint_of_version_1_still_goes_on(tmp_path, caplog) -> None:
    unit, path = stopped_unit(tmp_path)
    path.write_bytes(unseal(path.read_bytes()))
    state = load_state(path, unit.key)
    assert state is not None
    assert state["step"] > 0
    assert not caplog.records


def test_a_state_of_another_form_starts_again(tmp_path, caplog) -> None:
    unit, path = stopped_unit(tmp_path)
    save_state({"key": unit.key, "step": 3, "weights": torch.zeros(2)}, path)
    assert untimed(run_unit(unit, DATA, folder=tmp_path).result) == untimed(run_unit(unit, DATA).result)
    assert "found a state of another form (KeyError)" in caplog.text


def test_a_second_damaged_file_does_not_replace_the_first(tmp_path) -> None:
    path = tmp_path / "a.pt"
    for content in (b"one", b"two", b"three"):
        path.write_bytes(content)
        assert load_state(path, "a") is None
    aside = sorted(each.read_bytes() for each in tmp_path.glob("a.pt.damaged*"))
    assert aside == [b"one", b"three", b"two"]


@pytest.mark.parametrize("change", ["value", "cut", "no sum", "newer", "noise"])
def test_a_damaged_line_of_a_study_is_trained_again(change: str, tmp_path, caplog) -> None:
    whole = run_study(TINY, (0,), tmp_path)
    path = tmp_path / "tiny.jsonl"
    lines = path.read_text(encoding="utf-8").splitlines()
    row = json.loads(lines[1])
    if change == "value":
        row["final_test_accuracy"] = 0.875 if row["final_test_accuracy"] != 0.875 else 0.5
    elif change == "no sum":
        del row["check"]
    elif change == "newer":
        row["check"] = "3:" + row["check"][2:]
    lines[1] = {"cut": lines[1][:40], "noise": "\0" * 50}.get(change, json.dumps(row))
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    told = []
    again = run_study(TINY, (0,), tmp_path, on_progress=told.append)
    assert [untimed(unit) for unit in again.units] == [untimed(unit) for unit in whole.units]
    assert told, "the unit of the damaged line was not trained"
    assert f"{path}: damaged lines 2 (found " in caplog.text
    assert (tmp_path / "tiny.jsonl.damaged").read_text(encoding="utf-8") == lines[1] + "\n"
    caplog.clear()
    assert len(ProgressFile(tmp_path, "tiny").read()) == 3
    assert not caplog.records


def test_a_changed_number_in_a_sweeps_work_file_is_noticed_and_the_map_is_the_same(tmp_path, caplog) -> None:
    work, first, second = (tmp_path / name for name in ("work.jsonl", "first.json", "second.json"))
    assert main([*SWEEP, "--work", str(work), "--out", str(first)]) == 0
    lines = work.read_text(encoding="utf-8").splitlines()
    row = json.loads(lines[5])
    lines[5] = json.dumps({**row, "accuracy": 0.123})
    work.write_text("\n".join(lines) + "\n", encoding="utf-8")
    assert main([*SWEEP, "--work", str(work), "--out", str(second)]) == 0
    assert f"{work}: damaged lines 6 (found other values than its checksum is of)" in caplog.text
    assert json.loads(second.read_bytes())["cells"] == json.loads(first.read_bytes())["cells"]


def test_a_work_file_of_version_1_goes_on_with_lines_that_have_sums(tmp_path, caplog) -> None:
    path = tmp_path / "figure1.jsonl"
    shutil.copy(FORMATS / "study-work-v1.jsonl", path)
    former = ProgressFile(tmp_path, "figure1").read()
    ProgressFile(tmp_path, "figure1").add(next(iter(former.values())))
    assert ProgressFile(tmp_path, "figure1").read() == former
    assert not caplog.records


def test_a_file_that_is_too_large_is_put_aside_whole(tmp_path, caplog) -> None:
    path = tmp_path / "work.jsonl"
    append_rows(path, [{"key": "a" * 2**20}] * 2)
    assert read_work(path, 2**20, dict, "all is computed again").parts == ()
    assert "found more than 1 MB" in caplog.text
    assert [each.name for each in tmp_path.iterdir()] == ["work.jsonl.damaged"]


def test_damage_that_cannot_be_put_aside_is_named_all_the_same(tmp_path, caplog, monkeypatch) -> None:
    def full(*_, **__):
        raise OSError(28, "No space left on device")

    path = tmp_path / "work.jsonl"
    append_rows(path, [{"a": 1}])
    path.write_bytes(path.read_bytes() + b"noise\n")
    monkeypatch.setattr(Path, "replace", full)
    assert read_work(path, 2**20, dict, "it is computed again").parts == ({"a": 1},)
    assert "cannot be put aside (No space left on device)" in caplog.text


def test_kept_numbers_of_a_check_of_words_are_verified(tmp_path, caplog) -> None:
    job = (next(iter(words_run._CODE)), 1, 1.0)
    words_run._keep(tmp_path, job, {"a": 0.25, "b": float("nan")})
    kept = words_run._kept(tmp_path, job)
    assert kept is not None
    assert kept["a"] == 0.25
    (path,) = tmp_path.iterdir()
    path.write_text(path.read_text(encoding="utf-8").replace("0.25", "0.26"), encoding="utf-8")
    assert words_run._kept(tmp_path, job) is None
    assert "its check runs again" in caplog.text
