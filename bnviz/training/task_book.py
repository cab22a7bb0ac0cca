"""TaskBook: which task is whose, so that a page that is reloaded, or opened in a second tab, finds its own again."""

from __future__ import annotations

from dataclasses import dataclass, field
from threading import Lock

from bnviz.training.task import Task

KEPT_ENDED, KEPT_OF_ALL = 8, 200
"""Ended tasks that are kept with their results: of one owner, and of all."""


@dataclass(frozen=True, slots=True, eq=False)
class HeldTask:
    """A task and what a page needs to show it.

    Attributes:
        owner: whose it is: the secret of a browser, or what stands for it.
        key: of the button that started it.
        inputs: what its result depends on.
        task: the task.
        label: words of the button.
        page: name of the page that has the button.
        query: parameters of that page's address when it was started.
        payload: what else belongs to it, such as a sweep.
    """

    owner: str
    key: str
    inputs: object
    task: Task
    label: str = ""
    page: str = ""
    query: dict[str, str] = field(default_factory=dict)
    payload: object = None


class TaskBook:
    """The tasks of all owners, with the ended ones that their pages may still ask for. Safe from any thread.

    Args:
        forget_s: seconds after its last page was closed at which an ended task is forgotten.
    """

    def __init__(self, forget_s: float) -> None:
        self._forget_s = forget_s
        self._held: list[HeldTask] = []
        self._lock = Lock()

    def add(self, held: HeldTask) -> None:
        """Note a task; the oldest ended ones make room."""
        with self._lock:
            self._held.append(held)
            for owner, most in ((held.owner, KEPT_ENDED), (None, KEPT_OF_ALL)):
                ended = [each for each in self._held if not each.task.running and owner in (None, each.owner)]
                for old in ended[: max(0, len(ended) - most)]:
                    self._held.remove(old)

    def remove(self, held: HeldTask) -> None:
        """Forget one."""
        with self._lock:
            self._held = [each for each in self._held if each is not held]

    def of(self, owner: str, key: str = "") -> list[HeldTask]:
        """Return the tasks of an owner, oldest first; with a key, those of its button."""
        with self._lock:
            return [each for each in self._held if each.owner == owner and key in ("", each.key)]

    def find(self, owner: str, key: str, inputs: object) -> HeldTask | None:
        """Return the newest task of a button for these inputs."""
        return next((each for each in reversed(self.of(owner, key)) if each.inputs == inputs), None)

    def tidy(self) -> None:
        """Forget ended tasks whose pages were closed and not opened again; called once a second or so."""
        with self._lock:
            held = list(self._held)
        # Asking for it is what keeps the time since a page was open.
        old = [each for each in held if each.task.away_s() > self._forget_s and not each.task.running]
        for each in old:
            self.remove(each)
