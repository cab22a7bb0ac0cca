"""All rules in the order in which they run: what has a name of its own comes before stale statistics."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from bnviz.diagnosis.finding import Finding
from bnviz.diagnosis.measure import Measurements
from bnviz.diagnosis.rules.batch_in_evaluation import no_statistics, order_dependent, tracking_instance
from bnviz.diagnosis.rules.called_apart import called_apart
from bnviz.diagnosis.rules.channels import constant_channel, dead_channel, overflow
from bnviz.diagnosis.rules.dropout import dropout_before_bn
from bnviz.diagnosis.rules.few_values import few_values
from bnviz.diagnosis.rules.flags import accumulated_batches, decayed_gamma, momentum_convention, useless_bias
from bnviz.diagnosis.rules.kinds_of_batches import kinds_of_batches
from bnviz.diagnosis.rules.modes import eval_in_training, training_in_eval
from bnviz.diagnosis.rules.never_updated import never_updated
from bnviz.diagnosis.rules.not_finite import not_finite
from bnviz.diagnosis.rules.other_data import other_data
from bnviz.diagnosis.rules.reference import epsilon_mismatch, missing_buffers
from bnviz.diagnosis.rules.stale import stale_statistics
from bnviz.diagnosis.rules.wrong_channels import wrong_channels

Rule = Callable[[Measurements], Iterator[Finding]]

RULES: tuple[Rule, ...] = (
    not_finite,
    training_in_eval,
    eval_in_training,
    no_statistics,
    tracking_instance,
    called_apart,
    kinds_of_batches,
    missing_buffers,
    never_updated,
    wrong_channels,
    epsilon_mismatch,
    momentum_convention,
    dropout_before_bn,
    constant_channel,
    other_data,
    stale_statistics,
    dead_channel,
    few_values,
    useless_bias,
    decayed_gamma,
    accumulated_batches,
    overflow,
    order_dependent,
)
