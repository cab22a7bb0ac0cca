"""The strip of all normalization layers in a report: in the order of execution, then as rows, the worst first."""

from __future__ import annotations

import math
from html import escape
from typing import TYPE_CHECKING

from bnviz.diagnosis.tables import printable
from bnviz.text.catalogue import translate

if TYPE_CHECKING:
    from bnviz.diagnosis.diagnosis import Diagnosis, LayerHealth

MOST_ROWS = 60
MOST_CELLS = 600
WIDEST_Z = 4.0
WIDEST_RATIO = 16.0
_RANK = {"error": 3, "warning": 2, "note": 1, "": 0}


def unfit(layer: LayerHealth) -> float:
    """Return how badly the statistics of a layer fit the data, from its quantiles over the channels.

    The larger quartile of |z| and of |log ratio| / 2: half of the channels are better than that. Infinite where a
    channel is not finite, 0 where the layer has no running statistics.
    """
    if layer.n_not_finite:
        return math.inf
    shifts = [abs(value) for value in layer.z[1:4]]
    scales = [abs(math.log(value)) / 2 if value > 0 else math.inf for value in layer.ratio[1:4]]
    found = [value for value in (*shifts, *scales) if value == value]
    return max(found, default=0.0)


def severities(diagnosis: Diagnosis) -> dict[str, str]:
    """Return the worst severity of the findings about each layer, by name."""
    found: dict[str, str] = {}
    for finding in diagnosis.findings:
        if _RANK[finding.severity] > _RANK[found.get(finding.layer, "")]:
            found[finding.layer] = finding.severity
    return found


def layers_part(diagnosis: Diagnosis, language: str) -> str:
    """Return the section with the strip and the rows; nothing for a model without normalization layers."""
    if not diagnosis.layers:
        return ""
    marks = severities(diagnosis)
    ordered = sorted(diagnosis.layers, key=lambda layer: (-_RANK[marks.get(layer.name, "")], -unfit(layer)))
    rows = "".join(_row(layer, marks.get(layer.name, ""), language) for layer in ordered[:MOST_ROWS])
    more = len(ordered) - MOST_ROWS
    rest = f"<p><small>{escape(translate('reports.more_layers', language, count=more))}</small></p>" if more > 0 else ""
    heading, strip = (escape(translate(f"reports.page.{key}", language)) for key in ("layers", "strip"))
    return (
        f"<section><h2>{heading}</h2><small>{strip}</small>{_order(diagnosis, marks)}"
        f'<div class="rows">{_heads(language)}{rows}</div>{rest}</section>'
    )


def _order(diagnosis: Diagnosis, marks: dict[str, str]) -> str:
    """Return one bar per layer in the order of execution, as high as its statistics are off."""
    bars = []
    for layer in diagnosis.layers[:MOST_CELLS]:
        off = unfit(layer)
        height = 100 * (1 - math.exp(-off)) if math.isfinite(off) else 100
        said = escape(f"{printable(layer.name)}: {off:.2g}", quote=True)
        bars.append(f'<i class="{marks.get(layer.name) or "fit"}" style="height:{height:.0f}%" title="{said}"></i>')
    return f'<div class="order" role="img">{"".join(bars)}</div>'


def _heads(language: str) -> str:
    words = {key: escape(translate(f"reports.page.head.{key}", language)) for key in ("layer", "z", "ratio", "worst")}
    z = _axis([f"-{WIDEST_Z:g}", "0", f"{WIDEST_Z:g}"])
    ratio = _axis([f"1/{WIDEST_RATIO:g}", "1", f"{WIDEST_RATIO:g}"])
    return (
        f'<div class="head name">{words["layer"]}</div><div class="head">{words["z"]}{z}</div>'
        f'<div class="head">{words["ratio"]}{ratio}</div><div class="head worst">{words["worst"]}</div>'
    )


def _axis(ticks: list[str]) -> str:
    return f'<div class="axis">{"".join(f"<span>{tick}</span>" for tick in ticks)}</div>'


def _row(layer: LayerHealth, severity: str, language: str) -> str:
    kind = translate("reports.page.kind", language, kind=layer.kind, channels=layer.channels)
    kind += f" · {translate('reports.page.by_batch', language)}" if layer.uses_batch else ""
    z = _track([_place(value / WIDEST_Z) for value in layer.z], severity)
    logs = [math.log(value) / math.log(WIDEST_RATIO) if value > 0 else -1.0 for value in layer.ratio]
    ratio = _track([_place(value) for value in logs], severity)
    worst = ", ".join(map(str, layer.worst[:6]))
    if layer.n_not_finite:
        worst = translate("reports.page.not_finite", language, count=layer.n_not_finite) + (
            f" · {worst}" if worst else ""
        )
    name = escape(printable(layer.name) or "(model)")
    return (
        f'<div class="name"><code class="{severity}">{name}</code><small>{escape(kind)}</small></div>'
        f'<div>{z}</div><div>{ratio}</div><div class="worst">{escape(worst)}</div>'
    )


def _place(value: float) -> float:
    """Return the place in percent of a value from -1 to 1; what is not a number stands at the far right."""
    return 100.0 if value != value else 50 + 50 * max(-1.0, min(1.0, value))


def _track(places: list[float], severity: str) -> str:
    """Return whiskers from the smallest to the largest value, a box of the quartiles and the median."""
    if len(places) != 5:
        return ""
    low, first, middle, third, high = places
    whiskers = f'<i style="left:{low:.1f}%;width:{max(0.0, high - low):.1f}%"></i>'
    box = f'<i class="mid" style="left:{first:.1f}%;width:{max(0.0, third - first):.1f}%"></i>'
    median = f'<i class="dot" style="left:{middle:.1f}%"></i>'
    return f'<div class="track {severity or "fit"}">{whiskers}{box}{median}</div>'
