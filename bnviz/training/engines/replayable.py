"""Which recipes a recorded graph can stand for: those whose steps differ in nothing but the values of tensors."""

from __future__ import annotations

from bnviz.config import RunConfig

_NORMS = {
    "noisy": "it draws random numbers from a generator of its own",
    "cumulative": "its weights of a batch depend on the number of batches",
    "dataset": "it has new statistics of the whole training set at each step",
}


def why_not_replayable(config: RunConfig) -> str | None:
    """Return why the steps of a recipe are not replayed, or None where they can be.

    A graph repeats what Python did when it was recorded. What Python does otherwise at another step, such as counting
    batches or inserting a norm, a graph would get wrong without an error.
    """
    if config.dropout > 0:
        return "dropout draws its masks from a generator of its own"
    if config.norm == "none":
        return None
    if config.norm_from > 0:
        return "a normalization is inserted later"
    if config.momentum is None:
        return "cumulative averages depend on the number of batches"
    reason = _NORMS.get(config.norm)
    return None if reason is None else f"norm {config.norm}: {reason}"
