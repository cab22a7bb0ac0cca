"""The ledger of claims: what notes say about BN, tests that can tell, and the rule that decides."""

from bnviz.ledger.claim import LITERATURE, NOTES, TOPICS, Claim, claims
from bnviz.ledger.ledger import (
    COMMAND,
    FILE,
    QUESTIONS,
    TESTS,
    JudgedClaim,
    counts,
    crosstab,
    effect_of,
    judge_claims,
    recorded,
    run_claims,
    run_test,
    seen_verdicts,
    verdict_of,
    with_overrides,
)
from bnviz.ledger.misconception import Misconception, misconceptions
from bnviz.ledger.rule import FEWEST, VERDICTS, Effect, Question, answer, effect, verdict

__all__ = [
    "COMMAND",
    "FEWEST",
    "FILE",
    "LITERATURE",
    "NOTES",
    "QUESTIONS",
    "TESTS",
    "TOPICS",
    "VERDICTS",
    "Claim",
    "Effect",
    "JudgedClaim",
    "Misconception",
    "Question",
    "answer",
    "claims",
    "counts",
    "crosstab",
    "effect",
    "effect_of",
    "judge_claims",
    "misconceptions",
    "recorded",
    "run_claims",
    "run_test",
    "seen_verdicts",
    "verdict",
    "verdict_of",
    "with_overrides",
]
