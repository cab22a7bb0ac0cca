"""The same samples with other companions in the batch: does the output depend on them in evaluation mode, and where?"""

from __future__ import annotations

import math
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field

import torch
from torch import Tensor, nn

from bnviz.diagnosis.care import set_modes, state_kept
from bnviz.diagnosis.measure import Measurements
from bnviz.diagnosis.samples import Batch, with_companions
from bnviz.diagnosis.score import logits_of

MOST_VALUES = 4096
"""Values of each module's input and output that are compared."""
CHANGED = 1e-4
"""Relative change from which a module's output counts as another."""


@dataclass(frozen=True, slots=True)
class Companions:
    """What was measured.

    Attributes:
        change: root mean square change of the shared samples' outputs, relative to the outputs' standard deviation.
        culprit: the innermost module whose output changes though its input does not; "" for the model itself.
        mixes: whether that module is one that mixes the first axis on purpose: attention or a recurrent layer.
        random: whether the outputs change without any change of the batch.
    """

    change: float = 0.0
    culprit: str = ""
    mixes: bool = False
    random: bool = False


@dataclass(slots=True)
class _Trace:
    values: list[tuple[str, nn.Module, Tensor | None, Tensor | None]] = field(default_factory=list)
    output: Tensor | None = None


def companions(found: Measurements) -> Companions:
    """Measure once per diagnosis; what cannot be measured is told under ``not_checked``."""
    if found.companions is None:
        try:
            found.companions = _measure(found)
        except Exception as error:  # a model may refuse smaller batches
            found.not_checked["other companions"] = f"{type(error).__name__}: {error}".partition("\n")[0][:300]
            found.companions = Companions()
    assert isinstance(found.companions, Companions)
    return found.companions


def _measure(found: Measurements) -> Companions:
    pair = with_companions(found.subject.batches[0])
    if found.evaluation.error or pair is None:
        found.not_checked["other companions"] = found.evaluation.error or "batches of fewer than 4 samples"
        return Companions()
    first, second, shared = pair
    a, again, b = (_traced(found, batch, shared, seed) for batch, seed in ((first, 0), (first, 1), (second, 0)))
    if _difference(a.output, again.output) > CHANGED:
        found.not_checked["other companions"] = "outputs in evaluation mode are random"
        return Companions(random=True)
    change = _difference(a.output, b.output)
    for (name, module, x, y), (_, _, other_x, other_y) in zip(a.values, b.values, strict=False):
        if change > CHANGED and _difference(x, other_x) <= CHANGED < _difference(y, other_y):
            return Companions(change, name, isinstance(module, _MIXING))
    return Companions(change)


_MIXING = (nn.MultiheadAttention, nn.RNNBase, nn.TransformerEncoderLayer, nn.TransformerDecoderLayer, nn.Transformer)


def _traced(found: Measurements, batch: Batch, shared: int, seed: int) -> _Trace:
    subject, trace = found.subject, _Trace()
    with ExitStack() as stack:
        stack.enter_context(state_kept(subject.net, parameters=False))
        stack.enter_context(torch.no_grad())
        set_modes(subject.net, subject.modes["evaluation"])
        for name, module in subject.net.named_modules():
            stack.callback(module.register_forward_hook(_record(name, trace, batch.size, shared)).remove)
        torch.manual_seed(seed)
        trace.output = _head(logits_of(batch.call(subject.net, subject.cast)), batch.size, shared)
    return trace


def _record(name: str, trace: _Trace, size: int, shared: int) -> Callable[..., None]:
    def hook(module: nn.Module, args: tuple[object, ...], output: object) -> None:
        given = next((each for each in args if isinstance(each, Tensor)), None)
        x = _head(given, size, shared)
        if x is not None:
            trace.values.append((name, module, x, _head(logits_of(output), size, shared)))

    return hook


def _head(values: Tensor | None, size: int, shared: int) -> Tensor | None:
    if values is None or not values.dim() or values.shape[0] % size or not values.is_floating_point():
        return None
    return values.detach()[: shared * (values.shape[0] // size)].flatten()[:MOST_VALUES].cpu().double()


def _difference(a: Tensor | None, b: Tensor | None) -> float:
    if a is None or b is None or a.shape != b.shape or a.numel() == 0:
        return 0.0
    finite = torch.isfinite(a) & torch.isfinite(b)
    gap = float((a - b)[finite].square().mean().sqrt()) if bool(finite.any()) else 0.0
    spread = float(a[finite].std()) if int(finite.sum()) > 1 else 1.0
    return gap / max(spread, 1e-12) if math.isfinite(gap) else 0.0
