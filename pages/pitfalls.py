"""Pitfalls, each with a program that shows it, and the current experiment in three frameworks."""

from bnviz.chapters.pitfalls.frameworks_part import side_by_side
from bnviz.chapters.pitfalls.parts import cards
from bnviz.ui.chapter import Part, chapter_page

chapter_page("pitfalls", "pit_part", {"cards": Part(cards), "frameworks": Part(side_by_side)})
