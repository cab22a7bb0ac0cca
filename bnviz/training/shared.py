"""What all computing of a process shares: the permits and the queue of tasks."""

from __future__ import annotations

import sys
import types
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from bnviz.training.permits import CorePermits
from bnviz.training.tasks import TaskQueue

T = TypeVar("T")


@dataclass(frozen=True, slots=True, eq=False)
class Shared:
    """The permits that live runs, surfaces and tasks compute under, and the tasks."""

    permits: CorePermits
    tasks: TaskQueue


def kept_once(name: str, make: Callable[[], T]) -> T:
    """Return what was made under this name first in this process.

    It is kept outside of bnviz's modules, because Streamlit's hot reload replaces those, and runs must survive it.
    """
    anchor = sys.modules.setdefault("_bnviz_state", types.ModuleType("_bnviz_state"))
    if not hasattr(anchor, name):
        anchor.__dict__.setdefault(name, make())
    found: T = anchor.__dict__[name]
    return found


def shared() -> Shared:
    """Return what the computing of this process shares."""
    return kept_once("shared", _new)


def _new() -> Shared:
    permits = CorePermits()
    return Shared(permits, TaskQueue(permits))
