"""A diagnosis as one HTML page that opens from disk, and the same parts for a notebook. No script, no request."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from bnviz.diagnosis.finding import Finding, written
from bnviz.diagnosis.html_layers import layers_part
from bnviz.diagnosis.html_style import fragment, page, text
from bnviz.text.catalogue import catalogue, translate

if TYPE_CHECKING:
    from bnviz.diagnosis.diagnosis import Diagnosis

MOST_FINDINGS = 200
_HIDDEN_EVIDENCE = {"n", "of", "reason", "seen", "worst"}


def html_report(diagnosis: Diagnosis, language: str = "en") -> str:
    """Return a page that opens without a server and asks for nothing."""
    title = translate("reports.page.title", language, model=diagnosis.model)
    return page(title, _parts(diagnosis, language), language)


def html_fragment(diagnosis: Diagnosis, language: str = "en") -> str:
    """Return the report for a notebook's cell; its style touches nothing else there."""
    return fragment(_parts(diagnosis, language))


def _parts(diagnosis: Diagnosis, language: str) -> str:
    return "".join(
        (
            _top(diagnosis, language),
            _findings(diagnosis, language),
            layers_part(diagnosis, language),
            _not_checked(diagnosis, language),
            f'<footer class="foot"><small>{text(translate("reports.page.how", language), 2000)}</small></footer>',
        )
    )


def _top(diagnosis: Diagnosis, language: str) -> str:
    made = ", ".join(f"{name} {value}" for name, value in diagnosis.versions.items())
    facts = translate("reports.page.made", language, date=diagnosis.date, versions=made, batches=diagnosis.batches)
    counts = Counter(finding.severity for finding in diagnosis.findings)
    said = {name: translate(f"reports.page.count.{name}", language, count=counts[name]) for name in counts}
    pills = "".join(_pill(name, said[name]) for name in ("error", "warning", "note") if name in said)
    if not (counts["error"] or counts["warning"]):
        pills = _pill("good", translate("reports.page.healthy", language)) + pills
    layers = translate("reports.page.layers_seen", language, count=len(diagnosis.layers))
    return (
        f'<header class="top"><div><div class="label">{text(translate("reports.page.label", language))}</div>'
        f"<h1>{text(diagnosis.model)}</h1><small>{text(layers)} · {text(facts)}</small>"
        f'<div class="tally">{pills}</div></div>{_metric(diagnosis, language)}</header>'
    )


def _pill(kind: str, words: str) -> str:
    return f'<span class="pill {kind}">{text(words)}</span>'


def _metric(diagnosis: Diagnosis, language: str) -> str:
    measured = {name: getattr(diagnosis, name) for name in ("evaluation", "training", "reestimated")}
    finite = {name: value for name, value in measured.items() if value == value and abs(value) != float("inf")}
    if not finite:
        return ""
    name = catalogue(language).get(f"diagnosis.metrics.{diagnosis.metric}", diagnosis.metric)
    rows = [(translate(f"reports.page.modes.{mode}", language), value, "") for mode, value in measured.items()]
    return f'<div><div class="label">{text(name)}</div>{_bars(rows)}</div>'


def _bars(rows: list[tuple[str, float, str]]) -> str:
    """Return a bar for each (name, value, class); full width is 1, or the largest value where one is above 1."""
    finite = [abs(value) for _, value, _ in rows if value == value and abs(value) != float("inf")]
    full = max([1.0, *finite])
    cells = []
    for name, value, kind in rows:
        share = 100 * min(1.0, abs(value) / full) if value == value else 0
        bar = f'<i class="{kind}" style="width:{share:.1f}%"></i>'
        cells.append(f'<span>{text(name)}</span><span class="bar">{bar}</span><b>{text(written(float(value)))}</b>')
    return f'<div class="bars">{"".join(cells)}</div>'


def _findings(diagnosis: Diagnosis, language: str) -> str:
    heading = text(translate("reports.page.findings", language))
    if not diagnosis.findings:
        words = text(diagnosis.nothing(language), 600)
        return f"<section><h2>{heading}</h2><p>{words}</p></section>"
    cards = "".join(finding_card(finding, language) for finding in diagnosis.findings[:MOST_FINDINGS])
    more = len(diagnosis.findings) - MOST_FINDINGS
    rest = f"<p>{text(translate('reports.and_more', language, count=more))}</p>" if more > 0 else ""
    return f"<section><h2>{heading}</h2>{cards}{rest}</section>"


def finding_card(finding: Finding, language: str = "en") -> str:
    """Return one finding: its severity, title, why, cure, numbers, and the metric before and after the cure."""
    severity = finding.severity
    name, title, why, cure = (text(finding.worded(part, language), 800) for part in ("name", "title", "why", "cure"))
    pill = _pill(severity, translate(f"diagnosis.severity.{severity}", language))
    head = f'<div class="head">{pill}<span class="muted">{name} · <code>{text(finding.code)}</code></span></div>'
    return (
        f'<article class="finding {severity}">{head}<h3>{title}</h3><p>{why}</p><p class="cure">{cure}</p>'
        f"{_effect(finding, language)}{_evidence(finding)}</article>"
    )


def _effect(finding: Finding, language: str) -> str:
    effect = finding.effect
    if effect is None:
        return ""
    places = effect.places(language)
    before = translate("reports.page.before", language, metric=places["metric"])
    after = translate("reports.page.after", language, cure=places["cure"])
    kinds = ("low", "better") if effect.gain > 0 else ("", "")
    return _bars([(before, effect.before, kinds[0]), (after, effect.after, kinds[1])])


def _evidence(finding: Finding) -> str:
    shown = {name: value for name, value in finding.evidence.items() if name not in _HIDDEN_EVIDENCE}
    items = "".join(f"<div><span>{text(name)}</span> {text(written(value), 60)}</div>" for name, value in shown.items())
    where = f"<div><span><code>{text(finding.link)}</code></span></div>"
    return f'<div class="evidence">{items}{where}</div>'


def _not_checked(diagnosis: Diagnosis, language: str) -> str:
    if not diagnosis.not_checked:
        return ""
    rows = "".join(
        f"<p><code>{text(each.what)}</code>: {text(each.reason, 400)}</p>" for each in diagnosis.not_checked[:50]
    )
    return f"<section><h2>{text(translate('diagnosis.not_checked', language))}</h2>{rows}</section>"
