"""docs/coverage.md names every idea of the notes once, and its links lead somewhere."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest

from bnviz.config import from_query
from bnviz.lab.live_view import PANELS

ROOT = Path(__file__).parents[1]
TABLE = (ROOT / "docs" / "coverage.md").read_text(encoding="utf-8")
IDEAS = {"S0": 24, "S1": 41, "S2": 24, "S3": 21, "S4": 42}
ROWS = [tuple(cell.strip() for cell in row) for row in re.findall(r"^\| (S\d.+?) \|(.+?)\|(.+)\|$", TABLE, re.M)]
LINKS = sorted({link for _, _, where in ROWS for link in re.findall(r"\]\((.+?)\)", where)})


def test_every_idea_is_there_once() -> None:
    wanted = [f"{notes}.{number + 1}" for notes, count in IDEAS.items() for number in range(count)]
    assert [row[0] for row in ROWS] == wanted


def test_every_idea_lives_somewhere() -> None:
    for number, idea, where in ROWS:
        assert idea, number
        places = where.split(" · ")
        assert all(re.fullmatch(r"\[[^\]]+\]\(/[^)]*\)|later: [A-Z][\w ]+", place) for place in places), number


@pytest.mark.parametrize("link", LINKS)
def test_every_link_leads_somewhere(link: str) -> None:
    parts = urlsplit(link)
    page = ROOT / "pages" / f"{parts.path.strip('/') or 'lab'}.py"
    assert page.is_file()
    query = dict(parse_qsl(parts.query, strict_parsing=bool(parts.query)))
    if page.stem == "lab":
        assert query.pop("panel", PANELS[0]) in PANELS
        from_query(query)  # raises what it does not accept
        assert not set(query) - {"preset", "arms", "norm_position", "dropout"}
        return
    source = page.read_text(encoding="utf-8")
    for name, value in query.items():
        assert f'"{name}"' in source, "the page has no such choice"
        assert re.search(rf'"{value}"\s*:', source), "the choice has no such part"
