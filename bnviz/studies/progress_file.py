"""ProgressFile: finished units of a study, one JSON line each, so that a stopped study can resume."""

from __future__ import annotations

import json
from pathlib import Path

from bnviz.config import InputError
from bnviz.studies.files import unit_from_dict, unit_to_dict
from bnviz.studies.study import UnitOutput

MAX_BYTES = 256 * 2**20


class ProgressFile:
    """The finished units in a folder, ``<study>.jsonl``, and a checkpoint ``<key>.pt`` of every started unit.

    Args:
        folder: created by the first write.
        study: name of the study.
    """

    def __init__(self, folder: Path, study: str) -> None:
        self.folder, self.path = folder, folder / f"{study}.jsonl"

    def read(self) -> dict[str, UnitOutput]:
        """Return the finished units by key; a line that is cut off or no unit is skipped."""
        found: dict[str, UnitOutput] = {}
        if not self.path.is_file() or self.path.stat().st_size > MAX_BYTES:
            return found
        for line in self.path.read_text(encoding="utf-8", errors="replace").splitlines():
            try:
                row = json.loads(line)
                payload = row.pop("kept", "")
                unit = unit_from_dict(row, self.path.name)
            except (ValueError, RecursionError, AttributeError, TypeError, InputError):
                continue
            found[unit.key] = UnitOutput(unit, payload if isinstance(payload, str) else "")
        return found

    def add(self, output: UnitOutput) -> None:
        """Append a finished unit and remove its checkpoint."""
        self.folder.mkdir(parents=True, exist_ok=True)
        row = {**unit_to_dict(output.result), **({"kept": output.payload} if output.payload else {})}
        whole = not self.path.exists() or self.path.read_bytes()[-1:] in (b"", b"\n")
        with self.path.open("a", encoding="utf-8") as file:
            file.write(("" if whole else "\n") + json.dumps(row, allow_nan=False) + "\n")
        self.checkpoint(output.result.key).unlink(missing_ok=True)

    def checkpoint(self, key: str) -> Path:
        """Return where a unit's checkpoint is kept."""
        return self.folder / f"{key}.pt"
