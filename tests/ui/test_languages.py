"""The languages say the same: keys, places, numbers, formulas; and nothing stays in English."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from pathlib import Path

import pytest
from opened_app import Open

from bnviz.config import FIELDS, Choice
from bnviz.text.catalogue import TEXT, catalogue, value_label
from bnviz.ui import menu, text
from bnviz.ui.text import LANGUAGES, t

EN, ZH = catalogue("en"), catalogue("zh")
PLACE = re.compile(r"(?<!\{)\{\w+(?:![rs])?(?::[^{}]*)?\}(?!\})")
FORMULA = re.compile(r"\$\$.+?\$\$|\$[^$\n]+\$", re.S)
IN_FORMULA = re.compile(r"\\(?:text|mathrm|textbf|operatorname)\s*\{+[^{}]*\}+")
NUMBER = re.compile(r"(?<![\w.])\d+(?:[.,]\d+)*")
CODE = re.compile(r"```.*?```|`[^`]*`", re.S)
CJK = re.compile(r"[\u4e00-\u9fff]")
WORD = re.compile(r"[A-Za-z][A-Za-z'’]{2,}")
# May stand alone where there is no Chinese: names, and what the field writes in Latin letters everywhere.
NAMES = """
bnviz MNIST CIFAR Fashion BN ReLU relu leaky tanh sigmoid gelu identity Xavier Kaiming SGD Adam AdamW RMSprop
Nesterov PyTorch Keras JAX Flax Linen NNX TensorFlow depth ZCA PCA IterNorm GPU CPU XOR CSV NPZ mean
var eps momentum gamma
beta sqrt std seed batch float float32 float64 numpy nats torch LayerNorm GroupNorm Epsilon dropout Dropout
Ioffe
VGG11 ResNet-20 VGG ResNet Inception LSTM
Szegedy Santurkar Bjorck Cooijmans Glorot Bengio Karpathy makemore
"""


def formulas(sentence: str) -> Counter[str]:
    """Formulas of a sentence; what is words inside them may differ."""
    return Counter(IN_FORMULA.sub("", each) for each in FORMULA.findall(sentence))


COUNTED = re.compile(r"(\d+(?:\.\d+)?)\s*(million|万)")
"""English counts in millions, Chinese in units of ten thousand."""


def _written_out(counted: re.Match[str]) -> str:
    return f"{float(counted[1]) * (1e6 if counted[2] == 'million' else 1e4):.0f}"


def numbers(sentence: str) -> Counter[str]:
    """Numbers in digits, but for 0 and 1, which one language may write as a word (zero mean, 1/a)."""
    plain = COUNTED.sub(_written_out, PLACE.sub(" ", FORMULA.sub(" ", sentence)))
    found = NUMBER.findall(plain)
    return Counter(number for number in found if number not in ("0", "1"))


def lone_words(sentence: str) -> list[str]:
    """Latin words of a sentence but for places, formulas, code and names."""
    bare = CODE.sub(" ", FORMULA.sub(" ", PLACE.sub(" ", sentence)))
    return [word for word in WORD.findall(bare) if word not in NAMES.split()]


SETTINGS = {"imagenet.stage.picture.unit", "imagenet.stage.picture.digits"}
"""Not words but what differs by language: the unit in which steps are counted, and its digits after the point."""


def test_the_languages_are_the_same_files_with_the_same_keys() -> None:
    for language in LANGUAGES:
        assert {path.name for path in (TEXT / language).iterdir()} == {path.name for path in (TEXT / "en").iterdir()}
    for path in TEXT.glob("en/*.toml"):
        other = TEXT / "zh" / path.name
        assert keys(path) == keys(other), path.name
    assert set(EN) == set(ZH)


def keys(path: Path) -> set[str]:
    def walk(tree: object, prefix: str) -> set[str]:
        if not isinstance(tree, dict):
            return {prefix}
        return {key for name, node in tree.items() for key in walk(node, f"{prefix}.{name}")}

    return walk(tomllib.loads(path.read_text(encoding="utf-8")), "")


@pytest.mark.parametrize("topic", sorted({key.split(".")[0] for key in EN}))
def test_a_topic_says_the_same_in_both(topic: str) -> None:
    wrong = []
    for key in (key for key in EN if key.split(".")[0] == topic and key not in SETTINGS):
        english, chinese = EN[key], ZH.get(key, "")
        for what, read in (("places", places), ("formulas", formulas), ("numbers", numbers), ("code", code)):
            ours, theirs = read(english), read(chinese)
            if ours != theirs:
                wrong.append(f"{key}: {what} only in English {ours - theirs}, only in Chinese {theirs - ours}")
    assert wrong == []


def places(sentence: str) -> Counter[str]:
    return Counter(PLACE.findall(sentence))


def code(sentence: str) -> Counter[str]:
    return Counter(CODE.findall(sentence))


@pytest.mark.parametrize("topic", sorted({key.split(".")[0] for key in ZH}))
def test_nothing_stays_in_english(topic: str) -> None:
    left = {
        key: sentence
        for key, sentence in ZH.items()
        if key.split(".")[0] == topic
        and not key.endswith((".standing", "_standing"))  # a key of words, not words
        and not CJK.search(sentence)
        and lone_words(sentence)
    }
    assert left == {}
    # A run of eight Latin words is a sentence, not a term.
    run = re.compile(r"(?:[A-Za-z][A-Za-z'’-]*[ ,]+){7,}[A-Za-z]+")
    sentences = {
        key: run.findall(CODE.sub(" ", FORMULA.sub(" ", sentence)))
        for key, sentence in ZH.items()
        if key.split(".")[0] == topic
    }
    assert {key: found for key, found in sentences.items() if found} == {}


def test_standings_are_keys_in_both() -> None:
    for key in EN:
        if key.endswith(".standing"):
            assert ZH[key] == EN[key], key


def test_every_option_of_a_setting_is_a_name_or_in_chinese() -> None:
    names = {*NAMES.lower().split(), "cuda", "mps"}
    labels = [
        value_label(name, option, "zh")
        for name, field in FIELDS.items()
        if isinstance(field, Choice)
        for option in field.options
    ]
    assert len(labels) > 40
    assert [each for each in labels if not CJK.search(each) and not set(each.lower().split()) <= names] == []


def test_the_checks_see_what_is_wrong() -> None:
    assert places("第 {step} 步") == places("step {step}") != places("步")
    assert numbers("87 % of {n}, 1,000") == numbers("1,000 的 87%") != numbers("87%")
    assert formulas(r"$x^2$ a") == formulas(r"$x^2$") != formulas(r"$x^3$")
    assert lone_words("With BN") == ["With"]
    assert lone_words("{arm}: BN `x y`") == []


@pytest.mark.parametrize("page", ["", *(n for names in menu.MENU.values() for n in names if n not in ("lab",))])
def test_the_menu_and_the_pages_names_are_in_the_readers_language(page: str) -> None:
    assert CJK.search(ZH[f"nav.{page or 'lab'}"])


def test_the_address_chooses_the_language(open_app: Open) -> None:
    app = open_app(lang="zh")
    assert not app.exception
    assert app.title[0].value == ZH["scene.default.title"]
    assert app.query_params["lang"] == "zh"


def test_a_language_without_words_is_not_spoken(open_app: Open) -> None:
    app = open_app(lang="xx")
    assert not app.exception
    assert app.title[0].value == t("scene.default.title")


def test_words_of_the_language_before_are_no_values(monkeypatch: pytest.MonkeyPatch) -> None:
    state = {"preset": "bad-init", "lr": 0.5, "go": True, "lang": "en", "bnviz.x": "default"}
    monkeypatch.setattr(text.st, "session_state", state)
    text.keep_values_across_languages()
    state["lang"] = "zh"
    text.keep_values_across_languages()
    state["preset"] = EN["scene.bad-init.name"]  # sent before the browser heard of the new words
    text.keep_values_across_languages()
    assert state["preset"] == "bad-init"
    state["preset"] = "figure1"
    text.keep_values_across_languages()
    assert state["preset"] == "figure1"
