"""The strips of recordings, reports and checkpoints: which layers, in which order, with which numbers."""

from __future__ import annotations

import io
import json
import math

import numpy as np
import pytest
import torch
from torch import nn

import bnviz
from bnviz.chapters.own_network.checkpoint_strip import checkpoint_strip, read_checkpoint_upload
from bnviz.chapters.own_network.recording_strip import MAX_CELLS, recording_strip, watched_model
from bnviz.chapters.own_network.report_strip import MAX_REPORT_BYTES, read_report, report_strip
from bnviz.chapters.own_network.results import (
    NOT_FINITE,
    UNKNOWN,
    Cell,
    Row,
    RowText,
    StripText,
    worst_findings,
    worst_first,
)
from bnviz.chapters.own_network.strip_figure import card_html, strip_html
from bnviz.config import InputError
from bnviz.diagnosis.diagnosis import Diagnosis, LayerHealth
from bnviz.diagnosis.finding import Effect, Finding


class Net(nn.Module):
    """Two normalization layers, the second with averages that hardly move."""

    def __init__(self) -> None:
        super().__init__()
        torch.manual_seed(0)
        self.first = nn.Sequential(nn.Linear(4, 6), nn.BatchNorm1d(6), nn.ReLU())
        self.second = nn.Sequential(nn.Linear(6, 6), nn.BatchNorm1d(6, momentum=0.001), nn.ReLU())
        self.head = nn.Linear(6, 2)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.head(self.second(5 * self.first(x)))


@pytest.fixture(scope="module")
def history():
    model, generator = Net(), torch.Generator().manual_seed(1)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
    with bnviz.watch(model, optimizer, every=1, share=math.inf) as watcher:
        for _ in range(60):
            optimizer.zero_grad()
            model(torch.randn(64, 4, generator=generator)).square().mean().backward()
            optimizer.step()
    return watcher.history


def test_a_recording_shows_its_worst_layer_first(history) -> None:
    rows = recording_strip(history)
    assert [row.name for row in rows] == ["second.1", "first.1"]
    worst, good = rows
    assert worst.whole.level >= 3
    assert good.whole.level == 0
    assert good.cells[0].level > good.cells[-1].level, "the averages have caught up"
    assert (worst.kind, worst.channels) == ("batch", 6)
    assert dict(worst.facts) == {"mode": "training", "m": "64", "calls": "1", "momentum": "0.001", "tracked": "60"}


def test_its_numbers_are_those_of_the_records(history) -> None:
    records, row = history.norm_records, recording_strip(history)[0]
    index = [norm.name for norm in watched_model(history).norms].index("second.1")
    mine = records.of(index)
    assert row.whole.step == mine.step[-1] == 59
    assert row.whole.z == pytest.approx((mine.z[-1, 0], mine.z[-1, -1]))
    assert row.whole.ratio == pytest.approx((mine.ratio[-1, 0], mine.ratio[-1, -1]))
    assert row.worst[0].number == mine.worst_z_channels[-1, 0]
    assert row.worst[0].z == pytest.approx(mine.worst_z[-1, 0])


def test_long_recordings_show_evenly_spaced_steps_and_always_the_newest(history) -> None:
    steps = [cell.step for cell in recording_strip(history)[0].cells]
    assert len(steps) == MAX_CELLS < 60
    assert (steps[0], steps[-1]) == (0, 59)
    assert set(np.diff(steps)) <= {1, 2}


@pytest.mark.parametrize(
    ("cell", "z_level", "ratio_level", "level"),
    [
        (Cell((-0.1, 0.2), (0.9, 1.1)), 0, 0, 0),
        (Cell((-3.0, 0.2), (0.9, 1.1)), 3, 0, 3),
        (Cell((0.0, 0.0), (0.05, 1.0)), 0, 4, 4),
        (Cell((0.0, 0.0), (0.0, 1.0)), 0, 4, 4),
        (Cell((0.0, 0.0), (1.0, 1.0), not_finite=2), 0, 0, NOT_FINITE),
        (Cell(), UNKNOWN, UNKNOWN, UNKNOWN),
    ],
)
def test_levels_are_the_worse_of_mean_and_variance(cell: Cell, z_level: int, ratio_level: int, level: int) -> None:
    assert (cell.z_level, cell.ratio_level, cell.level) == (z_level, ratio_level, level)


def test_findings_come_first_then_what_is_not_finite_then_misfit() -> None:
    def row(name: str, cell: Cell, findings: tuple[int, ...] = ()) -> Row:
        return Row(name, "batch", 4, cell, (cell,), findings=findings)

    rows = [
        row("fits", Cell((0, 0), (1, 1))),
        row("unknown", Cell()),
        row("off", Cell((-5, 0), (1, 1))),
        row("further off", Cell((-9, 0), (1, 1))),
        row("nan", Cell(not_finite=1)),
        row("found", Cell((0, 0), (1, 1)), (0,)),
    ]
    assert [each.name for each in worst_first(rows)] == ["found", "nan", "further off", "off", "fits", "unknown"]


def diagnosis(**changes: object) -> Diagnosis:
    finding = Finding("not-finite", "error", "b", (3,), {"n": 1, "of": 8}, Effect("accuracy", 0.1, 0.9, "mended"))
    layers = (
        LayerHealth("a", "batch", 8, False, 0, (-0.1, 0.0, 0.1, 0.1, 0.2), (0.9, 0.95, 1.0, 1.0, 1.1)),
        LayerHealth("b", "batch", 8, False, 1, (), (), (3,)),
        LayerHealth("c", "layer", 8, True, 0),
    )
    return Diagnosis(
        "Net", "2026-11-27", {"torch": "2"}, **{"layers": layers, "findings": (finding,), "evaluation": 0.1, **changes}
    )


def test_the_layer_of_an_error_stands_before_that_of_a_note_and_its_findings_are_in_the_same_order() -> None:
    findings = (
        Finding("useless-bias", "note", "a", (), {}),
        Finding("few-values", "warning", "b", (), {}),
        Finding("not-finite", "error", "b", (3,), {"n": 1, "of": 8}),
    )
    rows = report_strip(diagnosis(findings=findings))
    assert [(row.name, row.findings) for row in rows] == [("b", (2, 1)), ("a", (0,)), ("c", ())]
    assert worst_findings(findings) == (2, 1, 0)


def as_file(plain: object) -> bytes:
    return json.dumps(plain).encode()


def test_a_report_is_read_again_and_shows_the_layer_of_its_finding_first() -> None:
    again = read_report("report.json", as_file(diagnosis().to_dict()))
    rows = report_strip(again)
    assert [row.name for row in rows] == ["b", "a", "c"]
    assert rows[0].findings == (0,)
    assert rows[0].whole.level == NOT_FINITE
    assert [cell.level for cell in rows[1].cells] == [0] * 5, "one cell per quantile over the channels"
    assert rows[1].whole.z == (-0.1, 0.2)
    assert rows[2].whole.level == UNKNOWN


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"\x00\x01", "this is no JSON"),
        (b"[" * 100_000, "this is no JSON"),
        (b"{}", "this is not a bnviz diagnosis"),
        (as_file([1, 2]), "this is not a bnviz diagnosis"),
        (as_file(diagnosis().to_dict() | {"format": "x"}), "expected 'bnviz-diagnosis-1'"),
        (as_file(diagnosis().to_dict() | {"layers": [{"name": "a"}]}), "this is not a bnviz diagnosis"),
    ],
)
def test_a_hostile_report_ends_in_one_sentence_that_names_the_file(content: bytes, sentence: str) -> None:
    with pytest.raises(InputError, match=sentence) as refusal:
        read_report("bad.json", content)
    assert str(refusal.value).startswith("bad.json: ")
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_finding_that_lacks_numbers_or_names_an_unknown_cure_still_has_its_sentences(language: str) -> None:
    strange = (
        Finding("not-finite", "error", "b", (3,), {}),
        Finding("stale-statistics", "error", "b", (), {"seen": "x"}, Effect("mine", 0.1, 0.9, "prayer")),
    )
    again = read_report("old.json", as_file(diagnosis(findings=strange).to_dict()))
    for finding in again.findings:
        assert all(finding.worded(part, language) for part in ("name", "title", "why", "cure"))


def test_a_report_that_is_too_large_is_not_parsed() -> None:
    with pytest.raises(InputError, match="expected a report of at most 16 MB"):
        read_report("big.json", b" " * (MAX_REPORT_BYTES + 1))


def saved(content: object) -> bytes:
    buffer = io.BytesIO()
    torch.save(content, buffer)
    return buffer.getvalue()


def test_a_checkpoint_shows_what_its_buffers_say() -> None:
    model = Net()
    model.first[1].running_var[2] = math.nan
    inspection = read_checkpoint_upload("model.pt", saved({"state_dict": model.state_dict()}))
    rows = checkpoint_strip(inspection)
    assert [row.name for row in rows] == ["first.1", "second.1"]
    assert rows[0].whole.not_finite == 1
    assert inspection.findings[rows[0].findings[0]].code == "not-finite"


class Bomb:
    def __reduce__(self):
        return print, ("executed",)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 no archive", b"\xff" * 200, saved({"model": Bomb()})])
def test_a_hostile_checkpoint_ends_in_one_sentence_and_runs_nothing(
    content: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(InputError) as refusal:
        read_checkpoint_upload("bad.pt", content)
    assert str(refusal.value).startswith("bad.pt: ")
    assert "\n" not in str(refusal.value)
    assert "executed" not in capsys.readouterr().out


def test_names_from_a_file_cannot_write_html() -> None:
    evil = '<img src=x onerror="alert(1)">'
    row = Row(evil, evil, 4, Cell(), (Cell(),))
    text = RowText(evil, evil, (evil,), ((evil, evil),), ((evil, evil, evil),), (("error", evil),))
    words = StripText(evil, ((0, evil),), evil, evil, (evil, evil, evil), evil, evil)
    card = card_html(evil, evil, ((evil, evil),), "error", (evil, evil))
    assert "<img" not in strip_html([(row, text)], words) + card
    assert "&lt;img" in card
