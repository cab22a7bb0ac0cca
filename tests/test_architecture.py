"""The rules of the house (ARCHITECTURE.md), read from the imports with ast."""

from __future__ import annotations

import ast

import pytest
from house import FOREIGN, ROOT, chapter_of, circles, graph, imported, kind_of, reached_from, room_of, sources, where

LONGEST_FILE = 400
LONGEST_FUNCTION = 40
LONGEST_PAGE = 25

ENGINE = {"config", "files", "data", "norms", "nets", "backprop", "telemetry", "training", "landscape"}
MANY_RUNS = {"studies", "sweeps"}

# room -> the rooms it may import; the door ("", such as bnviz.array_types) is open to all.
MAY_IMPORT: dict[str, set[str]] = {
    "config": set(),
    "files": {"config"},
    "data": {"config", "files"},
    "norms": {"config"},
    "nets": {"config", "norms"},
    "telemetry": {"config", "files"},
    "backprop": {"norms", "nets"},
    "training": {"config", "files", "data", "nets", "norms", "backprop", "telemetry"},
    "landscape": {"config", "files", "data", "nets", "norms", "telemetry", "training"},
    "studies": ENGINE,
    "sweeps": ENGINE | {"studies"},
    "cluster": ENGINE | MANY_RUNS,
    "api": ENGINE,
    "text": {"config"},
    "watching": {"config", "files", "telemetry"},
    "diagnosis": {"config", "files", "data", "telemetry", "norms", "text", "watching"},
    "standalone": {"config", "files", "telemetry", "text", "live"},
    "notebook": {"config", "files", "telemetry", "text", "live", "watching", "standalone"},
    "integrations": {"config", "telemetry", "watching"},
    "figures": {"config", "telemetry", "studies", "text"},
    "live": ENGINE,
    "web": ENGINE | {"text", "live", "standalone"},
    "ui": ENGINE | {"studies", "text", "figures"},
    "lab": ENGINE | {"text", "standalone", "figures", "live", "ui"},
    "chapters": ENGINE | MANY_RUNS | {"api", "text", "watching", "diagnosis", "standalone", "figures", "ui", "lab"},
    "ledger": ENGINE | MANY_RUNS | {"api", "text", "figures", "ui", "chapters"},
    "words": ENGINE | MANY_RUNS | {"api", "chapters", "text"},
    "bench": ENGINE | MANY_RUNS | {"text", "live", "watching", "diagnosis"},
    "pages": {"chapters", "ledger", "lab", "ui"},
}
MAY_IMPORT["cli"] = set(MAY_IMPORT) - {"pages", "ui", "lab", "figures"}

# What a room never reaches, not even through others.
NEVER_REACHES: dict[str, set[str]] = {
    room: {"streamlit", "plotly"}
    for room in (
        *(*ENGINE, *MANY_RUNS, "cluster", "api", "text", "live", "web", "bench", "words"),
        *("watching", "diagnosis", "standalone", "notebook", "integrations"),
    )
}
NEVER_REACHES["config"] = NEVER_REACHES["text"] = {"torch", "streamlit", "plotly"}
NEVER_REACHES["figures"] = {"torch", "streamlit"}

# kind of a chapter's file -> kinds of the same chapter that it may import, and what it never imports itself.
CHAPTER_FILES: dict[str, tuple[set[str], set[str]]] = {
    "compute": ({"compute", "results"}, {"streamlit", "plotly"}),
    "results": ({"results"}, {"torch", "streamlit", "plotly"}),
    "figure": ({"figure", "results"}, {"torch", "streamlit"}),
    "cached": ({"compute", "results", "cached"}, {"torch", "plotly"}),
    "wording": ({"compute", "results", "cached", "wording"}, {"torch", "streamlit", "plotly"}),
    "part": ({"compute", "results", "figure", "cached", "wording", "part"}, {"torch", "plotly"}),
}


def rooms_imported() -> list[tuple[str, str]]:
    """Every pair (file, file of another room that it imports)."""
    return [
        (name, target)
        for name, targets in graph().items()
        for target in targets
        if target not in FOREIGN and room_of(target) not in ("", room_of(name))
    ]


def test_every_room_is_in_the_table():
    rooms = {path.name for path in (ROOT / "bnviz").iterdir() if path.is_dir() and list(path.glob("*.py"))}
    assert rooms == set(MAY_IMPORT) - {"pages"}


def test_each_room_imports_only_what_its_rule_allows():
    broken = [
        f"{name} imports {target}, but {room_of(name)} may import {sorted(MAY_IMPORT[room_of(name)])}"
        for name, target in rooms_imported()
        if room_of(name) and room_of(target) not in MAY_IMPORT[room_of(name)]
    ]
    assert broken == []


@pytest.mark.parametrize("room", sorted(NEVER_REACHES))
def test_no_room_reaches_what_it_never_may(room):
    broken = [
        f"{name} reaches {sorted(found)}"
        for name in sources()
        if room_of(name) == room and (found := reached_from(name) & NEVER_REACHES[room])
    ]
    assert broken == []


def test_the_engine_reaches_no_chapter_and_no_screen():
    forbidden = set(MAY_IMPORT) - ENGINE
    broken = [
        f"{name} reaches {target}"
        for name in sources()
        if room_of(name) in ENGINE
        for target in reached_from(name)
        if room_of(target) in forbidden
    ]
    assert broken == []


def test_a_chapter_reaches_no_other_chapter():
    broken = [
        f"{name} reaches {target}"
        for name in sources()
        if chapter_of(name)
        for target in reached_from(name)
        if chapter_of(target) not in ("", chapter_of(name)) or room_of(target) in ("ledger", "cli", "bench")
    ]
    assert broken == []


def test_the_kit_reaches_neither_lab_nor_chapters():
    broken = [
        f"{name} reaches {target}"
        for name in sources()
        if room_of(name) == "ui"
        for target in reached_from(name)
        if room_of(target) in ("lab", "chapters", "ledger", "live")
    ]
    assert broken == []


def test_files_of_a_chapter_import_only_their_kinds():
    broken = []
    for name, targets in graph().items():
        if not chapter_of(name):
            continue
        kinds, never = CHAPTER_FILES[kind_of(name)]
        broken += [f"{name} ({kind_of(name)}) imports {what}" for what in targets & never]
        broken += [
            f"{name} ({kind_of(name)}) imports {target} ({kind_of(target)})"
            for target in targets
            if chapter_of(target) == chapter_of(name) and kind_of(target) not in kinds
        ]
    assert broken == []


def test_figures_of_chapters_reach_no_torch():
    figures = [name for name in sources() if chapter_of(name) and kind_of(name) in ("figure", "results")]
    assert len(figures) > 20
    broken = [
        f"{name} reaches {sorted(found)}" for name in figures if (found := reached_from(name) & {"torch", "streamlit"})
    ]
    assert broken == []


def test_the_ledger_reads_only_what_chapters_compute():
    broken = [
        f"{name} imports {target}"
        for name, target in rooms_imported()
        if room_of(name) == "ledger" and chapter_of(target) and kind_of(target) not in ("compute", "results")
    ]
    assert broken == []


def test_no_files_import_each_other_in_a_circle():
    assert circles(graph()) == []


def test_a_circle_is_found():
    edges = {"a": frozenset("b"), "b": frozenset("c"), "c": frozenset("a"), "d": frozenset("a")}
    assert circles(edges) == [("a", "b", "c")]


@pytest.mark.parametrize(
    ("room", "name"),
    [
        ("config", "data"),
        ("files", "data"),
        ("telemetry", "nets"),
        ("training", "studies"),
        ("live", "ui"),
        ("cli", "ui"),
        ("ui", "lab"),
        ("ui", "chapters"),
        ("pages", "training"),
    ],
)
def test_the_rules_bite(room, name):
    assert name not in MAY_IMPORT[room]


def test_only_screens_speak_streamlit():
    speaking = [
        where(name, node)
        for name, tree in sources().items()
        if room_of(name) not in ("ui", "lab", "chapters", "ledger", "pages") and name != "app"
        for node, what in imported(tree)
        if what.split(".")[0] == "streamlit"
    ]
    assert speaking == []


def test_files_stay_short():
    files = [*(ROOT / "bnviz").rglob("*.py"), *(ROOT / "pages").glob("*.py"), *(ROOT / "tests").rglob("*.py")]
    lengths = {str(path.relative_to(ROOT)): len(path.read_text().splitlines()) for path in files}
    long = {name: length for name, length in lengths.items() if length > LONGEST_FILE}
    assert long == {}, f"no file is longer than {LONGEST_FILE} lines"


def body_lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Return a function's lines without its docstring."""
    first = function.body[0]
    told = ast.get_docstring(function) is not None
    return function.end_lineno - function.lineno + 1 - (first.end_lineno - first.lineno + 1 if told else 0)


def test_functions_are_short():
    long = {
        f"{name}.{node.name}": body_lines(node)
        for name, tree in sources().items()
        for node in ast.walk(tree)
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and body_lines(node) > LONGEST_FUNCTION
    }
    assert long == {}, f"no function is longer than {LONGEST_FUNCTION} lines, its docstring apart"


def test_pages_are_short():
    lengths = {path.name: len(path.read_text().splitlines()) for path in (ROOT / "pages").glob("*.py")}
    assert {name: length for name, length in lengths.items() if length > LONGEST_PAGE} == {}


def test_the_table_of_rooms_in_the_document_is_the_rule():
    page = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in page.splitlines() if line.count("|") == 5]
    table = {row[0]: row for row in rows if row[0] in MAY_IMPORT}
    assert set(table) == set(MAY_IMPORT)
    for room, (_, _, allowed, never) in table.items():
        if room == "cli":
            continue  # said by what it may not import
        names = set() if allowed == "-" else {name.strip() for name in allowed.split(",")}
        assert (names - {"engine"}) | (ENGINE if "engine" in names else set()) == MAY_IMPORT[room], room
        assert (set() if never == "-" else set(never.split(", "))) == NEVER_REACHES.get(room, set()), room
