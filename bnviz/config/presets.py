"""Presets: scenes with known results. Their texts, with what to look for, are in assets/text."""

from __future__ import annotations

from bnviz.config.errors import InputError
from bnviz.config.experiment import Changes, Experiment
from bnviz.config.run_config import RunConfig

PRESETS: dict[str, RunConfig] = {
    # What a newcomer sees: points on a plane, so that what a network has learned is a picture. Test accuracy without /
    # with BN after 200 steps, seeds 0, 1, 2: .500/.988, .500/.986, .500/.984.
    "moons": RunConfig(dataset="moons", width=20, lr=1.0),
    # Without BN, gradients vanish, and nothing is learned (the units are not saturated).
    "default": RunConfig(),
    # The same with weights that make up for the slope of a sigmoid, 1/4 at 0. Accuracy without / with BN, seeds 31 to
    # 40: after 100 steps .258 to .520 (seed 0: .145) / .854 to .887, after 1,000 .919 to .934 / .910 to .928.
    "sigmoid-start": RunConfig(init_scale=4.0),
    # Each arm at the learning rate with the highest mean accuracy of the sweep survival_rates.json (nine rates, four
    # starts, seeds 0 to 4, 1,000 steps); the start was the best one for both. Accuracy without / with BN, seeds 31 to
    # 40: after 100 steps .100 to .235 / .817 to .896, after 1,000 .897 to .941 / .930 to .946, after 2,000 .932 to .949
    # / .908 to .950.
    "best-rates": RunConfig(init_scale=4.0),
    # Ioffe & Szegedy 2015, sec. 4.1; the paper does not give lr and std.
    "figure1": RunConfig(dataset="mnist-binary", depth=3, init="normal", init_std=0.1, lr=0.5),
    "too-fast": RunConfig(depth=5, activation="tanh", lr=2.0),
    "bad-init": RunConfig(depth=5, activation="tanh", init_scale=10.0, lr=0.1),
    "tiny-batch": RunConfig(depth=3, activation="relu", init="kaiming", lr=0.05, batch_size=2),
    # Scenes where BN starts faster but does not end better. Test accuracy without / with BN on the bundled digits,
    # seeds 0, 1, 2: after 2,000 steps .952/.946, .952/.953, .954/.948;
    "shallow-relu": RunConfig(depth=1, activation="relu", init="kaiming", lr=0.5),
    # after 3,000 steps .940/.944, .942/.935, .945/.921.
    "sigmoid-lr2": RunConfig(depth=3, lr=2.0),
    # An eighth of the channels of VGG11. Accuracy without / with BN on the bundled digits, seeds 0, 1, 2: after
    # 100 steps .846/.941, .849/.933, .635/.933, after 600 steps .960/.972, .954/.958, .954/.956.
    "vgg11": RunConfig(net="vgg11", width=8, activation="relu", init="kaiming", lr=0.05, batch_size=64),
    # Half of the channels of ResNet-20. Accuracy on the bundled digits after 300 steps, seeds 0, 1, 2: with BN .915,
    # .890, .914; without BN two remain at .100, and the third diverges.
    "resnet20": RunConfig(net="resnet20", width=8, activation="relu", init="kaiming", lr=0.05, batch_size=32),
    # The default net, into which BN is inserted late. Accuracy after 600 steps, seeds 0, 1, 2: without BN .100, .100,
    # .100; BN from step 200 .923, .886, .922; BN from the start .923, .906, .928.
    "insert-bn": RunConfig(norm_from=200),
}

TWINS: tuple[Changes, ...] = ((("norm", "none"),), (("norm", "batch"),))
"""The two usual arms: without BN and with it."""

SCENE_ARMS: dict[str, tuple[Changes, ...]] = {
    "best-rates": ((("norm", "none"), ("lr", 2.0)), (("norm", "batch"), ("lr", 4.0)))
}
"""The arms of the scenes whose networks differ in more than BN."""


def preset(name: str) -> Experiment:
    """Return a preset as an experiment, with the two usual arms or its own; unknown names raise InputError."""
    if name not in PRESETS:
        raise InputError(f"unknown preset {name!r:.80}; known are {', '.join(PRESETS)}")
    return Experiment(PRESETS[name], SCENE_ARMS.get(name, TWINS), name)
