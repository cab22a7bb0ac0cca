"""Coverage: which layers are watched, which are not, and why; as a table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from torch import nn

from bnviz.watching.frames import MAX_FRAME_LAYERS
from bnviz.watching.norm_table import KnownNorm, NormTable
from bnviz.watching.sight import Sight

_SHOWN = 40
_NOT_CALLED = "was not called in {observed} observed steps"
_NOTHING_CALLED = (
    "no module of it was called: the loop runs another copy, or one that torch.compile compiled before it was watched."
)


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
        return f"bnviz.watch: {self.steps} steps, {self.frames} frames: {why}"


def coverage_of(
    model: nn.Module,
    table: NormTable,
    sight: Sight,
    *,
    steps: int,
    frames: int,
    observed: int,
    called: Mapping[str, int],
    failure: str,
    left_out: int,
) -> Coverage:
    """Return what is seen of a model so far.

    Args:
        model: the watched model.
        table: its normalization layers.
        sight: knows what ran, and what cannot be seen.
        steps: number of steps so far.
        frames: number of frames so far.
        observed: number of steps that were observed.
        called: how often each module was called from outside of the model, by name; "" is the model.
        failure: why the recording stopped, if it did.
        left_out: layers that do not fit into frames.
    """
    missed = {norm.name: why for norm in table.norms if (why := _reason(norm, sight, observed)) is not None}
    for module, role in sight.roles.items():
        if role == "linear" and observed and module not in sight.ran:
            missed[sight.names[module]] = sight.hidden.get(module, _NOT_CALLED.format(observed=observed))
    for module, why in sight.hidden.items():
        if "Norm" in str(getattr(module, "original_name", "")):  # of TorchScript, which keeps the class as a name
            missed[sight.names[module]] = why
    notes = [failure] if failure else []
    if (steps or called) and "" not in called:
        seen = ", ".join(f"`model.{name}`" for name in list(called)[:4])
        notes.append(f"`model.forward` was never called; {f'your loop calls {seen}.' if seen else _NOTHING_CALLED}")
    notes += [f"{n} modules are not seen, each because {why}." for why, n in Counter(sight.hidden.values()).items()]
    notes += [f"{n} calls are not seen, each because {why}." for why, n in sight.unseen.items()]
    if table.left_out:
        notes.append(f"{table.left_out} normalization layers are too many to be watched.")
    if left_out:
        notes.append(
            f"{left_out} layers are left out of the pictures, which hold {MAX_FRAME_LAYERS}; their numbers are kept."
        )
    norms = tuple((norm.name, norm.kind, norm.channels, norm.seen) for norm in table.norms)
    return Coverage(type(model).__name__, norms, missed, tuple(notes), steps, frames)


def _reason(norm: KnownNorm, sight: Sight, observed: int) -> str | None:
    """Return why a normalization layer is not seen; None where it is, or where nothing has run yet."""
    if norm.seen:
        return None
    hidden = None if norm.layer is None else sight.hidden.get(norm.layer.module)
    if hidden or norm.unseen:
        return hidden or norm.unseen
    return _NOT_CALLED.format(observed=observed) if observed else None
