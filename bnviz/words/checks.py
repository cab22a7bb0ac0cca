"""All checks by name."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from bnviz.words import chapters, images, late_bn, scenes, spread, starts, statistics, walks
from bnviz.words.sentence import Check

CHECKS: Mapping[str, Check] = MappingProxyType(
    {
        check.name: check
        for room in (scenes, spread, starts, images, late_bn, chapters, statistics, walks)
        for check in room.CHECKS
    }
)
