"""Our own JavaScript modules joined into one, for a file or a cell that cannot ask for others, and for the lab.

It reads only what this project's formatter writes: imports of names from relative paths at the head of a module, and
exports in front of what they export. Every module becomes a function that is called once, after those it imports, so
that names cannot clash::

    const m3 = (() => { const { el } = m1; class Tabs { ... } return { Tabs }; })();
"""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

ASSETS = Path(__file__).resolve().parents[2] / "assets"

_IMPORT = re.compile(r'^import (?:(\w+)|\{([^}]*)\}) from "(\.{1,2}/[^"]+)";\n?', re.MULTILINE)
_ANY_IMPORT = re.compile(r"^\s*import\b(?!\s*\(|\.)", re.MULTILINE)
_DECLARED = re.compile(r"^export (?=(?:async )?(?:function\*?|const|class) (\w+|\[[\w, ]+\]))", re.MULTILINE)
_DEFAULT = re.compile(r"^export default ", re.MULTILINE)
_LIST = re.compile(r"(?:^|(?<=[;}]))export\s*\{([^}]*)\}(?!\s*from);?", re.MULTILINE)
_ANY_EXPORT = re.compile(r"(?:^\s*|[;}])export\b", re.MULTILINE)
_REMARK = re.compile(r"^[ \t]*/\*\*(?:(?!\*/).)*\*/[ \t]*\n|^[ \t]*//[^\n]*\n", re.MULTILINE | re.DOTALL)
_TYPE = re.compile(r"/\*\* @\w+ (?:(?!\*/)[^\n])*\*/ ?")
_INDENT = re.compile(r"^[ \t]+", re.MULTILINE)
_BLANK = re.compile(r"\n{2,}")


def bundle(entry: Path, named: bool = False) -> str:
    """Return the text of one module that does what ``entry`` does and has its default export, if it has one.

    Args:
        entry: the module.
        named: whether it has the other exports of ``entry``, too.

    Raises:
        ValueError: a module is written in a way that this bundler does not read, or modules import each other in a
            circle; a test bundles all that the project has.
    """
    paths = _in_order(entry.resolve())
    names = {path: f"m{number}" for number, path in enumerate(paths)}
    parts = [_wrapped(path, names) for path in paths]
    own, exported = names[entry.resolve()], _exports(_plain(entry.read_text(encoding="utf-8")))[1]
    others = [name for name in exported if name != "default"]
    if "default" in exported:
        parts.append(f"export default {own}.default;")
    if named and others:
        parts.append(f"export const {{ {', '.join(others)} }} = {own};")
    return "\n".join(parts) + "\n"


@lru_cache(maxsize=4)
def bundled(name: str) -> str:
    """Return the bundle of ``assets/<name>``, made once."""
    return bundle(ASSETS / name)


def _in_order(entry: Path) -> list[Path]:
    """Return a module and all that it imports, each after those that it needs."""
    done: dict[Path, None] = {}
    open_: set[Path] = set()

    def visit(path: Path) -> None:
        if path in done:
            return
        if path in open_:
            raise ValueError(f"{path.name}: modules import each other in a circle")
        open_.add(path)
        for _, _, target in _IMPORT.findall(_plain(path.read_text(encoding="utf-8"))):
            visit((path.parent / target).resolve())
        done[path] = None

    visit(entry)
    return list(done)


def _plain(source: str) -> str:
    """Return a module without its remarks, types and indents; the license of what others wrote (``/*!``) stays."""
    # Code has no template that goes over several lines (a test holds that), so that these are all outside of strings.
    return _BLANK.sub("\n", _INDENT.sub("", _TYPE.sub("", _REMARK.sub("", source))))


def _exports(source: str) -> tuple[str, dict[str, str]]:
    """Return the text without the word export, and the exported names with what they are called inside."""
    found = {name: name for declared in _DECLARED.findall(source) for name in re.findall(r"\w+", declared)}
    for listed in _LIST.findall(source):
        for pair in filter(None, (pair.strip() for pair in listed.split(","))):
            inner, _, outer = pair.partition(" as ")
            found[outer or inner] = inner
    if _DEFAULT.search(source):
        found["default"] = "$default"
    text = _LIST.sub("", _DECLARED.sub("", _DEFAULT.sub("const $default = ", source)))
    return text, found


def _wrapped(path: Path, names: dict[Path, str]) -> str:
    def bound(match: re.Match[str]) -> str:
        default, listed, target = match.groups()
        what = f"default: {default}" if default else listed.replace(" as ", ": ").strip().rstrip(",")
        what = re.sub(r"\s*\n\s*", " ", what)
        return f"const {{ {what} }} = {names[(path.parent / target).resolve()]};\n"

    source = _IMPORT.sub(bound, _plain(path.read_text(encoding="utf-8")))
    text, exported = _exports(source)
    if _ANY_IMPORT.search(text) or _ANY_EXPORT.search(text):
        raise ValueError(f"{path.name}: found an import or an export that cannot be joined")
    given = ", ".join(outer if inner == outer else f"{outer}: {inner}" for outer, inner in exported.items())
    return f"const {names[path]} = (() => {{\n{text.strip()}\nreturn {{ {given} }};\n}})();"
