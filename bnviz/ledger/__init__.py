"""The ledger of claims: what notes say about BN, tests that can tell, and the rule that decides."""

from bnviz.ledger.claim import LITERATURE, NOTES, TOPICS, Claim, claims
from bnviz.ledger.ledger import (
    COMMAND,
    FILE,
    QUESTIONS,
    TRIALS,
    Row,
    counts,
    crossed,
    effect_of,
    merged,
    recorded,
    rows,
    run_claims,
    run_test,
    seen_verdicts,
    verdict_of,
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
    "TOPICS",
    "TRIALS",
    "VERDICTS",
    "Claim",
    "Effect",
    "Misconception",
    "Question",
    "Row",
    "answer",
    "claims",
    "counts",
    "crossed",
    "effect",
    "effect_of",
    "merged",
    "misconceptions",
    "recorded",
    "rows",
    "run_claims",
    "run_test",
    "seen_verdicts",
    "verdict",
    "verdict_of",
]
