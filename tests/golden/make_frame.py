"""The fixed messages of tests/golden (frame, pack, curves, cuts); run this file to rewrite them."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from bnviz.live import wire
from bnviz.live.lean import LeanStream
from bnviz.live.packing import joined, packed

HERE = Path(__file__).parent
BINARY = HERE / "frame.bin"
NUMBERS = HERE / "frame.json"
PACK = HERE / "pack.bin"
CURVES = HERE / "curves.bin"
CUTS = HERE / "cuts.bin"
KIND, SEQ, STEP = wire.SURFACE, 4_000_000_001, 70_000


def blocks() -> list[tuple[int, np.ndarray]]:
    """One block of every number type, with odd lengths, several dimensions and hard values."""
    return [
        (0, np.array([0, 1, 255], "u1")),
        (1, np.array([0, 65535], "<u2")),
        (2, np.array([[0, 1, 2], [3, 4, 4294967295]], "<u4")),
        (3, np.array([-2147483648, -1, 2147483647], "<i4")),
        (4, np.array([0.0, -0.0, 1.0, -2.5, 65504.0, 6e-8, 6.1e-5, 0.333, np.inf, -np.inf, np.nan], "<f2")),
        (5, np.arange(24, dtype="<f4").reshape(2, 3, 4) / 7),
        (6, np.array([np.pi, -1e300, np.nan], "<f8")),
        (40, np.zeros((0, 5), "<f4")),
        (65535, np.array([7], "<u4")),
    ]


def encoded() -> bytes:
    """Return the message as bytes."""
    return wire.encode(KIND, SEQ, STEP, blocks())


def packed_messages() -> list[bytes]:
    """Return what pack.bin holds: messages of different lengths, the golden one among them."""
    return [encoded(), wire.encode(wire.FRAME, 1, 2, []), wire.encode(wire.CURVES, 3, 4, blocks()[:2])]


def curves(steps: int, width: int = 1) -> bytes:
    """Return CURVES of two arms after so many steps: the last entry of a loss may still change, a loss may be NaN."""
    found: list[tuple[int, np.ndarray]] = []
    for arm in range(2):
        loss = (np.arange(steps, dtype="f4") + arm) / width
        loss[-1:] += np.float32(steps)
        loss[1::5] = np.nan
        test = np.arange(steps // 2, dtype="f4") / 10
        arrays = (np.arange(steps, dtype="u4") * width, loss - 1, loss + 1, loss, test.astype("u4"), test, test - arm)
        found += [(16 * arm + index, array.astype(array.dtype.newbyteorder("<"))) for index, array in enumerate(arrays)]
    return wire.encode(wire.CURVES, 5, 0, found)


def whole_curves() -> list[bytes]:
    """Return curves that grow, become fewer because neighbors are merged, and grow again."""
    return [curves(7), curves(12), curves(6, width=2), curves(9, width=2)]


def curve_messages() -> list[bytes]:
    """Return what curves.bin holds: each of these, and what a viewer is sent of it that takes only the ends."""
    lean = LeanStream(ends=True).lean(whole_curves())
    return [message for pair in zip(whole_curves(), lean, strict=True) for message in pair]


def cut_messages() -> list[bytes]:
    """Return what cuts.bin holds: a FRAME of two arms that differ in depth and in units, and then parts of it."""
    whole: list[tuple[int, np.ndarray]] = []
    for arm, (layers, units, large) in enumerate(((3, 2, False), (2, 5, True))):
        shapes = {"histogram": (layers, 3, 62), "quantiles": (layers, 3, 5), "moments": (layers, 3, 2)}
        shapes |= {"unit_percentiles": (layers, units, 3), "parameters": (layers, 6, 5), "scalars": (4,)}
        shapes |= dict.fromkeys(("grad_norm", "update_to_data_ratio"), (layers + 1,))
        for index, name in enumerate(wire.ARM_FIELDS):
            shape = shapes.get(name, (layers,))
            kind = {"histogram": "<u4" if large else "<u2", "unit_percentiles": "<f2"}.get(name, "<f4")
            size = int(np.prod(shape))
            whole.append((wire.ARM_STRIDE * arm + index, (np.arange(size) + 100 * arm).astype(kind).reshape(shape)))
    message = wire.encode(wire.FRAME, 6, 250, whole)
    parts = (("histogram@2", "quantiles@0", "quantiles@2"), ("histogram@0", "unit_percentiles@1"), ("histogram",))
    return [message, *(wire.with_details(message, part) for part in parts)]


def numbers() -> dict[str, object]:
    """Return what a decoder must find; NaN and infinities as text, which JSON has no numbers for."""
    found = {
        str(ident): {"shape": list(array.shape), "data": [_plain(float(value)) for value in array.ravel()]}
        for ident, array in blocks()
    }
    return {"kind": KIND, "seq": SEQ, "step": STEP, "blocks": found}


def _plain(value: float) -> float | str:
    return value if np.isfinite(value) else str(value)


if __name__ == "__main__":
    BINARY.write_bytes(encoded())
    PACK.write_bytes(next(packed(packed_messages())))
    CURVES.write_bytes(joined(curve_messages()))
    CUTS.write_bytes(joined(cut_messages()))
    NUMBERS.write_text(json.dumps(numbers(), indent=1) + "\n")
