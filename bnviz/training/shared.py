"""What all computing of a process shares: the permits and the queue of tasks."""

from __future__ import annotations

import sys
import types
from dataclasses import dataclass

from bnviz.training.permits import CorePermits
from bnviz.training.tasks import TaskQueue


@dataclass(frozen=True, slots=True, eq=False)
class Shared:
    """The permits that live runs, surfaces and tasks compute under, and the tasks."""

    permits: CorePermits
    tasks: TaskQueue


def shared() -> Shared:
    """Return what the computing of this process shares.

    It is kept outside of bnviz's modules, because Streamlit's hot reload replaces those.
    """
    anchor = sys.modules.setdefault("_bnviz_state", types.ModuleType("_bnviz_state"))
    if not hasattr(anchor, "shared"):
        permits = CorePermits()
        anchor.__dict__.setdefault("shared", Shared(permits, TaskQueue(permits)))
    found: Shared = anchor.__dict__["shared"]
    return found
