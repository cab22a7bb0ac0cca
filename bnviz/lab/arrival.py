"""The session of a lab page whose script has not run yet, so that its picture does not wait for Streamlit."""

from __future__ import annotations

from urllib.parse import parse_qs

from bnviz.config import InputError
from bnviz.config.numbers import count_of
from bnviz.config.visitor import Visitor
from bnviz.lab import settings, viewer
from bnviz.lab.live_view import LOOP_STEPS_PER_S
from bnviz.lab.panels import FIRST_PANEL, PANELS
from bnviz.live.arrival import Arrival
from bnviz.live.kept import KeptDamagedError
from bnviz.live.registry import registry
from bnviz.live.session import Session

LEFT_TO_THE_SCRIPT = frozenset({"tour", "step", "lecture", "embed"})
"""Parameters of an address with which the page is arranged in another way, or a run is trained first."""


RUN_BY_THE_SCRIPT = frozenset({"tour", "step"})
"""Those with which a page that is shown already still waits for its script."""


def arrive(query: str, visitor: Visitor, returns: bool = False) -> Arrival | None:
    """Open the session that the script of a page will take over, showing what its address names.

    Args:
        query: the query of the page's address.
        visitor: who opens the page.
        returns: whether the page is shown already, and waited for this server to start; its session has the name of
            the one that was lost, so that the script, whose state is lost too, finds it by the address.

    Returns:
        The session and what its view is told; None where only the script can say what is to be seen: the browser has
        no cookie, the address is wrong, there is no room.
    """
    asked = {name: values[-1] for name, values in parse_qs(query).items()}
    if not visitor.name or (RUN_BY_THE_SCRIPT if returns else LEFT_TO_THE_SCRIPT) & asked.keys():
        return None
    handle = asked.get(viewer.HANDLE, "")
    try:
        if returns:
            session = (
                registry().resume(handle, visitor.name) or _kept(handle, asked, visitor) or _opened(asked, visitor)
            )
        elif handle:
            session = _resumed(handle, visitor)
        else:
            session = _opened(asked, visitor)
    except InputError:
        return None
    return Arrival(session, _view(session, asked), is_new=not (returns or handle))


def _resumed(handle: str, visitor: Visitor) -> Session:
    """Return the session of a page that was reloaded; raises InputError if there is none to be seen at once."""
    session = registry().resume(handle, visitor.name)
    if session is None or session.history is None:
        raise InputError("the script of the page knows what there is")
    session.awaits_page = True
    return session


def _kept(handle: str, asked: dict[str, str], visitor: Visitor) -> Session | None:
    """Return a session with what was kept of a page's run when the server before this one ended, if anything was.

    The script says it where that is damaged: what was kept is deleted when it is read.
    """
    try:
        session = registry().returned(handle, visitor)
    except KeptDamagedError:
        session = _opened(asked, visitor)
        session.kept_is_damaged = True
        return session
    if session is not None and session.history is not None:
        session.awaits_page, session.arrived = True, settings.as_controlled(session.history.experiment)
    return session


def _opened(asked: dict[str, str], visitor: Visitor) -> Session:
    """Open a session with the experiment of an address; raises InputError."""
    ours = {name: text for name, text in asked.items() if name in settings.EXPERIMENT_PARAMS}
    experiment, error = settings.experiment_from_query(ours or {"preset": settings.first_scene(asked.get("panel", ""))})
    if error is not None:
        raise InputError(error)
    experiment = settings.as_controlled(experiment)
    session = registry().open(visitor=visitor, handle=asked.get(viewer.HANDLE, ""))
    session.awaits_page, session.arrived = True, experiment
    try:
        stand_in = viewer.scene_recording(experiment.name)
        if stand_in is not None and viewer.same_run(stand_in.experiment, experiment):
            session.show(stand_in)
        else:
            session.configure(experiment)
    except InputError:
        registry().close(session.token)
        raise
    return session


def _view(session: Session, asked: dict[str, str]) -> dict[str, object]:
    """Return what the view is told by the script later, as far as it can be known."""
    place, panel, history = session.place, asked.get("panel", ""), session.history
    is_first = session.arrived is not None and session.arrived.name == settings.FIRST_SCENE
    plays = is_first and session.source == "recorded" and history is not None and history.frames
    last = history.frames[-1].step if plays and history is not None else 0
    return {
        "panel": next((name for name in (place.panel, panel) if name in PANELS), FIRST_PANEL),
        "place": {
            "layer": place.layer or count_of(asked.get("layer", "")),
            "unit": place.unit if place.unit is not None else count_of(asked.get("unit", "")),
            "step": place.step,
        },
        "loop": {"until": last, "steps_per_s": LOOP_STEPS_PER_S} if plays else None,
    }
