"""What the chapter has beyond its picture: the noise, a recorded study of overfitting, dropout before BN."""

from __future__ import annotations

from bnviz.chapters.regularization import parts
from bnviz.ui.chapter import Part, chapter_page

PARTS = {"noise": Part(parts.noise), "overfit": Part(parts.overfit, badge="recorded"), "dropout": Part(parts.dropout)}


def explore() -> None:
    """Draw the chosen part below its badge."""
    chapter_page("regularization", "reg_part", PARTS)
