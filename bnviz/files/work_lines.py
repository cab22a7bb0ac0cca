"""Work files: finished parts of a long computation, one JSON object a line, each with its checksum."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

from bnviz.config import InputError
from bnviz.files.checksum import Damaged, checked_row, log, put_aside, verified_row
from bnviz.files.write import atomic, naming

Part = TypeVar("Part")


@dataclass(frozen=True, slots=True)
class WorkLines(Generic[Part]):
    """What a work file held: the parts that were finished, and how many of its lines were damaged."""

    parts: tuple[Part, ...]
    damaged: int


def read_work(path: Path, max_bytes: int, part_of: Callable[[dict[str, Any]], Part], again: str) -> WorkLines[Part]:
    """Read a work file; damaged lines, also one that a killed process cut off, are named and put aside.

    Lines of version 1 have no checksum. They stand before all others, because a file is only ever appended to: a line
    without one after a line with one has lost it.

    Args:
        path: the file, which may not exist.
        max_bytes: a larger file is put aside whole.
        part_of: turns a line's object into a part; raises InputError for another kind of object.
        again: what is computed again, for the message.
    """
    if not path.is_file():
        return WorkLines((), 0)
    if path.stat().st_size > max_bytes:
        put_aside(path, f"found more than {max_bytes // 2**20} MB", again)
        return WorkLines((), 1)
    lines = path.read_bytes().split(b"\n")
    found, damaged, since_version_2 = list[Part](), dict[int, str](), False
    for index, line in enumerate(lines):
        if not line.strip():
            continue
        try:
            row, has_check = verified_row(json.loads(line))
            if since_version_2 and not has_check:
                raise Damaged("found no checksum")
            since_version_2 |= has_check
            found.append(part_of(row))
        except Damaged as reason:
            damaged[index] = str(reason)
        except (ValueError, RecursionError, AttributeError, TypeError, InputError):  # no JSON, no UTF-8, no such part
            damaged[index] = "found no whole line"
    if damaged:
        _set_aside(path, lines, damaged, again)
    return WorkLines(tuple(found), len(damaged))


def append_rows(path: Path, rows: list[dict[str, Any]]) -> None:
    """Append JSON objects with their checksums, one a line, after the end of a line; the folder is made."""
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = "".join(json.dumps(checked_row(row), allow_nan=False) + "\n" for row in rows)
    with naming(path), path.open("ab+") as file:
        if file.seek(0, os.SEEK_END):
            file.seek(-1, os.SEEK_END)
            lines = lines if file.read(1) == b"\n" else "\n" + lines  # the former end was cut off
        file.write(lines.encode())


def _set_aside(path: Path, lines: list[bytes], damaged: Mapping[int, str], again: str) -> None:
    """Move damaged lines, given with their reasons, into a file beside the work file, and say so in the log."""
    aside = path.with_name(f"{path.name}.damaged")
    done = f"they were put into {aside.name}"
    try:
        with naming(aside), aside.open("ab") as file:
            file.writelines(lines[index] + b"\n" for index in damaged)
        with atomic(path) as part:
            part.write_bytes(b"".join(line + b"\n" for n, line in enumerate(lines) if line and n not in damaged))
    except OSError as error:
        done = f"they cannot be put aside ({error.strerror})"
    shown = ", ".join(f"{index + 1} ({reason})" for index, reason in list(damaged.items())[:3])
    more = f" and {len(damaged) - 3} more" if len(damaged) > 3 else ""
    log.warning("%s: damaged lines %s%s; %s, and %s", path, shown, more, done, again)
