"""Where nothing could be measured the report says so, instead of "Nothing was found"."""

from __future__ import annotations

import math

import pytest
import torch
from torch import nn
from torch.optim.swa_utils import AveragedModel
from torch.utils.data import TensorDataset

from bnviz.diagnosis.diagnose import diagnose
from bnviz.diagnosis.digit_nets import held_out, trained

LOADER = held_out(0, 16, 3)
INPUTS = [x for x, _ in LOADER]


class Silent(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.net = trained()

    def forward(self, x: torch.Tensor) -> None:
        self.net(x)


class HandWritten(nn.Module):
    """A batch normalization that keeps its epsilon under another name."""

    def __init__(self, of: nn.BatchNorm2d) -> None:
        super().__init__()
        self.weight, self.bias = of.weight, of.bias
        self.register_buffer("running_mean", of.running_mean)
        self.register_buffer("running_var", of.running_var)
        self.small = of.eps

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return nn.functional.batch_norm(
            x, self.running_mean, self.running_var, self.weight, self.bias, False, 0.1, self.small
        )


NOTHING = {
    "shape": (trained, lambda: [x.flatten(1) for x in INPUTS], None, "could not be run"),
    "dict keys": (
        trained,
        lambda: [{"image": x, "label": y} for x, y in LOADER],
        None,
        "forward takes x; the batch holds image",
    ),
    "dataset": (trained, lambda: TensorDataset(*LOADER[0]), None, "a dataset yields single samples"),
    "no output": (
        lambda: Silent().eval(),
        lambda: INPUTS,
        None,
        "returns no tensor of floating-point numbers, but NoneType",
    ),
    "not a number": (trained, lambda: LOADER, lambda output, target: math.nan, "is not finite"),
    "inputs": (
        trained,
        lambda: [x * torch.nan for x in INPUTS],
        None,
        "3 of 3 batches hold values that are not finite",
    ),
}
"""Makers of a net and its batches, a metric, and what is said; nothing is trained where tests are only collected."""


@pytest.mark.parametrize(("net", "loader", "metric", "said"), NOTHING.values(), ids=NOTHING)
def test_the_report_says_why(net, loader, metric, said) -> None:
    found = diagnose(net(), loader(), metric=metric)
    assert found.findings == ()
    assert "Nothing was found" not in str(found)
    assert said in found.nothing()
    assert said in found._repr_html_()


def test_a_batch_without_samples_does_not_hide_the_others() -> None:
    x, y = LOADER[0]
    found = diagnose(trained(), [LOADER[1], (x[:0], y[:0]), LOADER[2]])
    assert found.evaluation > 0.9
    assert "Nothing was found" in str(found)


def test_layers_without_an_epsilon_of_their_own_are_left_alone() -> None:
    net = trained()
    for block in (net.block1, net.block2, net.block3):
        block.bn = HandWritten(block.bn)
    for reference in (None, trained()):
        assert diagnose(net.eval(), LOADER, reference=reference).findings == ()


def test_an_epsilon_of_zero_without_a_reference() -> None:
    net = trained()
    net.block1.bn.eps = 0.0
    finding = next(each for each in diagnose(net, LOADER).findings if each.code == "epsilon-mismatch")
    assert finding.evidence == {"eps": "0", "other": "1e-05", "n": 1, "of": 3}
    assert "reference" not in finding.title


def test_a_reference_is_found_through_a_wrapper_and_told_where_it_is_not() -> None:
    wrapped = AveragedModel(trained())
    wrapped.module.block2.bn.eps = 0.01
    found = diagnose(wrapped.eval(), LOADER, reference=trained())
    assert [(each.code, each.layer) for each in found.findings] == [("epsilon-mismatch", "module.block2.bn")]
    reasons = {each.what: each.reason for each in diagnose(trained(), LOADER, reference=nn.Linear(3, 3)).not_checked}
    assert reasons["reference"].startswith("3 of 3 layers")
