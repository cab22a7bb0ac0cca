"""The house as its imports draw it: files, rooms, kinds of chapter files, reachability and circles."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[1]
FOREIGN = ("torch", "streamlit", "plotly", "threading")


@cache
def sources() -> dict[str, ast.Module]:
    """Return the syntax tree of every file of bnviz, pages and app.py, by dotted name."""
    files = [*(ROOT / "bnviz").rglob("*.py"), *(ROOT / "pages").glob("*.py"), ROOT / "app.py"]
    return {name_of(path): ast.parse(path.read_text(encoding="utf-8")) for path in sorted(files)}


def name_of(path: Path) -> str:
    """Return a file's dotted name; a package is named as its folder."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def room_of(name: str) -> str:
    """Return the room of a dotted name: ``training``, ``chapters``, ``pages``; "" outside of rooms."""
    parts = name.split(".")
    if parts[0] == "pages":
        return "pages"
    inside = parts[1] if parts[0] == "bnviz" and len(parts) > 1 else ""
    return inside if (ROOT / "bnviz" / inside).is_dir() else ""


def chapter_of(name: str) -> str:
    """Return the chapter that a dotted name belongs to, or ""."""
    parts = name.split(".")
    return parts[2] if parts[:2] == ["bnviz", "chapters"] and len(parts) > 2 else ""


def kind_of(name: str) -> str:
    """Return the kind of a chapter's file by its name: figure, results, cached, wording, part or compute."""
    last = name.rsplit(".", 1)[-1]
    if last == "figures" or last.endswith("_figure"):
        return "figure"
    if last in ("results", "labels") or last.startswith("published"):
        return "results"
    if last in ("cached", "wording"):
        return last
    return "part" if last in ("parts", "controls") or last.endswith("_part") else "compute"


def imported(tree: ast.AST) -> Iterator[tuple[ast.AST, str]]:
    """Yield every imported name, fully dotted: ``from bnviz.live import wire`` gives bnviz.live.wire."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "relative imports hide which room they reach"
            yield from ((node, f"{node.module}.{alias.name}") for alias in node.names)


def file_of(name: str) -> str:
    """Return the file that an imported name comes from: its longest prefix that is a file of ours, or ""."""
    while name and name not in sources():
        name = name.rpartition(".")[0]
    return name


@cache
def graph() -> dict[str, frozenset[str]]:
    """Return for every file what it imports: our files by dotted name, others by their top name."""
    found = {}
    for name, tree in sources().items():
        targets = {
            file_of(what) if what.split(".")[0] in ("bnviz", "pages") else what.split(".")[0]
            for _, what in imported(tree)
        }
        found[name] = frozenset(targets - {name, ""})
    return found


@cache
def reached_from(name: str) -> frozenset[str]:
    """Return everything that a file imports, directly or through other files of ours."""
    found: set[str] = set()
    waiting = [name]
    while waiting:
        for target in graph().get(waiting.pop(), frozenset()) - found:
            found.add(target)
            waiting.append(target)
    return frozenset(found)


def circles(edges: dict[str, frozenset[str]]) -> list[tuple[str, ...]]:
    """Return the groups of files that import each other in a circle (strongly connected components)."""

    def reach(start: str) -> set[str]:
        seen: set[str] = set()
        waiting = [start]
        while waiting:
            for target in edges.get(waiting.pop(), frozenset()) - seen:
                seen.add(target)
                waiting.append(target)
        return seen

    reachable = {name: reach(name) for name in edges}
    in_circle = sorted(name for name in edges if name in reachable[name])
    groups = {
        tuple(sorted(other for other in in_circle if other in reachable[name] and name in reachable[other]))
        for name in in_circle
    }
    return sorted(groups)


def where(name: str, node: ast.AST) -> str:
    """Return a place for a failure's message."""
    return f"{name}:{getattr(node, 'lineno', 1)}"
