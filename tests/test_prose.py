"""Habits that make English hard to read stay out of the words on screen, the documents and the docstrings.

The list is short on purpose: each pattern is a habit that this project had, and one that a search can find.
"""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
UNITS = (
    "arm|batch|bin|call|cell|channel|chapter|class|column|concept|core|curve|entry|epoch|example|feature|figure|"
    "file|frame|grid|hour|image|key|language|layer|line|map|minute|name|net|network|page|panel|part|pixel|place|"
    "point|preset|process|row|run|sample|second|seed|step|study|test|thread|unit|update|weight|worker"
)
COUNTED = (
    "bar|byte|cell|color|column|commit|copy|curve|dict|entry|figure|file|folder|head|item|job|length|line|list|mark|"
    "mean|message|name|net|network|number|pair|panel|place|plot|point|process|record|row|sample|seed|sentence|"
    "slice|step|table|task|tensor|thread|title|value|word|worker"
)


@dataclass(frozen=True)
class Habit:
    """One habit.

    Attributes:
        pattern: what finds it; a space in it is any white space, letters are of either case.
        reason: why it is hard to read.
        better: what to write.
        bad: sentences that the pattern must find.
        good: sentences that it must let pass.
    """

    pattern: str
    reason: str
    better: str
    bad: tuple[str, ...]
    good: tuple[str, ...] = ()

    def found_in(self, text: str) -> list[str]:
        """Return every place in a text where the habit occurs."""
        pattern = self.pattern.replace(" ", r"\s+")
        return [found[0].strip() for found in re.finditer(pattern, text, re.IGNORECASE | re.MULTILINE)]


HABITS = (
    Habit(
        r"\banew\b",
        "The word is literary.",
        "again, recomputed, redrawn",
        ("They are taken anew at every point.",),
        ("A new seed.", "Renewed at most once a second."),
    ),
    Habit(r"\bafresh\b", "The word is literary.", "again, without the cache", ("Computed afresh.",)),
    Habit(
        r"(?:^|:)[ \t]*likewise\b",
        "An entry that only points at another one cannot be read alone.",
        "the words of the other entry",
        ("    beta: likewise.", "seeds: likewise, of the second arm.", "Likewise."),
        ("The second arm is drawn likewise.",),
    ),
    Habit(
        r"(?:^|:)[ \t]*as above\b",
        "An entry that only points at another one cannot be read alone.",
        "the words of the other entry",
        ("    steps: as above.", "As above."),
        ("The same seeds as above are used.",),
    ),
    Habit(
        r"\b(?:some|no)body\b|\bhardly anybody\b",
        "A person is not what the sentence is about.",
        "the passive, or the thing that acts: no viewer, another process, a public implementation",
        ("Somebody's VGG11.", "It goes on as if nobody had looked.", "Hardly anybody tests it."),
        ("The body of a request.", "Anybody can run it."),
    ),
    Habit(
        r"\b(?:none|not one|no \w+) of ours\b",
        "It does not say what is missing.",
        "not a bnviz recording, not in this project",
        ("It is none of ours.", "This is no ledger of ours.", "Not one of ours."),
        ("These choices are ours.", "A recipe of ours."),
    ),
    Habit(
        rf"\b(?:one|two|three|a few|several|\d+) (?:{COUNTED})s? an? (?:{UNITS})\b"
        rf"|\b(?:ms|images|examples|samples|values|steps|bytes|a few|seconds|numbers)"
        rf" an? (?:{UNITS})\b(?! of)"
        rf"|\{{\w+\}} an? (?:{UNITS})\b",
        "A rate is written with 'per'; 'a' alone reads as a second object.",
        "one row per arm, 60 examples per batch",
        ("One row an arm.", "One mean a map.", "60 examples a batch", "{percent} a bin", "a few a second"),
        ("One row per arm.", "One step: a unit.", "Give the net a seed.", "How many values a channel of x has."),
    ),
    Habit(
        r"\b(?:in front of|behind) (?:(?:the|a|an|every|each|its|this|that) )?"
        r"(?:BN|batch ?norm\w*|norms?|dropout)\b",
        "Layers come before or after each other.",
        "before BN, after BN",
        ("A bias in front of BN.", "Noise behind the norm.", "Behind batch norm."),
        ("The newest step is in front.", "The idea behind it."),
    ),
    Habit(
        r"\bcame to\b|\bcomes? to what\b",
        "The result has a name.",
        "reached, gave, is the result of",
        ("A public VGG11 came to 91.10 %.", "What one net came to."),
        ("BN comes to the last layer.",),
    ),
    Habit(
        r"\b(?:became|becomes?) of\b",
        "The result has a name.",
        "what happens, the result, the outcome",
        ("What became of every cell.", "What becomes of BN in small batches?"),
        ("It becomes one of the arms.",),
    ),
    Habit(
        r"\bas people (?:read|write)\b", "It is longer than the word.", "formatted", ("Numbers as people read them.",)
    ),
    Habit(
        r"\bthe same in words\b",
        "The thing has a name.",
        "alt text",
        ("The figure, and the same in words.",),
        ("Both tables use the same words.",),
    ),
    Habit(r"\bfor ever\b", "The spelling is British.", "indefinitely", ("Yield batches for ever.",)),
    Habit(
        r"\b(?:goes|go|went) on(?= as| after| until| while| whenever| without| later|[.,;:]|$)",
        "It does not say what continues.",
        "continues, resumes, still works",
        ("The others go on.", "The run goes on as if nothing had happened.", "It goes on later."),
        ("The value goes on the axis.", "It went on to win."),
    ),
    Habit(
        r"\b(?:stands?|stood|standing) still\b",
        "It does not say what is frozen.",
        "is frozen, does not change",
        ("The picture stands still.", "A stopped net stood still."),
        ("The mark stands. Still, the curve moves.",),
    ),
    Habit(
        r"\b(?:colour|neighbour|behaviour)\w*|\b(?:normalis|optimis|initialis|standardis|regularis)\w+",
        "The spelling is American throughout, as in torch.",
        "color, neighbor, behavior, normalize",
        ("Their neighbours have the same colours.", "It is normalised."),
        ("Minimise is no word of ours, color is.",),
    ),
)


def documents() -> list[Path]:
    """Every file with English prose, except the ones that git does not keep."""
    named = [ROOT / name for name in ("README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md", "app.py")]
    found = [*(ROOT / "assets" / "text" / "en").iterdir(), *(ROOT / "assets" / "claims").glob("*.toml")]
    found += (ROOT / "docs").glob("*.md")
    for folder in ("bnviz", "pages", "tests"):
        found += (ROOT / folder).rglob("*.py")
    me = Path(__file__).resolve()
    return sorted(path for path in (*named, *found) if path.is_file() and path.resolve() != me)


def prose(path: Path) -> list[str]:
    """Return the English of a file: values, text without code, docstrings, comments, messages of errors."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".toml":
        return list(_values(tomllib.loads(text)))
    if path.suffix == ".md":
        return [re.sub(r"```.*?```|`[^`\n]*`", "`code`", text, flags=re.DOTALL)]
    nodes = list(statements(ast.parse(text)))
    return [*docstrings(nodes), *comments(text), *messages(nodes)]


def _values(tree: object) -> Iterator[str]:
    """Yield the strings of a TOML tree; the notes' own words and Chinese are not ours to edit."""
    if isinstance(tree, str):
        yield tree
    elif isinstance(tree, dict):
        for name, node in tree.items():
            if name not in ("words", "zh"):
                yield from _values(node)
    elif isinstance(tree, list):
        for node in tree:
            yield from _values(node)


def statements(tree: ast.AST) -> Iterator[ast.AST]:
    """Yield every statement of a file; what is inside of an expression is no prose."""
    for block in ("body", "orelse", "finalbody", "handlers", "cases"):
        for node in getattr(tree, block, ()):
            yield node
            yield from statements(node)


def docstrings(nodes: Sequence[ast.AST]) -> list[str]:
    """Return every string that is a statement of its own: docstrings, also those after an assignment."""
    return [
        node.value.value
        for node in nodes
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
    ]


def messages(nodes: Sequence[ast.AST]) -> list[str]:
    """Return the fixed parts of the messages of errors that are raised; a value becomes ``{}``."""
    found = []
    for node in nodes:
        if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call):
            for given in node.exc.args:
                if isinstance(given, ast.Constant) and isinstance(given.value, str):
                    found.append(given.value)
                elif isinstance(given, ast.JoinedStr):
                    parts = (each.value if isinstance(each, ast.Constant) else "{}" for each in given.values)
                    found.append("".join(map(str, parts)))
    return found


# Tried from left to right, so a "#" inside of a string is found as part of the string.
TOKEN = re.compile(
    r"""(?P<comment>\#[^\n]*)|(?:\b[a-zA-Z]{1,2})?(?:"{3}(?:\\.|[^\\])*?"{3}|'{3}(?:\\.|[^\\])*?'{3}"""
    r"""|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*')""",
    re.DOTALL,
)


def comments(source: str) -> list[str]:
    """Return the comments; lines of one comment that follow each other are one piece."""
    pieces: list[str] = []
    last = (-1, -1)
    for found in TOKEN.finditer(source):
        if found["comment"] is None:
            continue
        words = found["comment"].lstrip("# ")
        line_starts = source.rfind("\n", 0, found.start()) + 1
        start = (source.count("\n", 0, found.start()), found.start() - line_starts)
        if start == (last[0] + 1, last[1]) and pieces:
            pieces[-1] += "\n" + words
        else:
            pieces.append(words)
        last = start
    return pieces


def findings(path: Path) -> list[str]:
    """Return what is to be mended in a file, one line each."""
    return [
        f"{path.relative_to(ROOT)}: {words!r}. {habit.reason} Better: {habit.better}."
        for piece in prose(path)
        for habit in HABITS
        for words in habit.found_in(piece)
    ]


def test_banned_habits_are_in_no_file() -> None:
    assert [each for path in documents() for each in findings(path)] == []


@pytest.mark.parametrize("habit", HABITS, ids=lambda habit: habit.pattern[:30])
def test_a_pattern_finds_its_habit_and_lets_good_sentences_pass(habit: Habit) -> None:
    assert all(habit.found_in(sentence) for sentence in habit.bad)
    for sentence in habit.good:
        assert not habit.found_in(sentence), sentence
    assert not habit.found_in(habit.better)


def test_a_habit_is_found_across_a_line_break() -> None:
    assert HABITS[7].found_in("A bias in front\n    of BN changes nothing.")


def test_prose_is_read_from_docstrings_comments_and_errors_but_not_from_other_code() -> None:
    source = (
        '"""Module."""\n\nNOBODY = "nobody # \\" #"\n"""An attribute."""\n# First line\n# and second.\nx = 1  # end\n'
    )
    assert docstrings(list(statements(ast.parse(source)))) == ["Module.", "An attribute."]
    assert comments(source) == ["First line\nand second.", "end"]
    raised = 'raise InputError(f"{path.name}: {size} MB is too large") from error\nraise KeyError("no such key")\n'
    assert messages(list(statements(ast.parse(raised)))) == ["{}: {} MB is too large", "no such key"]


def test_prose_of_a_table_leaves_quoted_and_chinese_words_alone(tmp_path: Path) -> None:
    path = tmp_path / "claims.toml"
    path.write_text('[a]\nwords = "anew"\nnote = { en = "good", zh = "anew" }\n', encoding="utf-8")
    assert prose(path) == ["good"]


def test_every_kind_of_file_is_looked_at() -> None:
    names = {path.relative_to(ROOT).as_posix() for path in documents()}
    assert {"README.md", "docs/claims.md", "assets/text/en/guide.md", "assets/claims/s0.toml"} <= names
    assert {"bnviz/__init__.py", "pages/why.py", "tests/conftest.py"} <= names
