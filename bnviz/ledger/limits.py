"""Why a question has the limit that it has: keys of the sentences ``claims.limit.<key>``."""

from __future__ import annotations

from collections.abc import Mapping

from bnviz.ledger.rule import Question

REASONS: Mapping[str, str] = {
    "E1.mean_drift_without_bn": "histogram",
    "E2.mean_and_variance_error": "epsilon",
    "E2.distance_from_normal": "sampling",
    "E2.share_within_one_sd": "whole_percent",
    "E2.share_within_two_sd": "whole_percent",
    "E3.saturation_change_with_bn": "one_in_hundred",
    "E3.saturation_in_training": "nine_in_ten",
    "E3.sigmoid_tail_slope": "two_layers",
    "E5.loss_range_with_bn": "tenth_of_nat",
    "E5.loss_range_without_bn": "tenth_of_nat",
    "E6.output_change": "epsilon",
    "E6.weight_gradient_error": "epsilon",
    "E6.input_gradient_change": "epsilon",
    "E6.radial_gradient": "epsilon",
    "E8.bias_norm_with_constants": "far_from_rounding",
    "E9.recomputed_gain_late": "two_standard_errors",
    "E9.running_mean_gap": "noise_of_a_batch",
    "E9.statistics_cost_ratio": "magnitude",
    "E9.recomputation_epochs": "one_epoch",
    "E11.noise_slope_error": "other_laws",
    "E11.gap_reduction": "standard_error",
    "E11.weaker_l2_gain": "standard_error",
    "E11.no_dropout_gain": "standard_error",
    "E11.plain_needs_l2": "standard_error",
    "E11.plain_needs_dropout": "standard_error",
    "E12.noise_cost": "standard_error",
    "E15.plane_disagreement": "picture",
    "E15.statistics_disagreement": "picture",
    "E16.large_weight_gradient_ratio": "explosion",
    "E22.condition_number_error": "picture",
    "E22.distance_from_normal": "sampling",
    "E25.measured_speedup_to_80": "papers_number",
    "L1.unit_length_error": "one_percent",
    "L1.affine_change": "one_percent",
    "L1.running_variance_error": "one_percent",
    "L2.difference_quotient_error": "curvature",
    "L2.steepest_angle_error": "grid",
    "L2.remainder_ratio": "magnitude",
}
"""Questions whose limit is neither 0 (1 of ratios) nor what rounding explains."""

LARGEST_ROUNDING = 1e-3


def limit_reason(question: Question) -> str:
    """Return the key of the reason: "direction", "count", "rounding", or one of ``REASONS``."""
    if question.name in REASONS:
        return REASONS[question.name]
    if question.rule != "within":
        return "direction"
    return "count" if question.limit == 0 else "rounding"
