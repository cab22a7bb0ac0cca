"""Every patient, fault and cure has its words in both languages, and they say the same."""

from __future__ import annotations

import re

import pytest

from bnviz.chapters.clinic.cures import CURES
from bnviz.chapters.clinic.patients import PATIENTS
from bnviz.chapters.clinic.recorded import recorded
from bnviz.text.catalogue import catalogue


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_patient_fault_and_cure_has_its_words(lang: str):
    words = catalogue(lang)
    for cure in CURES:
        assert f"clinic.cures.{cure}" in words
        assert f"clinic.cured.{cure}" in words
    for patient in PATIENTS:
        own = f"clinic.patients.{patient.name}"
        assert {f"{own}.{part}" for part in ("complaint", "story", "facts")} <= words.keys()
        assert {key.rpartition(".")[2] for key in words if key.startswith(f"{own}.why.")} == set(patient.faults)
        assert {f"clinic.faults.{fault}" for fault in patient.faults} <= words.keys()
        cured = {key.rpartition(".")[2] for key in words if key.startswith(f"{own}.cured.")}
        assert cured <= set(patient.cures)
        assert words[f"{own}.why.{patient.fault}"].startswith(("Yes.", "对。"))
        for _, mark in recorded()["patients"][patient.name]["curve"]["marks"]:
            assert f"clinic.marks.{mark}" in words


def test_both_languages_have_the_same_keys_places_and_numbers():
    english, chinese = (
        {key: text for key, text in catalogue(lang).items() if key.split(".")[0] == "clinic"} for lang in ("en", "zh")
    )
    assert english.keys() == chinese.keys()
    for key, text in english.items():
        for pattern in (r"\{\w+\}", r"\d[\d.,]*\d|\d"):
            assert sorted(re.findall(pattern, text)) == sorted(re.findall(pattern, chinese[key])), key


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_place_in_a_patients_words_has_its_number(lang: str):
    known = {"batch", "served", "train", "goal"}
    for patient in PATIENTS:
        facts = recorded()["patients"][patient.name]["facts"].keys() | known
        for key, text in catalogue(lang).items():
            if key.startswith(f"clinic.patients.{patient.name}."):
                assert set(re.findall(r"\{(\w+)\}", text)) <= facts, key
