"""``python -m bnviz record rule-doc``: the tables and the picture of docs/rule.md, simulated and counted.

Only the text between the page's markers changes.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from bnviz.api.record import RecordOptions
from bnviz.cli.rule_picture import SEEDS, SIZES, picture
from bnviz.files.documents import filled, write_text
from bnviz.ledger import EXACT, QUESTIONS, claims, judge_claims, recorded
from bnviz.ledger.reasons import has_own_limit, limit_words
from bnviz.ledger.rule import Question
from bnviz.studies.error_rates import DRAWS, answer_shares, equal_shares, former_shares, outlier_shares
from bnviz.studies.rule import ALPHA
from bnviz.text.catalogue import translate
from bnviz.text.numbers import short_number

DOC = Path(__file__).resolve().parents[2] / "docs" / "rule.md"
PICTURE = DOC.parent / "rule" / "error-rates.svg"
_LIMITS = (0.5, 1.0, 1.5, 2.0, 3.0)


def record_document(options: RecordOptions) -> list[Path]:
    """Write the page and its picture."""
    return [write_text(options.target(DOC), page()), write_text(options.target(PICTURE), picture())]


def page() -> str:
    """Return the page with its parts filled in."""
    parts = {"rates": rates(), "equal": equal(), "many": many(), "limits": limits()}
    return filled(DOC.read_text(encoding="utf-8"), parts, DOC.name)


def rates() -> Iterator[str]:
    """Yield how often "larger" is answered: by chance, and where there is an effect."""
    sizes = [size for size in SIZES if size]
    yield f"{DRAWS:,} simulated recordings for each number. The effect is in standard deviations over seeds (sd)."
    yield ""
    yield (
        "| seeds | false answers, nothing differs | the same, skewed | the same, outliers | "
        + " | ".join(f"an effect of {size:g} sd is seen" for size in sizes)
        + " | 1 sd, former rule | false answers, former rule |"
    )
    yield "|---" * (6 + len(sizes)) + "|"
    for seeds in SEEDS:
        null, skewed = answer_shares(seeds, 0.0), answer_shares(seeds, 0.0, skewed=True)
        before, outliers = former_shares(seeds, 0.0), outlier_shares(seeds)
        cells = [
            f"{seeds}",
            _percent(null.yes + null.no),
            _percent(skewed.yes + skewed.no),
            _percent(outliers.yes + outliers.no),
            *(_percent(answer_shares(seeds, size).yes) for size in sizes),
            _percent(former_shares(seeds, 1.0).yes),
            _percent(before.yes + before.no),
        ]
        yield "| " + " | ".join(cells) + " |"


def equal() -> Iterator[str]:
    """Yield how often "equal" is answered where nothing differs, and where the difference is just the limit."""
    yield (
        "| seeds | "
        + " | ".join(f"limit {limit:g} sd" for limit in _LIMITS)
        + " | falsely equal: the true difference is the limit (1.5 sd) |"
    )
    yield "|---" * (2 + len(_LIMITS)) + "|"
    for seeds in SEEDS:
        cells = [_percent(equal_shares(seeds, 0.0, limit).yes) for limit in _LIMITS]
        yield f"| {seeds} | " + " | ".join(cells) + f" | {_percent(equal_shares(seeds, 1.5, 1.5).yes)} |"


def many() -> Iterator[str]:
    """Yield how many questions are asked and how many false answers chance alone would give."""
    measured, ledger = len(QUESTIONS) - len(EXACT), recorded()
    tested = [each for each in claims() if each.tests]
    own = [each for each in tested if any(link.removeprefix("-") not in EXACT for link in each.tests)]
    decided = sum(row.verdict in ("confirmed", "contradicted") for row in judge_claims(ledger))
    yield (
        f"The ledger asks {len(QUESTIONS)} questions; {len(EXACT)} of them are exact and {measured} measured, from "
        f"{ledger.provenance['seeds']} seeds each. If none of the {measured} had any effect at all, "
        f"{2 * ALPHA * measured:.1f} would be answered by chance (about {_skewed_share() * measured:.0f} if all were "
        f"as skewed as an exponential distribution). {len(tested)} claims have a test, {len(own)} of them at least one "
        f"measured question; {decided} of these are confirmed or contradicted."
    )


def limits() -> Iterator[str]:
    """Yield each limit that says more than a direction, a count or an identity, with its reason."""
    plain = [each for each in QUESTIONS.values() if not has_own_limit(each)]
    said: dict[str, int] = {}
    for each in plain:
        said[limit_words(each)] = said.get(limit_words(each), 0) + 1
    for reason, count in said.items():
        yield f"- {count} questions: {reason}"
    yield "\n| question | statement | limit | why |\n|---|---|---|---|"
    for each in QUESTIONS.values():
        if has_own_limit(each):
            statement = translate(f"claims.question.{each.name}")
            yield f"| {each.name} | {statement} | {_limit(each)} | {limit_words(each)} |"


def _limit(question: Question) -> str:
    sign = {"more": "above", "ratio": "above", "within": "within ±"}[question.rule]
    number = short_number(question.limit)
    unit = translate(f"claims.unit.{question.unit}")
    return f"{sign}{'' if question.rule == 'within' else ' '}{number} {unit}"


def _skewed_share() -> float:
    found = answer_shares(recorded().provenance["seeds"], 0.0, skewed=True)
    return found.yes + found.no


def _percent(share: float) -> str:
    if share >= 0.9995:
        return "> 99.9 %"
    if share < 0.0005:
        return "< 0.1 %"
    return f"{100 * share:.1f} %" if share < 0.0995 or share > 0.995 else f"{100 * share:.0f} %"
