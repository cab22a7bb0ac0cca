"""Which modules of ours a page will import, so that its HTML can ask for all of them at once."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

_IMPORT = re.compile(r"""^\s*(?:import|export)\b(?:[^;"'()]*\bfrom)?\s*["'](\.{1,2}/[^"']+)["']""", re.MULTILINE)


def modules_of(*entries: Path) -> tuple[Path, ...]:
    """Return modules and all that they import statically, directly or not, in the order of their discovery.

    A browser discovers imports level by level, each a round trip after the one above it; preloaded, they come together.
    """
    found: dict[Path, None] = dict.fromkeys(path.resolve() for path in entries)
    waiting = list(found)
    for path in waiting:  # grows while it is walked
        for target in _imports(path, path.stat().st_mtime_ns):
            if target not in found and target.is_file():
                found[target] = None
                waiting.append(target)
    return tuple(found)


@lru_cache(maxsize=512)
def _imports(path: Path, _modified: int) -> tuple[Path, ...]:
    source = path.read_text(encoding="utf-8")
    return tuple((path.parent / name).resolve() for name in _IMPORT.findall(source))
