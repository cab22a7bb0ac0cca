"""The font with the icons that the app and Streamlit's own controls show, made from Streamlit's icon font."""

from __future__ import annotations

import json
import re
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from bnviz.api.record import RecordOptions
from bnviz.config import InputError
from bnviz.web.icon_font import FONT, INDEX

ROOT = Path(__file__).resolve().parents[2]
_OURS = re.compile(r":material/([a-z0-9_]+)")
_QUOTED = re.compile(r"""["'`]([a-z0-9_]{2,40})["'`]""")


def record_icons(options: RecordOptions) -> list[Path]:
    """Subset the icon font of the installed Streamlit; it needs ``pip install fonttools brotli``.

    Kept are the icons that our sources name, and every icon whose name is a string in Streamlit's scripts.
    """
    try:
        import brotli  # noqa: F401 - fontTools compresses with it
        from fontTools import subset
        from fontTools.ttLib import TTFont
    except ImportError as error:
        raise InputError("the icon font is made with: pip install fonttools brotli") from error
    source = streamlit_font()
    font = TTFont(source)
    by_name = _ligatures(font)
    icons = sorted(icons_in_our_sources() | (icons_in_streamlit() & set(by_name)))
    missing = [name for name in icons if name not in by_name]
    if missing:
        raise InputError(f"Streamlit's font has no icon named {', '.join(missing)}")
    letters = {font.getBestCmap()[ord(letter)] for name in icons for letter in name}
    # Without closure: the letters alone would bring every icon whose name is made of them.
    settings = subset.Options(layout_closure=False, flavor="woff2", notdef_outline=True)
    subsetter = subset.Subsetter(settings)
    subsetter.populate(glyphs=[by_name[name] for name in icons] + sorted(letters), unicodes=_points(icons))
    subsetter.subset(font)
    font.flavor = "woff2"
    target, index = options.target(FONT), options.target(INDEX)
    font.save(target)
    index.write_text(json.dumps({"source": source.name, "icons": icons}, indent=1) + "\n", encoding="utf-8")
    return [target, index]


def streamlit_folder() -> Path:
    """Return the folder of the installed Streamlit, without importing it."""
    spec = find_spec("streamlit")
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent


def streamlit_font() -> Path:
    """Return Streamlit's icon font."""
    return next((streamlit_folder() / "static" / "static" / "media").glob("MaterialSymbols-Rounded*.woff2"))


def icons_in_our_sources() -> set[str]:
    """Return the icons that our pages name."""
    files = [
        *(ROOT / "bnviz").rglob("*.py"),
        *(ROOT / "pages").glob("*.py"),
        *(ROOT / "assets" / "text").rglob("*.toml"),
    ]
    return {name for path in files for name in _OURS.findall(path.read_text(encoding="utf-8"))}


def icons_in_streamlit() -> set[str]:
    """Return every word of Streamlit that may name an icon: strings of its scripts, and icons of its Python."""
    folder = streamlit_folder()
    scripts = [path.read_text(encoding="utf-8") for path in (folder / "static" / "static" / "js").glob("*.js")]
    python = [path.read_text(encoding="utf-8") for path in folder.rglob("*.py")]
    named = {name for text in (*scripts, *python) for name in _OURS.findall(text)}
    return named | {name for text in scripts for name in _QUOTED.findall(text)}


def _points(names: list[str]) -> list[int]:
    return sorted({ord(letter) for name in names for letter in name})


def _ligatures(font: Any) -> dict[str, str]:  # noqa: ANN401 - fontTools is optional
    """Return the glyph of every name that the font writes as one sign."""
    letter = {glyph: chr(point) for point, glyph in font.getBestCmap().items()}
    found: dict[str, str] = {}
    for lookup in font["GSUB"].table.LookupList.Lookup:
        for wrapped in lookup.SubTable:
            table = getattr(wrapped, "ExtSubTable", wrapped)
            for first, ligatures in getattr(table, "ligatures", {}).items():
                for ligature in ligatures:
                    glyphs = (first, *ligature.Component)
                    if all(glyph in letter for glyph in glyphs):
                        found["".join(letter[glyph] for glyph in glyphs)] = ligature.LigGlyph
    return found
