"""The formula of every normalizer."""

from __future__ import annotations

from collections.abc import Mapping

FORMULAS: Mapping[str, str] = {
    "none": r"y = x",
    "batch": r"\hat{x} = \frac{x - \mu_c}{\sqrt{\sigma_c^2 + \varepsilon}}, \quad"
    r" y = \gamma_c \hat{x} + \beta_c",
    "layer": r"\hat{x} = \frac{x - \mu_n}{\sqrt{\sigma_n^2 + \varepsilon}}",
    "group": r"\hat{x} = \frac{x - \mu_{n,g}}{\sqrt{\sigma_{n,g}^2 + \varepsilon}}",
    "instance": r"\hat{x} = \frac{x - \mu_{n,c}}{\sqrt{\sigma_{n,c}^2 + \varepsilon}}",
    "ghost": r"\hat{x} = \frac{x - \mu_{b,c}}{\sqrt{\sigma_{b,c}^2 + \varepsilon}}, \quad"
    r" b = \lceil n / m \rceil",
    "renorm": r"\hat{x} = \frac{x - \mu_B}{\sigma_B} r + d, \quad"
    r" r = \mathrm{clip}\!\left(\tfrac{\sigma_B}{\sigma}, \tfrac{1}{r_{\max}}, r_{\max}\right), \quad"
    r" d = \mathrm{clip}\!\left(\tfrac{\mu_B - \mu}{\sigma}, -d_{\max}, d_{\max}\right)",
    "weight": r"\hat{W} = \frac{W - \mu_W}{\sigma_W + \varepsilon}",
    "weight_group": r"\hat{W} = \frac{W - \mu_W}{\sigma_W + \varepsilon}, \quad"
    r" \hat{x} = \frac{x - \mu_{n,g}}{\sqrt{\sigma_{n,g}^2 + \varepsilon}}",
    "noisy": r"a \leftarrow s \, a + m, \quad m \sim U(\mu^t - r_\mu, \mu^t + r_\mu), \; s \sim N(s^t, r_s)",
    "cumulative": r"\mu = \frac{1}{t} \sum_{k=1}^{t} \mu_{B_k}, \quad"
    r" \sigma^2 = \frac{1}{t} \sum_{k=1}^{t} \sigma_{B_k}^2",
    "dataset": r"\mu = \frac{1}{N} \sum_{i=1}^{N} x_i, \quad"
    r" \sigma^2 = \frac{1}{N} \sum_{i=1}^{N} (x_i - \mu)^2",
    "mean_only": r"\hat{x} = x - \mu_c",
    "variance_only": r"\hat{x} = \frac{x}{\sqrt{\sigma_c^2 + \varepsilon}}",
    "no_gamma": r"y = \hat{x} + \beta_c",
    "no_beta": r"y = \gamma_c \hat{x}",
    "per_activation": r"\hat{x} = \frac{x - \mu_{c,p}}{\sqrt{\sigma_{c,p}^2 + \varepsilon}}",
}
"""The indices of a mean: channel c, sample n, group g, ghost batch b, position p, batch B."""
