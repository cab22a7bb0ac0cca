"""The ledger of claims: notes about BN beside the literature and our runs."""

import streamlit as st

from bnviz.ledger import parts as claims
from bnviz.ledger.own_runs import recorded_rows, recorded_seeds
from bnviz.ui.chapter import opening
from bnviz.ui.text import t

with st.container(key="wide_opening"):
    opening("claims", "recorded", seeds=recorded_seeds())
rows = recorded_rows()
claims.linked(rows)
claims.overview(rows)
st.subheader(t("claims.table"), anchor=False)
chosen = claims.filtered(rows)
if chosen:
    claims.rows_table(chosen, len(rows))
    claims.card(claims.pick_claim(chosen))
    claims.reset()
else:
    st.info(t("claims.none"))
