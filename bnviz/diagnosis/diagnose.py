"""diagnose: look at a model as it is, run a few batches on a copy, and say what is wrong with its normalization."""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Iterable, Iterator, Sized

import torch
from torch import Tensor, nn

from bnviz.config import InputError
from bnviz.diagnosis.care import random_state_kept, working_copy
from bnviz.diagnosis.counterparts import counterparts
from bnviz.diagnosis.diagnosis import QUANTILES, Diagnosis, LayerHealth, NotChecked
from bnviz.diagnosis.finding import Finding
from bnviz.diagnosis.flow import Flow, read_flow
from bnviz.diagnosis.measure import LayerFacts, Measurements, facts_of
from bnviz.diagnosis.rules.all_rules import RULES
from bnviz.diagnosis.rules.common import joined
from bnviz.diagnosis.rules.not_finite import bad_channels
from bnviz.diagnosis.samples import all_finite, hint, take_batches
from bnviz.diagnosis.score import Metric, Score, Scorer, logits_of
from bnviz.diagnosis.subject import Subject
from bnviz.files.provenance import today, versions
from bnviz.watching.norm_layers import find_norm_layers

MOST_BATCHES = 1000
"""Upper bound of ``batches``: all of them are kept in memory."""


def diagnose(
    model: nn.Module,
    loader: Iterable[object],
    *,
    metric: Metric | None = None,
    batches: int = 8,
    optimizer: torch.optim.Optimizer | None = None,
    reference: nn.Module | None = None,
) -> Diagnosis:
    """Find what is wrong with the normalization layers of a model, and prove it with a cure tried on a copy.

    Nothing of the model, its gradients and modes, or of any random state changes. No training and no optimizer is
    needed. A model in evaluation mode is taken as it is evaluated; of one in training mode, ``model.eval()`` is
    looked at, on the copy.

    Args:
        model: any module.
        loader: yields batches: tensors, (input, target), or dicts with ``labels``; the first ones are used. Give it
            the data that the model is evaluated with, in random order: a batch of one class has statistics of its own.
        metric: ``metric(output, target) -> float`` of one batch, averaged by the batches' sizes; higher is better
            unless it has an attribute ``higher_is_better = False``. Without one: the accuracy of logits (B, C) with
            integer targets, else the output's ``loss``, else the distance between the outputs of the two modes.
        batches: the largest number of batches.
        optimizer: the model's optimizer, for what only its groups and counters tell.
        reference: a model of the same shape that is right, such as a student, or the original of a ported model.

    Raises:
        InputError: an argument is of the wrong kind, or the loader gives no batch with a tensor.
    """
    _check(model, batches, metric, optimizer, reference)
    model, reference = _inner(model), None if reference is None else _inner(reference)
    with random_state_kept(loader), warnings.catch_warnings(), torch.no_grad():
        warnings.simplefilter("ignore")
        taken = take_batches(loader, batches, model)
        with working_copy(model) as (net, is_copy):
            subject = Subject(net, taken, is_copy)
            found = measure(subject, Scorer(metric), optimizer, reference, _remainder(loader))
            if found.evaluation.error:
                found.not_checked["evaluation mode"] += hint(loader, taken[0], model)
            found.original = {layer.name: layer for layer in find_norm_layers(model)}
            findings = [finding for rule in RULES for finding in _checked(rule, found)]
            return _diagnosis(type(model).__name__, found, findings)


def measure(
    subject: Subject,
    scorer: Scorer,
    optimizer: torch.optim.Optimizer | None = None,
    reference: nn.Module | None = None,
    remainder: int | None = None,
) -> Measurements:
    """Run the batches in the three modes and return what the rules read."""
    evaluation = subject.run("evaluation", outputs=True)
    training, batch = subject.run("training"), subject.run("batch")
    nothing = Score("", (), ())
    found = Measurements(
        subject, scorer, evaluation, training, batch, facts_of(subject, evaluation, batch), nothing, nothing,
        None, {}, reference, optimizer, remainder,
    )  # fmt: skip
    found.before = found.score(evaluation) or nothing
    if training.outputs:
        found.before_training = found.score(training) or nothing
    if scorer.failure:
        found.not_checked["metric"] = scorer.failure
    for each in (evaluation, training, batch):
        if each.error:
            found.not_checked[f"{each.mode} mode"] = each.error
    if any(isinstance(module, torch.jit.ScriptModule) for module in subject.net.modules()):
        found.not_checked["scripted modules"] = "their layers cannot be observed; diagnose the model before torch.jit"
    if not evaluation.error and not math.isfinite(found.before.mean) and scorer.name != "loss":
        found.not_checked.setdefault("metric", _not_scored(found))
    if bad := sum(not all_finite(each.raw) for each in subject.batches):
        found.not_checked["inputs"] = f"{bad} of {len(subject.batches)} batches hold values that are not finite"
    if training.skipped:
        found.not_checked["training mode"] = f"{training.skipped} batches with one value per channel"
    found.flow = _flow(subject, found)
    if reference is not None:
        found.reference = counterparts(subject.layers, find_norm_layers(reference))
        if missing := sum(layer.name not in found.reference for layer in subject.layers):
            found.not_checked["reference"] = (
                f"{missing} of {len(subject.layers)} layers have no counterpart in it with the same name and width"
            )
    return found


def _not_scored(found: Measurements) -> str:
    """Return why no number tells how good the outputs are."""
    output = found.evaluation.outputs[0]
    logits = logits_of(output)
    if logits is None:
        return f"the model returns no tensor of floating-point numbers, but {type(output).__name__}"
    if not all_finite(logits):
        return "the outputs of the model are not finite"
    return f"{found.before.name or 'no metric'} of the outputs is not finite"


def _flow(subject: Subject, found: Measurements) -> Flow | None:
    if found.evaluation.error:
        return None
    try:
        return read_flow(subject, subject.batches[0])
    except Exception as error:  # a model may refuse to be followed
        found.not_checked["data flow"] = f"{type(error).__name__}: {error}".partition("\n")[0][:300]
        return None


def _checked(rule: Callable[[Measurements], Iterator[Finding]], found: Measurements) -> list[Finding]:
    """Return a rule's findings; a rule that fails is told as not checked."""
    try:
        return list(rule(found))
    except Exception as error:
        name = getattr(rule, "__name__", "rule").replace("_", "-")
        found.not_checked[name] = f"{type(error).__name__}: {error}".partition("\n")[0][:300]
        return []


def _diagnosis(model: str, found: Measurements, findings: list[Finding]) -> Diagnosis:
    after, _ = found.reestimated()
    return Diagnosis(
        model=model,
        date=today(),
        versions=versions(),
        metric=found.before.name or "distance",
        higher_is_better=found.before.higher_is_better,
        evaluation=found.before.mean,
        training=found.before_training.mean,
        reestimated=math.nan if after is None else after.after,
        batches=len(found.subject.batches),
        layers=tuple(_health(fact, found) for fact in found.in_order),
        findings=tuple(sorted(joined(findings, len(found.facts)), key=_cost)),
        not_checked=tuple(NotChecked(what, reason) for what, reason in found.not_checked.items()),
    )


def _cost(finding: Finding) -> tuple[float, int]:
    gain = 0.0 if finding.effect is None else finding.effect.gain
    if finding.effect is not None and not math.isfinite(finding.effect.before):
        gain = math.inf
    return -max(0.0, gain if not math.isnan(gain) else 0.0), ("error", "warning", "note").index(finding.severity)


def _health(fact: LayerFacts, found: Measurements) -> LayerHealth:
    z, ratio = fact.z, fact.ratio
    calls = found.evaluation.seen.of(fact.name) or found.batch.seen.of(fact.name)
    worst: tuple[int, ...] = ()
    if z is not None and ratio is not None:
        badness = torch.nan_to_num(z.square() + (ratio.clamp(min=1e-30).log() / 2).square(), nan=math.inf)
        worst = tuple(int(each) for each in badness.argsort(descending=True)[:8])
    return LayerHealth(
        name=fact.name,
        kind=fact.layer.kind,
        channels=fact.channels,
        uses_batch=fact.evaluated_with_batch,
        n_not_finite=len(bad_channels(fact)),
        z=_quantiles(z),
        ratio=_quantiles(ratio),
        worst=worst,
        calls=len(calls) / max(1, len(found.evaluation.outputs) or len(found.batch.outputs)),
    )


def _quantiles(values: Tensor | None) -> tuple[float, ...]:
    if values is None or not bool(torch.isfinite(values).any()):
        return ()
    finite = values[torch.isfinite(values)]
    return tuple(float(each) for each in torch.quantile(finite, torch.tensor(QUANTILES, dtype=finite.dtype)))


def _check(model: object, batches: object, metric: object, optimizer: object, reference: object) -> None:
    if not isinstance(model, nn.Module):
        raise InputError(f"model: found {type(model).__name__}, expected a torch.nn.Module")
    if not isinstance(batches, int) or isinstance(batches, bool) or not 1 <= batches <= MOST_BATCHES:
        raise InputError(f"batches: found {batches!r:.80}, expected a whole number from 1 to {MOST_BATCHES}")
    if metric is not None and not callable(metric):
        raise InputError(f"metric: found {type(metric).__name__}, expected a function metric(output, target) -> float")
    if optimizer is not None and not isinstance(optimizer, torch.optim.Optimizer):
        raise InputError(f"optimizer: found {type(optimizer).__name__}, expected a torch.optim.Optimizer")
    if reference is not None and not isinstance(reference, nn.Module):
        raise InputError(f"reference: found {type(reference).__name__}, expected a torch.nn.Module")


def _inner(model: nn.Module) -> nn.Module:
    """Return the module inside a compiled or parallel one: the names of its layers are those the user knows."""
    if isinstance(model, nn.DataParallel | nn.parallel.DistributedDataParallel):
        return _inner(model.module)
    inner = getattr(model, "_orig_mod", None)
    return _inner(inner) if isinstance(inner, nn.Module) else model


def _remainder(loader: object) -> int | None:
    """Return how many samples the last batch of a DataLoader holds, if that can be known."""
    size, data = getattr(loader, "batch_size", None), getattr(loader, "dataset", None)
    if not isinstance(size, int) or not isinstance(data, Sized) or getattr(loader, "drop_last", False):
        return None
    try:
        return len(data) % size or size
    except TypeError:
        return None
