"""Which recipes a recorded graph can stand for: those whose steps differ in nothing but the values of tensors."""

from __future__ import annotations

from bnviz.config import RunConfig
from bnviz.training.engines.step_engine import Refusal

_RANDOM = Refusal("random")
"""Dropout and noisy BN draw from generators of their own."""
_COUNTED = Refusal("counted")
"""Cumulative averages weigh a batch by the number of batches so far, which Python counts."""
_INSERTED = Refusal("inserted")
"""A normalization is inserted later, so that the net becomes another one."""
_WHOLE = Refusal("whole")
"""The statistics of the whole training set are new tensors at each step."""
_NORMS = {"noisy": _RANDOM, "cumulative": _COUNTED, "dataset": _WHOLE}


def why_not_replayable(config: RunConfig) -> Refusal | None:
    """Return why the steps of a recipe are not replayed, or None where they can be.

    A graph repeats what Python did when it was recorded. What Python does otherwise at another step, such as counting
    batches or inserting a norm, a graph would get wrong without an error.
    """
    if config.dropout > 0:
        return _RANDOM
    if config.norm == "none":
        return None
    if config.norm_from > 0:
        return _INSERTED
    return _COUNTED if config.momentum is None else _NORMS.get(config.norm)
