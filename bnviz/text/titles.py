"""Titles of pages, as the browser's tab shows them."""

from __future__ import annotations

from functools import lru_cache

from bnviz.text.catalogue import TEXT, catalogue, translate


@lru_cache(maxsize=8)  # each request asks for them, and there are more than a thousand sentences
def page_names(lang: str = "en") -> frozenset[str]:
    """Return the names of the pages, which are also their paths; the lab's path is empty."""
    keys = (key.split(".") for key in catalogue(lang))
    return frozenset(parts[1] for parts in keys if parts[0] == "nav" and len(parts) == 2)


def page_title(page: str, lang: str = "en") -> str:
    """Return "The transform · bnviz" for a page; the lab's title is that of the whole app."""
    if page == "lab":
        return translate("app.title", lang)
    return f"{translate(f'nav.{page}', lang)} · {translate('app.name', lang)}"


def language_of(wanted: str) -> str:
    """Return the language of the app that an Accept-Language header, or a code, asks for first; else English."""
    code = wanted.split(",")[0].split(";")[0].split("-")[0].strip().lower()
    is_code = code.isascii() and code.isalpha() and len(code) <= 8  # as a longer one may be no name of a folder
    return code if is_code and (TEXT / code).is_dir() else "en"
