"""``python -m bnviz record claims-doc``: the tables of docs/claims.md, read from the recorded ledger.

Only the text between the page's markers changes.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from bnviz.api.record import RecordOptions
from bnviz.files.documents import filled, write_text
from bnviz.ledger import EXACT, QUESTIONS, TESTS, JudgedClaim, counts, judge_claims, recorded, said_of
from bnviz.text.catalogue import translate
from bnviz.text.numbers import short_number

DOC = Path(__file__).resolve().parents[2] / "docs" / "claims.md"
ORDER = ("exact", "confirmed", "not_confirmed", "contradicted", "refuted", "untestable")
_HOLDS, _FAILS = ("exact", "confirmed"), ("contradicted", "refuted")


def record_document(options: RecordOptions) -> list[Path]:
    """Write the page."""
    return [write_text(options.target(DOC), page())]


def page() -> str:
    """Return the page with its parts filled in."""
    found = judge_claims(recorded())
    parts = {
        "origin": origin(),
        "counts": table(found),
        "disagree": disagreements(found),
        "open": rows([row for row in found if row.verdict == "not_confirmed"]),
    }
    return filled(DOC.read_text(encoding="utf-8"), parts, DOC.name)


def origin() -> Iterator[str]:
    """Yield where the numbers come from."""
    facts = recorded().provenance
    yield (
        f"{facts['seeds']} seeds, recorded {facts['date']} with torch {facts['versions']['torch']} in "
        f"`assets/recordings/claims.json` by `{facts['script']}`; {facts['seconds'] / 60:.0f} minutes on one thread, "
        f"each test counted by itself. "
        f"{len(TESTS)} tests ask {len(QUESTIONS)} questions, {len(EXACT)} of them exact."
    )


def table(found: tuple[JudgedClaim, ...]) -> Iterator[str]:
    """Yield the counts of verdicts by notes."""
    names = (translate(f"claims.verdict.{verdict}") for verdict in ORDER)
    yield f"| notes | {' | '.join(names)} | in all |"
    yield "|---" * (len(ORDER) + 2) + "|"
    for notes, each in counts(found).items():
        yield f"| {notes} | {' | '.join(str(each[verdict]) for verdict in ORDER)} | {sum(each.values())} |"


def disagreements(found: tuple[JudgedClaim, ...]) -> Iterator[str]:
    """Yield the claims on which runs and literature disagree, and those in dispute that the runs decide."""
    kinds = (
        ("The literature calls it wrong, the runs say that it holds", "W", _HOLDS),
        ("The literature calls it correct, the runs say that it fails", "C", _FAILS),
        ("In dispute, and the runs say that it holds", "X", _HOLDS),
        ("In dispute, and the runs say that it fails", "X", _FAILS),
    )
    for title, standing, verdicts in kinds:
        chosen = [row for row in found if row.claim.standing == standing and row.verdict in verdicts]
        yield f"\n**{title}:**" + ("" if chosen else " none.")
        if chosen:
            yield ""
            yield from rows(chosen)
    yield ""


def rows(chosen: list[JudgedClaim]) -> Iterator[str]:
    """Yield claims with what was measured for each."""
    yield "| claim | in words | verdict | measured: mean (interval) | answer |"
    yield "|---|---|---|---|---|"
    for row in chosen:
        claim = row.claim
        words = claim.words if claim.language == "en" else claim.translation
        for place, (link, effect) in enumerate(row.effects.items()):
            name = link.removeprefix("-")
            if effect is None:
                measured, answer = "a run gave no number", "open"
            else:
                unit = translate(f"claims.unit.{QUESTIONS[name].unit}")
                ends = f"{short_number(effect.low)} to {short_number(effect.high)}"
                measured = f"{short_number(effect.mean)} ({ends}) {unit}"
                answer = translate(f"claims.answer.{said_of(link, effect.answer)}")
            head = (
                f"{claim.id} | {words.replace('|', '/')} | {translate(f'claims.verdict.{row.verdict}')}"
                if place == 0
                else " | | "
            )
            opposite = "the opposite of " if link.startswith("-") else ""
            yield f"| {head} | {opposite}{name}: {measured} | {answer} |"
