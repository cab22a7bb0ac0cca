"""The provenance of shipped files: which command makes each of them again."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from bnviz.cli.record import RECORDINGS
from bnviz.files.provenance import command_of

FOLDER = Path(__file__).parents[2] / "assets" / "recordings"


def scripts_of(path: Path) -> list[str]:
    """Return every "script" in a shipped file, however deep."""
    if path.suffix == ".npz":
        with np.load(path) as file:
            plain = json.loads(str(file["meta"])) if file["meta"].dtype.kind == "U" else {}
    else:
        plain = json.loads(path.read_text())
    found, parts = [], [plain]
    while parts:
        part = parts.pop()
        if isinstance(part, dict):
            found += [value for key, value in part.items() if key == "script"]
        parts += part.values() if isinstance(part, dict) else part if isinstance(part, list) else ()
    return found


def test_every_script_in_a_shipped_file_is_a_command_of_today() -> None:
    scripts = [script for path in sorted(FOLDER.glob("*.[jn][sp]*")) for script in scripts_of(path)]
    assert len(scripts) >= 9
    for script in scripts:
        command = command_of(script)
        assert command.startswith("python -m bnviz record ")
        assert command.split()[-1] in RECORDINGS


@pytest.mark.parametrize("script", ["python -m bnviz record claims", "scripts/of_somebody_else.py", ""])
def test_other_texts_are_left_as_they_are(script: str) -> None:
    assert command_of(script) == script
