"""What several commands share: experiment arguments, progress, output."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from bnviz.config import PRESETS, Experiment, InputError, parse_arms, parse_field, preset
from bnviz.files.write import replaceable

if TYPE_CHECKING:
    Commands = argparse._SubParsersAction[argparse.ArgumentParser]
else:
    Commands = Any


def add_experiment_arguments(parser: argparse.ArgumentParser) -> None:
    """Add --preset, --set, --arms and --steps."""
    parser.add_argument("--preset", default="default", metavar="NAME", help=f"one of {', '.join(PRESETS)}")
    parser.add_argument(
        "--set", dest="changes", action="append", nargs="+", default=[], metavar="KEY=VALUE", help="change fields"
    )
    parser.add_argument("--arms", help="values of norm, or FIELD:VALUE,VALUE[,VALUE] (default: the preset's)")
    parser.add_argument("--steps", type=int, default=1000, metavar="N", help="updates (default 1000)")


def experiment_of(arguments: argparse.Namespace) -> Experiment:
    """Build the experiment that the arguments describe; raises InputError."""
    start = preset(arguments.preset)
    changes = {}
    for text in (text for group in arguments.changes for text in group):
        name, equals, value = text.partition("=")
        if not equals:
            raise InputError(f"--set takes KEY=VALUE, got {text!r:.80}")
        changes[name] = parse_field(name, value)
    arms = start.arms if arguments.arms is None else parse_arms(arguments.arms)
    return Experiment(start.base.with_fields(**changes), arms, start.name)


def out_path(text: str | None, option: str = "--out") -> Path | None:
    """Check that a file could be written where an option points to, before hours go into it."""
    if text is None:
        return None
    path = Path(text)
    if path.is_dir() or not path.absolute().parent.is_dir():
        raise InputError(f"{option} must name a file in a folder that exists, got {text!r:.80}")
    replaceable(path)
    return path


def show_progress(done: int, total: int) -> None:
    """Write progress to stderr, in place on a terminal, else every tenth."""
    if sys.stderr.isatty():
        print(f"\r{done:,} of {total:,} steps", end="\n" if done >= total else "", file=sys.stderr, flush=True)
    elif total >= 1000 and done % max(1, total // 10) == 0:
        print(f"{done:,} of {total:,} steps", file=sys.stderr, flush=True)


class Report(Protocol):
    """A diagnosis or an inspection."""

    @property
    def serious(self) -> Sequence[object]: ...  # noqa: D102
    def to_dict(self) -> dict[str, Any]: ...  # noqa: D102
    def worded(self, language: str) -> str: ...  # noqa: D102
    def save(self, path: Path, language: str) -> Path: ...  # noqa: D102


def add_report_arguments(parser: argparse.ArgumentParser) -> None:
    """Add --json, --html and --lang."""
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--html", metavar="REPORT.html", help="write the report as a page")
    parser.add_argument("--lang", choices=("en", "zh"), default="en", help="language of the words (default en)")


def tell_report(found: Report, arguments: argparse.Namespace, page: Path | None) -> int:
    """Print a report and write its page if asked; 1 when a finding is above "note", so that a script can stop."""
    if arguments.json:
        print_json(found.to_dict())
    else:
        print(found.worded(arguments.lang))
    if page is not None:
        found.save(page, arguments.lang)
        print(f"report written to {page}", file=sys.stderr)
    return 1 if found.serious else 0


def print_json(content: Mapping[str, Any]) -> None:
    """Print one JSON object and nothing else to stdout."""
    print(json.dumps(content, allow_nan=False))
