"""A backlog in packs: the same messages in the same order, in fewer bytes."""

from __future__ import annotations

import numpy as np
import pytest
from golden import make_frame as maker

from bnviz.live import wire
from bnviz.live.packing import PACK_BYTES, packed, unpacked


def message(kind: int, size: int = 1000) -> bytes:
    return wire.encode(kind, 0, 0, [(0, np.arange(size, dtype="u2"))])


def kinds(messages: list[bytes]) -> list[int]:
    return [wire.decode(each).kind for each in messages]


def test_packs_hold_the_same_messages_in_the_same_order_and_weigh_less() -> None:
    frames = [message(wire.FRAME, 1000 + n) for n in range(200)]
    sent = [message(wire.HELLO, 4), *frames, message(wire.CURVES), message(wire.STATUS, 4)]
    packs = list(packed(sent))
    assert kinds(packs)[0] == wire.HELLO
    assert kinds(packs)[-1] == wire.STATUS
    assert set(kinds(packs)[1:-1]) == {wire.PACKED}
    assert len(packs) > 3
    assert [part for pack in packs for part in unpacked(pack)] == sent
    assert sum(map(len, packs)) < 0.7 * sum(map(len, sent))


def test_a_pack_is_not_much_larger_than_its_limit() -> None:
    frames = [message(wire.FRAME, 3000) for _ in range(100)]
    sizes = [sum(map(len, unpacked(pack))) for pack in packed(frames)]
    assert max(sizes) < PACK_BYTES + len(frames[0])


def test_what_could_not_be_packed_with_another_stays_as_it_is() -> None:
    alone = [message(wire.HELLO), message(wire.FRAME), message(wire.STATUS)]
    assert list(packed(alone)) == alone


def test_the_golden_pack_holds_the_golden_messages() -> None:
    assert unpacked(maker.PACK.read_bytes()) == maker.packed_messages()


@pytest.mark.parametrize("damage", [lambda data: data[:30] + data[40:60] * 3, lambda data: data[:-24] + bytes(24)])
def test_a_damaged_pack_is_refused(damage: object) -> None:
    data = maker.PACK.read_bytes()
    with pytest.raises(ValueError, match=r"pack|bnviz|fit|buffer"):
        unpacked(damage(data))  # type: ignore[operator]
