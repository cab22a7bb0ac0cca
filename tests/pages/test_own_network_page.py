"""The page "Your own network" in AppTest: the example behind each door, and what files show in its place."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from opened_app import Open, address, metrics, words
from streamlit.testing.v1 import AppTest

from bnviz.chapters.own_network import example
from bnviz.chapters.own_network.snippets import SNIPPETS
from bnviz.diagnosis.finding import Finding
from bnviz.live.registry import registry
from bnviz.text.catalogue import translate


def html(app: AppTest) -> str:
    return "\n".join(each.proto.body for each in app.get("html"))


def uploaded(app: AppTest, door: str, path: Path) -> AppTest:
    kinds = {".npz": "application/octet-stream", ".json": "application/json", ".pt": "application/octet-stream"}
    app.file_uploader(key=f"own_{door}").set_value((path.name, path.read_bytes(), kinds[path.suffix])).run()
    assert not app.exception, [each.value for each in app.exception]
    return app


@pytest.mark.parametrize("door", list(SNIPPETS))
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_each_door_shows_an_example_and_its_code_before_anything_is_opened(
    open_page: Open, door: str, lang: str
) -> None:
    app = open_page(lang, door=door)
    shown = html(app)
    assert translate(f"own_network.example.{door}", lang) in words(app, "caption")
    assert [each.value for each in app.code] == [code for code, _ in SNIPPETS[door].values()]
    assert [name in shown for name in ("block1.bn", "block2.bn", "block3.bn")] == [True] * 3
    assert translate("chapter.badge.recorded", lang) in shown


def test_the_recording_shows_the_sick_layer_first_and_the_live_view(open_page: Open) -> None:
    app = open_page()
    shown = html(app)
    assert shown.index("block2.bn") < shown.index("block1.bn")
    assert translate("own_network.recording.watched", ran=3, n=3, missed=0) in words(app)
    session = registry().find(app.session_state["bnviz.token.own_network"])
    assert session is not None
    assert session.history.description.watched.model == "DigitNet"
    assert app.get("bidi_component"), "the live view"


def test_the_report_shows_the_metric_the_finding_and_its_cure(open_page: Open) -> None:
    app = open_page(door="report")
    report = example.example_report()
    assert len(metrics(app)) == 3
    finding = report.findings[0]
    assert finding.code == "stale-statistics"
    assert finding.effect.after > finding.effect.before + 0.5, "the example is really sick, and the cure really helps"
    for part in ("title", "why", "cure", "name"):
        assert finding.worded(part) in html(app).replace("&#x27;", "'")


def test_a_report_is_opened_and_one_that_is_not_is_refused(open_page: Open, tmp_path: Path) -> None:
    app = open_page(door="report")
    plain = example.example_report().to_dict() | {"model": "MyNet", "findings": []}
    path = tmp_path / "mine.json"
    path.write_text(json.dumps(plain))
    uploaded(app, "report", path)
    assert translate("own_network.opened.report", name=r"mine\.json") in words(app, "success")
    assert "MyNet" in words(app, "subheader")
    assert translate("diagnosis.none", n=3) in html(app)
    path.write_text("{}")
    uploaded(app, "report", path)
    assert r"mine\.json\: " in words(app, "error")
    assert "block2.bn" in html(app), "the example stands in its place again"


def test_the_worst_finding_stands_first_and_open_whatever_else_the_report_notes(
    open_page: Open, tmp_path: Path
) -> None:
    app = open_page(door="report")
    report = example.example_report()
    note = Finding("useless-bias", "note", "", (), {})
    path = tmp_path / "mine.json"
    path.write_text(json.dumps(replace(report, findings=(note, *report.findings)).to_dict()))
    uploaded(app, "report", path)
    shown = html(app)
    assert shown.count("<details") == 3
    assert shown.count('<details class="own-row" open>') == 1
    opened = shown.index('<details class="own-row" open>')
    error, least = (shown.index(f'<article class="own-card own-{severity}">') for severity in ("error", "note"))
    assert opened < error < shown.index('<details class="own-row">') < least


def test_a_checkpoint_is_opened_and_one_with_objects_is_refused(open_page: Open, tmp_path: Path) -> None:
    app = open_page(door="checkpoint")
    weights = torch.load(example.CHECKPOINT, weights_only=True)
    weights["block3.bn.running_var"][4] = math.nan
    path = tmp_path / "mine.pt"
    torch.save(weights, path)
    uploaded(app, "checkpoint", path)
    shown = html(app)
    assert translate("diagnosis.codes.not-finite.name") in shown
    assert shown.index("block3.bn") < shown.index("block1.bn")
    torch.save(torch.nn.Linear(2, 2), path)
    uploaded(app, "checkpoint", path)
    assert r"mine\.pt\: " in words(app, "error")
    assert translate("own_network.checkpoint.example") in words(app, "subheader"), "and not the name of that file"


@pytest.mark.parametrize(
    ("door", "ending", "right"),
    [("checkpoint", ".npz", "recording"), ("checkpoint", ".json", "report"), ("recording", ".pt", "checkpoint")],
)
def test_a_file_of_another_door_is_sent_there(
    open_page: Open, tmp_path: Path, door: str, ending: str, right: str
) -> None:
    app = open_page(door=door)
    path = tmp_path / f"mine{ending}"
    path.write_bytes(b"whatever it is")
    uploaded(app, door, path)
    told = translate("own_network.elsewhere", name=rf"mine\{ending}", door=translate(f"own_network.doors.{right}"))
    assert told in words(app, "error")


def test_a_recording_is_opened_in_the_live_view_and_a_wrong_one_is_refused(open_page: Open, tmp_path: Path) -> None:
    app = open_page()
    scene = example.FOLDER.parent / "scenes" / "moons.npz"
    uploaded(app, "recording", scene)
    session = registry().find(app.session_state["bnviz.token.own_network"])
    assert session.history.experiment.base.dataset == "moons"
    assert translate("own_network.recording.of_the_lab") in words(app, "info")
    path = tmp_path / "bad.npz"
    path.write_bytes(b"PK\x03\x04 nothing")
    uploaded(app, "recording", path)
    assert r"bad\.npz" in words(app, "error")
    assert session.history.description.is_watched, "the example is shown again"


def test_the_door_is_kept_in_the_address(open_page: Open) -> None:
    app = open_page(door="checkpoint")
    assert address(app)["door"] == "checkpoint"
    assert app.get("file_uploader")[0].key == "own_checkpoint"


def test_names_from_a_file_are_shown_and_not_interpreted(open_page: Open, tmp_path: Path) -> None:
    picture = "![x](http://127.0.0.1/x.png)"
    app = open_page(door="report")
    plain = example.example_report().to_dict() | {"model": picture, "metric": picture}
    path = tmp_path / "mine.json"
    path.write_text(json.dumps(plain))
    uploaded(app, "report", path)
    shown = words(app, "subheader", "caption", "markdown")
    assert r"\!\[x\]\(http" in shown
    assert picture not in shown
