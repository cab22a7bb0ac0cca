"""The fonts of the app: of Streamlit's, the letters of our words and the icons of our pages and of its controls."""

from __future__ import annotations

import json
import re
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from bnviz.api.record import RecordOptions
from bnviz.config import InputError
from bnviz.web.small_fonts import font_of, index_of

ROOT = Path(__file__).resolve().parents[2]
ALWAYS = "".join(
    chr(point) for low, high in ((0x20, 0x7F), (0xA0, 0x100), (0x391, 0x3CA)) for point in range(low, high)
)
"""What visitors write most: the letters of western Europe, and Greek."""
_SOURCES = {"icons": "MaterialSymbols-Rounded", "letters": "SourceSansVF-Upright"}
_OURS = re.compile(r":material/([a-z0-9_]+)")
_QUOTED = re.compile(r"""["'`]([a-z0-9_]{2,40})["'`]""")


def record_fonts(options: RecordOptions) -> list[Path]:
    """Subset fonts of the installed Streamlit; it needs ``pip install fonttools brotli``. The parts are names of fonts.

    Kept are the icons that our sources name and every icon whose name is a string in Streamlit's scripts, the letters
    of our words and those of ALWAYS.
    """
    try:
        import brotli  # noqa: F401 - fontTools compresses with it
        from fontTools.ttLib import TTFont
    except ImportError as error:
        raise InputError("the fonts are made with: pip install fonttools brotli") from error
    makers = {"icons": _icons, "letters": _letters}
    written: list[Path] = []
    for name in options.parts_of(list(makers)):
        source = streamlit_font(name)
        font = TTFont(source)
        kept = makers[name](font)
        font.flavor = "woff2"
        target, index = options.target(font_of(name)), options.target(index_of(name))
        font.save(target)
        index.write_text(
            json.dumps({"source": source.name, name: kept}, indent=1, ensure_ascii=False) + "\n", encoding="utf-8"
        )
        written += [target, index]
    return written


def _icons(font: Any) -> list[str]:  # noqa: ANN401 - fontTools is optional
    from fontTools import subset

    by_name = _ligatures(font)
    icons = sorted(icons_in_our_sources() | (icons_in_streamlit() & set(by_name)))
    missing = [name for name in icons if name not in by_name]
    if missing:
        raise InputError(f"Streamlit's font has no icon named {', '.join(missing)}")
    letters = {font.getBestCmap()[ord(letter)] for name in icons for letter in name}
    # Without closure: the letters alone would bring every icon whose name is made of them.
    subsetter = subset.Subsetter(subset.Options(layout_closure=False, notdef_outline=True))
    subsetter.populate(glyphs=[by_name[name] for name in icons] + sorted(letters), unicodes=_points(icons))
    subsetter.subset(font)
    return icons


def _letters(font: Any) -> str:  # noqa: ANN401 - fontTools is optional
    from fontTools import subset

    letters = "".join(sorted((letters_of_our_words() | set(ALWAYS)) & set(map(chr, font.getBestCmap()))))
    subsetter = subset.Subsetter(subset.Options(notdef_outline=True))
    subsetter.populate(text=letters)
    subsetter.subset(font)
    return letters


def letters_of_our_words() -> set[str]:
    """Return every character of the app's words, and of the sources in which words and signs may stand."""
    endings = {".toml", ".py", ".js", ".css"}
    files = [
        path for name in ("assets", "bnviz", "pages") for path in (ROOT / name).rglob("*") if path.suffix in endings
    ]
    return {letter for path in files for letter in path.read_text(encoding="utf-8")}


def streamlit_folder() -> Path:
    """Return the folder of the installed Streamlit, without importing it."""
    spec = find_spec("streamlit")
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent


def streamlit_font(name: str) -> Path:
    """Return Streamlit's font of icons or of letters."""
    return next((streamlit_folder() / "static" / "static" / "media").glob(f"{_SOURCES[name]}*.woff2"))


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
