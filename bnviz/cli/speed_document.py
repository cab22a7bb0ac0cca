"""``python -m bnviz record speed-doc``: docs/speed.md, its picture and the README's table, from measurements.

``python -m bnviz record speed`` measures, writes the file, and then does the same. Only the text between the markers
of the two pages changes.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from bnviz.api.record import RecordOptions
from bnviz.bench.speed_file import Measurement, SpeedFile, load_now, measured, read_speed, write_speed
from bnviz.cli.bench import measurements
from bnviz.cli.speed_gpu import gpu_runs, gpu_section
from bnviz.cli.speed_picture import picture
from bnviz.cli.speed_scaling import scalings, slopes
from bnviz.cli.speed_tables import readme_table, tables
from bnviz.files.documents import filled, write_text
from bnviz.training.optimizers import warm_up

ROOT = Path(__file__).resolve().parents[2]
DOC, README = ROOT / "docs" / "speed.md", ROOT / "README.md"
FILE, PICTURE = DOC.parent / "speed" / "measured.json", DOC.parent / "speed" / "scaling.svg"
NO_SPEED = ("diagnosis",)
"""Measurements that count faults, and no time."""


def record_speed(options: RecordOptions) -> list[Path]:
    """Measure all or some parts, each written when it is there, and fill in the documents."""
    load = load_now()
    warm_up()
    target, known = options.target(FILE), measurements()
    found = read_speed(FILE) if FILE.exists() else SpeedFile()
    for name in options.parts_of(name for name in known if name not in NO_SPEED):
        options.on_progress(f"measuring {name} ...")
        found.measurements[name] = measured(known[name], name, load)
        options.on_progress(_told(found.measurements[name]))
        write_speed(found, target)
    return [target, *documents(found, options)]


def record_document(options: RecordOptions) -> list[Path]:
    """Fill in the documents from the file that is there."""
    return documents(read_speed(FILE), options)


def documents(found: SpeedFile, options: RecordOptions) -> list[Path]:
    """Write the page, its picture and the README."""
    pages = {DOC: page(found), PICTURE: picture(scalings(found)), README: readme(found)}
    return [write_text(options.target(path), text) for path, text in pages.items()]


def page(found: SpeedFile) -> str:
    """Return docs/speed.md with its parts filled in."""
    parts = {
        "machine": machine(found),
        "scaling": slopes(found),
        "tables": tables(found),
        "gpu": gpu_section(gpu_runs()),
    }
    return filled(DOC.read_text(encoding="utf-8"), parts, DOC.name)


def readme(found: SpeedFile) -> str:
    """Return the README with its table filled in."""
    parts = {"speed": [*machine(found), "", *readme_table(found)]}
    return filled(README.read_text(encoding="utf-8"), parts, README.name)


def machine(found: SpeedFile) -> Iterator[str]:
    """Yield on what and when the figures were measured; measurements of one day on one machine share a line."""
    alike: dict[tuple[str, ...], list[str]] = {}
    for name, each in found.measurements.items():
        facts = (each.date, each.machine, each.versions["torch"], each.versions["python"])
        alike.setdefault(facts, []).append(name)
    for (date, words, torch, python), names in alike.items():
        runs = [found.measurements[name] for name in names]
        loads = sorted({run.load for run in runs if run.load is not None})
        minutes = sum(run.seconds for run in runs) / 60
        what = "" if len(alike) == 1 else f" ({', '.join(names)})"
        busy = " to ".join(f"{load:.1f}" for load in (loads[:1] + loads[1:][-1:]))
        busy = f" Load average before, from other programs: {busy}." if loads else ""
        yield f"Measured {date} on {words}, torch {torch}, Python {python}, in {minutes:.0f} minutes{what}.{busy}"


def _told(made: Measurement) -> str:
    missed = [row.what for row in made.rows if row.met is False]
    return f"{made.seconds:.0f} s, {len(made.rows)} figures" + (f"; missed: {'; '.join(missed)}" if missed else "")
