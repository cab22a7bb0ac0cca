"""training-in-eval and eval-in-training: a part of the model is in the other mode than the rest, or was."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bnviz.diagnosis.finding import Finding
from bnviz.diagnosis.measure import Measurements, severity_of
from bnviz.diagnosis.rules.common import at_start, of_layers, optimizer_steps, untrained
from bnviz.diagnosis.score import gain_in_units

FEWEST_STEPS = 10
"""Updates of an optimizer from which its count is compared with that of the statistics."""
SHARE_OF_STEPS = 0.5
"""A layer that counted fewer batches than this share of the updates was in evaluation mode meanwhile."""


def training_in_eval(found: Measurements) -> Iterator[Finding]:
    """Layers with running statistics that are in training mode when the model is evaluated."""
    modes = found.subject.training_in("evaluation")
    tracking = [f for f in found.in_order if f.layer.kind in ("batch", "instance") and f.mean is not None]
    names = [fact.name for fact in tracking if modes[fact.name]]
    if not names:
        return
    effect, gain = found.try_cure("mode", lambda _: _evaluate(found, names))
    yield of_layers("training-in-eval", severity_of(gain, "warning"), names, len(tracking), {}, effect)


def _evaluate(found: Measurements, names: Sequence[str]) -> None:
    chosen = {id(found.subject.by_name[name].module) for name in names}
    before = found.subject.modes["evaluation"]
    found.subject.modes["evaluation"] = tuple(
        mode and id(module) not in chosen for module, mode in zip(found.subject.net.modules(), before, strict=True)
    )


def eval_in_training(found: Measurements) -> Iterator[Finding]:
    """Layers that keep their statistics while the weights train, told from modes, counters or the metric.

    A frozen layer that fits is a note: freezing is common and right. Without an optimizer that counts, a net that was
    trained in evaluation mode all along is told by statistics that are still 0 and 1 under a gamma that has moved,
    and a metric that is better so than with the statistics of the batch.
    """
    batch = [fact for fact in found.in_order if fact.layer.kind == "batch" and fact.mean is not None]
    steps = optimizer_steps(found)
    if found.subject.given_training:
        modes = found.subject.training_in("training")
        frozen = [fact.name for fact in batch if not modes[fact.name]]
        if frozen:
            effect, gain = found.reestimated(frozen)
            found.explained.update(frozen if gain >= 1 else ())
            told = _counts(max(fact.tracked or 0 for fact in batch if fact.name in frozen), 0)
            yield of_layers("eval-in-training", severity_of(gain), frozen, len(batch), told, effect)
            return
    late = [fact for fact in batch if _missed(found, fact.name, fact.tracked, steps) and not _converted(fact)]
    if not late and batch and all(at_start(fact) for fact in batch) and not untrained(batch):
        worse_with_batch = gain_in_units(found.before_training, found.before) if found.before_training.values else 0.0
        late = batch if worse_with_batch >= 1 else []
    if late:
        found.explained.update(fact.name for fact in late)
        tracked = max(fact.tracked or 0 for fact in late)
        names = [fact.name for fact in late]
        yield of_layers("eval-in-training", "warning", names, len(batch), _counts(tracked, steps))


def _missed(found: Measurements, name: str, tracked: int | None, steps: int) -> bool:
    gamma = getattr(found.subject.by_name[name].module, "weight", None)
    trained = gamma is not None and gamma.requires_grad
    return steps >= FEWEST_STEPS and trained and tracked is not None and tracked < SHARE_OF_STEPS * steps


def _converted(fact: object) -> bool:
    """Return whether statistics came without a counter, as from another framework or a very old checkpoint."""
    return getattr(fact, "tracked", None) == 0 and not at_start(fact)  # type: ignore[arg-type]


def _counts(tracked: int, steps: int) -> dict[str, float | int | str]:
    """Return what the counters say; ``steps`` is 0 where no optimizer has counted the updates of the weights."""
    return {"tracked": tracked, "steps": steps} if steps else {"tracked": tracked, "seen": "uncounted"}
