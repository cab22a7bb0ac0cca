"""What was typed is quoted briefly, and stands in the pages as plain text only."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from house import room_of, sources

LONGEST = 80
SCREEN = ("ui", "lab", "chapters", "ledger", "pages")
BOXES = ("error", "warning", "info", "success", "toast", "exception")
PLAIN = ("plain", "plain_sentence", "wrong_sentence", "_plain_label")


def called(node: ast.AST) -> str:
    """Return the last name of what a call calls; "" for anything else."""
    if not isinstance(node, ast.Call):
        return ""
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def calls(*rooms: str) -> Iterator[tuple[str, ast.Call]]:
    for name, tree in sources().items():
        if not rooms or room_of(name) in rooms:
            yield from ((f"{name}:{node.lineno}", node) for node in ast.walk(tree) if isinstance(node, ast.Call))


def test_a_message_quotes_at_most_80_characters_of_a_value() -> None:
    found = []
    for place, call in calls():
        if called(call) != "InputError":
            continue
        for part in ast.walk(call):
            if isinstance(part, ast.FormattedValue) and part.conversion == ord("r"):
                form = ast.unparse(part.format_spec) if part.format_spec else ""
                digits = "".join(each for each in form if each.isdigit())
                found += [] if digits and int(digits) <= LONGEST else [place]
    assert found == []


def test_an_error_stands_in_a_sentence_as_plain_text() -> None:
    errors = [
        (place, word.value)
        for place, call in calls(*SCREEN)
        if called(call) == "t"
        for word in call.keywords
        if word.arg == "error"
    ]
    assert len(errors) > 8
    assert [place for place, value in errors if called(value) not in PLAIN] == []


def test_a_box_shows_our_words_or_plain_text() -> None:
    boxes = [(place, call) for place, call in calls(*SCREEN) if called(call) in BOXES and call.args]
    assert len(boxes) > 30
    assert [
        place for place, call in boxes if called(call.args[0]) == "str" or isinstance(call.args[0], ast.JoinedStr)
    ] == []


def test_the_name_of_an_upload_is_plain_text() -> None:
    names = [
        (place, word.value)
        for place, call in calls(*SCREEN)
        if called(call) == "t"
        for word in call.keywords
        for inner in ast.walk(word.value)
        if isinstance(inner, ast.Attribute)
        and inner.attr == "name"
        and ast.unparse(inner.value) in ("given", "upload", "opened")
    ]
    assert len(names) >= 4
    assert [place for place, value in names if called(value) not in PLAIN] == []
