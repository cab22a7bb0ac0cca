"""The paths of the contents page lead through chapters that exist, none twice."""

from __future__ import annotations

import pytest

from bnviz.ui import menu


@pytest.mark.parametrize("path", list(menu.PATHS))
def test_a_path_leads_through_chapters_and_never_in_a_circle(path: str) -> None:
    pages = menu.PATHS[path]
    assert set(pages) <= set(menu.CHAPTERS)
    assert len(set(pages)) == len(pages) >= 5


def test_every_page_of_the_menu_has_a_file_and_every_file_is_in_the_menu() -> None:
    named = [page for pages in menu.MENU.values() for page in pages]
    assert sorted(named) == sorted(path.stem for path in menu.PAGES.glob("*.py"))
