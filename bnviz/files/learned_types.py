"""Types that msgspec has learned, one thread at a time.

msgspec looks at a dataclass or Struct when it first reads one, and notes the class before it has noted its fields. A
second thread that reads one meanwhile finds the note half done, and the process ends with a segmentation fault (0.22;
three pages that came back to a fresh server at once did that).
"""

from __future__ import annotations

from collections.abc import Hashable
from functools import lru_cache
from threading import Lock

import msgspec

_one_at_a_time = Lock()


def learn(kind: object) -> None:
    """Have msgspec look at a type with all that it consists of; return when it has, in whichever thread."""
    assert isinstance(kind, Hashable)
    _learn(kind)


@lru_cache(maxsize=256)
def _learn(kind: Hashable) -> None:
    with _one_at_a_time:
        msgspec.json.Decoder(kind)
