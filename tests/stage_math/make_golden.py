"""The golden numbers of assets/stage/math, computed by bnviz and torch; run this file to rewrite them.

``PYTHONPATH=. python tests/stage_math/make_golden.py`` from the root of the repository.
"""

from __future__ import annotations

import importlib
import json
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
GOLDEN = ROOT / "tests" / "golden" / "stage_math"
MODULES = sorted(path.stem.removeprefix("oracle_") for path in HERE.glob("oracle_*.py"))


def numbers(module: str) -> list[dict[str, Any]]:
    """Return the golden cases of one module of assets/stage/math."""
    return [case.plain() for case in importlib.import_module(f"oracle_{module}").cases()]


def text(cases: list[dict[str, Any]]) -> str:
    """Return cases as JSON, one per line."""
    lines = ",\n".join(json.dumps(case, allow_nan=False) for case in cases)
    return f"[\n{lines}\n]\n"


if __name__ == "__main__":
    GOLDEN.mkdir(exist_ok=True)
    for name in MODULES:
        (GOLDEN / f"{name}.json").write_text(text(numbers(name)), encoding="utf-8")
