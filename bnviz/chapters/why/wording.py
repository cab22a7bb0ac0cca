"""Formulas and sentences of the page "Why it works"."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from bnviz.chapters.why.findings import Finding
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
