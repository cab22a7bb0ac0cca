"""Algorithm 1 and the six equations, line by line: in symbols, and with the numbers of a batch filled in.

Formulas are the same in every language, so they live here and not among the words.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from bnviz.chapters.transform.results import Backward, Transform
from bnviz.text.numbers import latex_number

FORWARD = ("mean", "var", "x_hat", "y")
BACKWARD = ("grad_x_hat", "grad_var", "grad_mean", "grad_x", "grad_gamma", "grad_beta")
LINES = (*FORWARD, "loss", *BACKWARD)
PER_SAMPLE = ("x_hat", "y", "grad_x_hat", "grad_x")
"""Lines that give one number per sample; the others give one number per feature."""

_D = r"\frac{\partial \ell}{\partial %s}"
SYMBOLIC: Mapping[str, str] = {
    "mean": r"\mu_B = \frac{1}{m} \sum_{i=1}^m x_i",
    "var": r"\sigma_B^2 = \frac{1}{m} \sum_{i=1}^m (x_i - \mu_B)^2",
    "x_hat": r"\hat{x}_i = \frac{x_i - \mu_B}{\sqrt{\sigma_B^2 + \epsilon}}",
    "y": r"y_i = \gamma\, \hat{x}_i + \beta",
    "loss": r"\ell = \tfrac{1}{2} \sum_{i=1}^m (y_i - t_i)^2, \qquad " + _D % "y_i" + " = y_i - t_i",
    "grad_x_hat": _D % r"\hat{x}_i" + " = " + _D % "y_i" + r"\, \gamma",
    "grad_var": _D % r"\sigma_B^2"
    + r" = \sum_{i=1}^m "
    + _D % r"\hat{x}_i"
    + r" (x_i - \mu_B) \cdot \tfrac{-1}{2} (\sigma_B^2 + \epsilon)^{-3/2}",
    "grad_mean": _D % r"\mu_B"
    + r" = \sum_{i=1}^m "
    + _D % r"\hat{x}_i"
    + r" \frac{-1}{\sqrt{\sigma_B^2 + \epsilon}} + "
    + _D % r"\sigma_B^2"
    + r" \cdot \frac{\sum_{i=1}^m -2 (x_i - \mu_B)}{m}",
    "grad_x": _D % "x_i"
    + " = "
    + _D % r"\hat{x}_i"
    + r" \frac{1}{\sqrt{\sigma_B^2 + \epsilon}} + "
    + _D % r"\sigma_B^2"
    + r" \frac{2 (x_i - \mu_B)}{m} + "
    + _D % r"\mu_B"
    + r" \frac{1}{m}",
    "grad_gamma": _D % r"\gamma" + r" = \sum_{i=1}^m " + _D % "y_i" + r"\, \hat{x}_i",
    "grad_beta": _D % r"\beta" + r" = \sum_{i=1}^m " + _D % "y_i",
}

_SHOWN = 3


def filled(line: str, done: Transform, back: Backward, feature: int, sample: int) -> str:
    """Return the right side of a line with the numbers of one feature, and its result.

    Args:
        line: a name of ``LINES``.
        done: the forward pass.
        back: the backward pass.
        feature: column, from 0.
        sample: row, from 0, for the lines of ``PER_SAMPLE``.
    """
    return _FILL[line](done, back, feature, sample)


def result(line: str, done: Transform, back: Backward, feature: int, sample: int) -> float:
    """Return the number that a line gives for one feature (and one sample)."""
    if line == "loss":
        return float(back.loss[feature])
    values = getattr(back.by_hand, line[5:]) if line in BACKWARD else getattr(done, line)
    return float(values[sample, feature] if line in PER_SAMPLE else values[feature])


def autograd(line: str, back: Backward, feature: int, sample: int) -> float:
    """Return autograd's number for a line of ``BACKWARD``."""
    values = getattr(back.autograd, line[5:])
    return float(values[sample, feature] if line in PER_SAMPLE else values[feature])


def _inside(value: float) -> str:
    return f"({latex_number(value)})" if value < 0 else latex_number(value)


def _sum(terms: Iterable[str]) -> str:
    found = list(terms)
    shown = found[:_SHOWN] + ([r"\cdots"] if len(found) > _SHOWN else [])
    return " + ".join(shown)


def _mean(done: Transform, back: Backward, j: int, i: int) -> str:
    x = done.x[:, j]
    return rf"\frac{{{_sum(_inside(v) for v in x)}}}{{{len(x)}}} = {latex_number(done.mean[j])}"


def _var(done: Transform, back: Backward, j: int, i: int) -> str:
    squares = _sum(f"({latex_number(v)})^2" for v in done.x[:, j] - done.mean[j])
    return rf"\frac{{{squares}}}{{{len(done.x)}}} = {latex_number(done.var[j])}"


def _root(done: Transform, j: int) -> str:
    return rf"\sqrt{{{latex_number(done.var[j])} + {latex_number(done.eps)}}}"


def _x_hat(done: Transform, back: Backward, j: int, i: int) -> str:
    top = f"{latex_number(done.x[i, j])} - {_inside(done.mean[j])}"
    return rf"\frac{{{top}}}{{{_root(done, j)}}} = {latex_number(done.x_hat[i, j])}"


def _y(done: Transform, back: Backward, j: int, i: int) -> str:
    product = rf"{latex_number(done.gamma[j])} \cdot {_inside(done.x_hat[i, j])}"
    return f"{product} + {_inside(done.beta[j])} = {latex_number(done.y[i, j])}"


def _loss(done: Transform, back: Backward, j: int, i: int) -> str:
    squares = _sum(f"({latex_number(v)})^2" for v in back.grad_y[:, j])
    return rf"\tfrac{{1}}{{2}} \left({squares}\right) = {latex_number(back.loss[j])}"


def _grad_x_hat(done: Transform, back: Backward, j: int, i: int) -> str:
    product = rf"{_inside(back.grad_y[i, j])} \cdot {_inside(done.gamma[j])}"
    return f"{product} = {latex_number(back.by_hand.x_hat[i, j])}"


def _grad_var(done: Transform, back: Backward, j: int, i: int) -> str:
    pairs = zip(back.by_hand.x_hat[:, j], done.x[:, j] - done.mean[j], strict=True)
    products = _sum(rf"{_inside(g)} \cdot {_inside(c)}" for g, c in pairs)
    power = rf"({latex_number(done.var[j])} + {latex_number(done.eps)})^{{-3/2}}"
    return rf"\tfrac{{-1}}{{2}} \left({products}\right) {power} = {latex_number(back.by_hand.var[j])}"


def _grad_mean(done: Transform, back: Backward, j: int, i: int) -> str:
    total = _sum(_inside(v) for v in back.by_hand.x_hat[:, j])
    centered = _sum(_inside(v) for v in done.x[:, j] - done.mean[j])
    second = rf"{_inside(back.by_hand.var[j])} \cdot \frac{{-2 \left({centered}\right)}}{{{len(done.x)}}}"
    first = rf"\frac{{-\left({total}\right)}}{{{_root(done, j)}}}"
    return f"{first} + {second} = {latex_number(back.by_hand.mean[j])}"


def _grad_x(done: Transform, back: Backward, j: int, i: int) -> str:
    hand, m = back.by_hand, len(done.x)
    first = rf"\frac{{{latex_number(hand.x_hat[i, j])}}}{{{_root(done, j)}}}"
    centered = _inside(done.x[i, j] - done.mean[j])
    second = rf"{_inside(hand.var[j])} \cdot \frac{{2 \cdot {centered}}}{{{m}}}"
    return rf"{first} + {second} + \frac{{{latex_number(hand.mean[j])}}}{{{m}}} = {latex_number(hand.x[i, j])}"


def _grad_gamma(done: Transform, back: Backward, j: int, i: int) -> str:
    pairs = zip(back.grad_y[:, j], done.x_hat[:, j], strict=True)
    products = _sum(rf"{_inside(g)} \cdot {_inside(v)}" for g, v in pairs)
    return f"{products} = {latex_number(back.by_hand.gamma[j])}"


def _grad_beta(done: Transform, back: Backward, j: int, i: int) -> str:
    return f"{_sum(_inside(v) for v in back.grad_y[:, j])} = {latex_number(back.by_hand.beta[j])}"


_FILL: Mapping[str, Callable[[Transform, Backward, int, int], str]] = {
    "mean": _mean,
    "var": _var,
    "x_hat": _x_hat,
    "y": _y,
    "loss": _loss,
    "grad_x_hat": _grad_x_hat,
    "grad_var": _grad_var,
    "grad_mean": _grad_mean,
    "grad_x": _grad_x,
    "grad_gamma": _grad_gamma,
    "grad_beta": _grad_beta,
}
