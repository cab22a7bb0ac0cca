"""Coverage: which layers are watched, which are not, and why; as a table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from torch import nn

from bnviz.watching.frames import MAX_FRAME_LAYERS
from bnviz.watching.model_hooks import ModelHooks
from bnviz.watching.norm_table import KnownNorm, NormTable
from bnviz.watching.unseen import is_compiled_elsewhere

_SHOWN = 40
_NOT_CALLED = "was not called in {observed} observed steps"
_NEVER_CALLED = "was not called in {steps} steps, as far as hooks can tell"
_NOTHING_CALLED = (
    "no module of it was called: the loop runs another copy of it, "
    "or what torch.compile made of it, which calls no hooks."
)
_COMPILED = "your loop calls what torch.compile made of it, which calls no hooks: call the model itself to record it."


@dataclass(frozen=True, slots=True)
class Coverage:
    """What a watcher sees of a model.

    Attributes:
        model: name of the model's class.
        norms: its normalization layers: name, kind, channels (0: not known yet), observed calls so far.
        missed: layers that are not seen, by name, and why.
        notes: what else is to be said, one sentence each.
        steps: number of steps so far.
        frames: number of observed steps so far that gave a frame.
    """

    model: str
    norms: tuple[tuple[str, str, int, int], ...]
    missed: dict[str, str]
    notes: tuple[str, ...]
    steps: int
    frames: int

    @property
    def watched_norms(self) -> tuple[str, ...]:
        """Names of the normalization layers that are watched; before the first observed step, of all that can be."""
        return tuple(name for name, *_ in self.norms if name not in self.missed)

    def __str__(self) -> str:
        watched = set(self.watched_norms)
        lines = [
            f"{self.model}: {len(watched)} of {len(self.norms)} normalization layers watched, "
            f"{self.steps} steps, {self.frames} frames"
        ]
        rows = [(name, kind, channels, calls) for name, kind, channels, calls in self.norms if name in watched]
        width = max([len(name) for name in (*(row[0] for row in rows[:_SHOWN]), *self.missed)] or [0])
        lines += [
            f"  {name:{width}}  {kind:8}  {channels or '?':>5} channels  {calls} calls seen"
            for name, kind, channels, calls in rows[:_SHOWN]
        ]
        if len(rows) > _SHOWN:
            lines.append(f"  ... and {len(rows) - _SHOWN} more")
        if self.missed:
            lines.append("not watched:")
            lines += [f"  {name:{width}}  {why}" for name, why in list(self.missed.items())[:_SHOWN]]
            if len(self.missed) > _SHOWN:
                lines.append(f"  ... and {len(self.missed) - _SHOWN} more")
        return "\n".join([*lines, *self.notes])

    @property
    def no_frames(self) -> str:
        """What to say at the end of a loop that gave no frame."""
        why = " ".join(self.notes) or "no normalization layer ran, and no linear layer followed by a nonlinearity"
        return f"{self.steps} steps, {self.frames} frames: {why}"


def coverage_of(
    model: nn.Module,
    table: NormTable,
    hooks: ModelHooks,
    *,
    steps: int,
    frames: int,
    observed: int,
    called: Mapping[str, int],
    remarks: Sequence[str],
    left_out: int,
) -> Coverage:
    """Return what is seen of a model so far.

    Args:
        model: the watched model.
        table: its normalization layers.
        hooks: knows what ran, and what cannot be seen.
        steps: number of steps so far.
        frames: number of frames so far.
        observed: number of steps that were observed.
        called: how often each module was called from outside of the model, by name; "" is the model.
        remarks: what the watcher says first, one sentence each.
        left_out: layers that do not fit into frames.
    """
    why_not = _NOT_CALLED.format(observed=observed) if observed else ""
    if steps and not called:
        why_not = _NEVER_CALLED.format(steps=steps)
    missed = {norm.name: why for norm in table.norms if (why := _reason(norm, hooks, why_not))}
    for module, role in hooks.roles.items():
        if role == "linear" and why_not and module not in hooks.ran:
            missed[hooks.names[module]] = hooks.hidden.get(module, why_not)
    for module, why in hooks.hidden.items():
        if "Norm" in str(getattr(module, "original_name", "")):  # of TorchScript, which keeps the class as a name
            missed[hooks.names[module]] = why
    notes = list(remarks)
    if (steps or called) and "" not in called and not hooks.is_hidden:
        notes.append(f"`model.forward` was never called; {_what_is_called(model, called)}")
    notes += [f"{n} modules are not seen, each because {why}." for why, n in Counter(hooks.hidden.values()).items()]
    notes += [f"{n} calls are not seen, each because {why}." for why, n in hooks.unseen.items()]
    if table.left_out:
        notes.append(f"{table.left_out} normalization layers are too many to be watched.")
    if left_out:
        notes.append(
            f"{left_out} layers are left out of the pictures, which hold {MAX_FRAME_LAYERS}; their numbers are kept."
        )
    norms = tuple((norm.name, norm.kind, norm.channels, norm.seen) for norm in table.norms)
    return Coverage(type(model).__name__, norms, missed, tuple(notes), steps, frames)


def _what_is_called(model: nn.Module, called: Mapping[str, int]) -> str:
    if called:
        return f"your loop calls {', '.join(f'`model.{name}`' for name in list(called)[:4])}."
    return _COMPILED if is_compiled_elsewhere(model) else _NOTHING_CALLED


def _reason(norm: KnownNorm, hooks: ModelHooks, why_not: str) -> str:
    """Return why a normalization layer is not seen; empty where it is, or where nothing has run yet."""
    if norm.seen:
        return ""
    hidden = None if norm.layer is None else hooks.hidden.get(norm.layer.module)
    return hidden or norm.unseen or why_not
