"""The ledger in words: effects, statements, the table's rows and its CSV."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Mapping, Sequence

from bnviz.ledger import EXACT, NOTES, QUESTIONS, Claim, Effect, JudgedClaim, crosstab, said_of
from bnviz.ledger.reasons import has_own_limit, limit_words, reasons
from bnviz.studies.error_rates import answer_shares
from bnviz.studies.rule import ALPHA, FEWEST
from bnviz.text.numbers import short_number
from bnviz.ui.text import language, t

PLAIN_SOURCES = ("definition", "formula", "calculus", "normal distribution", "linear algebra", "definition of variance")
"""Sources that are no paper or documentation, and so have a word in each language."""

SEEDS, EFFECTS = (3, 5, 10, 20), (0.5, 1.0, 1.5, 2.0)
"""Rows and columns of the rule's error rates; effects in standard deviations over seeds."""
_DRAWS = 20_000


def words_of(claim: Claim) -> str:
    """Return a claim in the reader's language."""
    return claim.words if claim.language == language() else claim.translation


def source(name: str) -> str:
    """Return a source as the reader's language has it; papers and documentation keep their names."""
    return t(f"claims.source.{name.replace(' ', '_')}") if name in PLAIN_SOURCES else name


def literature(claim: Claim) -> str:
    """Return the literature's verdict, both where it says two things."""
    return " / ".join(t(f"claims.literature.{each}") for each in claim.literature)


def seconds(value: float) -> str:
    """Write a time in whole seconds, or that it is less than one."""
    return f"{value:.0f}" if value >= 1 else "<1"


def statement(link: str) -> str:
    """Return the statement behind a link, or that the claim says its opposite."""
    words = t(f"claims.question.{link.removeprefix('-')}")
    return t("claims.linked_opposite", question=words) if link.startswith("-") else words


def limit(link: str) -> str:
    """Return when the statement behind a link, or its opposite, holds."""
    question = QUESTIONS[link.removeprefix("-")]
    key = f"{'opposite_' if link.startswith('-') else ''}{'exact_' if question.exact else ''}{question.rule}"
    return t(f"claims.holds.{key}", limit=short_number(question.limit))


def rule_text() -> str:
    """Return the rule."""
    return t("claims.rule.text", fewest=FEWEST)


def rule_many(seeds: int) -> str:
    """Return how many answers chance alone would give, and what the interval does not speak of."""
    measured = len(QUESTIONS) - len(EXACT)
    return t("claims.rule.many", seeds=seeds, measured=measured, expected=f"{2 * ALPHA * measured:.1f}")


def rate_head() -> tuple[str, ...]:
    """Return the columns of the rule's error rates."""
    seen = (t("claims.rule.seen", size=f"{size:g}") for size in EFFECTS)
    return (*(t(f"claims.rule.{key}") for key in ("seeds", "null", "skewed")), *seen)


def rate_rows() -> list[tuple[str, ...]]:
    """Return how often the rule answers by chance and how often it sees an effect, as cells."""
    rows = []
    for seeds in SEEDS:
        false = (answer_shares(seeds, 0.0, _DRAWS, skewed) for skewed in (False, True))
        seen = (answer_shares(seeds, size, _DRAWS) for size in EFFECTS)
        shares = [*(each.yes + each.no for each in false), *(each.yes for each in seen)]
        rows.append((str(seeds), *(f"{100 * share:.{0 if share > 0.1 else 1}f} %" for share in shares)))
    return rows


def reason_lines(links: Sequence[str], claim: str = "") -> list[str]:
    """Return, in Markdown, why the tests behind some links are tests, what they cannot show, and why their limits."""
    lines = []
    for each in reasons(links, claim, language()):
        lines += [t("claims.reasons.why", test=each.test, why=each.why), t("claims.reasons.cannot", cannot=each.cannot)]
    for name in dict.fromkeys(link.removeprefix("-") for link in links):
        if has_own_limit(QUESTIONS[name]):
            reason = limit_words(QUESTIONS[name], language())
            lines.append(t("claims.reasons.limit", statement=statement(name), reason=reason))
    return lines


def effect_words(link: str, found: Effect | None) -> str:
    """Return mean, interval, unit and number of seeds of an effect; a dash where there is none."""
    if found is None:
        return t("claims.not_run")
    unit = t(f"claims.unit.{QUESTIONS[link.removeprefix('-')].unit}")
    low, high = short_number(found.low), short_number(found.high)
    ends = "" if math.isinf(found.high) or low == high else f" ({low} … {high})"
    return t("claims.measured", mean=f"{short_number(found.mean)}{ends}", unit=unit, seeds=found.seeds)


def answer_words(link: str, found: Effect | None) -> str:
    """Return whether the statement behind a link held, or its opposite where the link says the opposite."""
    return t("claims.not_run") if found is None else t(f"claims.answer.{said_of(link, found.answer)}")


def short_effect(row: JudgedClaim) -> str:
    """Return a claim's effects, for a cell."""
    return "; ".join(effect_words(link, found) for link, found in row.effects.items())


def table(found: Sequence[JudgedClaim], own: Mapping[str, JudgedClaim]) -> list[dict[str, str]]:
    """Return the rows of the table, columns in the reader's language."""
    head = {
        key: t(f"claims.column.{key}")
        for key in ("id", "words", "literature", "verdict", "own", "tests", "effect", "original")
    }
    made = []
    for row in found:
        mine = own.get(row.claim.id)
        made.append(
            {
                head["id"]: row.claim.id,
                head["words"]: words_of(row.claim),
                head["literature"]: literature(row.claim),
                head["verdict"]: t(f"claims.verdict.{row.verdict}"),
                head["own"]: t("claims.not_run") if mine is None else t(f"claims.verdict.{mine.verdict}"),
                head["tests"]: " ".join(
                    dict.fromkeys(link.removeprefix("-").split(".")[0] for link in row.claim.tests)
                ),
                head["effect"]: short_effect(row),
                head["original"]: row.claim.words,
            }
        )
    return made


def csv_of(found: Sequence[JudgedClaim], own: Mapping[str, JudgedClaim]) -> str:
    """Return the rows as CSV with everything there is to say of each claim."""
    keys = (
        "id",
        "notes",
        "topic",
        "words",
        "translation",
        "literature",
        "note",
        "source",
        "tests",
        "effect",
        "verdict",
        "own",
    )
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([t(f"claims.column.{key}") for key in keys])
    for row in found:
        claim, mine = row.claim, own.get(row.claim.id)
        effects = "; ".join(f"{link}: {effect_words(link, one)}" for link, one in row.effects.items())
        writer.writerow(
            [
                claim.id,
                claim.notes,
                t(f"claims.topic.{claim.topic}"),
                claim.words,
                claim.translation,
                literature(claim),
                claim.note[language()],
                source(claim.source),
                " ".join(claim.tests),
                effects,
                t(f"claims.verdict.{row.verdict}"),
                "" if mine is None else t(f"claims.verdict.{mine.verdict}"),
            ]
        )
    return "\ufeff" + out.getvalue()


def count_rows(counts: Mapping[str, Mapping[str, int]], names: Sequence[str]) -> list[tuple[str, ...]]:
    """Return the counts by notes as cells, the sum last."""
    return [
        (t(f"claims.notes.{notes}"), *(str(found[name]) for name in names), str(sum(found.values())))
        for notes, found in counts.items()
    ]


def crossed_rows(found: Sequence[JudgedClaim], names: Sequence[str]) -> list[tuple[str, ...]]:
    """Return what the literature says against what the runs say, as cells."""
    return [
        (t(f"claims.literature.{standing}"), *(str(each[name]) for name in names), str(sum(each.values())))
        for standing, each in crosstab(found).items()
    ]


def counts_alt(counts: Mapping[str, Mapping[str, int]], names: Sequence[str]) -> str:
    """Return the counts of the bar of all claims, in words."""
    told = (t("claims.bars", count=counts["all"][name], verdict=t(f"claims.verdict.{name}")) for name in names)
    return t("claims.alt", all=", ".join(told), notes=len(NOTES))
