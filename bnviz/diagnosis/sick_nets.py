"""Sick nets and their healthy twins, one builder per fault: for tests, for the bench and for the clinic.

A builder takes a seed, which decides weights and batches, and takes about one to three seconds.
"""

from __future__ import annotations

from collections.abc import Callable

from bnviz.diagnosis import sick_layers, sick_statistics
from bnviz.diagnosis.digit_nets import DigitNet, SickNet, held_out, train, trained
from bnviz.diagnosis.finding import Code

SICK: dict[Code, Callable[[int], SickNet]] = {
    "not-finite": sick_statistics.not_finite,
    "stale-statistics": sick_statistics.stale_statistics,
    "never-updated": sick_statistics.never_updated,
    "wrong-channels": sick_statistics.wrong_channels,
    "other-data": sick_statistics.other_data,
    "called-apart": sick_statistics.called_apart,
    "training-in-eval": sick_layers.training_in_eval,
    "eval-in-training": sick_layers.eval_in_training,
    "no-statistics": sick_layers.no_statistics,
    "tracking-instance": sick_layers.tracking_instance,
    "few-values": sick_layers.few_values,
    "constant-channel": sick_layers.constant_channel,
    "dead-channel": sick_layers.dead_channel,
    "momentum-convention": sick_statistics.momentum_convention,
    "epsilon-mismatch": sick_layers.epsilon_mismatch,
    "useless-bias": sick_layers.useless_bias,
    "decayed-gamma": sick_layers.decayed_gamma,
    "accumulated-batches": sick_layers.accumulated_batches,
    "missing-buffers": sick_statistics.missing_buffers,
    "dropout-before-bn": sick_layers.dropout_before_bn,
    "overflow": sick_layers.overflow,
    "order-dependent": sick_layers.order_dependent,
}
"""A builder for every code, by seed."""

__all__ = ["SICK", "DigitNet", "SickNet", "held_out", "train", "trained"]
