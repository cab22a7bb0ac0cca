"""The cards of the page "Ten misconceptions"."""

from __future__ import annotations

import streamlit as st

from bnviz.ledger import Misconception
from bnviz.ledger import own_runs as runs
from bnviz.ledger.parts import evidence
from bnviz.ledger.wording import seconds, source
from bnviz.ui.chapter import reason
from bnviz.ui.text import t


def card(number: int, which: Misconception) -> None:
    """Draw one misconception: the wrong sentence, what is true, the recorded experiment, the button.

    Args:
        number: of the card, from 1.
        which: the misconception.
    """
    key = f"misconceptions.{which.id}"
    with st.container(border=True, key=f"card_{which.id}"):
        st.subheader(f"{number}. “{t(f'{key}.wrong')}”", anchor=which.id)
        st.caption(t("misconceptions.true"))
        reason(key)
        st.caption(source(which.source))
        button = f"run_{which.id}"
        opened = number == 1 or runs.is_under_way(button)  # the line at the top of the page leads into it
        with st.expander(t("misconceptions.experiment"), icon=":material/science:", expanded=opened):
            evidence(which.tests, runs.judged(which.tests))
            label = t("misconceptions.run", seeds=runs.OWN_SEEDS, seconds=seconds(runs.seconds(which.test_ids)))
            runs.run_button(button, label, which.test_ids)
