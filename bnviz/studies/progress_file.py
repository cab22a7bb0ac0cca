"""ProgressFile: finished units of a study, one JSON line each, so that a stopped study can resume."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from bnviz.files.work_lines import append_rows, read_work
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
        """Return the finished units by key; a damaged line is named and put aside, and its unit is not among them."""
        work = read_work(self.path, MAX_BYTES, self._output, "what they held is trained again")
        return {output.result.key: output for output in work.parts}

    def add(self, output: UnitOutput) -> None:
        """Append a finished unit and remove its checkpoint."""
        row = {**unit_to_dict(output.result), **({"kept": output.payload} if output.payload else {})}
        append_rows(self.path, [row])
        self.checkpoint(output.result.key).unlink(missing_ok=True)

    def checkpoint(self, key: str) -> Path:
        """Return where a unit's checkpoint is kept."""
        return self.folder / f"{key}.pt"

    def _output(self, row: dict[str, Any]) -> UnitOutput:
        payload = row.pop("kept", "")
        return UnitOutput(unit_from_dict(row, self.path.name), payload if isinstance(payload, str) else "")
