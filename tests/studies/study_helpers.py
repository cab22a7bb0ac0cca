"""Tiny studies that tests train in moments; at module level, since processes import them."""

from dataclasses import replace

from bnviz.config import RunConfig
from bnviz.studies import Arm, Expectation, ExtraMetrics, PostTrainingHook, Study, TrainedUnit


def untimed(unit):
    """The unit without its times: what a repetition must reproduce exactly."""
    return replace(unit, seconds=0.0, step_ms=None)


def weight_norm(trained: TrainedUnit) -> ExtraMetrics:
    total = sum(float(p.detach().double().pow(2).sum()) for p in trained.twin.net.parameters())
    return ExtraMetrics({"weight_norm": total**0.5, "per_class": (0.25, 0.75)}, payload="seen")


TINY = Study(
    name="tiny",
    base=RunConfig(dataset="moons", depth=2, width=8, activation="tanh", lr=0.2, batch_size=16, device="cpu"),
    arms=(
        Arm("plain", (("norm", "none"), ("dropout", 0.2))),
        Arm("batch", (("norm", "batch"), ("optimizer", "adam"), ("lr", 0.01), ("distortion", 0.1))),
        Arm("short", (("norm", "batch"), ("sgd_momentum", 0.9), ("lr_half_life", 20)), steps=20),
    ),
    steps=40,
    threshold=0.8,
    evaluations=8,
    n_curve=60,
    hook=PostTrainingHook("weight_norm", weight_norm),
    expected=(Expectation("batch", "plain"), Expectation("batch", "plain", "steps_to_threshold")),
)
