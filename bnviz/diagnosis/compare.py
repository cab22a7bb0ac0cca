"""compare: two models on the same batch, layer by layer, and the first layer where they part."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from html import escape
from typing import Any, Literal

import torch
from torch import Tensor, nn

from bnviz.config import InputError
from bnviz.diagnosis.html_style import fragment
from bnviz.diagnosis.pairing import leaves, paired
from bnviz.diagnosis.parting import parting, sick_values
from bnviz.diagnosis.tables import html_table, number, plain, text_table
from bnviz.diagnosis.trace import Call, Trace, relative_difference, short_name, traced
from bnviz.text.catalogue import translate

TOLERANCE = {torch.float64: 1e-10, torch.float32: 1e-4, torch.float16: 1e-2, torch.bfloat16: 5e-2}
"""Relative difference that is put down to rounding, by type; of two types the larger counts."""
_FLAGS = (
    *("eps", "momentum", "affine", "track_running_stats", "p", "num_groups", "negative_slope", "approximate"),
    *("stride", "padding", "dilation", "groups", "kernel_size", "padding_mode", "ceil_mode", "count_include_pad"),
)
_SHOWN = 12


@dataclass(frozen=True, slots=True)
class LayerDifference:
    """Two calls that belong together.

    Attributes:
        layer: path of the module in the first model; "" for a model without parts.
        other: its path in the second model.
        kind: class of the module in the first model.
        turn: 0 for the module's first call in the pass.
        given: relative difference of the inputs, ||a - b|| / max(||a||, ||b||); None where it was not seen.
        returned: relative difference of the outputs.
        tolerance: what rounding alone may make of the outputs.
        inside: what differs in the modules themselves, as (what, in the first, in the second).
    """

    layer: str
    other: str
    kind: str
    turn: int
    given: float | None
    returned: float
    tolerance: float
    inside: tuple[tuple[str, str, str], ...] = ()

    @property
    def differs(self) -> bool:
        """Whether the outputs differ by more than rounding."""
        return not self.returned <= self.tolerance


@dataclass(frozen=True, slots=True)
class Comparison:
    """What ``compare`` found.

    Attributes:
        a: class of the first model.
        b: class of the second model.
        matched_by: how calls were paired: by the names of the modules, or by the order of execution.
        layers: the pairs in the order of execution.
        only_a: modules of the first model that ran and have no partner.
        only_b: modules of the second model that ran and have no partner.
        output: relative difference of the models' outputs; NaN where neither holds a finite value.
        tolerance: what rounding alone may make of them.
        parting: which of ``layers`` is the first where the models part; None where all agree.
        not_finite: values of the output that are NaN or infinite in both models, and left out of ``output``.
        values: values of the output that were compared, these included.
        sick: where they arise: path of the first module that returned such values in both; "" for the batch itself.
        unseen: scripted modules, whose calls torch cannot observe.
    """

    a: str
    b: str
    matched_by: Literal["name", "order"]
    layers: tuple[LayerDifference, ...]
    only_a: tuple[str, ...]
    only_b: tuple[str, ...]
    output: float
    tolerance: float
    parting: int | None = None
    not_finite: int = 0
    values: int = 0
    sick: str = ""
    unseen: tuple[str, ...] = ()

    @property
    def agree(self) -> bool:
        """Whether the outputs agree up to rounding."""
        return self.output <= self.tolerance

    @property
    def first(self) -> LayerDifference | None:
        """The call where the models part, see ``parting``."""
        return None if self.parting is None else self.layers[self.parting]

    def to_dict(self) -> dict[str, Any]:
        """Return all of it as plain values for JSON; an infinite difference is None."""
        first = self.first
        named = None if first is None else first.layer
        return dict(plain({**asdict(self), "agree": self.agree, "first": named}))

    def headline(self, language: str = "en") -> str:
        """Return where the models part, in a sentence or two."""
        return " ".join(each for each in (self._parted(language), self._left_out(language)) if each)

    def _left_out(self, language: str) -> str:
        if not self.not_finite:
            return ""
        key = "not_finite" if self.sick else "not_finite_given"
        places = {"count": f"{self.not_finite:,}", "of": f"{self.values:,}", "layer": self.sick}
        return translate(f"reports.comparison.{key}", language, **places)

    def _parted(self, language: str) -> str:
        first, places = self.first, {"a": self.a, "b": self.b, "output": number(self.output)}
        if self.values and self.not_finite == self.values:
            return translate("reports.comparison.blind", language, **places)
        if first is None:
            key = "agree" if self.agree else "elsewhere"
            if not self.layers:
                key = "outputs_agree" if self.agree else "outputs_differ"
            return translate(f"reports.comparison.{key}", language, **places, layers=len(self.layers))
        given = "–" if first.given is None else number(first.given)
        key = "passing" if self.agree else "part"
        places |= {"layer": first.layer or "(model)", "kind": first.kind, "given": given}
        said = translate(f"reports.comparison.{key}", language, **places, returned=number(first.returned))
        inside = "; ".join(
            translate("reports.comparison.inside", language, what=what, first=one, second=two)
            for what, one, two in first.inside
        )
        return f"{said} {translate('reports.comparison.there', language, inside=inside)}" if inside else said

    def __str__(self) -> str:
        rows = [_cells(layer) for layer in self._shown()]
        return "\n".join([self.headline(), *self._unmatched("en"), *text_table(self._heads("en"), rows)])

    def _repr_html_(self) -> str:
        notes = "".join(f"<p>{escape(line)}</p>" for line in self._unmatched("en"))
        table = html_table(self._heads("en"), [_cells(layer) for layer in self._shown()])
        parts = f'{notes}<div class="scroll">{table}</div>'
        return fragment(f"<section><h3>{escape(self.headline())}</h3>{parts}</section>")

    def _shown(self) -> tuple[LayerDifference, ...]:
        """Return the calls around the first difference; without one, the last ones."""
        first = self.first
        at = len(self.layers) if first is None else self.layers.index(first)
        start = max(0, min(at - _SHOWN // 3, len(self.layers) - _SHOWN))
        return self.layers[start : start + _SHOWN]

    def _heads(self, language: str) -> list[str]:
        return [
            translate(f"reports.comparison.head.{name}", language) for name in ("layer", "kind", "given", "returned")
        ]

    def _unmatched(self, language: str) -> Iterator[str]:
        for which, names, model in (("first", self.only_a, self.a), ("second", self.only_b, self.b)):
            if names:
                more = len(names) - 6
                told = ", ".join(names[:6]) + (
                    f", {translate('reports.and_more', language, count=more)}" if more > 0 else ""
                )
                yield translate(f"reports.comparison.only_{which}", language, model=model, names=told)
        if self.unseen:
            yield translate("reports.comparison.unseen", language, names=", ".join(self.unseen[:6]))


def compare(
    a: nn.Module,
    b: nn.Module,
    batch: Any,  # noqa: ANN401 - any batch
    *,
    training: bool | None = False,
    tolerance: float | None = None,
) -> Comparison:
    """Run two models on the same batch and return where they part: a port, a copy, a folded net, a checkpoint.

    Both run once, without gradients, from the same random state, and are left exactly as they were: parameters,
    buffers, modes, gradients, random state. Calls are paired by the names of their modules where the names belong to
    layers of one sort in both (prefixes of DataParallel and torch.compile apart), else by the order of execution, the
    shapes and the sort of the layers.

    Args:
        a: the first model, for example the original.
        b: the second model, for example the port.
        batch: a tensor, a tuple (input, target), or a dict of the models' arguments.
        training: False runs both in evaluation mode, True both in training mode, None each as it is.
        tolerance: relative difference that counts as equal; by default what rounding makes in the coarser type.

    Raises:
        InputError: one of them is no model, or cannot be called with the batch.
    """
    for model in (a, b):
        if not isinstance(model, nn.Module):
            raise InputError(f"compare takes two torch.nn.Module, got {type(model).__name__}")
    state = torch.get_rng_state()
    first = traced(a, batch, training, f"the first model ({type(a).__name__})")
    torch.set_rng_state(state)
    second = traced(b, batch, training, f"the second model ({type(b).__name__})")
    by_name, pairs = paired(first, second)
    parts = [{short_name(name): module for name, module in model.named_modules()} for model in (a, b)]
    flags = (*_FLAGS, "training") if training is None else _FLAGS
    layers = tuple(_difference(one, two, parts, tolerance, flags) for one, two in pairs)
    allowed = _tolerance(first.dtype, second.dtype) if tolerance is None else tolerance
    output = relative_difference(first.output, second.output)
    not_finite, sick = sick_values(first, second, pairs)
    unseen = [name or _class(model) for model, trace in ((a, first), (b, second)) for name in trace.unseen]
    return Comparison(
        a=_class(a),
        b=_class(b),
        matched_by="name" if by_name else "order",
        layers=layers,
        only_a=_without_partner(first, [one for one, _ in pairs]),
        only_b=_without_partner(second, [two for _, two in pairs]),
        output=float("nan") if not_finite == len(first.output) else output,
        tolerance=allowed,
        parting=parting(layers, pairs, first, second, undone=output > allowed),
        not_finite=not_finite,
        values=len(first.output),
        sick=sick,
        unseen=tuple(dict.fromkeys(unseen)),
    )


def _class(model: nn.Module) -> str:
    return str(getattr(model, "original_name", "") or type(model).__name__)


def _tolerance(*types: torch.dtype) -> float:
    return max(TOLERANCE.get(each, 0.0) for each in types)


def _without_partner(trace: Trace, matched: list[Call]) -> tuple[str, ...]:
    seen = {id(each) for each in matched}
    return tuple(dict.fromkeys(each.name for each in leaves(trace) if id(each) not in seen))


def _difference(
    one: Call, two: Call, parts: list[dict[str, nn.Module]], tolerance: float | None, flags: tuple[str, ...]
) -> LayerDifference:
    given = None if one.given is None or two.given is None else relative_difference(one.given, two.given)
    returned = relative_difference(one.returned, two.returned) if one.shape == two.shape else float("inf")
    allowed = _tolerance(one.dtype, two.dtype) if tolerance is None else tolerance
    inside = () if returned <= allowed else tuple(_inside(parts[0].get(one.name), parts[1].get(two.name), flags))
    return LayerDifference(one.name, two.name, one.kind, one.turn, given, returned, allowed, inside)


def _inside(one: nn.Module | None, two: nn.Module | None, flags: tuple[str, ...]) -> Iterator[tuple[str, str, str]]:
    """Yield what differs in two modules: flags, and how far their tensors differ."""
    if one is None or two is None:
        return
    if type(one) is not type(two):
        yield "class", type(one).__name__, type(two).__name__
    for flag in flags:
        values = [getattr(module, flag, None) for module in (one, two)]
        if values[0] != values[1] and None not in values:
            yield flag, str(values[0]), str(values[1])
    tensors = [{**module._parameters, **module._buffers} for module in (one, two)]
    for name in dict.fromkeys([*tensors[0], *tensors[1]]):
        yield from _tensor_difference(name, tensors[0].get(name), tensors[1].get(name))


def _tensor_difference(name: str, one: Tensor | None, two: Tensor | None) -> Iterator[tuple[str, str, str]]:
    if one is None and two is None:
        return
    if one is None or two is None or one.shape != two.shape:
        shapes = ["–" if each is None else str(tuple(each.shape)) for each in (one, two)]
        yield name, shapes[0], shapes[1]
    elif name != "num_batches_tracked" and not torch.equal(one.detach().cpu(), two.detach().cpu()):
        sizes = [number(float(each.detach().double().norm())) for each in (one, two)]
        yield f"{name} (norm)", sizes[0], sizes[1]


def _cells(layer: LayerDifference) -> list[str]:
    name = (layer.layer or "(model)") + (f" #{layer.turn + 1}" if layer.turn else "")
    shown = name if layer.other == layer.layer else f"{name} / {layer.other}"
    mark = "≠ " if layer.differs else ""
    return [shown, layer.kind, "" if layer.given is None else number(layer.given), mark + number(layer.returned)]
