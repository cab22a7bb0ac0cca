"""Misconceptions: which questions of the ledger test each; their words are in assets/text."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import lru_cache

from bnviz.config import InputError
from bnviz.ledger.claim import FOLDER


@dataclass(frozen=True, slots=True)
class Misconception:
    """A wrong sentence.

    Attributes:
        id: key of its words, ``misconceptions.<id>``.
        tests: links to questions that say what the wrong sentence says, see ``rule.verdict``.
        source: the source of the correction.
    """

    id: str
    tests: tuple[str, ...]
    source: str

    @property
    def test_ids(self) -> tuple[str, ...]:
        """The ids of its tests, each once."""
        return tuple(dict.fromkeys(link.removeprefix("-").split(".")[0] for link in self.tests))


@lru_cache(maxsize=1)
def misconceptions() -> tuple[Misconception, ...]:
    """Read them in their order; raises InputError when the file is not as it should be."""
    path = FOLDER / "misconceptions.toml"
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8"))["misconception"]
        return tuple(Misconception(str(m["id"]), tuple(m["tests"]), str(m["source"])) for m in found)
    except (OSError, KeyError, TypeError, ValueError) as error:
        raise InputError(f"{path.name} is not a file of misconceptions: {error}") from error
