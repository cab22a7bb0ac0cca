"""What is seen of one forward pass: its normalizations call by call, and the stages of its layers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from torch import Tensor, nn

from bnviz.telemetry.recorder import subsample
from bnviz.watching.flow import Event, Flow, axis_after, dead_channels, sampled
from bnviz.watching.function_calls import NormArguments, of_function, of_module
from bnviz.watching.nonlinearities import LINEAR_FUNCTIONS, NORM_FUNCTIONS, PASSING, nonlinear_function, nonlinearity_of
from bnviz.watching.norm_calls import NormCall, Statistics, cloned
from bnviz.watching.norm_layers import channel_axis
from bnviz.watching.norm_table import KnownNorm, NormTable
from bnviz.watching.unseen import no_numbers
from bnviz.watching.weights import stored_weight

Role = Literal["norm", "linear", "nonlinearity", "other"]


@dataclass(slots=True, eq=False)
class OpenCall:
    """A module or function that has begun and not ended.

    Attributes:
        role: what it is to the watcher.
        module: the module; None for a function.
        name: of the function.
        value: its first argument.
        source: the event that computed the value.
        arguments: of a normalization that is a function.
        before: running mean and variance of a normalization before the call.
        event: what was already seen of a module, because it calls a function that does the same.
        weight: of a linear function.
        other: second argument of another function.
    """

    role: Role
    module: nn.Module | None = None
    name: str = ""
    value: object = None
    source: Event | None = None
    arguments: NormArguments | None = None
    before: Statistics = (None, None)
    event: Event | None = None
    weight: object = None
    other: object = None


class Pass:
    """Follows one forward pass; modules and functions report to it in the order of execution.

    Args:
        phase: one of ``norm_records.PHASES``.
        names: path of each module.
        table: the normalization layers.
        keeps_rows: whether the values of the stages are kept, for a frame.
    """

    def __init__(self, phase: str, names: Mapping[nn.Module, str], table: NormTable, keeps_rows: bool) -> None:
        self.phase, self.keeps_rows = phase, keeps_rows
        self.norm_calls: list[NormCall] = []
        self.events: list[Event] = []
        self._names, self._table = names, table
        self._flow = Flow()
        self._times: Counter[str] = Counter()

    def before_module(self, call: OpenCall, inputs: Sequence[Any]) -> None:
        """Keep what the call is about to change: running statistics, and what an in-place function overwrites."""
        call.value = inputs[0] if inputs else None
        call.source = self._flow.source(call.value)
        if call.role == "nonlinearity":
            self._keep_leaving(call)
        elif call.role == "norm" and (known := self._known(call)) is not None and known.layer is not None:
            call.before = cloned(known.layer.running_mean, known.layer.running_var)

    def after_module(self, call: OpenCall, output: object) -> None:
        """Add the event of a module that has run."""
        module = call.module
        assert module is not None
        if call.role == "norm":
            self._after_norm_module(call, output)
        elif call.role == "linear":
            call.weight = stored_weight(module)
            self._after_linear(call, self._names[module], output, isinstance(module, nn.Linear))
        elif call.role == "nonlinearity":
            self._after_nonlinearity(call, nonlinearity_of(module) or "", output)

    def before_function(
        self, function: Callable[..., Any], args: Sequence[Any], kwargs: Mapping[str, Any], inside: OpenCall | None
    ) -> OpenCall | None:
        """Keep what a function is about to change; None for one that is no part of a layer of its own."""
        if inside is not None and inside.role in ("linear", "nonlinearity"):
            return None
        name = getattr(function, "__name__", "")
        value = args[0] if args else kwargs.get("input")
        call = OpenCall("other", name=name, value=value, source=self._flow.source(value))
        if name in NORM_FUNCTIONS:
            call.role = "norm"
            if inside is None or inside.role != "norm":
                call.arguments = arguments = of_function(function, args, kwargs)
                if arguments is not None:
                    call.before = cloned(arguments.running_mean, arguments.running_var)
        elif name in LINEAR_FUNCTIONS:
            call.role, call.weight = "linear", args[1] if len(args) > 1 else kwargs.get("weight")
        elif nonlinear_function(name) is not None:
            call.role = "nonlinearity"
            self._keep_leaving(call)
        elif call.source is None:
            return None
        elif len(args) > 1:
            call.other = args[1]
        return call

    def after_function(self, call: OpenCall, output: object, inside: OpenCall | None) -> None:
        """Add the event of a function that has run."""
        if call.role == "norm":
            if inside is not None and inside.role == "norm":
                self._after_function_of_norm(call, output, inside)
            else:
                self._after_norm_function(call, output)
        elif call.role == "linear":
            self._after_linear(call, f"F.{call.name}", output, call.name == "linear")
        elif call.role == "nonlinearity":
            self._after_nonlinearity(call, nonlinear_function(call.name) or "", output)
        elif call.name in PASSING and isinstance(output, Tensor):
            if call.source is not None and output is not call.value:
                self._flow.add(output, call.source)
        elif call.name in ("mul", "__mul__") and isinstance(output, Tensor) and output is not call.value:
            self._after_gate(call, output)
        elif output is call.value:
            self._flow.forget(output)

    def _keep_leaving(self, call: OpenCall) -> None:
        """Keep the rows of a linear layer whose output goes straight into a nonlinearity."""
        source, value = call.source, call.value
        if not self.keeps_rows or source is None or source.kind != "linear" or source.leaving is not None:
            return
        if no_numbers(value) is None and isinstance(value, Tensor):
            axis = axis_after(source, value)
            source.leaving = None if axis is None else sampled(value, axis)

    def _after_linear(self, call: OpenCall, name: str, output: object, units_last: bool) -> None:
        if no_numbers(output) is not None or not isinstance(output, Tensor):
            return
        weight = call.weight if isinstance(call.weight, Tensor) else None
        batched = weight is None or output.dim() == weight.dim()
        axis = output.dim() - 1 if units_last else min(1, output.dim() - 1) if batched else 0
        event = Event("linear", self._numbered(name), output.shape, axis, source=call.source)
        if weight is not None and self.keeps_rows and no_numbers(weight) is None:
            event.weight = weight
            event.weight_before = subsample(weight).clone() if self.phase == "training" else None
        self._add(output, event)

    def _after_nonlinearity(self, call: OpenCall, function: str, output: object) -> None:
        source = call.source
        self._flow.forget(output)
        if source is None or no_numbers(output) is not None or not isinstance(output, Tensor):
            return
        axis = axis_after(source, output)
        if axis is None or source.kind == "nonlinearity":
            return
        event = Event("nonlinearity", function, output.shape, axis, source=source, function=function)
        if self.keeps_rows:
            event.leaving = sampled(output, axis)
            event.dead = dead_channels(output, axis, event.leaving) if function == "relu" else None
        source.taken_by.append(event)
        self._add(output, event)

    def _after_gate(self, call: OpenCall, output: Tensor) -> None:
        """Take x * sigmoid(x), written as two functions, for the one nonlinearity SiLU."""
        factors = (call.source, self._flow.source(call.other))
        for gate, value in (factors, factors[::-1]):
            if gate is not None and gate.function == "sigmoid" and gate.source is value and gate.leaving is not None:
                gate.function, gate.leaving = "silu", sampled(output, gate.axis)
                self._flow.add(output, gate)

    def _after_norm_module(self, call: OpenCall, output: object) -> None:
        known, event = self._known(call), call.event
        if known is None or known.layer is None:
            return
        axis = channel_axis(known.layer, output) if isinstance(output, Tensor) else 0
        if event is None:
            if self._is_readable(known, call.value, output):
                self._add_norm(call, of_module(known.layer), known, output, axis)
            return
        # The module moved axes before and after the function that normalizes: its own output counts.
        if isinstance(output, Tensor) and self._flow.source(output) is event and output.dim() == len(event.shape):
            event.shape, event.axis = output.shape, axis

    def _after_function_of_norm(self, call: OpenCall, output: object, inside: OpenCall) -> None:
        """Add a normalization where it is computed inside its module, which may go on with a nonlinearity."""
        known = self._known(inside)
        if inside.event is not None or known is None or known.layer is None:
            return
        if self._is_readable(known, call.value, output):
            arguments = of_module(known.layer)
            call.before, call.module = inside.before, inside.module
            call.source = call.source or inside.source
            inside.event = self._add_norm(call, arguments, known, output, _function_axis(call, arguments))

    def _after_norm_function(self, call: OpenCall, output: object) -> None:
        """Add a normalization that is a function and no module."""
        arguments, name = call.arguments, f"F.{call.name}"
        if arguments is None:
            return
        known = self._table.of_function(self._next_name(name), arguments.kind)
        if known is not None and self._is_readable(known, call.value, output):
            self._add_norm(call, arguments, known, output, _function_axis(call, arguments))

    def _add_norm(self, call: OpenCall, arguments: NormArguments, known: KnownNorm, output: object, axis: int) -> Event:
        value = call.value
        assert isinstance(value, Tensor)
        assert isinstance(output, Tensor)
        kept = NormCall.of(known.index, arguments, call.before, value, axis)
        known.channels, known.seen, known.unseen = kept.channels, known.seen + 1, ""
        self.norm_calls.append(kept)
        name = known.name if call.module is not None else f"F.{call.name}"
        event = Event("norm", self._numbered(name), output.shape, axis, call.module, call.source)
        event.batch_stats, event.state = kept.batch, kept.state
        if self.keeps_rows:
            event.entering, event.leaving = sampled(value, axis), sampled(output, axis)
        self._add(output, event)
        return event

    def _known(self, call: OpenCall) -> KnownNorm | None:
        return None if call.module is None else self._table.of_module(call.module)

    def _is_readable(self, known: KnownNorm, value: object, output: object) -> bool:
        """Return whether a normalization's tensors can be read; if not, keep the reason."""
        known.unseen = no_numbers(value) or no_numbers(output) or ""
        return not known.unseen

    def _add(self, output: Tensor, event: Event) -> None:
        self.events.append(event)
        self._flow.add(output, event)

    def _next_name(self, name: str) -> str:
        times = self._times[name]
        return f"{name}#{times + 1}" if times else name

    def _numbered(self, name: str) -> str:
        numbered = self._next_name(name)
        self._times[name] += 1
        return numbered


def _function_axis(call: OpenCall, arguments: NormArguments) -> int:
    """Return the axis of the channels for torch's functions: the last one of a layer norm, else the second."""
    dims = call.value.dim() if isinstance(call.value, Tensor) else 1
    return dims - 1 if arguments.kind in ("layer", "rms") else min(1, dims - 1)
