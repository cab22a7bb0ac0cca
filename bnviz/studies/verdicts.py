"""What the seeds of a study say about each of its expectations, and the row that the command line prints."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from bnviz.studies.paired import paired
from bnviz.studies.records import Expectation, StudyResult
from bnviz.studies.rule import FEWEST
from bnviz.studies.summary import MEASURES, measure_values, spread, summarize_arms

AS_EXPECTED, OPEN, OPPOSITE, TOO_FEW = "as_expected", "open", "opposite", "too_few_seeds"
VERDICTS = (AS_EXPECTED, OPEN, OPPOSITE, TOO_FEW)


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether the runs meet an expectation.

    Attributes:
        expectation: the expectation.
        better: arm that was expected to be better (``*`` resolved).
        worse: arm that was expected to be worse (``*`` resolved).
        difference: measure of the better arm minus that of the worse arm, mean over the paired seeds.
        low: lower end of the interval around it, see ``studies.rule``; None without an interval.
        high: upper end.
        seeds: pairs that count.
        left_out: seeds in which one of the two diverged, so that they have no difference.
        verdict: "as_expected" or "opposite" when the interval is on one side of 0, else "open";
            "too_few_seeds" with fewer than three pairs.
    """

    expectation: Expectation
    better: str
    worse: str
    difference: float | None
    low: float | None
    high: float | None
    seeds: int
    left_out: int
    verdict: str


def verdicts_of(result: StudyResult) -> tuple[Verdict, ...]:
    """Return a verdict on every expectation."""
    return tuple(judge(result, expectation) for expectation in result.expected)


def judge(result: StudyResult, expectation: Expectation) -> Verdict:
    """Compare two arms by a measure, seed by seed; see ``studies.paired`` for diverged nets."""
    better, worse = (resolve(result, name) for name in (expectation.better, expectation.worse))
    found = paired(result, better, worse, expectation.measure, expectation.against)
    if found is None:
        return Verdict(expectation, better, worse, None, None, None, 0, 0, TOO_FEW)
    low, high = (found.low, found.high) if len(found.values) > 1 else (None, None)
    if len(found.values) < FEWEST:
        verdict = TOO_FEW
    elif found.answer == "open":
        verdict = OPEN
    else:
        above = MEASURES.get(expectation.measure, 1) > 0
        verdict = AS_EXPECTED if (found.answer == "yes") == above else OPPOSITE
    return Verdict(expectation, better, worse, found.mean, low, high, len(found.values), found.left_out, verdict)


def resolve(result: StudyResult, name: str) -> str:
    """Return the arm of a name; ``batch*`` is the one of highest mean accuracy among arms that start with it."""
    if not name.endswith("*"):
        return name
    arms = [arm.name for arm in result.arms if arm.name.startswith(name[:-1])]
    means = {arm: found.mean for arm in arms if (found := spread(measure_values(result, arm, "accuracy")))}
    return max(means, key=lambda arm: means[arm]) if means else name


def row_of(result: StudyResult) -> dict[str, Any]:
    """Return a result without its curves, ready for JSON: what the command line prints."""
    changes = {arm.name: dict(arm.changes) for arm in result.arms}
    arms = [
        {**_plain(asdict(summary)), "changes": changes[summary.arm], "steps": result.steps_of(summary.arm)}
        for summary in summarize_arms(result)
    ]
    return {
        "name": result.name,
        "seeds": list(result.seeds),
        "steps": result.steps,
        "threshold": result.threshold,
        "chance": round(result.chance, 6),
        "arms": arms,
        "expectations": [_plain(asdict(verdict)) for verdict in verdicts_of(result)],
        "published": [asdict(number) for number in result.published],
        "base": result.base.to_dict(),
        "provenance": dict(result.provenance),
    }


def _plain(value: Any) -> Any:  # noqa: ANN401 - any part of a JSON object
    """Round every float to 6 digits after the point."""
    if isinstance(value, dict):
        return {key: _plain(part) for key, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(part) for part in value]
    return round(value, 6) if isinstance(value, float) else value
