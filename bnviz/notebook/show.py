"""How a history shows itself in a notebook: as the live view, or as a picture where the optional packages are not."""

from __future__ import annotations

import sys
from importlib.util import find_spec
from typing import Any

from bnviz.config import InputError
from bnviz.notebook.picture import picture
from bnviz.standalone.export import history_of
from bnviz.telemetry.history import History


def show(source: object) -> None:
    """Show a watcher or a history in the cell that runs, and follow it while the loop runs.

    ::

        with bnviz.watch(model, optimizer) as watcher:
            bnviz.show(watcher)
            for x, y in batches:
                ...

    It is the app's own view: it plays and scrubs, and while the loop runs it shows the newest frames. It needs
    ``pip install -r requirements-notebook.txt``; without, a picture of what there is now is shown.

    Args:
        source: a Watcher, a History, or the path of a recording.

    Raises:
        InputError: this is no notebook, or the source has no history.
    """
    history = history_of(source)
    if _shell() is None:
        raise InputError("expected a notebook to show in, found none; bnviz.export writes a page for the browser")
    from IPython.display import display

    data, metadata = mimebundle(history)
    display(data, metadata=metadata, raw=True)


def mimebundle(history: History) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return a history as Jupyter shows it: a widget where there can be one, beside a picture and a line of text."""
    frames = history.frames
    told = f"{len(frames)} frames up to step {frames[-1].step}" if frames else "no frames yet"
    data: dict[str, Any] = {"text/plain": f"<{type(history).__name__}: {told}>", "text/html": picture(history)}
    metadata: dict[str, Any] = {}
    if hasattr(_shell(), "kernel") and find_spec("anywidget") is not None:
        from bnviz.notebook.cell import cell_of

        bundle = cell_of(history)._repr_mimebundle_()
        widget, metadata = bundle if isinstance(bundle, tuple) else (bundle or {}, {})
        data |= {kind: content for kind, content in widget.items() if kind != "text/plain"}
    return data, metadata


def _shell() -> Any:  # noqa: ANN401 - IPython's, or None
    """Return the running IPython; one that was never imported does not run."""
    ipython = sys.modules.get("IPython")
    return None if ipython is None else ipython.get_ipython()
