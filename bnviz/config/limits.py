"""How much the app may do at once, in all and for one visitor: defaults, a settings file and the environment.

The defaults fit two cores and thirty visitors. A host changes them in the table ``[bnviz]`` of ``bnviz.toml`` beside
``app.py`` (or the file that ``BNVIZ_SETTINGS`` names), or by environment variables, which win: the field ``runs`` is
``BNVIZ_RUNS``. ``python -m bnviz app --check`` prints what is in force and where it comes from.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from bnviz.config.errors import InputError

FILE = Path(__file__).resolve().parents[2] / "bnviz.toml"
FILE_VARIABLE, PREFIX = "BNVIZ_SETTINGS", "BNVIZ_"

Setting = int | float | bool | str
T = TypeVar("T", int, float, bool, str)

_NUMBER = re.compile(r"-?[0-9]{1,12}(\.[0-9]{1,6})?")
_FLAGS = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}
_LONGEST = 400


_ORIGIN = r"(self|https?://(\*\.)?[a-z0-9-]+(\.[a-z0-9-]+)*(:[0-9]{1,5})?)"
FRAMERS = rf"none|\*|{_ORIGIN}( {_ORIGIN})*"
"""Who may frame the app."""


def _setting(default: T, meaning: str, lo: float = 1, hi: float = 100_000, form: str = ".*") -> T:
    """Declare a setting; ``lo`` and ``hi`` bound a number, ``form`` is the pattern of a text."""
    return field(default=default, metadata={"meaning": meaning, "lo": lo, "hi": hi, "form": form})


@dataclass(frozen=True, slots=True)
class Limits:
    """What this server allows.

    *Per visitor* is per browser (its cookie); *per address* keeps one client that throws its cookies away from taking
    everything, and leaves a class behind one address enough.
    """

    permits: int = _setting(0, "threads that compute at once; 0: one per core", lo=0, hi=256)
    reducer_process: bool = _setting(True, "whether a process of 35 MB beside the server makes the frames of live runs")

    runs: int = _setting(40, "live runs that train at once; later ones wait in a queue")
    runs_per_visitor: int = _setting(4, "of these, of one visitor")
    runs_per_address: int = _setting(32, "of these, from one address")
    tasks: int = _setting(40, "chapter runs, claims and maps that compute or wait; another one is refused")
    tasks_at_once: int = _setting(
        0, "of these, that compute at once; later ones wait in a queue; 0: one per core", lo=0
    )
    tasks_per_visitor: int = _setting(2, "of these, of one visitor")
    tasks_per_address: int = _setting(32, "of these, from one address")
    task_s: float = _setting(1800.0, "seconds of computing after which a chapter run or a map is stopped", lo=1)

    sessions: int = _setting(256, "live views that are kept in memory")
    sessions_per_visitor: int = _setting(24, "of these, of one visitor")
    sessions_per_address: int = _setting(192, "of these, from one address")
    pages: int = _setting(300, "open pages; each takes some megabytes, and another one is told to come back later")
    pages_per_address: int = _setting(120, "of these, from one address")
    viewers_per_session: int = _setting(8, "sockets that watch one live view")
    former_runs: int = _setting(64, "runs that are kept for *Undo*", lo=0)

    unwatched_s: float = _setting(15.0, "seconds without a viewer after which a run pauses", lo=1)
    forget_s: float = _setting(120.0, "seconds without a viewer after which a run is forgotten", lo=2)
    undo_s: float = _setting(1800.0, "seconds that a run is kept for *Undo*", lo=0)
    closed_task_s: float = _setting(
        15.0, "seconds after its tab was closed at which a chapter run or a map stops", lo=1
    )
    unseen_task_s: float = _setting(180.0, "seconds without being shown after which it stops in an open tab", lo=5)

    monitoring: bool = _setting(False, "whether /bnviz/health and /bnviz/metrics answer")
    frame_ancestors: str = _setting(
        "self", "sites that may frame the app: none, self, * or origins such as https://example.org", form=FRAMERS
    )

    held_files_per_page: int = _setting(12, "files that an open page keeps in memory, on their way to be read")
    held_mb_per_page: int = _setting(250, "megabytes of these together")
    held_mb_per_address: int = _setting(500, "megabytes of these, for all pages of one address")
    held_mb: int = _setting(800, "megabytes of these in all; the address that holds most makes room")

    shared_uploads: bool = _setting(False, "true: uploads go to the folder of files that every visitor sees")
    uploads_per_visitor: int = _setting(10, "uploaded data sets that a visitor keeps; the own oldest make room")
    upload_mb_per_visitor: int = _setting(400, "megabytes of these together")
    uploads_per_address: int = _setting(200, "uploads of all visitors from one address; who has most there makes room")
    upload_mb_per_address: int = _setting(1000, "megabytes of these together")
    uploads: int = _setting(400, "uploads of all visitors, or in the shared folder; who has most makes room")
    uploads_mb: int = _setting(2000, "megabytes of these together")
    upload_memory_mb: int = _setting(
        600, "megabytes of uploads in memory, unpacked, once for all runs that train on one; another one is refused"
    )
    upload_hours: float = _setting(24.0, "hours without its visitor after which an upload is removed", lo=0.1)


@dataclass(frozen=True, slots=True)
class Given:
    """A setting in force.

    Attributes:
        name: name of the field.
        value: its value.
        source: "default", the path of the file, or the environment variable.
        meaning: what it limits.
    """

    name: str
    value: Setting
    source: str
    meaning: str


def read(environment: Mapping[str, str], file: Path | None = None) -> list[Given]:
    """Return every setting with its source; raises InputError for a wrong one.

    Args:
        environment: the environment variables.
        file: the settings file; by default the one that the environment names, else ``bnviz.toml`` beside app.py.
    """
    named = environment.get(FILE_VARIABLE)
    path = file or (Path(named).expanduser() if named else FILE)
    written = _table(path, must_exist=bool(file or named))
    found, defaults = [], Limits()
    for one in fields(Limits):
        variable = PREFIX + one.name.upper()
        default: Setting = getattr(defaults, one.name)
        value, source = default, "default"
        if one.name in written:
            value, source = _checked(f"{one.name} in {path}", written[one.name], default, one.metadata), str(path)
        if variable in environment:
            text = environment[variable]
            value, source = _checked(variable, _parsed(text, default), default, one.metadata), variable
        found.append(Given(one.name, value, source, one.metadata["meaning"]))
    return found


@cache
def limits() -> Limits:
    """Return the limits of this process, read once; raises InputError if a setting is wrong."""
    return Limits(**{given.name: given.value for given in read(os.environ)})  # type: ignore[arg-type]


def _table(path: Path, must_exist: bool) -> Mapping[str, object]:
    """Return the table ``[bnviz]`` of a file, with known names only."""
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        if must_exist:
            raise InputError(f"{FILE_VARIABLE} must name a settings file, and {path} is not there") from None
        return {}
    except (OSError, ValueError) as error:  # ValueError: no TOML, or no UTF-8
        raise InputError(f"the settings file {path} cannot be read: {error}") from None
    table = content.get("bnviz", {})
    known = [one.name for one in fields(Limits)]
    unknown = [f"[{name}]" for name in content if name != "bnviz"]
    unknown += [name for name in table if name not in known] if isinstance(table, dict) else ["bnviz"]
    if unknown:
        raise InputError(
            f"{path} holds {unknown[0]!r:.80}; it may hold the table [bnviz] with settings of {', '.join(known)}"
        )
    return dict(table)


def _parsed(text: str, default: Setting) -> object:
    """Read the text of an environment variable as the type of the default; text that is none is returned."""
    if isinstance(default, bool):
        return _FLAGS.get(text.lower(), text)
    if isinstance(default, str) or not _NUMBER.fullmatch(text):
        return text
    return float(text) if "." in text else int(text)


def _checked(name: str, value: object, default: Setting, metadata: Mapping[str, Any]) -> Setting:
    """Return a value of the default's type; raises InputError for any other, or one out of bounds."""
    if isinstance(default, bool):
        if not isinstance(value, bool):
            raise InputError(f"{name} must be true or false, got {value!r:.80}")
        return value
    if isinstance(default, str):
        if not isinstance(value, str) or len(value) > _LONGEST or not value.isprintable():
            raise InputError(f"{name} must be text of at most {_LONGEST} printable characters, got {value!r:.80}")
        if not re.fullmatch(metadata["form"], value, re.IGNORECASE):
            raise InputError(f"{name} must name {metadata['meaning']}, got {value!r:.80}")
        return value
    whole, lo, hi = isinstance(default, int), metadata["lo"], metadata["hi"]
    is_number = isinstance(value, int) or (isinstance(value, float) and not whole)
    if isinstance(value, bool) or not is_number or not lo <= float(str(value)) <= hi:  # NaN is outside of every range
        kind = "a whole number" if whole else "a number"
        raise InputError(f"{name} must be {kind} from {lo:g} to {hi:g}, got {value!r:.80}")
    return int(str(value)) if whole else float(str(value))
