"""The many messages of a backlog as a few compressed ones, for viewers that asked for it."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable, Iterator

import numpy as np

from bnviz.live import wire
from bnviz.telemetry.records import Array

PACK_BYTES = 128_000
"""Bytes of messages in one pack: enough to compress well, few enough that pictures come before the rest."""
LEVEL = 6
DATA_BLOCK, LENGTHS_BLOCK = 0, 1
ALONE = (wire.HELLO, wire.STATUS)
"""Kinds that are never packed: the first tells what comes, the last is small."""


def packed(messages: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the same messages in the same order, those between HELLO and STATUS within PACKED messages.

    PACKED has two blocks: 0, a zlib stream (RFC 1950) of the messages one after another; 1, their lengths as uint32.
    """
    waiting: list[bytes] = []
    for message in messages:
        if wire.kind_of(message) in ALONE:
            yield from _pack(waiting)
            waiting = []
            yield message
            continue
        waiting.append(message)
        if sum(map(len, waiting)) >= PACK_BYTES:
            yield from _pack(waiting)
            waiting = []
    yield from _pack(waiting)


def unpacked(message: bytes) -> list[bytes]:
    """Return the messages of a PACKED message, and any other message as it is; raises ValueError for damaged ones."""
    if wire.kind_of(message) != wire.PACKED:
        return [message]
    blocks = wire.decode(message).blocks
    try:
        data = zlib.decompress(blocks[DATA_BLOCK].tobytes())
        parts = struct.iter_unpack("<I", blocks[LENGTHS_BLOCK].tobytes())
    except (KeyError, zlib.error) as error:
        raise ValueError("damaged pack of messages") from error
    found, start = [], 0
    for (length,) in parts:
        found.append(data[start : start + length])
        start += length
    if start != len(data):
        raise ValueError("a pack whose lengths do not fit")
    return found


def _pack(messages: list[bytes]) -> Iterator[bytes]:
    if len(messages) < 2:
        yield from messages
        return
    data = zlib.compress(b"".join(messages), LEVEL)
    lengths = np.array([len(message) for message in messages], np.uint32)
    blocks: list[tuple[int, Array]] = [(DATA_BLOCK, np.frombuffer(data, np.uint8)), (LENGTHS_BLOCK, lengths)]
    yield wire.encode(wire.PACKED, 0, 0, blocks)


def joined(messages: Iterable[bytes]) -> bytes:
    """Return messages one after another, each after its length as uint32 (assets/live/rerun_feed.js splits them)."""
    return b"".join(struct.pack("<I", len(message)) + message for message in messages)
