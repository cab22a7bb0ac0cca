"""``python -m bnviz record own-network-doc``: the answers and the pictures of docs/your-own-network.md.

The page is written by hand. What its examples print, and its pictures, are made here from our own small nets; a test
runs every example again.
"""

from __future__ import annotations

import io
import re
import tempfile
from collections.abc import Iterator
from contextlib import chdir, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bnviz.api.record import RecordOptions
from bnviz.cli.own_network_pictures import picture_of
from bnviz.diagnosis.finding import CODES
from bnviz.files.documents import write_text

DOC = Path(__file__).resolve().parents[2] / "docs" / "your-own-network.md"
PICTURES = DOC.parent / "your-own-network"
_BLOCK = re.compile(
    r"^```(python|sh)([^\n]*)\n(.*?)^```\n(?:\n?^```text\n(.*?)^```(?:\n|\Z))?", re.MULTILINE | re.DOTALL
)


@dataclass(frozen=True, slots=True)
class Example:
    """One example of the page.

    Attributes:
        section: the level-2 heading that it is under.
        language: "python" or "sh".
        needs: packages that it needs beside ours.
        code: what is run.
        printed: what it prints, as the page says; None where the page does not say.
        end: where in the page the example ends.
    """

    section: str
    language: str
    needs: tuple[str, ...]
    code: str
    printed: str | None
    end: int


def examples(text: str) -> Iterator[Example]:
    """Yield the examples of a page in order; each may use the names of those before it."""
    headings = [(found.start(), found[1]) for found in re.finditer(r"^## (.+)$", text, re.MULTILINE)]
    for found in _BLOCK.finditer(text):
        section = next((name for start, name in reversed(headings) if start < found.start()), "")
        needs = tuple(re.findall(r"[\w.]+", found[2].replace("needs", "")))
        yield Example(section, found[1], needs, found[3], found[4], found.end())


def run_example(example: Example, names: dict[str, Any]) -> str:
    """Run an example of Python in the current folder and return what it prints; its names are kept for the next one."""
    out = io.StringIO()
    with redirect_stdout(out):
        exec(compile(example.code, f"<{example.section}>", "exec"), names)  # noqa: S102 - our own page
    return "".join(f"{line.rstrip()}\n" for line in out.getvalue().splitlines())


def record_document(options: RecordOptions) -> list[Path]:
    """Draw the pictures of the codes that are named (default: all), and write what the examples print."""
    made = []
    for code in options.parts_of(CODES):
        options.on_progress(code)
        target = options.target(PICTURES / f"{code}.svg")
        target.parent.mkdir(exist_ok=True)
        target.write_text(picture_of(code), encoding="utf-8")  # type: ignore[arg-type]
        made.append(target)
    if not options.parts:
        made.append(write_text(options.target(DOC), answered(DOC.read_text(encoding="utf-8"))))
    return made


def answered(text: str) -> str:
    """Return the page with the answers that its examples give now."""
    names: dict[str, Any] = {"__name__": "example"}
    found = [each for each in examples(text) if each.language == "python" and not each.needs]
    with tempfile.TemporaryDirectory() as folder, chdir(folder):
        answers = [run_example(each, names) for each in found]
    for each, answer in reversed(list(zip(found, answers, strict=True))):
        if each.printed is None:
            continue
        start = text.rindex("```text\n", 0, each.end) + len("```text\n")
        text = text[:start] + answer + text[each.end - len("```\n") :]
    return text
