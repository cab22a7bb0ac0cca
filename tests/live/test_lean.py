"""What one viewer is sent: the details that it asked for, once each, and the ends of curves."""

from __future__ import annotations

from collections.abc import Iterable

import hand_made_history as hand_made
import numpy as np
import pytest
from golden import make_frame as maker

from bnviz.live import wire
from bnviz.live.lean import EVERYTHING, LeanStream
from bnviz.live.packing import joined
from bnviz.telemetry.records import ARM_FIELDS

HELLO = wire.encode_json(wire.HELLO, 0, 0, {})


def sent(step: int) -> bytes:
    return wire.encode_frame(hand_made.frame(step), 1)


def details_of(message: bytes) -> set[str]:
    return {ARM_FIELDS[ident % wire.ARM_STRIDE] for ident in wire.decode(message).blocks} & set(wire.DETAILS)


@pytest.mark.parametrize("kept", [(), ("histogram",), ("quantiles", "parameters"), wire.DETAILS])
def test_a_frame_keeps_the_details_that_are_wanted_and_all_else_to_the_byte(kept: tuple[str, ...]) -> None:
    whole, lean = wire.decode(sent(3)), wire.decode(wire.with_details(sent(3), kept))
    assert (lean.kind, lean.seq, lean.step) == (whole.kind, whole.seq, whole.step)
    left_out = {ARM_FIELDS.index(name) for name in wire.DETAILS if name not in kept}
    assert list(lean.blocks) == [ident for ident in whole.blocks if ident % wire.ARM_STRIDE not in left_out]
    for ident, array in lean.blocks.items():
        assert array.dtype == whole.blocks[ident].dtype
        np.testing.assert_array_equal(array, whole.blocks[ident])


def test_a_kept_frame_is_what_the_encoder_would_write() -> None:
    kept = wire.decode(wire.with_details(sent(3), ["histogram"]))
    assert wire.with_details(sent(3), ["histogram"]) == wire.encode(kept.kind, kept.seq, kept.step, kept.blocks.items())
    assert wire.with_details(sent(3), ["histogram"]) == wire.encode_frame(hand_made.frame(3), 1, ["histogram"])


def test_a_viewer_gets_what_it_lacks_of_earlier_frames_and_nothing_twice() -> None:
    history = hand_made.history(0)
    stream = LeanStream(["histogram"])

    def pass_on(*steps: int) -> None:
        for step in steps:
            history.add_frame(hand_made.frame(step))
            assert list(stream.lean([sent(step)])) == [wire.with_details(sent(step), stream._details)]

    def owed() -> dict[int, set[str]]:
        return {wire.step_of(each): details_of(each) for each in stream.owed(history)}

    pass_on(0, 5)
    assert not stream.is_owed
    stream.want(["parameters"])
    assert stream.is_owed
    assert owed() == {0: {"parameters"}, 5: {"parameters"}}
    pass_on(10)
    stream.want(["histogram", "quantiles"])
    assert owed() == {0: {"quantiles"}, 5: {"quantiles"}, 10: {"histogram", "quantiles"}}
    stream.want(["histogram"])
    assert owed() == {}  # it has them
    pass_on(15)
    stream.want(EVERYTHING)
    assert owed() == {
        0: {"unit_percentiles"},
        5: {"unit_percentiles"},
        10: {"unit_percentiles"},
        15: {"unit_percentiles", "parameters", "quantiles"},
    }


def test_the_newest_frame_is_completed_first_because_a_panel_opens_with_it() -> None:
    history = hand_made.history(0)
    stream = LeanStream([])
    list(stream.lean([HELLO]))
    for step in (0, 5, 10):
        history.add_frame(hand_made.frame(step))
        list(stream.lean([sent(step)]))
    stream.want(["histogram"])
    assert [wire.step_of(each) for each in stream.owed(history)] == [10, 5, 0]


def test_a_backlog_comes_with_what_was_asked_for_last_and_begins_the_account() -> None:
    history = hand_made.history(0)
    history.add_frame(hand_made.frame(0))
    stream = LeanStream([])
    stream.want(["parameters"])
    assert [details_of(each) for each in list(stream.lean([HELLO, sent(0)]))[1:]] == [{"parameters"}]
    assert not stream.is_owed
    stream.want(EVERYTHING)
    assert [details_of(each) for each in stream.owed(history)] == [set(wire.DETAILS) - {"parameters"}]


def test_surfaces_come_to_those_who_draw_them() -> None:
    surface = wire.encode(wire.SURFACE, 0, 0, [])
    assert list(LeanStream(["surfaces"]).lean([surface])) == [surface]
    assert list(LeanStream(["histogram"]).lean([surface])) == []


def test_a_frame_has_one_layer_of_what_is_asked_for_by_layer() -> None:
    assert joined(maker.cut_messages()) == maker.CUTS.read_bytes()
    whole, first, second, third = map(wire.decode, maker.cut_messages())
    fields = dict(zip(ARM_FIELDS, range(len(ARM_FIELDS)), strict=True))
    for arm, depth in enumerate((3, 2)):
        at = wire.ARM_STRIDE * arm
        for message, name, layers in (
            (first, "histogram", [2]),
            (first, "quantiles", [0, 2]),
            (second, "histogram", [0]),
            (second, "unit_percentiles", [1]),
        ):
            rows = [layer for layer in layers if layer < depth]
            found, full = message.blocks[at + fields[name]], whole.blocks[at + fields[name]]
            assert found.dtype == full.dtype
            np.testing.assert_array_equal(found, full[rows])
            pairs = message.blocks[at + wire.CUTS_FIELD].tolist()
            assert [layer for field, layer in pairs if field == fields[name]] == layers
        assert at + fields["parameters"] not in first.blocks
        assert at + fields["unit_percentiles"] not in first.blocks
        assert at + wire.CUTS_FIELD not in third.blocks


@pytest.mark.parametrize("kept", [("quantiles@1",), ("histogram@0", "parameters"), ("unit_percentiles@0", "quantiles")])
def test_a_kept_layer_is_what_the_encoder_would_write(kept: tuple[str, ...]) -> None:
    assert wire.with_details(sent(3), kept) == wire.encode_frame(hand_made.frame(3), 1, kept)


def test_a_viewer_gets_a_layer_of_earlier_frames_once_and_never_a_wrong_one() -> None:
    history = hand_made.history(0)
    names = ("histogram", "quantiles", "unit_percentiles")
    stream, had = LeanStream(names), {}

    def take(messages: Iterable[bytes]) -> int:
        count = 0
        for message in map(wire.decode, messages):
            rows = {field: [] for field in map(ARM_FIELDS.index, names)}
            for field, layer in message.blocks.get(wire.CUTS_FIELD, np.zeros((0, 2), int)).tolist():
                rows[field].append(layer)
            for field in rows.keys() & message.blocks.keys():
                for layer in rows[field] or range(hand_made.LAYERS):
                    assert (message.step, field, layer) not in had or not rows[field], "sent twice"
                    had[message.step, field, layer] = True
            count += 1
        return count

    def pass_on(*steps: int) -> None:
        for step in steps:
            history.add_frame(hand_made.frame(step))
            take(stream.lean([sent(step)]))

    def layer(k: int) -> list[str]:
        return [f"{name}@{k}" for name in names]

    pass_on(0, 5)
    stream.want(layer(1))
    assert take(stream.owed(history)) == 0  # all layers came until now
    pass_on(10, 15)
    stream.want(layer(0))
    assert take(stream.owed(history)) == 2
    pass_on(20)
    stream.want(layer(1))
    assert take(stream.owed(history)) == 1
    assert all((step, field, 1) in had for step in (0, 5, 10, 15, 20) for field in map(ARM_FIELDS.index, names))
    stream.want([*names, *layer(0)])
    assert take(stream.owed(history)) == 3  # whole, from the first frame that came without
    pass_on(25)
    assert all((25, field, k) in had for field in map(ARM_FIELDS.index, names) for k in range(hand_made.LAYERS))


_NO_LAYERS = "histogram@ histogram@-1 histogram@1_0 histogram@1@1 histogram@4096 parameters@1 surfaces@0 @1"


@pytest.mark.parametrize("name", [*_NO_LAYERS.split(), "histogram@\u0663", "histogram@" + "9" * 5000])
def test_a_layer_that_no_network_can_have_is_let_pass(name: str) -> None:
    stream = LeanStream([name])
    assert [details_of(each) for each in stream.lean([sent(0)])] == [set()]
    stream.want([name, name])
    assert not stream.is_owed


def test_unknown_details_are_let_pass() -> None:
    stream = LeanStream(["histogram", "", "secrets"])
    stream.want(["secrets", "histogram"])
    assert not stream.is_owed


def test_the_ends_are_the_golden_ones_and_far_shorter() -> None:
    assert joined(maker.curve_messages()) == maker.CURVES.read_bytes()
    first, *later = LeanStream(ends=True).lean([maker.curves(900), maker.curves(910)])
    assert wire.kind_of(first) == wire.CURVES
    assert [wire.kind_of(each) for each in later] == [wire.CURVE_ENDS]
    assert len(later[0]) < 0.1 * len(first)


def test_curves_are_whole_for_those_who_take_no_ends_and_after_a_backlog() -> None:
    messages = maker.whole_curves()
    assert list(LeanStream().lean(messages)) == messages
    stream = LeanStream(ends=True)
    assert list(stream.lean(messages[:1])) == messages[:1]
    assert list(stream.lean([HELLO, messages[1]])) == [HELLO, messages[1]]


def test_another_source_is_whole_even_if_nothing_but_its_hello_announces_it() -> None:
    """It may begin after the server looked whether the viewer needs a backlog, and before it takes what is new."""
    history = hand_made.history(0)
    stream = LeanStream(["histogram"], ends=True)
    list(stream.lean([HELLO, sent(500), maker.curves(900)]))
    history.add_frame(hand_made.frame(3))
    *_, curves = stream.lean([HELLO, sent(3), maker.curves(910)])
    assert curves == maker.curves(910)  # the viewer has forgotten the former ones
    stream.want(["histogram", "quantiles"])
    assert [details_of(each) for each in stream.owed(history)] == [{"quantiles"}]
