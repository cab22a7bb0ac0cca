"""A recipe as a program for PyTorch, Keras and JAX/Flax, and the conventions of the three frameworks."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from bnviz.chapters.pitfalls.jax_code import jax_source
from bnviz.chapters.pitfalls.keras_code import keras_source
from bnviz.chapters.pitfalls.torch_code import torch_source
from bnviz.config import InputError, RunConfig
from bnviz.norms.momentum import settle_steps, to_keras

FRAMEWORKS = ("pytorch", "keras", "jax")
RUN_HERE = ("pytorch",)
"""Frameworks whose programs a test runs; those of the others are only parsed."""

STEPS = 200

_ACCEPTED: Mapping[str, tuple[object, ...]] = MappingProxyType(
    {
        "net": ("mlp",),
        "norm": ("none", "batch"),
        "norm_at": ("all",),
        "norm_from": (0,),
        "gamma_init": (1.0,),
        "lr_half_life": (0,),
        "dropout_at": ("hidden",),
        "shuffle": ("samples",),
        "distortion": (0.0,),
    }
)

_WRITERS: Mapping[str, Callable[[RunConfig, int], str]] = MappingProxyType(
    {"pytorch": torch_source, "keras": keras_source, "jax": jax_source}
)


@dataclass(frozen=True, slots=True)
class Convention:
    """Batch normalization in one framework.

    Attributes:
        framework: one of ``FRAMEWORKS``.
        layer: name of the layer.
        default_eps: the default of epsilon.
        eps: the recipe's epsilon.
        default_momentum: the default of the running-average momentum.
        momentum: the recipe's momentum in the framework's convention; None is a plain average.
        weighs: the average that momentum is the weight of: "new" or "old".
        default_settle: updates until the default settles within 5 %, rounded up.
        running_variance: the variance that is averaged: "unbiased" or "biased".
        parameters: names of gamma and beta.
        buffers: names of the running mean and variance.
        switch: the code that selects evaluation mode.
    """

    framework: str
    layer: str
    default_eps: float
    eps: float
    default_momentum: float
    momentum: float | None
    weighs: str
    default_settle: int
    running_variance: str
    parameters: str
    buffers: str
    switch: str


def _settle(new_weight: float) -> int:
    return math.ceil(settle_steps(new_weight))


_TORCH = Convention(
    framework="pytorch",
    layer="nn.BatchNorm1d",
    default_eps=1e-5,
    eps=1e-5,
    default_momentum=0.1,
    momentum=0.1,
    weighs="new",
    default_settle=_settle(0.1),
    running_variance="unbiased",
    parameters="weight, bias",
    buffers="running_mean, running_var",
    switch="net.eval()",
)
_KERAS = Convention(
    framework="keras",
    layer="layers.BatchNormalization",
    default_eps=1e-3,
    eps=1e-3,
    default_momentum=0.99,
    momentum=0.99,
    weighs="old",
    default_settle=_settle(0.01),
    running_variance="biased",
    parameters="gamma, beta",
    buffers="moving_mean, moving_variance",
    switch="net(x, training=False)",
)
_FLAX = Convention(
    framework="jax",
    layer="nn.BatchNorm",
    default_eps=1e-5,
    eps=1e-5,
    default_momentum=0.99,
    momentum=0.99,
    weighs="old",
    default_settle=_settle(0.01),
    running_variance="biased",
    parameters="scale, bias",
    buffers="batch_stats: mean, var",
    switch="use_running_average=True",
)


def conventions(config: RunConfig) -> tuple[Convention, ...]:
    """Return the conventions of all frameworks, with the numbers of a recipe converted.

    Sources: PyTorch's documentation of BatchNorm1d; keras batch_normalization.py (Keras 3);
    flax/linen/normalization.py.
    """
    old_weight = None if config.momentum is None else to_keras(config.momentum)
    return (
        replace(_TORCH, eps=config.eps, momentum=config.momentum),
        replace(_KERAS, eps=config.eps, momentum=old_weight),
        replace(_FLAX, eps=config.eps, momentum=old_weight),
    )


def source(config: RunConfig, framework: str, steps: int = STEPS) -> str:
    """Return a program that trains the recipe in a framework.

    The PyTorch program has the same weights from the same generators and the same batches as the lab, so
    its losses equal the lab's bit for bit on the CPU. The others have the same architecture, rates and
    conventions, but other random numbers, and are not run here.

    Args:
        config: the recipe.
        framework: one of ``FRAMEWORKS``.
        steps: updates that the program makes.

    Raises:
        InputError: an unknown framework, or a recipe that the programs cannot express.
    """
    for name, known in _ACCEPTED.items():
        if getattr(config, name) not in known:
            accepted = ", ".join(map(str, known))
            raise InputError(
                f"the texts for frameworks know {name} {accepted}, this recipe has {getattr(config, name)}"
            )
    if framework not in _WRITERS:
        raise InputError(f"framework must be one of {', '.join(FRAMEWORKS)}, got {framework!r:.80}")
    return _WRITERS[framework](config, steps)


def can_express(config: RunConfig) -> bool:
    """Return whether ``source`` can express a recipe: a perceptron with BN in all layers or none."""
    return all(getattr(config, name) in known for name, known in _ACCEPTED.items())
