"""The measured sentences of the app, each with a check that other seeds can take back."""

from bnviz.words.checks import CHECKS
from bnviz.words.rows import Row, rows_of
from bnviz.words.run import run_checks
from bnviz.words.sentence import Bound, Check, Measured, Sentence

__all__ = ["CHECKS", "Bound", "Check", "Measured", "Row", "Sentence", "rows_of", "run_checks"]
