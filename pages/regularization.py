"""Regularization: the noise of batch statistics, and whether it helps on few digits."""

from bnviz.chapters.regularization import parts
from bnviz.ui.chapter import Part, chapter_page

PARTS = {"noise": Part(parts.noise), "overfit": Part(parts.overfit, badge="recorded"), "dropout": Part(parts.dropout)}

chapter_page("regularization", "reg_part", PARTS)
