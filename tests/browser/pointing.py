"""The pointer on a place of what is shown."""

from __future__ import annotations

from playwright.sync_api import Locator


def point_at(node: Locator, across: float = 0.5, down: float = 0.5) -> tuple[float, float]:
    """Put the pointer on a place of a node, in parts of its size, and return where that is on the screen.

    Unlike a box that is measured first and pointed at later, this scrolls the node into view, waits until it has
    stopped moving, and sees that nothing covers the place.
    """
    width, height = _box(node)[2:]
    node.hover(position={"x": across * width, "y": down * height})
    x, y, width, height = _box(node)
    return x + across * width, y + down * height


def press_at(node: Locator, across: float = 0.5, down: float = 0.5) -> None:
    """Click on a place of a node, in parts of its size, as point_at() points."""
    width, height = _box(node)[2:]
    node.click(position={"x": across * width, "y": down * height})


def _box(node: Locator) -> tuple[float, float, float, float]:
    box = node.bounding_box()
    assert box is not None
    return box["x"], box["y"], box["width"], box["height"]
