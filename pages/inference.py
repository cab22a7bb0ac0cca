"""Training and inference: one image among changing mates, running statistics, failures, recalibration."""

from bnviz.chapters.inference import parts
from bnviz.ui.chapter import Part, chapter_page

PARTS = {
    "jitter": Part(parts.batch_dependence),
    "chase": Part(parts.running_statistics),
    "study": Part(parts.study, badge="recorded"),
    "repair": Part(parts.repair),
    "fold": Part(parts.fold),
}

chapter_page("inference", "inf_part", PARTS)
