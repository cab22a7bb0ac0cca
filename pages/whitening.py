"""Why not just whiten? A cloud to shear, whitening against BN, its price, and a bias that runs away."""

from bnviz.chapters.whitening.explore_part import explore
from bnviz.ui.stage import chapter_stage

chapter_stage("whitening", explore)
