"""The sentences of every language, read from assets/text/<language>/*.toml and *.md, and labels made of them."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from bnviz.config import Experiment, InputError, RunConfig, format_value

TEXT = Path(__file__).resolve().parents[2] / "assets" / "text"
_LANGUAGE = re.compile(r"[a-z]{2}(-[A-Za-z]{2,4})?")


@lru_cache(maxsize=8)
def catalogue(lang: str = "en") -> Mapping[str, str]:
    """Return every sentence of a language by its dotted key.

    A key is the path inside a .toml file (``scene.default.title``), or a .md file's name and one of its
    level-1 headings (``guide.panels``).

    Raises:
        InputError: no such language, or two files with the same key.
    """
    folder = TEXT / lang
    if not _LANGUAGE.fullmatch(lang) or not folder.is_dir():
        known = ", ".join(sorted(path.name for path in TEXT.iterdir() if path.is_dir()))
        raise InputError(f"unknown language {lang!r:.80}; known are {known}")
    found: dict[str, str] = {}
    for path in sorted((*folder.glob("*.toml"), *folder.glob("*.md"))):
        source = path.read_text(encoding="utf-8")
        pairs = _flatten(tomllib.loads(source)) if path.suffix == ".toml" else _sections(path.stem, source)
        for key, sentence in pairs:
            if found.setdefault(key, sentence) is not sentence:
                raise InputError(f"{path.name} repeats the key {key!r:.80}")
    return MappingProxyType(found)


def translate(key: str, lang: str = "en", **values: object) -> str:
    """Return the sentence of a key with its ``{placeholders}`` filled; an unknown key raises KeyError."""
    # A sentence without a translation is shown in English rather than not at all; a test finds it.
    sentence = catalogue(lang).get(key) or catalogue()[key]
    return sentence.format(**values) if values else sentence


def tree(sentences: Mapping[str, str], prefix: str) -> dict[str, Any]:
    """Return the sentences below a key as a tree, nested by the parts of their keys."""
    nested: dict[str, Any] = {}
    for key, words in sentences.items():
        if not key.startswith(prefix + "."):
            continue
        *path, last = key.removeprefix(prefix + ".").split(".")
        node = nested
        for part in path:
            node = node.setdefault(part, {})
        node[last] = words
    return nested


def arm_labels(experiment: Experiment, lang: str = "en") -> tuple[str, ...]:
    """Return a label of every arm, from the fields in which the arms differ: "Without BN", "learning rate 0.5"."""
    differing = experiment.differing or ("norm",)
    return tuple(", ".join(_label(config, field, lang) for field in differing) for config in experiment.configs)


def arm_label(name: str, lang: str = "en") -> str:
    """Return the label of a study's arm (``study.arm.<name>``) or of a normalizer of that name, else the name."""
    words = catalogue(lang)
    return words.get(f"study.arm.{name}") or words.get(f"value.norm.{name}") or name


def study_arm_label(study: str, name: str, lang: str = "en") -> str:
    """Return the label of an arm of one study (``studies.arms.<study>.<name>``), else its ``arm_label``."""
    return catalogue(lang).get(f"studies.arms.{study}.{name}") or arm_label(name, lang)


def value_label(field: str, value: object, lang: str = "en") -> str:
    """Return a field's value, formatted and translated."""
    text = f"{value:g}" if isinstance(value, float) else format_value(value)  # type: ignore[arg-type]
    return catalogue(lang).get(f"value.{field}.{text}", text)


def _label(config: RunConfig, field: str, lang: str) -> str:
    value = getattr(config, field)
    if field == "norm":
        return translate(f"arm.{value}", lang)
    return translate(
        "arm.other", lang, field=translate(f"field.{field}.label", lang), value=value_label(field, value, lang)
    )


def _flatten(tree: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    for key, value in tree.items():
        if isinstance(value, Mapping):
            yield from _flatten(value, f"{prefix}{key}.")
        else:
            yield prefix + key, str(value)


def _sections(stem: str, source: str) -> Iterator[tuple[str, str]]:
    parts = re.split(r"^# (\S+)[ \t]*$", source, flags=re.MULTILINE)
    for key, body in zip(parts[1::2], parts[2::2], strict=True):
        yield f"{stem}.{key}", body.strip()
