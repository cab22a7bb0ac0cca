"""The rules of the house (ARCHITECTURE.md), read from the imports with ast."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LONGEST_FILE = 300

# room -> what it may import of ours; a name with a dot is one module of a room.
MAY_IMPORT: dict[str, set[str]] = {
    "config": set(),
    "files": {"config"},
    "data": {"config", "files"},
    "norms": {"config"},
    "nets": {"config", "norms"},
    "telemetry": {"config", "files"},
    "training": {"config", "data", "nets", "norms", "telemetry"},
    "analysis": {"config", "telemetry", "norms"},
    "figures": {"config", "telemetry.records", "telemetry.history", "telemetry.study_records", "analysis"},
    "pages": {"ui", "figures", "experiments", "config"},
}
MAY_IMPORT["experiments"] = {
    "config", "files", "data", "norms", "nets", "telemetry", "training", "analysis",
}  # fmt: skip
MAY_IMPORT["live"] = {"config", "data", "telemetry", "training", "experiments"}
MAY_IMPORT["bench"] = MAY_IMPORT["experiments"] | {"experiments", "figures", "live"}
MAY_IMPORT["cli"] = MAY_IMPORT["bench"] | {"bench"}
MAY_IMPORT["ui"] = MAY_IMPORT["cli"]
MAY_IMPORT["(front door)"] = set(MAY_IMPORT) | {"ui"}

NEVER: dict[str, set[str]] = {
    "config": {"torch", "streamlit", "plotly"},
    "figures": {"torch", "streamlit"},
    "ui": {"torch"},
    "pages": {"torch", "threading"},
    "(front door)": set(),
}
for _room in MAY_IMPORT:
    NEVER.setdefault(_room, {"streamlit", "plotly"})

MUTATORS = {
    "append", "extend", "insert", "remove", "pop", "clear", "update", "add", "discard", "setdefault",
    "popitem", "sort", "reverse", "appendleft", "popleft",
}  # fmt: skip
MUTABLE_CALLS = {"list", "dict", "set", "defaultdict", "deque", "OrderedDict", "Counter", "bytearray"}
# State of the process, not of a user, each behind a lock of its own.
PROCESS_WIDE = {("bnviz/data/fetch.py", "_BUSY"), ("bnviz/data/_torchvision.py", "_KEPT")}


def sources() -> list[Path]:
    files = [*(ROOT / "bnviz").rglob("*.py"), *(ROOT / "pages").glob("*.py"), ROOT / "app.py"]
    assert len(files) > 60
    return sorted(files)


def room_of(path: Path) -> str:
    parts = path.relative_to(ROOT).parts
    if parts[0] == "pages":
        return "pages"
    return parts[1] if parts[0] == "bnviz" and len(parts) > 2 else "(front door)"


def where(path: Path, node: ast.AST) -> str:
    return f"{path.relative_to(ROOT)}:{getattr(node, 'lineno', 1)}"


def imports(tree: ast.AST) -> Iterator[tuple[ast.AST, str]]:
    """Every imported name, fully dotted: ``from bnviz.live import wire`` gives bnviz.live.wire."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "relative imports hide which room they reach"
            yield from ((node, f"{node.module}.{alias.name}") for alias in node.names)


def broken_import(room: str, name: str) -> str | None:
    """The rule that importing this name breaks in this room, or None."""
    parts = name.split(".")
    if parts[0] in NEVER[room]:
        return f"{room} never imports {parts[0]}"
    if parts[0] != "bnviz" or len(parts) < 2 or parts[1] == room:
        return None
    allowed = MAY_IMPORT[room]
    if parts[1] in allowed or ".".join(parts[1:3]) in allowed or parts[1] not in MAY_IMPORT:
        return None
    return f"{room} may import {', '.join(sorted(allowed)) or 'nothing of ours'}, not {parts[1]}"


@cache
def parsed() -> list[tuple[Path, ast.Module]]:
    return [(path, ast.parse(path.read_text(encoding="utf-8"))) for path in sources()]


def test_every_room_stands_in_the_table():
    rooms = {path.name for path in (ROOT / "bnviz").iterdir() if path.is_dir() and list(path.glob("*.py"))}
    assert rooms <= set(MAY_IMPORT)


def test_each_room_imports_only_what_its_rule_allows():
    broken = [
        f"{where(path, node)}: {rule} ({name})"
        for path, tree in parsed()
        for node, name in imports(tree)
        if (rule := broken_import(room_of(path), name))
    ]
    assert broken == []


@pytest.mark.parametrize(
    ("room", "name"),
    [
        ("config", "torch"),
        ("config", "bnviz.data.load_dataset"),
        ("files", "bnviz.data.Dataset"),
        ("telemetry", "bnviz.nets.build_net"),
        ("training", "bnviz.api.train"),
        ("training", "streamlit.session_state"),
        ("figures", "bnviz.telemetry.recording.load"),
        ("live", "bnviz.ui.text"),
        ("cli", "bnviz.ui.text"),
        ("cli", "streamlit"),
        ("ui", "torch.nn"),
        ("pages", "threading.Thread"),
    ],
)
def test_the_rules_bite(room, name):
    assert broken_import(room, name) is not None


@pytest.mark.parametrize(
    ("room", "name"),
    [("figures", "bnviz.telemetry.history.History"), ("ui", "streamlit"), ("data", "bnviz.files.open_zip")],
)
def test_the_rules_allow_what_they_name(room, name):
    assert broken_import(room, name) is None


def test_only_ui_and_the_pages_speak_streamlit():
    speaking = [
        where(path, node)
        for path, tree in parsed()
        if room_of(path) not in ("ui", "pages") and path != ROOT / "app.py"
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "st"
    ]
    assert speaking == []


def module_level_mutables(tree: ast.Module) -> dict[str, ast.AST]:
    found: dict[str, ast.AST] = {}
    for node in tree.body:
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        value = getattr(node, "value", None)
        literal = isinstance(value, (ast.List, ast.Dict, ast.Set, ast.ListComp, ast.DictComp, ast.SetComp))
        called = (
            isinstance(value, ast.Call)
            and isinstance(value.func, ast.Name)
            and value.func.id in MUTABLE_CALLS
        )
        if literal or called:
            found |= {target.id: node for target in targets if isinstance(target, ast.Name)}
    return found


def mutations(tree: ast.AST, names: set[str]) -> Iterator[tuple[ast.AST, str]]:
    """Places that change one of these names: x.append(...), x[k] = ..., del x[k], x += ..., global x."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            owner = node.func.value
            if node.func.attr in MUTATORS and isinstance(owner, ast.Name) and owner.id in names:
                yield node, owner.id
        elif isinstance(node, ast.Subscript) and isinstance(node.ctx, (ast.Store, ast.Del)):
            if isinstance(node.value, ast.Name) and node.value.id in names:
                yield node, node.value.id
        elif isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
            if node.target.id in names:
                yield node, node.target.id
        elif isinstance(node, ast.Global):
            yield from ((node, name) for name in node.names)


def test_nothing_at_module_level_is_shared_and_changed():
    broken = [
        f"{where(path, node)}: {name} is shared by all users and changed here"
        for path, tree in parsed()
        for node, name in mutations(tree, set(module_level_mutables(tree)))
        if (str(path.relative_to(ROOT)), name) not in PROCESS_WIDE
    ]
    assert broken == []


def test_no_class_holds_a_mutable_that_its_instances_share():
    broken = [
        f"{where(path, node)}: {cls.name}.{name} is shared by all instances"
        for path, tree in parsed()
        for cls in ast.walk(tree)
        if isinstance(cls, ast.ClassDef)
        for name, node in module_level_mutables(ast.Module(cls.body, [])).items()
    ]
    assert broken == []


def test_the_search_for_shared_state_finds_it():
    tree = ast.parse(
        "seen = []\nnames: dict[str, int] = {}\ndef f(x):\n    seen.append(x)\n    names[x] = 1\n"
    )
    assert set(module_level_mutables(tree)) == {"seen", "names"}
    assert [name for _, name in mutations(tree, {"seen", "names"})] == ["seen", "names"]


def test_every_thread_has_a_name_of_ours():
    threading = [
        (path, tree)
        for path, tree in parsed()
        if {"threading", "threading.Thread"} & {n for _, n in imports(tree)}
    ]
    assert len(threading) > 2
    for path, tree in threading:
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call):
                continue
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if called == "Thread":
                name = next((k.value for k in node.keywords if k.arg == "name"), None)
                assert name is not None, f"{where(path, node)}: a thread without a name"
                assert "bnviz-" in ast.unparse(name), f"{where(path, node)}: its name starts with bnviz-"


def test_files_stay_short():
    files = [*sources(), *(ROOT / "tests").rglob("*.py"), *(ROOT / "scripts").glob("*.py")]
    lengths = {str(path.relative_to(ROOT)): len(path.read_text().splitlines()) for path in files}
    long = {name: length for name, length in lengths.items() if length > LONGEST_FILE}
    assert long == {}, f"no file is longer than {LONGEST_FILE} lines"
