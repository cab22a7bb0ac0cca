"""The live view as a widget; needs anywidget (requirements-notebook.txt)."""

from __future__ import annotations

from weakref import WeakKeyDictionary, WeakSet

import anywidget
import traitlets
from IPython import get_ipython

from bnviz.notebook.feed import Feed
from bnviz.standalone.bundle import ASSETS, bundled
from bnviz.standalone.words import LANGUAGES, view_words
from bnviz.telemetry.history import History, RunHistory

_STYLES = ("live/live.css", "standalone/cell.css")


class Cell(anywidget.AnyWidget):  # type: ignore[misc]  # its base has no types
    """The live view of one history; every display of it is one more view of the same.

    Attributes:
        words: of the view, by language.
        panel: the panel that opens first.
        backlog: messages, each after its length: the whole history as it was at some time.
        news: the same, what came last.
    """

    _esm = bundled("standalone/cell.js")
    _css = "\n".join((ASSETS / name).read_text(encoding="utf-8") for name in _STYLES)
    words = traitlets.Dict().tag(sync=True)
    panel = traitlets.Unicode().tag(sync=True)
    backlog = traitlets.Bytes().tag(sync=True)
    news = traitlets.Bytes().tag(sync=True)

    def take(self, backlog: bytes | None, news: bytes) -> None:
        """Give the browser messages; the former news are replaced."""
        with self.hold_sync():
            if backlog is not None:
                self.backlog = backlog
            self.news = news


_cells: WeakKeyDictionary[History, Cell] = WeakKeyDictionary()
_feeds: WeakSet[Feed] = WeakSet()


def cell_of(history: History) -> Cell:
    """Return the widget of a history; one that grows is followed from now on."""
    if (cell := _cells.get(history)) is not None:
        return cell
    words = {lang: view_words(lang) for lang in LANGUAGES}
    cell = Cell(words=words, panel="distributions" if history.description.is_watched else "glance")
    feed = Feed(history, cell.take)
    cell.take(feed.everything("recorded"), b"")
    if isinstance(history, RunHistory):
        history.listen(feed.changed)
        _finish_with_the_cell(feed)
    _cells[history] = cell
    return cell


def _finish_with_the_cell(feed: Feed) -> None:
    """Let the feed send all once what runs in the notebook has ended."""
    shell = get_ipython()
    if shell is not None and not _feeds:
        shell.events.register("post_run_cell", _finish_all)
    _feeds.add(feed)


def _finish_all(_result: object = None) -> None:
    for feed in list(_feeds):
        feed.finish()
