"""Ten misconceptions about batch normalization: judge each sentence, then see what was measured."""

from bnviz.ledger.misconceptions_stage import explore, stage_data
from bnviz.ui.stage import chapter_stage

chapter_stage("misconceptions", explore, badge="recorded", data=stage_data())
