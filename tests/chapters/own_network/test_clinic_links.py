"""A finding's card leads to the patient of the clinic that has its fault."""

from __future__ import annotations

from bnviz.chapters.clinic.patients import PATIENTS
from bnviz.chapters.own_network.clinic_links import PATIENT_OF, page_of
from bnviz.diagnosis.finding import CODES


def test_every_link_leads_to_a_patient_with_that_fault() -> None:
    faults = {patient.name: patient.fault for patient in PATIENTS}
    assert {name: code for code, name in PATIENT_OF.items()} == {name: faults.get(name) for name in PATIENT_OF.values()}


def test_every_fault_of_the_clinic_that_diagnose_names_is_linked() -> None:
    assert {patient.fault for patient in PATIENTS} & set(CODES) == set(PATIENT_OF)


def test_other_faults_lead_to_the_pitfalls() -> None:
    assert page_of("useless-bias") == ("pitfalls", "pitfalls")
    assert page_of("stale-statistics") == ("clinic", "clinic?patient=slow")
