"""Training and inference in AppTest: every part in both languages, and what its main control changes."""

from __future__ import annotations

import pytest
from opened_app import Open, alts, is_chinese, metrics, specs, words
from streamlit.testing.v1 import AppTest

from bnviz.text.catalogue import translate

# Address of a part -> what its metrics say in either language, and how many figures it has.
PARTS: dict[str, tuple[dict[str, str], list[str], int]] = {
    "jitter": ({"alone": "same"}, ["0.857", "0.776", "0.971", "0"], 3),
    "chase": ({"settle": "ten"}, ["28.4", "29", "22.9 %", "23.3 %", "0.668", "1.002", "1.500"], 1),
    "study": ({"early": "chance"}, [], 1),
    "fold": ({}, [], 0),
}
# Accident -> test accuracies in %: intact, degraded, batch statistics, repaired, repaired with one class.
ACCIDENTS: dict[str, tuple[dict[str, str], list[float]]] = {
    "bright": ({"bright": "most"}, [90.5, 20.4, 90.6, 91.0, 78.6]),
    "no shift": ({"bright": "most", "brightness": "0.0"}, [90.5, 90.5, 90.5, 90.8, 79.1]),
    "few": ({"accident": "few"}, [10.0, 77.0, 78.4]),
    "small": ({"accident": "small"}, [90.5, 85.2, 90.5, 90.8]),
}


def percentages(app: AppTest) -> list[float]:
    """Return the numbers on the bars of the only figure."""
    (spec,) = specs(app)
    return [float(text.removesuffix(" %")) for text in spec["data"][0]["text"]]


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("part", PARTS)
def test_every_part_shows_its_numbers_in_both_languages(open_page: Open, part: str, lang: str) -> None:
    query, values, figures = PARTS[part]
    app = open_page(lang, inf_part=part, **query)
    if part == "fold":
        difference, same, layers, parameters = metrics(app)
        assert difference == translate("results.rounding", lang)
        assert (same, layers, parameters) == ("100.0 %", "19 → 13", "131,810 → 130,010")
    else:
        assert metrics(app) == values
    assert len(alts(app)) == figures
    assert all(is_chinese(alt) == (lang == "zh") for alt in alts(app))
    assert is_chinese(words(app, "markdown", "caption")) == (lang == "zh")


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("accident", ACCIDENTS)
def test_re_estimation_repairs_what_the_accident_broke(open_page: Open, accident: str, lang: str) -> None:
    query, expected = ACCIDENTS[accident]
    app = open_page(lang, inf_part="repair", **query)
    found = percentages(app)
    assert found == pytest.approx(expected, abs=1.5)  # a few of 1,000 images round differently elsewhere
    # The sentences name the degraded and the repaired accuracy; a net that was never intact has no first bar.
    degraded, repaired = (found[1], found[3]) if len(found) > 3 else (found[0], found[2])
    for text in (words(app), *alts(app)):
        assert text.index(f"{degraded:.1f} %") < text.rindex(f"{repaired:.1f} %")
    assert is_chinese(words(app)) == (lang == "zh")


def test_other_mates_change_training_mode_and_not_evaluation_mode(open_page: Open) -> None:
    app = open_page(inf_part="jitter", batch="4")
    train, evaluation, spread, fixed = metrics(app)
    app.slider(key="mates").set_value(9).run()
    assert not app.exception
    assert metrics(app)[0] != train
    assert metrics(app)[1:] == [evaluation, spread, fixed]
    assert fixed == "0"


def test_a_guess_comes_before_the_numbers(open_page: Open) -> None:
    assert "29" not in metrics(open_page(inf_part="chase"))
    app = open_page(inf_part="chase", settle="ten")
    assert metrics(app)[:2] == ["28.4", "29"]
    assert "29 steps with PyTorch's default, 299 with Keras'" in words(app, "markdown", "caption")


def test_both_conventions_are_the_same_run(open_page: Open) -> None:
    torch = open_page(inf_part="chase", settle="ten", m_pytorch="0.01")
    keras = open_page(inf_part="chase", settle="ten", written="keras")  # its default is 0.99
    assert metrics(torch) == metrics(keras)
    assert metrics(torch)[1] == "299"
    for app in (torch, keras):
        assert "momentum = 0.01 is the same as Keras momentum = 0.99" in words(app, "markdown", "caption")


def test_the_study_says_that_it_is_recorded(open_page: Open) -> None:
    app = open_page(inf_part="study", early="good")
    assert "Recorded on" in words(app, "markdown", "caption")
    app.select_slider(key="study_batch").set_value(2).run()
    assert not app.exception
    assert "no statistics can save it" in words(app, "markdown", "caption")


def test_the_slider_sets_how_much_brightness_breaks(open_page: Open) -> None:
    app = open_page(inf_part="repair", bright="most")
    intact, degraded, _, repaired, one_class = percentages(app)
    assert degraded < one_class < repaired
    app.slider(key="brightness").set_value(0.0).run()
    assert not app.exception
    unmoved = percentages(app)
    assert unmoved[:2] == [intact, intact]  # without a shift nothing is broken


def test_the_unbiased_factor_follows_the_samples(open_page: Open) -> None:
    app = open_page(inf_part="chase")
    assert metrics(app)[-1] == "1.500"
    app.select_slider(key="samples").set_value(2).run()
    assert metrics(app)[-1] == "2.000"
