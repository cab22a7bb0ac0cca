"""docs/your-own-network.md: every example prints what stands below it, every fault has its section and picture."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from contextlib import chdir
from pathlib import Path
from typing import Any

import pytest

from bnviz.cli.main import main
from bnviz.cli.own_network_document import DOC, PICTURES, Example, examples, run_example
from bnviz.cli.own_network_pictures import picture_of
from bnviz.data._torchvision import torchvision_datasets
from bnviz.diagnosis.finding import CODES, Finding

TEXT = DOC.read_text(encoding="utf-8")
PROSE = re.sub(r"```.*?```", "", TEXT, flags=re.DOTALL)
NUMBER = re.compile(r"-?(?:\d+\.\d*|\.\d+|\d+)(?:e[-+]?\d+)?")


def anchors() -> set[str]:
    """The anchors that a Markdown viewer makes of the headings."""
    titles = re.findall(r"^#+ (.+)$", PROSE, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def run_commands(code: str) -> None:
    """Run the commands of an example; they find something, so they end with 1."""
    for line in code.splitlines():
        words = shlex.split(line, comments=True)
        assert words[:3] == ["python", "-m", "bnviz"]
        assert main(words[3:]) in (0, 1)


def differences(printed: str, expected: str) -> Iterator[str]:
    """Yield what differs: words must be equal, numbers within a fifth, since other processors round differently."""
    if NUMBER.sub("#", printed).split() != NUMBER.sub("#", expected).split():
        yield f"{printed!r} is not {expected!r}"
        return
    for mine, theirs in zip(NUMBER.findall(printed), NUMBER.findall(expected), strict=True):
        if float(mine) != pytest.approx(float(theirs), rel=0.2, abs=0.06):
            yield f"{mine} is not {theirs} in {expected!r}"


def test_every_example_prints_what_the_page_says(tmp_path: Path) -> None:
    names: dict[str, Any] = {"__name__": "example"}
    found = [each for each in examples(TEXT) if not each.needs]
    assert len(found) >= 22
    assert sum(each.printed is not None for each in found) >= 19
    wrong = []
    with chdir(tmp_path):
        for each in found:
            if each.language == "sh":
                run_commands(each.code)
                continue
            printed = run_example(each, names)
            wrong += [] if each.printed is None else differences(printed, each.printed)
    assert wrong == []
    assert (tmp_path / "report.html").read_text(encoding="utf-8").startswith("<!doctype html>")


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning")
@pytest.mark.parametrize("example", [each for each in examples(TEXT) if each.needs], ids=lambda each: each.needs[0])
def test_examples_of_other_packages_run_where_they_are(example: Example, tmp_path: Path) -> None:
    torchvision_datasets()  # these packages import torchvision, which beside a CPU build of torch needs help
    for name in example.needs:
        pytest.importorskip(name, reason=f"no {name}: requirements-integrations.txt has it")
    with chdir(tmp_path):
        run_example(example, {"__name__": "example"})


def test_ten_threads_have_five_lines_each_and_an_answer() -> None:
    threads = [each for each in examples(TEXT) if each.section.startswith("Ten threads")]
    assert len(threads) == 10
    for each in threads:
        assert each.printed
        assert len(each.code.splitlines()) <= 5
    titles = re.findall(r"^\*\*(\d+)\. .+\*\* \(\[.+#\d+\]\(https://github.com/.+/issues/\d+\)\)$", TEXT, re.MULTILINE)
    assert titles == [str(number) for number in range(1, 11)]


@pytest.mark.parametrize("code", CODES)
def test_every_fault_has_its_section_and_its_picture(code: Any) -> None:
    link = Finding(code, "note").link
    path, _, anchor = link.partition("#")
    assert DOC.samefile(DOC.parents[1] / path)
    assert anchor in anchors()
    section = re.search(rf"^### {code}\n(.*?)(?=^##)", TEXT, re.MULTILINE | re.DOTALL)
    assert section is not None
    for part in ("Symptom", "Cause", "How bnviz tells", "Cure"):
        assert f"**{part}.** " in section[1]
    assert f"](your-own-network/{code}.svg)" in section[1]
    picture = (PICTURES / f"{code}.svg").read_text(encoding="utf-8")
    assert re.match(r'<svg xmlns="http://www.w3.org/2000/svg" viewBox="[\d .]+" [^>]+ aria-label="[^"]+">', picture)


def test_every_link_of_the_page_leads_somewhere() -> None:
    links = re.findall(r"\]\(([^)]+)\)", PROSE)
    assert len(links) > 40
    for link in links:
        if link.startswith("#"):
            assert link[1:] in anchors(), link
        elif not link.startswith("https://"):
            assert (DOC.parent / link).is_file(), link


def test_a_picture_shows_what_is_measured_now() -> None:
    shipped = (PICTURES / "not-finite.svg").read_text(encoding="utf-8")
    texts = [re.sub(r"<[^>]+>", " ", picture) for picture in (picture_of("not-finite"), shipped)]
    assert list(differences(*texts)) == []
