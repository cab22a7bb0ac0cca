"""The clinic in AppTest: what the page sends, the patient of its address, and its answers to a browser."""

from __future__ import annotations

import json
from typing import Any

import pytest
from opened_app import Open, is_chinese
from streamlit.testing.v1 import AppTest

from bnviz.chapters.clinic.clinic_part import answer_to
from bnviz.chapters.clinic.last_word import plain_diagnosis
from bnviz.chapters.clinic.patients import PATIENTS

LARGEST = 120_000
"""Bytes of what the page sends at first."""


def sent(app: AppTest) -> dict[str, Any]:
    """What the clinic's component was given."""
    found = [json.loads(each.proto.json) for each in app.get("bidi_component")]
    (data,) = (one for one in found if one["kind"] == "clinic")
    return data


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_it_sends_every_patient_and_no_diagnosis_before_it_is_asked_for(open_page: Open, lang: str):
    data = sent(open_page(lang))
    assert [one["name"] for one in data["patients"]] == [one.name for one in PATIENTS]
    assert data["diagnosis"] == {}
    assert data["course"] is None
    assert is_chinese(data["words"]["title"]) == (lang == "zh")
    assert len(json.dumps(data)) < LARGEST


def test_the_address_names_the_patient_and_a_wrong_name_is_ignored(open_page: Open):
    assert sent(open_page(patient="domains"))["patient"] == "domains"
    assert sent(open_page(patient="<script>"))["patient"] == PATIENTS[0].name


def test_a_cure_that_is_asked_for_is_applied():
    answer = answer_to({"patient": "blank", "cure": "reset", "n": 7})
    assert answer is not None
    assert (answer["n"], answer["patient"], answer["cure"], answer["healed"]) == (7, "blank", "reset", False)
    assert [moment["at"] for moment in answer["moments"]] == [0, 1]
    json.dumps(answer, allow_nan=False)


@pytest.mark.parametrize(
    "asked",
    [
        None,
        "blank",
        {},
        {"patient": "blank"},
        {"patient": "unknown", "cure": "reset", "n": 1},
        {"patient": "blank", "cure": "reorder", "n": 1},
        {"patient": "blank", "cure": "reset", "n": "1"},
        {"patient": ["blank"], "cure": "reset", "n": 1},
        {"patient": "blank", "cure": {"a": 1}, "n": 1},
    ],
)
def test_what_a_browser_must_not_ask_for_stays_without_answer(asked: object):
    assert answer_to(asked) is None


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_last_word_is_that_of_diagnose(lang: str):
    said = plain_diagnosis("nan", lang)
    assert said["findings"][0]["code"] == "not-finite"
    assert is_chinese(said["findings"][0]["title"]) == (lang == "zh")
