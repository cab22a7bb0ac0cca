"""The ledger in words: effects, statements, the table's rows and its CSV."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Mapping, Sequence

from bnviz.ledger import EXACT, NOTES, QUESTIONS, Claim, Effect, JudgedClaim, crosstab
from bnviz.studies.rule import ALPHA, FEWEST
from bnviz.text.numbers import short_number
from bnviz.ui.text import language, t

PLAIN_SOURCES = ("definition", "formula", "calculus", "normal distribution", "linear algebra", "definition of variance")
"""Sources that are no paper or documentation, and so have a word in each language."""


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
    """Return when the statement behind a link holds."""
    question = QUESTIONS[link.removeprefix("-")]
    return t(f"claims.holds.{'exact_' if question.exact else ''}{question.rule}", limit=short_number(question.limit))


def rule_text(seeds: int) -> str:
    """Return the rule, with how many answers chance alone would give."""
    measured = len(QUESTIONS) - len(EXACT)
    return t("claims.rule.text", fewest=FEWEST, seeds=seeds, measured=measured, expected=f"{2 * ALPHA * measured:.1f}")


def effect_words(link: str, found: Effect | None) -> str:
    """Return mean, interval and unit of an effect; a dash where there is none."""
    if found is None:
        return t("claims.not_run")
    unit = t(f"claims.unit.{QUESTIONS[link.removeprefix('-')].unit}")
    ends = "" if math.isinf(found.high) else f" ({short_number(found.low)} … {short_number(found.high)})"
    return f"{short_number(found.mean)}{ends} {unit}"


def answer_words(found: Effect | None) -> str:
    """Return whether the statement itself held."""
    return t("claims.not_run") if found is None else t(f"claims.answer.{found.answer}")


def short_effect(row: JudgedClaim) -> str:
    """Return mean and unit of a claim's effects, for a cell."""
    parts = []
    for link, found in row.effects.items():
        unit = t(f"claims.unit.{QUESTIONS[link.removeprefix('-')].unit}")
        parts.append(t("claims.not_run") if found is None else f"{short_number(found.mean)} {unit}")
    return "; ".join(parts)


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
