"""The small pictures of docs/your-own-network.md: a sick net beside its healthy twin, from one diagnosis of each."""

from __future__ import annotations

import math
from html import escape

from bnviz.diagnosis.diagnose import diagnose
from bnviz.diagnosis.diagnosis import Diagnosis, LayerHealth
from bnviz.diagnosis.finding import Code, Finding, written
from bnviz.diagnosis.sick_nets import SICK
from bnviz.text.catalogue import translate

WIDTH, ROW, TOP = 760, 30, 46
COLUMNS = {"z": (150, 170), "ratio": (350, 170)}
BARS = 560
WIDEST_Z, WIDEST_RATIO, MOST_LAYERS = 4.0, 16.0, 5

STYLE = """text{font:13px "Source Sans 3","Segoe UI",sans-serif;fill:#1a2233}.m{fill:#5b6579}.a{stroke:#e2e6ee}
.s{stroke:#d55e00;fill:#d55e00}.h{stroke:#0072b2;fill:#0072b2}.t{fill:#f0f2f6}.b{stroke-opacity:.45;stroke-width:7}
@media(prefers-color-scheme:dark){text{fill:#e8ecf4}.m{fill:#a3aec2}.a{stroke:#313b4e}.t{fill:#232b3a}
.s{stroke:#ff9a4d;fill:#ff9a4d}.h{stroke:#56b4e9;fill:#56b4e9}}"""


def picture_of(code: Code, seed: int = 0) -> str:
    """Diagnose the sick net of a code and its healthy twin; return the picture as SVG.

    Left: for each layer, how far the means of its channels are from the running means (z), and the ratio of the
    variances; whiskers from the smallest to the largest channel, boxes for the middle half. Right: the metric.
    """
    case = SICK[code](seed)
    sick = diagnose(case.sick, case.loader, optimizer=case.optimizer, reference=case.reference)
    loader = case.healthy_loader or case.loader
    healthy = diagnose(case.healthy, loader, optimizer=case.healthy_optimizer, reference=case.reference)
    finding = next((each for each in sick.findings if each.code == code), None)
    return draw(sick, healthy, finding)


def draw(sick: Diagnosis, healthy: Diagnosis, finding: Finding | None) -> str:
    """Return the picture of two diagnoses of the same architecture."""
    twins = {layer.name: layer for layer in healthy.layers}
    layers = sick.layers[:MOST_LAYERS]
    rows = "".join(_row(layer, twins.get(layer.name), TOP + ROW * at) for at, layer in enumerate(layers))
    height = TOP + max(ROW * len(layers), 84) + 10
    content = _heads(height) + rows + _bars(sick, healthy, finding)
    said = escape("" if finding is None else finding.title, quote=True)
    size = f'viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}"'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-label="{said}">'
    return f"{head}<style>{STYLE}</style>{content}</svg>\n"


def _heads(height: int) -> str:
    parts = [_text(0, 16, "sick", "s"), _text(34, 16, "healthy", "h")]
    for name, ticks in (("z", (f"-{WIDEST_Z:g}", "0", f"{WIDEST_Z:g}")), ("ratio", (f"1/{WIDEST_RATIO:g}", "1", "16"))):
        left, width = COLUMNS[name]
        parts.append(_text(left, 16, translate(f"reports.page.head.{name}"), "m"))
        for at, tick in enumerate(ticks):
            anchor = ("start", "middle", "end")[at]
            parts.append(_text(left + width * at / 2, 34, tick, "m", anchor))
        middle = left + width / 2
        parts.append(f'<line class="a" x1="{middle}" x2="{middle}" y1="{TOP - 4}" y2="{height - 8}"/>')
    return "".join(parts)


def _row(layer: LayerHealth, twin: LayerHealth | None, y: float) -> str:
    name = layer.name if len(layer.name) <= 20 else f"…{layer.name[-19:]}"
    parts = [_text(0, y + 17, name, "")]
    for shift, each, kind in ((8, layer, "s"), (18, twin, "h")):
        if each is not None:
            parts.append(_box([value / WIDEST_Z for value in each.z], COLUMNS["z"], y + shift, kind))
            logs = [math.log(value) / math.log(WIDEST_RATIO) if value > 0 else -1.0 for value in each.ratio]
            parts.append(_box(logs, COLUMNS["ratio"], y + shift, kind))
    if layer.n_not_finite:
        parts.append(_text(COLUMNS["z"][0] + COLUMNS["z"][1] + 4, y + 13, f"{layer.n_not_finite} NaN", "s", "end"))
    return "".join(parts)


def _box(values: list[float], column: tuple[int, int], y: float, kind: str) -> str:
    if len(values) != 5:
        return ""
    left, width = column
    at = [left + width * (1 + max(-1.0, min(1.0, 1.0 if value != value else value))) / 2 for value in values]
    line = '<line class="{}" x1="{:.1f}" x2="{:.1f}" y1="{}" y2="{}"/>'
    median = f'<circle class="{kind}" cx="{at[2]:.1f}" cy="{y}" r="2.6"/>'
    return line.format(kind, at[0], at[4], y, y) + line.format(f"{kind} b", at[1], at[3], y, y) + median


def _bars(sick: Diagnosis, healthy: Diagnosis, finding: Finding | None) -> str:
    effect = None if finding is None else finding.effect
    metric = sick.metric if effect is None else effect.metric
    rows = [("as it is", sick.evaluation if effect is None else effect.before, "s")]
    if effect is not None:
        rows.append(("with the cure", effect.after, "h"))
    rows.append(("healthy twin", healthy.evaluation, "h"))
    finite = [abs(value) for _, value, _ in rows if math.isfinite(value)]
    full = max([1.0, *finite])
    parts = [_text(BARS, 16, f"{translate(f'diagnosis.metrics.{metric}')}, evaluation mode", "m")]
    for at, (name, value, kind) in enumerate(rows):
        y = TOP - 10 + 32 * at
        share = abs(value) / full if math.isfinite(value) else 0.0
        parts.append(_text(BARS, y + 12, name, "") + _text(WIDTH, y + 12, written(float(value)), "", "end"))
        parts += [_bar("t", y + 17, 1.0), _bar(kind, y + 17, share)]
    return "".join(parts)


def _bar(kind: str, y: float, share: float) -> str:
    size = f'width="{(WIDTH - BARS) * share:.1f}" height="6" rx="3"'
    return f'<rect class="{kind}" x="{BARS}" y="{y}" {size} style="stroke:none"/>'


def _text(x: float, y: float, words: str, kind: str, anchor: str = "start") -> str:
    place = f'x="{x:.0f}" y="{y:.0f}" text-anchor="{anchor}"'
    return f'<text class="{kind}" {place} style="stroke:none">{escape(words)}</text>'
