"""The ledger of claims: what notes say about BN, tests that can tell, and the rule that decides."""

from bnviz.experiments.claims.claim import LITERATURE, NOTES, TOPICS, Claim, claims
from bnviz.experiments.claims.ledger import (
    COMMAND,
    FILE,
    QUESTIONS,
    TRIALS,
    Row,
    counts,
    recorded,
    rows,
    run_claims,
    run_test,
)
from bnviz.experiments.claims.rule import FEWEST, VERDICTS, Effect, Question, answer, effect, verdict

__all__ = [
    "COMMAND", "FEWEST", "FILE", "LITERATURE", "NOTES", "QUESTIONS", "TOPICS", "TRIALS", "VERDICTS", "Claim",
    "Effect", "Question", "Row", "answer", "claims", "counts", "effect", "recorded", "rows", "run_claims",
    "run_test", "verdict",
]  # fmt: skip
