"""A diagnosis as HTML: a fragment for notebooks and a page of its own."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from bnviz.text.catalogue import translate

if TYPE_CHECKING:
    from bnviz.diagnosis.diagnosis import Diagnosis


def html_fragment(diagnosis: Diagnosis, language: str = "en") -> str:
    """Return the findings as a list in HTML, without scripts."""
    items = "".join(
        f"<li><b>{escape(translate(f'diagnosis.severity.{finding.severity}', language))}</b> "
        f"{escape(finding.worded('title', language))}<br>{escape(finding.worded('cure', language))}</li>"
        for finding in diagnosis.findings
    )
    none = escape(translate("diagnosis.none", language, n=len(diagnosis.layers)))
    body = f"<ol>{items}</ol>" if items else f"<p>{none}</p>"
    return f"<div><p>{escape(diagnosis.headline(language))}</p>{body}</div>"


def html_report(diagnosis: Diagnosis, language: str = "en") -> str:
    """Return a page that opens without a server."""
    title = escape(f"bnviz: {diagnosis.model}")
    head = f'<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{title}</title>'
    return f'<!doctype html><html lang="{language}">{head}<body>{html_fragment(diagnosis, language)}</body></html>'
