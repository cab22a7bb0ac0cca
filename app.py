"""The launcher: `streamlit run app.py`.

Streamlit finds ``app`` by reading this file, so the call below must stay literal. The pages hang on
bnviz/ui/shell.py, not on this file: beside a folder named pages, a deep link to a fresh server would skip
the main script.
"""

from pathlib import Path

import streamlit as st

from bnviz.config.visitor import Visitor
from bnviz.live.arrival import Arrival
from bnviz.ui.closed_pages import forget_closed_pages
from bnviz.ui.outside import ask_nobody
from bnviz.ui.uploaded_files import UploadedFiles
from bnviz.web.server import lifespan_with, middleware, routes

ask_nobody()


def arrive(query: str, visitor: Visitor, returns: bool) -> Arrival | None:
    """Open the session of a page before its script runs."""
    from bnviz.lab.arrival import arrive as arrive_in_lab  # torch is imported when the server answers, not before

    return arrive_in_lab(query, visitor, returns)


app = st.App(
    Path(__file__).resolve().parent / "bnviz" / "ui" / "shell.py",
    routes=routes(
        st.config.get_option("server.baseUrlPath"), st.config.get_option("server.corsAllowedOrigins"), arrive
    ),
    middleware=middleware(st.config.get_option("server.baseUrlPath"), UploadedFiles()),
    lifespan=lifespan_with(forget_closed_pages),
)

if __name__ == "__main__":
    app.run()
