"""What a visitor typed, or a file of a stranger holds, as Markdown that shows it letter by letter.

Streamlit renders almost every text as Markdown, in which a name could be a link, a picture that is fetched from
another machine, or a formula. A backslash makes punctuation plain; what looks like an address is made a link even so,
as an icon or an emoji is by its colons, unless an invisible word joiner parts them.
"""

from __future__ import annotations

import re

from bnviz.text.wrong import wrong_words

LONGEST = 80
"""Characters of what was typed that are shown, and of a single word in a sentence."""
LONGEST_SENTENCE = 500

_PUNCTUATION = re.compile(r"[\\`*{}\[\]()#+.!|<>~$:&-]|(?<![^\W_])_|_(?![^\W_])")
"""What Markdown may take for a mark; an underscore inside a word is none."""
_PARTED = re.compile(r"www(?=\.)|[:@](?=\S)", re.IGNORECASE)
_JOINER = "\u2060"


def plain(text: object, most: int = LONGEST) -> str:
    """Return a text as Markdown that shows it as it is, in one line and cut after ``most`` characters."""
    line = cut(" ".join(_printable(str(text)).split()), most)
    return _PUNCTUATION.sub(r"\\\g<0>", _PARTED.sub(rf"\g<0>{_JOINER}", line))


def plain_sentence(error: object, lang: str = "en") -> str:
    """Return the sentence of an error in a language, without its full stop, to stand in another one; see ``plain``.

    The messages of ``InputError`` quote at most 80 characters of a value; a name that is longer is cut here.
    """
    words = " ".join(_cut_word(word) for word in str(error).split())
    return plain(wrong_words(words.rstrip("."), lang), LONGEST_SENTENCE)


def figure_text(text: str) -> str:
    """Return a name for a figure: Plotly takes ``<a href=...>`` for a link, and ``%{x}`` for a value."""
    return cut(_printable(text)).replace("&", "&amp;").replace("<", "&lt;").replace("%{", "&#37;{")


def cut(text: str, most: int = LONGEST) -> str:
    """Return a text, cut after ``most`` characters."""
    return text if len(text) <= most else f"{text[: most - 1]}…"


def _cut_word(word: str) -> str:
    """Return a word, cut; the colon after a name stays, for by it a sentence is found again (``wrong_words``)."""
    return f"{cut(word[:-1], LONGEST - 1)}:" if word.endswith(":") else cut(word)


def _printable(text: str) -> str:
    """Return a text without control characters and marks that turn the direction of what follows."""
    return "".join(each if each.isprintable() else " " for each in text)
