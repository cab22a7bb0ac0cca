"""Fetching a data set in its own thread, which a page watches; it does not import Streamlit."""

from __future__ import annotations

import threading

from bnviz.config import InputError
from bnviz.data import FetchCancelled, FetchError, fetch


class Fetching:
    """One data set that is being fetched. Its daemon thread ends with the download or on ``cancel``.

    Attributes:
        name: name of the data set.
        state: "fetching", "done", "cancelled" or "failed".
        error: the message of a failure.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.state = "fetching"
        self.error = ""
        self._done, self._total = 0, 0
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._work, name=f"bnviz-fetch-{name}", daemon=True)
        self._thread.start()

    @property
    def share(self) -> float:
        """The fraction that has arrived, 0..1."""
        return min(1.0, self._done / self._total) if self._total else 0.0

    def cancel(self) -> None:
        """Stop soon; safe to call twice."""
        self._stop.set()

    def join(self, timeout: float) -> None:
        """Wait for the end, at most ``timeout`` seconds."""
        self._thread.join(timeout)

    def _report(self, done: int, total: int) -> None:
        self._done, self._total = done, total

    def _work(self) -> None:
        try:
            fetch(self.name, self._report, self._stop)
        except FetchCancelled:
            self.state = "cancelled"
        except (FetchError, InputError) as error:
            self.error, self.state = str(error), "failed"
        except Exception as error:  # no caller is above a thread: the page must show any error
            self.error, self.state = f"{type(error).__name__}: {error}", "failed"
        else:
            self.state = "done"
