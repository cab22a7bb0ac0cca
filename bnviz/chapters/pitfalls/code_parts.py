"""What the programs for several frameworks share: layer order, biases, momentum and initializers."""

from __future__ import annotations

from bnviz.config import RunConfig
from bnviz.nets.initialize import GAINS
from bnviz.norms.momentum import to_keras

_DEFAULT_MOMENTUM = 0.99


def has_bias(config: RunConfig) -> bool:
    """Return whether hidden layers have a bias: only those that no norm follows directly."""
    return config.norm == "none" or config.norm_position == "after"


def in_order(config: RunConfig, linear: str, activation: str, norm: str, dropout: str) -> list[str]:
    """Return the code of a hidden layer's parts in the recipe's order, without those that it does not have."""
    parts = [linear, activation]
    if config.norm != "none":
        parts.insert(1 if config.norm_position == "before" else 2, norm)
    return [*parts, dropout] if config.dropout > 0 else parts


def weight_of_old(config: RunConfig) -> float:
    """Return the momentum of Keras and Flax, the weight of the old average; 0.99 for a plain average."""
    return _DEFAULT_MOMENTUM if config.momentum is None else to_keras(config.momentum)


def note_on_average(config: RunConfig, framework: str) -> str:
    """Return a comment line where a framework lacks the recipe's plain average of all batches, else ""."""
    if config.momentum is None and config.norm != "none":
        return f"# {framework} has no plain average of all batches; {_DEFAULT_MOMENTUM} is used instead.\n"
    return ""


def initializer(config: RunConfig, variance_scaling: str, kaiming_distribution: str, normal: str) -> str:
    """Return the code of the initializer of a layer's weights.

    Args:
        config: the recipe.
        variance_scaling: the framework's function with the arguments scale, mode and distribution.
        kaiming_distribution: its name for a normal distribution that is not truncated.
        normal: the start of a call that draws from a normal distribution, up to the standard deviation.
    """
    if config.init == "xavier":
        return f'{variance_scaling}(scale**2, "fan_avg", "uniform")'
    if config.init == "kaiming":
        gain = f"{GAINS[config.activation] ** 2:.6g}"
        return f'{variance_scaling}({gain} * scale**2, "fan_in", "{kaiming_distribution}")'
    return f"{normal}{config.init_std!r} * scale)"
