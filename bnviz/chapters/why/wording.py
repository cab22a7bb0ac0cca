"""Formulas and sentences of the page "Why it works"."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence

from bnviz.chapters.why.findings import DRIFT, POINTS, SHIFT, Finding, findings
from bnviz.chapters.why.phase_answers import phase_answer
from bnviz.chapters.why.study import ShiftStudy
from bnviz.studies.rule import Interval
from bnviz.text.numbers import MISSING, rounded_number, signed_number
from bnviz.ui.text import t

FORMULAS = {
    "shift": r"\mathrm{ICS}_i = \lVert G_i - G'_i \rVert_2, \quad "
    r"G_i = \nabla_{W_i} L(W_1, \dots, W_k), \quad "
    r"G'_i = \nabla_{W_i} L(W'_1, \dots, W'_{i-1}, W_i, \dots, W_k)",
    "smooth": r"\theta_s = \theta - s\,g, \quad g = \nabla L(\theta), \quad "
    r"\tfrac{1}{2} \eta \le s \le 4 \eta, \qquad "
    r"\beta_{\mathrm{eff}} = \max_s \frac{\lVert \nabla L(\theta_s) - g \rVert_2}{\lVert s\,g \rVert_2}",
    "identity": r"\left\lVert \frac{\partial L}{\partial x_j} \right\rVert^2 = \frac{\gamma_j^2}{\sigma_j^2 + \epsilon}"
    r" \left( \lVert g_j \rVert^2 - \frac{\langle 1, g_j \rangle^2}{m}"
    r" - \frac{\langle \hat{x}_j, g_j \rangle^2}{m} \right), \quad"
    r" g_j = \frac{\partial L}{\partial y_j}",
    "noise": r"\begin{gathered} a \leftarrow s \cdot a + m, \quad m \sim U(\mu^t - 0.1,\, \mu^t + 0.1),"
    r" \quad s \sim N(\sigma^t,\, 0.1) \\ "
    r"\mu^t \sim U(-0.5,\, 0.5), \quad \sigma^t \sim U(1,\, 1.25) \end{gathered}",
}


def times_words(ratio: float) -> str:
    """Write a ratio: "× 5.2"."""
    return MISSING if ratio != ratio else f"× {_ratio(ratio)}"


def _ratio(ratio: float) -> str:
    return rounded_number(ratio) if 10 <= ratio < math.inf else f"{ratio:.3g}"


def interval_words(found: Finding) -> str:
    """Write mean and interval of a finding, in points or as a ratio; a dash where a seed could not be measured."""
    if found.interval is None:
        return MISSING
    values = (found.interval.mean, found.interval.low, found.interval.high)
    points = found.question.quantity in POINTS
    low, high = map(signed_number if points else _ratio, values[1:])
    mean = signed_number(values[0]) if points else times_words(values[0])
    return f"{mean} ({low} … {high})" if math.isfinite(values[2]) else mean


def ratio_words(found: Interval | None) -> str:
    """Write mean and interval of a ratio: "× 1.6 (0.914 … 2.79)"; a dash where a seed could not be measured."""
    if found is None:
        return MISSING
    return f"{times_words(found.mean)} ({_ratio(found.low)} … {_ratio(found.high)})"


def phase_words(study: ShiftStudy) -> str:
    """Return what the two definitions of covariate shift say before and after, and whether it depends on the phase."""
    lines = []
    for quantity, key in (("l2", "2018"), ("relative", "relative"), ("jump", "2015"), ("batch_jump", "batches")):
        found = findings(study, tuple(q for q in (*SHIFT, *DRIFT) if q.quantity == quantity))
        if found:
            compared = phase_answer(study, quantity)
            said = t(f"why.phase.said.{compared.said}", ratio=ratio_words(compared.ratio))
            each_phase = [
                t(
                    f"why.phase.in.{each.question.phase}",
                    words=t(f"why.phase.{each.direction}", ratio=interval_words(each)),
                )
                for each in found
            ]
            lines.append("- " + t(f"why.phase.{key}", answer=said, phases=t("why.phase.join").join(each_phase)))
    return "\n".join(lines)


def summary_words(found: Sequence[Finding], n_seeds: int) -> str:
    """Return a sentence: how many of the paper's directions were seen here."""
    counts = Counter(each.verdict for each in found if each.verdict)
    if counts["few"]:
        return t("why.few", seeds=n_seeds)
    return t(
        "why.summary",
        n=counts.total(),
        agrees=counts["agrees"],
        disagrees=counts["disagrees"],
        open=counts["open"],
        seeds=n_seeds,
    )
