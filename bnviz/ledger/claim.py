"""The claims: the notes' words, the literature's verdict on them, and the questions that test them."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from bnviz.config import InputError

FOLDER = Path(__file__).resolve().parents[2] / "assets" / "claims"
NOTES = ("S0", "S1", "S2", "S3", "S4")
LITERATURE = ("W", "X", "I", "C")
"""Wrong, contested, imprecise, correct: the strictest verdict first."""

TOPICS = (
    "shift",
    "transform",
    "gradient",
    "rates",
    "noise",
    "inference",
    "scaling",
    "structure",
    "paper",
    "calculus",
    "general",
)


@dataclass(frozen=True, slots=True)
class Claim:
    """One claim of the notes.

    Attributes:
        id: "S0.1": notes and number.
        topic: one of ``TOPICS``.
        literature: verdicts of the literature, of ``LITERATURE``; two where the claim has two halves.
        source: the source of these verdicts.
        tests: links to questions, see ``rule.verdict``; none where no run can decide.
        language: of the original words, "en" or "zh".
        words: the original words; " … " marks an omission.
        translation: into the other language.
        note: the correction, by language; empty where there is none.
    """

    id: str
    topic: str
    literature: tuple[str, ...]
    source: str
    tests: tuple[str, ...]
    language: str
    words: str
    translation: str
    note: Mapping[str, str]

    @property
    def notes(self) -> str:
        """The notes that contain it."""
        return self.id.split(".")[0]

    @property
    def standing(self) -> str:
        """The strictest of the literature's verdicts."""
        return min(self.literature, key=LITERATURE.index)


@lru_cache(maxsize=1)
def claims() -> tuple[Claim, ...]:
    """Read all claims, in their order; raises InputError when a file is not as it should be."""
    found: list[Claim] = []
    for notes in NOTES:
        path = FOLDER / f"{notes.lower()}.toml"
        try:
            rows = tomllib.loads(path.read_text(encoding="utf-8"))["claim"]
            found += [_claim(row) for row in rows]
        except (OSError, KeyError, TypeError, ValueError) as error:
            raise InputError(f"{path.name} is not a file of claims: {error}") from error
    return tuple(found)


def _claim(row: Mapping[str, Any]) -> Claim:
    made = Claim(
        str(row["id"]),
        str(row["topic"]),
        tuple(row["literature"]),
        str(row["source"]),
        tuple(row["tests"]),
        str(row["language"]),
        str(row["words"]),
        str(row["translation"]),
        dict(row["note"]),
    )
    known = made.topic in TOPICS and made.literature and set(made.literature) <= set(LITERATURE)
    if not known or made.language not in ("en", "zh") or set(made.note) != {"en", "zh"}:
        raise ValueError(made.id)
    return made
