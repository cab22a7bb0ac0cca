"""What this app cannot show: how small its nets, data and runs are, and what was chosen after seeing results."""

from bnviz.chapters.limits import parts
from bnviz.ui.chapter import heading
from bnviz.ui.text import t

heading(t("nav.limits"))
parts.sections()
