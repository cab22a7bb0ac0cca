"""What CI takes a fixed sample of on each change, and runs whole before a release: ``BNVIZ_WHOLE=1 bash .ci/run``.

Only sweeps whose cases all run the same lines of code are sampled, and those who do name this module:
``grep -rl "from whole import" tests``.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import TypeVar

Case = TypeVar("Case")

WHOLE = os.environ.get("BNVIZ_WHOLE") == "1"


def every(nth: int, cases: Iterable[Case]) -> list[Case]:
    """Return the first case and every nth after it; all where the whole is wanted."""
    return list(cases)[:: 1 if WHOLE else nth]
