"""The sentences on BN that is inserted into a running net, or only into some of its layers."""

from __future__ import annotations

from bnviz.chapters.convolution.curves import inserted_at, normed_at
from bnviz.chapters.convolution.late_bn import LAYERS, train_arms
from bnviz.chapters.convolution.late_bn_study import INSERT_AT, STEPS
from bnviz.chapters.convolution.results import START
from bnviz.words.sentence import Check, Measured, each, mean, said


def insert(seed: int, share: float) -> Measured:
    """Updates from the insertion of BN until 80 % of the test digits are right, the slowest and the fastest."""
    steps = round(STEPS * share)
    moments = {max(1, round(at * share)): inserted_at(max(1, round(at * share))) for at in INSERT_AT}
    curves = {curve.arm: curve for curve in train_arms((START, *moments.values()), steps, seed)}
    waits = [_reached(curves[arm].first_good_step, steps) - at for at, arm in moments.items()]
    return {
        "slowest": float(max(waits)),
        "fastest": float(min(waits)),
        "from_start": float(_reached(curves[START].first_good_step, steps)),
    }


def layer_choice(seed: int, share: float) -> Measured:
    """Final accuracy with BN in one layer or in one half, in points below BN in all layers."""
    alone = {layer: normed_at([layer], len(LAYERS)) for layer in (1, 2, 5, 6)}
    lower, upper = (normed_at(half, len(LAYERS)) for half in (LAYERS[:3], LAYERS[3:]))
    arms = (START, lower, upper, *alone.values())
    final = {curve.arm: curve.final for curve in train_arms(arms, round(STEPS * share), seed)}
    return {
        "all": final[START],
        **{f"layer{layer}": final[arm] for layer, arm in alone.items()},
        **{f"behind{layer}": 100 * (final[START] - final[alone[layer]]) for layer in (5, 6)},
        "above_lower": 100 * (min(final[alone[5]], final[alone[6]]) - final[lower]),
        "halves": 100 * (final[upper] - final[lower]),
        "lower": final[lower],
        "upper": final[upper],
    }


def _reached(step: int | None, last: int) -> int:
    """Return the step at which 80 % was reached; twice the length of the run if it was not."""
    return 2 * last if step is None else step


CHECKS: tuple[Check, ...] = (
    Check(
        "insert",
        insert,
        (
            said(
                "convolution.insert.why",
                "The network passes 80 % within 100 steps of the insertion, at whichever of the five moments it comes",
                each("slowest", 0, 100),
            ),
            said(
                "convolution.insert.why", "with BN from the start it takes 50 to 100 steps", each("from_start", 50, 100)
            ),
        ),
    ),
    Check(
        "layer-choice",
        layer_choice,
        (
            said(
                "convolution.layer_choice.why",
                "in layer 5 or 6 alone, the network ends between 75 and 95 %, on average within about three points",
                each("layer5", 0.75, 0.95),
                each("layer6", 0.75, 0.95),
                mean("behind5", -3.5, 3.5),
                mean("behind6", -3.5, 3.5),
            ),
            said(
                "convolution.layer_choice.why",
                "With BN in layer 1 or 2 alone, it is still near chance",
                each("layer1", 0.08, 0.2),
                each("layer2", 0.08, 0.2),
            ),
            said(
                "convolution.layer_choice.why",
                "three BN layers in the lower half do worse than one in layer 5 or 6",
                each("above_lower", 0.001),
            ),
            said("convolution.single.answer.first", "does not help at all", each("layer1", 0.08, 0.15)),
            said(
                "convolution.single.answer.last",
                "in an upper layer, a single BN is often nearly as good as six",
                mean("behind5", high=3.5),
            ),
            said("convolution.single.answer.nowhere", "look at layers 5 and 6", each("layer5", 0.75)),
        ),
    ),
)
