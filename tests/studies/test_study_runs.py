"""Whole studies: workers, going on after a stop, what is written and what is refused."""

import json
import threading
from dataclasses import replace

import pytest

from bnviz.config import InputError
from bnviz.data import load_dataset
from bnviz.studies import Arm, Study, StudyStopped, load_study, public_name, run_study, save_study
from bnviz.studies.files import study_to_dict
from bnviz.studies.progress_file import ProgressFile
from bnviz.studies.summary import spread
from bnviz.studies.verdicts import row_of
from tests.studies.study_helpers import TINY, untimed

FACTS = {"command": "python -m bnviz experiment run tiny", "dataset": "two moons"}


def untimed_units(result):
    return [untimed(unit) for unit in result.units]


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    return run_study(TINY, (0, 1), tmp_path_factory.mktemp("whole"), facts=FACTS)


def test_a_study_has_every_arm_from_every_seed(whole):
    assert [(unit.arm, unit.seed) for unit in whole.units] == [
        (arm, seed) for arm in ("plain", "batch", "short") for seed in (0, 1)
    ]
    assert whole.of("short")[0].steps[-1] == whole.steps_of("short") == 20
    assert whole.config("batch").optimizer == "adam"
    assert whole.provenance["dataset"] == "two moons"
    assert whole.provenance["n_train"] == len(load_dataset("moons").y_train)
    with pytest.raises(InputError, match="no arm 'nope'"):
        whole.of("nope")


def test_two_workers_find_what_one_finds_and_stop_when_asked(whole, tmp_path):
    stop = threading.Event()

    def after_three(progress):
        if progress.units_done >= 3:
            stop.set()

    slow_end = replace(TINY, arms=(*TINY.arms[:2], replace(TINY.arms[2], steps=1_000_000)), expected=())
    with pytest.raises(StudyStopped):
        run_study(slow_end, (0, 1), tmp_path, workers=2, stop=stop, on_progress=after_three)
    found = {finished.result.key for finished in ProgressFile(tmp_path, "tiny").read().values()}
    assert len(found) >= 3
    assert len(list(tmp_path.glob("*.pt"))) >= 1
    told = []
    assert untimed_units(run_study(TINY, (0, 1), tmp_path, on_progress=told.append)) == untimed_units(whole)
    assert told[0].units_done >= 3  # what the workers had finished was not done again


def test_a_study_stopped_in_the_middle_goes_on_to_the_same_numbers(whole, tmp_path):
    stop, seen = threading.Event(), []

    def third_unit(progress):
        seen.append(progress)
        if progress.units_done == 2:
            stop.set()

    with pytest.raises(StudyStopped):
        run_study(TINY, (0, 1), tmp_path, stop=stop, on_progress=third_unit)
    assert len(ProgressFile(tmp_path, "tiny").read()) == 2
    assert len(list(tmp_path.glob("*.pt"))) == 1
    with (tmp_path / "tiny.jsonl").open("a") as file:
        file.write('{"arm": "plain", "seed"')  # as a full disk leaves it
    went_on = []
    assert untimed_units(run_study(TINY, (0, 1), tmp_path, on_progress=went_on.append)) == untimed_units(whole)
    assert went_on[-1].units_done == went_on[-1].units == 6
    assert went_on[-1].steps_done == went_on[-1].steps == 2 * (40 + 40 + 20)
    assert len(ProgressFile(tmp_path, "tiny").read()) == 6
    again = []
    run_study(TINY, (0, 1), tmp_path, on_progress=again.append)
    assert again == []  # nothing was left


def test_more_seeds_use_what_is_there(whole, tmp_path):
    run_study(TINY, (0,), tmp_path)
    told = []
    assert untimed_units(run_study(TINY, (0, 1), tmp_path, on_progress=told.append)) == untimed_units(whole)
    assert told[0].units_done >= 3


def test_a_study_file_reads_back_whole(whole, tmp_path):
    path = tmp_path / "tiny.json"
    save_study(whole, path)
    assert load_study(path) == whole
    assert row_of(load_study(path.read_bytes())) == row_of(whole)
    assert [p.name for p in tmp_path.iterdir()] == ["tiny.json"]
    json.dumps(row_of(whole), allow_nan=False)


def test_a_file_on_this_machine_leaves_no_path():
    assert public_name("file:/home/somebody/secret/c.npz") == "file:c.npz"
    assert public_name("cifar10") == "cifar10"


@pytest.mark.parametrize(
    ("seeds", "workers", "words"),
    [((), 1, "seeds"), ((0, 0), 1, "different seeds"), ((0,), 0, "workers must be"), (range(99), 1, "seeds")],
)
def test_odd_seeds_and_workers_are_refused(seeds, workers, words, tmp_path):
    with pytest.raises(InputError, match=words):
        run_study(TINY, tuple(seeds), tmp_path, workers=workers)


def broken(whole, change):
    data = json.loads(json.dumps(study_to_dict(whole)))
    change(data)
    return json.dumps(data).encode()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda d: d.update(version=2), "version 2"),
        (lambda d: d.update(format="other"), "format 'other'"),
        (lambda d: d.update(arms=[]), r"length >= 1 - at `\$\.arms`"),
        (lambda d: d.update(arms=d["arms"] * 30), r"length <= 64 - at `\$\.arms`"),
        (lambda d: d["arms"][0].update(changes={"speed": 1}), "unknown field 'speed'"),
        (lambda d: d["arms"][0].update(changes=7), r"expected `object`, got `int` - at `\$\.arms\[0\]\.changes`"),
        (lambda d: d["base"].update(lr=-1), "lr must be"),
        (lambda d: d["base"].update(lr=[1]), "lr must be"),
        (lambda d: d.update(steps=-1), r">= 0 - at `\$\.steps`"),
        (lambda d: d.update(threshold=7), r"expected `float` <= 1.0 - at `\$\.threshold`"),
        (lambda d: d.update(chance=float("nan")), "JSON is malformed"),
        (lambda d: d["units"][0].update(test_loss=[1.0]), "one value of test_loss per step"),
        (lambda d: d["units"][0]["test_loss"].__setitem__(0, 1e305), r"1e\+300 - at `\$\.units\[0\]\.test_loss\[0\]`"),
        (
            lambda d: d["units"][0]["test_accuracy"].__setitem__(0, 1.5),
            r"expected `float` <= 1.0 - at `\$\.units\[0\]\.test_accuracy\[0\]`",
        ),
        (lambda d: d["units"][0].update(steps=[0, 5, 5, 7, 8, 9, 10, 11, 12]), "rising steps"),
        (lambda d: d["units"][0].update(steps="many"), r"expected `array`, got `str` - at `\$\.units\[0\]\.steps`"),
        (lambda d: d["units"][0].update(extras={"x": {"deep": 1}}), r"got `object` - at `\$\.units\[0\]\.extras"),
        (lambda d: d["units"][0].update(extras={"x": 10**400}), "[Nn]umber out of range"),
        (lambda d: d["units"][0].update(arm="unknown"), "unknown arm or seed"),
        (lambda d: d["units"].append(d["units"][0]), "twice"),
        (lambda d: d["units"].__setitem__(0, None), r"expected `object`, got `null` - at `\$\.units\[0\]`"),
        (lambda d: d["expected"][0].update(better="who"), "arm 'who'"),
        (lambda d: d["expected"][0].update(measure="luck"), "measure 'luck'"),
        (lambda d: d.update(published=[{"arm": ""}]), "what"),
        (lambda d: d.update(provenance={"deep": {"er": {}}}), r"got `object` - at `\$\[\.\.\.\]\[\.\.\.\]`"),
        (lambda d: d.update(name="a\x00b"), "printable"),
        (lambda d: d.update(name="x" * 500), r"length <= 400 - at `\$\.name`"),
        (lambda d: d.pop("units"), "missing required field `units`"),
    ],
)
def test_a_hostile_file_is_refused_in_one_sentence(whole, change, words):
    with pytest.raises(InputError, match=words) as caught:
        load_study(broken(whole, change), "theirs.json")
    assert str(caught.value).startswith("theirs.json: ")
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 800


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b"null", b"\xff\xfe", b"[" * 100_000, b'"' + b"x" * (5 * 2**20) + b'"'],
    ids=["empty", "cut off", "list", "null", "no text", "deep", "large"],
)
def test_what_is_no_study_is_refused(content):
    with pytest.raises(InputError):
        load_study(content)


def test_spread_of_seeds():
    found = spread([1.0, None, 3.0])
    assert (found.mean, found.sd, found.low, found.high) == (2.0, pytest.approx(2**0.5), 1.0, 3.0)
    assert spread([None]) is None
    assert spread([2.0]).sd is None


def test_arms_of_a_study_need_names_of_their_own():
    with pytest.raises(InputError, match="different names"):
        Study(name="x", base=TINY.base, arms=(Arm("a"), Arm("a")), steps=1, threshold=0.5)
