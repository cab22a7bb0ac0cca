"""The binary codec: golden bytes, the round trip, and bytes that bnviz did not write."""

from __future__ import annotations

import json
import re
from pathlib import Path

import msgspec
import numpy as np
import pytest
from golden import make_frame as maker

from bnviz.live import wire
from bnviz.live.lean import EVERYTHING
from bnviz.telemetry import records
from bnviz.telemetry.run_description import Edges

ROOT = Path(__file__).parents[2]
GOLDEN = ROOT / "tests" / "golden"
LIVE = ROOT / "assets" / "live"


def _record(layers: int = 2, units: int = 3) -> records.ArmRecord:
    rng = np.random.default_rng(0)

    def f4(*shape: int) -> np.ndarray:
        return rng.normal(size=shape).astype("f4")

    counts = rng.integers(0, 99, (layers, 3, records.BINS + 2)).astype("u4")
    return records.ArmRecord(
        histogram=counts,
        quantiles=f4(layers, 3, 5),
        moments=f4(layers, 3, 2),
        saturated_fraction=f4(layers),
        derivative=f4(layers),
        dead_fraction=f4(layers),
        grad_norm=f4(layers + 1),
        update_to_data_ratio=f4(layers + 1),
        unit_percentiles=f4(layers, units, 3).astype("f2"),
        parameters=f4(layers, 6, 5),
        scalars=f4(4),
    )


def test_encoding_gives_the_golden_bytes() -> None:
    assert maker.encoded() == maker.BINARY.read_bytes()


def test_golden_numbers_are_those_of_the_golden_bytes() -> None:
    assert maker.numbers() == json.loads(maker.NUMBERS.read_text())


def test_decoding_the_golden_bytes_gives_every_block_back() -> None:
    message = wire.decode(maker.BINARY.read_bytes())
    assert (message.kind, message.seq, message.step) == (maker.KIND, maker.SEQ, maker.STEP)
    expected = dict(maker.blocks())
    assert list(message.blocks) == list(expected)
    for ident, array in expected.items():
        assert message.blocks[ident].dtype == array.dtype
        assert message.blocks[ident].shape == array.shape
        np.testing.assert_array_equal(message.blocks[ident], array)


def test_every_block_starts_on_a_multiple_of_eight() -> None:
    data = np.frombuffer(maker.encoded(), np.uint8)
    start = data.__array_interface__["data"][0]
    for array in wire.decode(data.data).blocks.values():  # type: ignore[arg-type]
        assert (array.__array_interface__["data"][0] - start) % 8 == 0
    assert data.size % 8 == 0


def test_a_frame_round_trips_under_the_ids_of_its_arms_and_fields() -> None:
    frame = records.Frame(12, (_record(), _record(layers=4)))
    message = wire.decode(wire.encode_frame(frame, 5))
    assert (message.kind, message.seq, message.step) == (wire.FRAME, 5, 12)
    for arm, record in enumerate(frame.arms):
        for index, name in enumerate(records.ARM_FIELDS):
            np.testing.assert_array_equal(message.blocks[arm * wire.ARM_STRIDE + index], getattr(record, name))
    assert len(message.blocks) == 2 * len(records.ARM_FIELDS)


def test_counts_take_two_bytes_when_they_fit_and_four_when_not() -> None:
    for most, itemsize in ((65_535, 2), (65_536, 4)):
        record = _record()
        record.histogram.flat[3] = most
        sent = wire.decode(wire.encode_frame(records.Frame(1, (record,)), 1)).blocks[0]
        assert sent.dtype.itemsize == itemsize
        np.testing.assert_array_equal(sent, record.histogram)


def test_json_messages_round_trip_and_refuse_nan() -> None:
    content = {"status": "running", "queue": None, "text": "σ′ · 字"}
    message = wire.decode(wire.encode_json(wire.STATUS, 1, 2, content))
    assert json.loads(message.blocks[0].tobytes()) == content
    with pytest.raises(ValueError, match="not JSON compliant"):
        wire.encode_json(wire.STATUS, 1, 2, {"loss": float("nan")})


def test_surface_and_boundary_keep_their_shapes() -> None:
    xs = np.linspace(-1, 1, 3, dtype="f4")
    loss = np.arange(18, dtype="f4").reshape(2, 3, 3)
    path = np.zeros((2, 4, 2), "f4")
    surface = records.SurfaceRecord(9, xs, xs, loss, path, np.array([0.5, np.nan], "f4"), "pca", "running")
    blocks = wire.decode(wire.encode_surface(surface, 1)).blocks
    np.testing.assert_array_equal(blocks[2], loss)
    assert json.loads(blocks[5].tobytes()) == {"plane": "pca", "bn_stats": "running"}
    boundary = records.BoundaryRecord(9, xs, xs, np.zeros((2, 4, 3, 3), "f2"))
    # The last class is what the others leave of 1.
    assert wire.decode(wire.encode_boundary(boundary, 1)).blocks[2].shape == (2, 3, 3, 3)


@pytest.mark.parametrize("size", [0, 3, 15, 17, 40, 200])
def test_cut_bytes_are_refused(size: int) -> None:
    with pytest.raises(ValueError, match=r"truncated|buffer|smaller"):
        wire.decode(maker.encoded()[:size])


@pytest.mark.parametrize("at", [0, 4])
def test_foreign_bytes_and_other_versions_are_refused(at: int) -> None:
    data = bytearray(maker.encoded())
    data[at] ^= 0xFF
    with pytest.raises(ValueError, match="not a bnviz message of version 1"):
        wire.decode(bytes(data))


def _js_list(name: str) -> list[object]:
    found = re.search(rf"export const {name} = (\[[^\]]*\]);", (LIVE / "frame.js").read_text())
    assert found is not None, f"frame.js has no list {name}"
    return json.loads(re.sub(r",\s*\]", "]", found.group(1)))


def test_the_browser_has_the_stages_by_their_names_on_the_wire() -> None:
    assert _js_list("STAGES") == list(msgspec.to_builtins(Edges()))


@pytest.mark.parametrize("name", ["QUANTILES", "UNIT_PERCENTILES", "PARAMETERS", "SCALARS", "ARM_FIELDS"])
def test_the_browser_has_the_same_lists(name: str) -> None:
    assert _js_list(name) == list(getattr(records, name))


def test_the_browser_leaves_out_and_asks_for_the_same_details() -> None:
    assert _js_list("DETAILS") == list(wire.DETAILS)
    assert _js_list("LAYERED") == list(wire.LAYERED)
    found = re.search(r"const DETAILS_OF = \{(.*?)\};", (LIVE / "tabs.js").read_text(), re.DOTALL)
    assert found is not None
    asked = {name for names in re.findall(r"\[(.*?)\]", found.group(1)) for name in re.findall(r'"(\w+)"', names)}
    assert asked == EVERYTHING


def test_the_browser_has_the_same_numbers() -> None:
    def constant(file: str, name: str) -> int:
        found = re.search(rf"export const {name} = (\w+);", (LIVE / file).read_text())
        assert found is not None, f"{file} has no number {name}"
        return int(found.group(1), 0)

    assert constant("frame.js", "BINS") == records.BINS
    assert constant("frame.js", "CUTS_FIELD") == wire.CUTS_FIELD
    for name in (
        "MAGIC",
        "VERSION",
        "ARM_STRIDE",
        "HELLO",
        "FRAME",
        "CURVES",
        "STATUS",
        "SURFACE",
        "BOUNDARY",
        "FORMER",
        "PACKED",
        "CURVE_ENDS",
    ):
        assert constant("wire.js", name) == getattr(wire, name), name
