"""Each fault is found in its sick net, with its layer and channels, and not in the healthy twin."""

from __future__ import annotations

from functools import cache

import pytest

from bnviz.diagnosis.diagnose import diagnose
from bnviz.diagnosis.diagnosis import Diagnosis
from bnviz.diagnosis.finding import CODES
from bnviz.diagnosis.score import GAIN_IN_ACCURACY
from bnviz.diagnosis.sick_nets import SICK, SickNet
from bnviz.text.catalogue import catalogue

BATCHES = 40
CURED = {
    "not-finite": "mended",
    "stale-statistics": "reestimated",
    "never-updated": "reestimated",
    "wrong-channels": "reordered",
    "other-data": "reestimated",
    "called-apart": "apart",
    "training-in-eval": "mode",
    "tracking-instance": "sample",
    "constant-channel": "mended",
    "epsilon-mismatch": "eps",
    "missing-buffers": "copied",
    "dropout-before-bn": "reestimated",
}
"""Which cure brings a measured gain, by code."""


@cache
def case(code: str) -> SickNet:
    return SICK[code](0)


@cache
def looked_at(code: str) -> Diagnosis:
    net = case(code)
    return diagnose(net.sick, net.loader, batches=BATCHES, optimizer=net.optimizer, reference=net.reference)


def test_every_code_has_a_sick_net() -> None:
    assert set(SICK) == set(CODES)


@pytest.mark.parametrize("code", CODES)
def test_the_fault_is_found_with_its_layer_and_channels(code) -> None:
    found = [each for each in looked_at(code).findings if each.code == code]
    assert [each.layer for each in found] == [case(code).layer]
    if case(code).channels:
        assert set(found[0].channels) == set(case(code).channels)


@pytest.mark.parametrize("code", CODES)
def test_the_sick_net_has_no_other_serious_fault(code) -> None:
    assert {each.code for each in looked_at(code).serious} <= {code}


@pytest.mark.parametrize(("code", "cure"), CURED.items())
def test_the_cure_is_proved_by_the_metric(code, cure) -> None:
    found = next(each for each in looked_at(code).findings if each.code == code)
    assert found.effect is not None
    assert found.effect.cure == cure
    assert found.effect.before == looked_at(code).evaluation or code == "not-finite"
    assert found.effect.gain > GAIN_IN_ACCURACY
    assert found.severity in ("warning", "error")
    if code not in ("training-in-eval", "dropout-before-bn"):  # their training mode is worse
        assert found.effect.after == pytest.approx(looked_at(code).training, abs=0.05)


@pytest.mark.parametrize("code", CODES)
def test_the_healthy_twin_has_no_finding_above_note(code) -> None:
    net = case(code)
    loader = net.healthy_loader or net.loader
    found = diagnose(net.healthy, loader, batches=BATCHES, optimizer=net.healthy_optimizer, reference=net.reference)
    assert found.serious == ()
    assert code not in {each.code for each in found.findings}


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_finding_speaks_both_languages(code, language) -> None:
    for finding in looked_at(code).findings:
        for part in ("name", "title", "why", "cure"):
            words = finding.worded(part, language)
            assert words
            assert "{" not in words
    assert looked_at(code).worded(language).count("\n") >= 2


def test_both_languages_have_the_same_keys_and_places() -> None:
    import re

    english, chinese = (
        {key: text for key, text in catalogue(lang).items() if key.startswith("diagnosis.")} for lang in ("en", "zh")
    )
    assert english.keys() == chinese.keys()
    for key, text in english.items():
        assert sorted(set(re.findall(r"\{\w+\}", text))) == sorted(set(re.findall(r"\{\w+\}", chinese[key]))), key


def test_the_most_costly_finding_comes_first() -> None:
    net = case("stale-statistics").sick
    net.head.bias.data += 0  # the same net, with a second and smaller fault
    net.block1.bn.momentum = 0.99
    found = diagnose(net, case("stale-statistics").loader)
    net.block1.bn.momentum = 0.1
    assert [each.code for each in found.findings][:2] == ["stale-statistics", "momentum-convention"]
