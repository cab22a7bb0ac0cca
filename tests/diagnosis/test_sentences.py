"""Sentences name what is wrong: channels, layers and counts, and do not repeat themselves."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from bnviz.diagnosis.diagnose import diagnose
from bnviz.diagnosis.digit_nets import DigitNet, built, held_out, train, trained
from bnviz.diagnosis.finding import Finding

LOADER = held_out()


def test_a_single_bad_channel_is_in_the_sentence() -> None:
    net = trained()
    net.block2.bn.running_mean[5] += 30
    finding = diagnose(net, LOADER).serious[0]
    assert finding.code == "stale-statistics"
    assert "1 of 16 channels" in finding.title
    assert "(channel 5)" in finding.title
    assert "the statistics of this layer measured again" in finding.title


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_same_fault_in_many_layers_is_one_finding(language) -> None:
    layers = [nn.Sequential(nn.Conv2d(4, 4, 1), nn.BatchNorm2d(4)) for _ in range(12)]
    net = nn.Sequential(*layers, nn.Flatten(), nn.Linear(64, 3))
    for layer in layers:
        layer[1].running_mean[2] = torch.nan
    found = diagnose(net.eval(), [torch.randn(16, 4, 4, 4) for _ in range(2)])
    (finding,) = [each for each in found.findings if each.code == "not-finite"]
    assert (finding.severity, finding.layer, finding.channels) == ("error", "", (2,))
    assert "12" in finding.worded("title", language)
    assert "0.1, 1.1" in finding.worded("title", language)
    assert "{" not in finding.worded("title", language)
    assert found.worded(language).count("\n") < 12


def test_a_cure_is_told_once() -> None:
    net = trained()
    for block in (net.block1, net.block2):
        block.bn.running_mean[1] = torch.nan
    found = diagnose(net, LOADER)
    assert [each.code for each in found.serious] == ["not-finite"] * 2
    assert str(found).count(found.findings[0].cure) == 1


def test_a_frozen_layer_tells_its_own_count_and_no_question_mark() -> None:
    net = trained().train()
    net.block1.bn.eval()
    (finding,) = diagnose(net, LOADER).findings
    assert finding.code == "eval-in-training"
    assert finding.evidence["tracked"] == int(net.block1.bn.num_batches_tracked) > 0
    assert "?" not in finding.title


def test_a_larger_epsilon_makes_no_channel_constant() -> None:
    net = trained()
    for block in (net.block1, net.block2, net.block3):
        block.bn.eps = 10.0
    assert "constant-channel" not in {each.code for each in diagnose(net, LOADER).findings}


class Joined(nn.Module):
    """Two branches that are concatenated, in one of two orders."""

    def __init__(self, flipped: bool) -> None:
        super().__init__()
        self.a, self.b = nn.Conv2d(1, 8, 3), nn.Conv2d(1, 8, 3)
        self.bn = nn.BatchNorm2d(16)
        self.head = nn.Linear(16 * 16, 10)
        self.flipped = flipped

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        maps = [torch.relu(self.a(x)) * 3 + 2, self.b(x)]
        joined = self.bn(torch.cat(maps[::-1] if self.flipped else maps, 1)).relu()
        return self.head(nn.functional.adaptive_avg_pool2d(joined, 4).flatten(1))


@pytest.mark.parametrize("seed", range(4))
def test_branches_in_another_order_are_named_though_the_order_of_statistics_brings_nothing(seed) -> None:
    net = built(lambda: Joined(False), seed)
    train(net, seed, steps=60)
    flipped = Joined(True).eval()
    flipped.load_state_dict(net.state_dict())
    assert [(each.code, each.layer) for each in diagnose(flipped, LOADER).serious] == [("wrong-channels", "bn")]
    assert diagnose(net.eval(), LOADER).serious == ()


def test_a_new_net_is_not_taken_for_one_in_another_order() -> None:
    for seed in range(5):
        found = diagnose(built(DigitNet, seed).eval(), LOADER)
        assert "wrong-channels" not in {each.code for each in found.findings}


@pytest.mark.filterwarnings("ignore:.*torch.jit.script.*:DeprecationWarning")
def test_a_scripted_model_is_not_called_healthy() -> None:
    found = str(diagnose(torch.jit.script(trained()), LOADER))
    assert "Nothing was found" not in found
    assert "The normalization layers could not be looked at" in found
    assert "NaN" not in found


def test_a_variance_that_is_wrong_alone_is_no_other_data() -> None:
    net = trained()
    net.block1.bn.running_var *= 1e4
    finding = diagnose(net, LOADER).serious[0]
    assert (finding.code, finding.layer) == ("stale-statistics", "block1.bn")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_layer_that_is_called_by_a_number_stands_in_quotation_marks(language: str) -> None:
    finding = Finding("stale-statistics", "error", "4.1", (), {"worn": 3.4, "worst": "1"})
    title = finding.worded("title", language)
    assert title.startswith('"4.1"')
    assert '"1"' in title
    named = Finding("stale-statistics", "error", "block1.bn", (), {"worn": 3.4, "worst": "block1.bn"})
    assert '"' not in named.worded("title", language)
