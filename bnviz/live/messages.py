"""A history and the state of a run as messages on the wire."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any

import numpy as np

from bnviz.config import LIVE_FIELDS, Experiment, RunConfig
from bnviz.live import wire
from bnviz.live.restart import FormerRun
from bnviz.telemetry.history import History
from bnviz.telemetry.records import Array
from bnviz.telemetry.run_description import RunDescription
from bnviz.training.completed import completed
from bnviz.training.state import RunState


def backlog(history: History, source: str, status_message: bytes, former: History | None = None) -> Iterator[bytes]:
    """Yield all messages that a new viewer of a source needs, from HELLO to STATUS (ARCHITECTURE.md).

    Args:
        history: what is shown.
        source: "live" or "recorded".
        status_message: comes last.
        former: history of the run before a restart, whose curves are shown behind the present ones.
    """
    yield wire.encode_json(wire.HELLO, 0, 0, {"source": source, **completed(history.description).to_dict()})
    yield from _frames(history)
    yield curves(history, 0)
    if former is not None:
        yield former_curves(former, 0)
    yield from _surfaces(history)
    for boundary in history.boundaries:
        yield wire.encode_boundary(boundary, 0)
    yield status_message


def details(history: History, lacking: Mapping[str, int]) -> Iterator[bytes]:
    """Yield what a viewer lacks of the frames and surfaces that it was sent.

    Args:
        history: what is shown.
        lacking: names of ``wire.DETAILS`` and ``wire.SURFACES``, and the first step at which each is missing. A frame
            is sent once more with the details that it lacks; the viewer adds them to those that it has. The newest
            comes first, because that is the one that a panel shows when it is opened.
    """
    for frame in reversed(history.frames):
        if names := {name for name, first in lacking.items() if frame.step >= first} - {wire.SURFACES}:
            yield wire.encode_frame(frame, 0, names)
    if wire.SURFACES in lacking:
        yield from _surfaces(history)


def _frames(history: History) -> Iterator[bytes]:
    for frame in history.frames:
        yield wire.encode_frame(frame, 0)


def _surfaces(history: History) -> Iterator[bytes]:
    for surface in history.surfaces:
        yield wire.encode_surface(surface, 0)


def curves(history: History, seq: int) -> bytes:
    """Return a CURVES message of all arms."""
    return wire.encode(wire.CURVES, seq, 0, _curve_blocks(history))


def former_curves(history: History, seq: int) -> bytes:
    """Return a FORMER message: curves of a run before a restart, and what its arms were."""
    arms = [{"changes": arm.changes, "config": arm.config} for arm in history.description.arms]
    words = json.dumps({"arms": arms}).encode()
    blocks = [*_curve_blocks(history), (wire.ABOUT_BLOCK, np.frombuffer(words, np.uint8))]
    return wire.encode(wire.FORMER, seq, 0, blocks)


def _curve_blocks(history: History) -> list[tuple[int, Array]]:
    blocks: list[tuple[int, Array]] = []
    for arm, (loss, test) in enumerate(zip(history.curves, history.evaluations, strict=True)):
        arrays = (
            loss.step,
            loss.loss_min,
            loss.loss_max,
            loss.loss_mean,
            test.step,
            test.test_accuracy,
            test.test_loss,
        )
        blocks += [(wire.ARM_STRIDE * arm + index, array) for index, array in enumerate(arrays)]
    return blocks


def status(
    seq: int, state: RunState, history: History | None, experiment: Experiment | None, former: FormerRun | None = None
) -> bytes:
    """Return a STATUS message; the experiment holds the rates that were chosen last."""
    if experiment is None:
        content: dict[str, Any] = {"status": state.status, "step": 0}
    else:
        content = status_content(state, history, experiment.base)
        content["restarted"] = None if former is None else former.content()
    return wire.encode_json(wire.STATUS, seq, state.step, content)


def status_content(state: RunState, history: History | None, base: RunConfig) -> dict[str, Any]:
    """Return the content of a STATUS message; ``base`` holds the rates that were chosen last.

    A run applies new rates between two steps and adds a mark to its history.
    """
    return {
        "status": state.status,
        "step": state.step,
        "max_steps": 0 if history is None else history.description.max_steps,
        "steps_per_s": round(state.steps_per_s, 1),
        "capture_share": round(state.capture_share, 4),
        "queue": state.queue_position,
        "message": state.message,
        "detail": state.detail,
        "diverged": [asdict(divergence) for divergence in state.diverged],
        "marks": [asdict(mark) for mark in history.marks] if history is not None else [],
        "hashes": _hashes(state),
        "engines": [{"name": name, "refusal": None if why is None else asdict(why)} for name, why in state.engines],
        "rates": {name: getattr(base, name) for name in LIVE_FIELDS},
        "speed": state.speed,
        "notes": [] if history is None else _notes(history.description),
    }


def _hashes(state: RunState) -> dict[str, Any]:
    """Return the hashes and whether they agree, among arms that were trained on equally many batches."""
    weights, batches = list(state.weights_hashes), list(state.batches_hashes)
    ended = {divergence.arm: divergence.step for divergence in state.diverged}
    hashes = {(ended.get(arm), digest) for arm, digest in enumerate(batches)}
    lengths = {length for length, _ in hashes}
    return {
        "weights": weights,
        "batches": batches,
        "same_weights": len(set(weights)) == 1,
        # An arm that diverged was trained on fewer batches: for each number of batches there must be one hash.
        "same_batches": bool(batches) and len(hashes) == len(lengths),
    }


def _notes(description: RunDescription) -> list[str]:
    """Return the keys of notes that are shown with this experiment."""
    configs = [arm.config for arm in description.arms]
    # A watched model's recipe is unknown.
    alone = any(config.get("norm", "none") != "none" and config.get("batch_size") == 1 for config in configs)
    return ["batch_of_one"] if alone else []
