"""Every sentence that the code asks for exists, and none is asked for in vain."""

import ast
import re
from pathlib import Path

import pytest

from bnviz.config import ACTIVATIONS, FIELDS, PRESETS, Choice, Experiment, InputError, RunConfig, compare
from bnviz.text.catalogue import arm_labels, catalogue, translate, value_label
from bnviz.ui.text import t

ROOT = Path(__file__).resolve().parents[2]
SOURCES = [*(ROOT / "bnviz").rglob("*.py"), *(ROOT / "pages").glob("*.py")]


def keys(path: Path) -> list[str]:
    """First arguments of t(...) and translate(...); the variable parts of an f-string become a star."""
    found = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("t", "say") and node.args:
            for each in ast.walk(node.args[0]):
                if isinstance(each, ast.JoinedStr):
                    parts = [part.value if isinstance(part, ast.Constant) else "*" for part in each.values]
                    found.append("".join(map(str, parts)))
            plain = node.args[0]
            options = (plain.body, plain.orelse) if isinstance(plain, ast.IfExp) else (plain,)
            found += [each.value for each in options if isinstance(each, ast.Constant)]
    return found


def is_known(key: str) -> bool:
    known = catalogue("en")
    if "*" not in key:
        return key in known
    pattern = re.compile(re.escape(key).replace(r"\*", r"[\w.-]+"))
    return any(pattern.fullmatch(name) for name in known)


def test_every_key_in_the_code_has_its_sentence() -> None:
    asked = [(str(path.relative_to(ROOT)), key) for path in SOURCES for key in keys(path)]
    assert len(asked) > 800
    assert [(path, key) for path, key in asked if not is_known(key)] == []
    assert not is_known("no.such.key")
    assert not is_known("no.*.key")


def test_the_search_for_keys_finds_them() -> None:
    assert "sidebar.kept" in keys(ROOT / "bnviz" / "lab" / "controls.py")
    assert "field.*.label" in keys(ROOT / "bnviz" / "lab" / "controls.py")


@pytest.mark.parametrize("name", FIELDS)
def test_every_field_has_a_label_and_a_hint(name: str) -> None:
    assert t(f"field.{name}.label")
    assert t(f"field.{name}.help").endswith(".")


@pytest.mark.parametrize("name", [*PRESETS, "custom"])
def test_every_scene_says_what_to_look_for_and_how_sure_it_is(name: str) -> None:
    assert t(f"scene.{name}.title")
    assert t(f"scene.{name}.look").endswith(".")
    if name != "custom":
        assert t("standing." + t(f"scene.{name}.standing"))
        assert t(f"scene.{name}.why").endswith(".")


def test_the_default_scene_does_not_claim_saturation() -> None:
    assert "vanish" in t("scene.default.why")
    assert "nothing is saturated yet" in t("scene.default.why")


def test_arms_are_named_by_what_sets_them_apart() -> None:
    assert arm_labels(Experiment(RunConfig())) == ("Without BN", "With BN")
    assert arm_labels(compare(RunConfig(), "lr", (0.1, 2.0))) == ("Learning rate 0.1", "Learning rate 2")
    assert arm_labels(compare(RunConfig(), "norm", ("batch",))) == ("With BN",)


def test_values_are_written_as_people_read_them() -> None:
    assert value_label("momentum", None) == "none: average of all"
    assert value_label("activation", "leaky_relu") == "leaky relu"
    assert value_label("lr", 1e-5) == "1e-05"
    assert value_label("affine", False) == "no gamma, no beta"


def test_places_are_filled() -> None:
    assert translate("sidebar.exact_form", text="lr") == "write field=value, for example lr=0.37; got 'lr'"


def test_an_unknown_key_is_an_error() -> None:
    with pytest.raises(KeyError):
        t("no.such.key")


@pytest.mark.parametrize("lang", ["xx", "../en", ""])
def test_an_unknown_language_is_refused(lang: str) -> None:
    with pytest.raises(InputError, match="known are en"):
        catalogue(lang)


def test_choices_stay_in_step_with_the_fields() -> None:
    assert isinstance(FIELDS["activation"], Choice)
    assert FIELDS["activation"].options == ACTIVATIONS
