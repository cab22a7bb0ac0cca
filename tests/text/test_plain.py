"""What a visitor typed is shown letter by letter; tests/browser looks at what Streamlit makes of it."""

import pytest

from bnviz.text.plain import LONGEST, LONGEST_SENTENCE, figure_text, plain, plain_sentence


def read(markdown):
    """Return what is shown of escaped Markdown."""
    shown, escaped = "", False
    for each in markdown.replace("\u2060", ""):
        if each == "\\" and not escaped:
            escaped = True
        else:
            shown, escaped = shown + each, False
    return shown


@pytest.mark.parametrize(
    "text",
    [
        "![i](http://a.example/x.png)",
        "[Log in again](http://a.example)",
        "www.a.example and me@a.example",
        "<img src=x onerror=alert(1)>",
        ":material/home: :red[x] $x^2$ `code` ~~no~~ **b** _i_",
        r"\[a\](b) \\",
        "# title",
        "1. list",
        "- list",
        "| a | b |",
        "中文，名字",
    ],
)
def test_every_letter_is_shown_and_no_mark_is_left(text):
    escaped = plain(text)
    assert read(escaped) == text
    left = escaped.replace("\\\\", "")
    for mark in "`*{}[]#!|<>~$&":
        assert left.count(mark) == left.count("\\" + mark)
    for address in ("http://", "www.", "e@a", ":material"):
        assert address not in escaped


def test_an_underscore_inside_a_word_is_no_mark():
    assert plain("map_seeds _it_ __init__ a_") == r"map_seeds \_it\_ \_\_init\_\_ a\_"


@pytest.mark.parametrize("text", ["a\n\n# b", "a\tb\r\n    c", "a\u202eb", "a\x00b\x1b[31m"])
def test_it_is_one_line_without_control_characters(text):
    assert all(each.isprintable() or each == "\u2060" for each in plain(text))


def test_it_is_cut():
    assert len(read(plain("[" * 1000))) == LONGEST
    assert read(plain("x" * LONGEST)) == "x" * LONGEST
    assert plain("x" * 81).endswith("x…")


def test_a_sentence_loses_its_stop_and_its_long_names():
    assert plain_sentence("lr must be a number.") == "lr must be a number"
    shown = read(plain_sentence(f"{'n' * 10_000}: found nothing. " + "word " * 1000))
    assert len(shown) <= LONGEST_SENTENCE
    assert max(map(len, shown.split())) <= LONGEST
    assert "found nothing. word" in shown


def test_a_name_in_a_figure_is_no_link_and_no_value():
    assert figure_text('<a href="http://a.example">x</a>') == '&lt;a href="http://a.example">x&lt;/a>'
    assert figure_text("%{x} & y") == "&#37;{x} &amp; y"
    assert len(figure_text("x" * 1000)) == LONGEST
