"""A Diagnosis as a value: JSON there and back, hostile input, words, files."""

from __future__ import annotations

import json
import math

import pytest

from bnviz import InputError
from bnviz.diagnosis.diagnosis import Diagnosis, LayerHealth, NotChecked
from bnviz.diagnosis.finding import Effect, Finding

EXAMPLE = Diagnosis(
    model="Net", date="2026-11-27", versions={"torch": "2.13.0"}, metric="loss", higher_is_better=False,
    evaluation=math.nan, training=0.5, reestimated=0.6, batches=8,
    layers=(LayerHealth("bn", "batch", 4, False, 1, (-math.inf, 0.0, 0.1, 0.2, 3.0), (1.0,) * 5, (3, 1), 1.0),),
    findings=(
        Finding("not-finite", "error", "bn", (3,), {"n": 1, "of": 4}, Effect("loss", math.nan, 0.6, "mended", False)),
        Finding("momentum-convention", "warning", "", (), {"n": 1, "of": 2, "momentum": "0.99", "percent": "99"}),
    ),
    not_checked=(NotChecked("metric", "ValueError: no"),),
)  # fmt: skip


def test_json_there_and_back() -> None:
    text = json.dumps(EXAMPLE.to_dict(), allow_nan=False)
    back = Diagnosis.from_dict(json.loads(text))
    assert back.to_dict() == EXAMPLE.to_dict()
    assert math.isnan(back.evaluation)
    assert back.layers[0].z[0] == -math.inf


@pytest.mark.parametrize(
    "change",
    [
        {"findings": [{"code": "no-such-fault", "severity": "error"}]},
        {"findings": [{"code": "not-finite", "severity": "fatal"}]},
        {"layers": "all"},
        {"layers": [{"name": "bn"}]},
        {"evaluation": "many"},
        {"evaluation": []},
        {"format": "another"},
        {"versions": {"a": {"b": {}}}},
        {"model": "x" * 5000},
        {"findings": [{"code": "not-finite", "severity": "error", "evidence": {"n": [[[[[[[[[1]]]]]]]]]}}]},
    ],
)
def test_hostile_values_end_in_one_sentence(change) -> None:
    with pytest.raises(InputError) as raised:
        Diagnosis.from_dict(EXAMPLE.to_dict() | change)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize("plain", [None, 3, [], "text", {}])
def test_what_is_no_diagnosis(plain) -> None:
    with pytest.raises(InputError):
        Diagnosis.from_dict(plain)


def test_a_finding_with_missing_evidence_still_speaks() -> None:
    plain = EXAMPLE.to_dict()
    plain["findings"][0]["evidence"] = {}
    plain["findings"][0]["effect"]["cure"] = "prayer"
    assert "bn" in str(Diagnosis.from_dict(plain))


def test_the_report_in_words() -> None:
    words = str(EXAMPLE)
    assert "bn: NaN or infinity in 1 of 4 channels (channel 3): loss NaN, with the channels mended .600" in words
    assert "metric: ValueError: no" in words
    assert "发现" in Diagnosis("Net", "2026-11-27", {}).worded("zh")


def test_files(tmp_path) -> None:
    written = EXAMPLE.save(tmp_path / "report.json")
    assert Diagnosis.from_dict(json.loads(written.read_text())).to_dict() == EXAMPLE.to_dict()
    page = EXAMPLE.save(tmp_path / "report.html").read_text()
    assert "<!doctype html>" in page.lower()
    with pytest.raises(InputError, match=r"ends with \.html or \.json"):
        EXAMPLE.save(tmp_path / "report.pdf")
