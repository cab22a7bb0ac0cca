"""Each patient is really ill, what heals it heals, what does not does not, and the same twice gives the same."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from whole import every

from bnviz.api.record import RecordOptions
from bnviz.chapters.clinic import recorded as file
from bnviz.chapters.clinic.case import served, with_batches
from bnviz.chapters.clinic.cures import CURES
from bnviz.chapters.clinic.examine import examine
from bnviz.chapters.clinic.illnesses import ILLNESSES
from bnviz.chapters.clinic.last_word import last_word
from bnviz.chapters.clinic.nets import norms
from bnviz.chapters.clinic.patients import ILL, NOTHING, PATIENTS, TOLERANCE, Patient
from bnviz.chapters.clinic.record import record
from bnviz.chapters.clinic.recorded import brought_in, recorded
from bnviz.chapters.clinic.reorder import reorder
from bnviz.chapters.clinic.treat import plain, plain_course, treat
from bnviz.diagnosis.finding import CODES

ALSO_HEAL = {"ported": {"reestimate"}, "domains": {"together"}}
"""Cures that heal beside the one that the clinic would choose."""
EACH = pytest.mark.parametrize("patient", PATIENTS, ids=lambda patient: patient.name)


def outcome(patient: Patient, cure: str) -> float:
    """The accuracy as served after a cure, without the examinations on the way."""
    case = brought_in(patient.name)
    for _ in CURES[cure][0](case):
        pass
    return served(case)


def test_there_are_patients_of_each_degree_and_healthy_ones_among_them():
    assert len(PATIENTS) >= 12
    assert {patient.degree for patient in PATIENTS} == {"easy", "harder", "hard"}
    assert sum(patient.fault == NOTHING for patient in PATIENTS) >= 2
    assert {patient.name for patient in PATIENTS} == set(ILLNESSES) == set(recorded()["patients"])
    for patient in PATIENTS:
        assert {*patient.faults} <= {*CODES, NOTHING}
        assert patient.fault in patient.faults
        assert patient.cure in patient.cures
        assert len(set(patient.faults)) == len(set(patient.cures)) == 4
        assert set(patient.cures) <= set(CURES)


@EACH
def test_it_is_ill_and_the_recorded_examination_is_that_of_its_net(patient: Patient):
    kept = recorded()["patients"][patient.name]
    found = plain(examine(brought_in(patient.name)))
    assert found["served"] == pytest.approx(kept["found"]["served"], abs=0.003)
    assert found["batch"] == pytest.approx(kept["found"]["batch"], abs=0.003)
    assert found["served"] <= kept["goal"] - ILL
    for layer, other in zip(found["layers"], kept["found"]["layers"], strict=True):
        for part in ("m", "v", "rm", "rv"):
            values, others = (None if one[part] is None else np.array(one[part], float) for one in (layer, other))
            assert (values is None) == (others is None)
            if values is not None:
                np.testing.assert_allclose(values, others, rtol=2e-3, atol=1e-4)


@pytest.mark.parametrize("patient", every(3, PATIENTS), ids=lambda patient: patient.name)
def test_the_right_cure_heals_and_the_others_do_not(patient: Patient):
    goal = recorded()["patients"][patient.name]["goal"]
    healing = {patient.cure} | ALSO_HEAL.get(patient.name, set())
    reached = {cure: outcome(patient, cure) for cure in patient.cures}
    healed = {cure for cure, accuracy in reached.items() if accuracy >= goal - TOLERANCE}
    assert healed == healing, reached


def test_diagnose_names_what_is_wrong_and_finds_nothing_where_bn_is_not_at_fault():
    for patient in PATIENTS:
        codes = {finding.code for finding in last_word(patient.name).serious}
        # What froze the weights is no part of the net: it sees statistics of brighter images.
        expected = {"frozen": "other-data"}.get(patient.name, patient.fault)
        assert codes == (set() if patient.fault == NOTHING else {expected}), patient.name


def test_where_bn_is_not_at_fault_both_modes_answer_alike():
    for patient in PATIENTS:
        if patient.fault == NOTHING:
            found = recorded()["patients"][patient.name]["found"]
            assert found["served"] == pytest.approx(found["batch"], abs=0.03)


def test_a_cure_gives_the_same_course_twice_and_leaves_the_patient_as_it_was():
    (blank,) = (patient for patient in PATIENTS if patient.name == "blank")
    first, second = (plain_course(treat(blank, "reestimate")) for _ in range(2))
    assert first == second
    assert [moment["at"] for moment in first["moments"]] == [0, 1, 2, 4, 8]
    assert first["healed"]
    assert first["moments"][0]["served"] == recorded()["patients"]["blank"]["found"]["served"]


def test_a_cure_that_a_patient_is_not_offered_is_refused():
    with pytest.raises(KeyError):
        treat(PATIENTS[0], "reorder")


@pytest.mark.parametrize("name", ["nan", "chatter", "domains"])
def test_an_examination_changes_nothing(name: str):
    case = brought_in(name)
    before = {key: value.clone() for key, value in case.net.state_dict().items()}
    modes = [module.training for module in case.net.modules()]
    examine(case)
    with_batches(case, case.test)
    assert [module.training for module in case.net.modules()] == modes
    for key, value in case.net.state_dict().items():
        assert torch.equal(value.nan_to_num(7.0), before[key].nan_to_num(7.0)), key


def test_re_estimation_leaves_the_statistics_of_the_pooled_batches():
    case = brought_in("blank")
    seen: list[torch.Tensor] = []
    first = norms(case.net)[0]
    hook = first.register_forward_pre_hook(lambda _, inputs: seen.append(inputs[0].movedim(1, -1).flatten(0, -2)))
    for _ in CURES["reestimate"][0](case):
        pass
    hook.remove()
    assert len(seen) == 8
    assert first.running_mean is not None
    assert first.running_var is not None
    torch.testing.assert_close(first.running_mean, torch.stack([one.mean(0) for one in seen]).mean(0))
    torch.testing.assert_close(first.running_var, torch.stack([one.var(0) for one in seen]).mean(0))


def test_reordering_finds_the_layer_and_its_order():
    case, healthy = brought_in("ported"), brought_in("blank")
    changed = reorder(case.net, case.train[0][0][:512])
    assert changed == [2, 3, 4]
    for norm, twin in zip(norms(case.net), norms(healthy.net), strict=True):
        assert torch.equal(norm.weight, twin.weight)


def test_patients_can_be_made_again(tmp_path, monkeypatch):
    made = ("nan", "teacher", "domains", "dropout")
    (path,) = record(RecordOptions(folder=tmp_path, steps=4, parts=made))
    kept = recorded()["patients"]
    monkeypatch.setattr(file, "FILE", path)
    file.recorded.cache_clear()
    try:
        for patient in PATIENTS:
            assert (recorded()["patients"][patient.name] == kept[patient.name]) == (patient.name not in made)
        for name in made:
            assert examine(brought_in(name)).layers
    finally:
        file.recorded.cache_clear()
