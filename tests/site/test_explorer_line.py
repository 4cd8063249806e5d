"""The explorer of a line and its loss: what it says is what the figure's numbers give."""

import re
from itertools import product

import pytest
from figures import number


def residuals(data, slope, intercept):
    pairs = zip(data["area"], data["price"], strict=True)
    return [price - (slope * area + intercept) for area, price in pairs]


def loss(data, slope, intercept):
    return sum(r**2 / 2 for r in residuals(data, slope, intercept)) / len(data["area"])


def line(data, said):
    """Slope and intercept, once the words are found to fit them."""
    at = said.state["slope"], said.state["intercept"]
    pattern = r"Loss (.+); the best line has (.+)\. Residuals: (.+) thousand euros\."
    own, best, apart = re.fullmatch(pattern, said.words).groups()
    assert number(own) == pytest.approx(loss(data, *at), rel=6e-3)
    assert number(best) == pytest.approx(loss(data, *data["best"]), rel=6e-3)
    shown = [number(text) for text in apart.split(", ")]
    assert shown == pytest.approx(residuals(data, *at), abs=0.51)
    return at


def test_it_starts_with_a_line_steeper_than_the_best(figures):
    data = figures["line"].data
    slope, intercept = line(data, *figures["line"].say({}))
    assert slope - 1 == pytest.approx(data["best"][0], abs=0.0051)  # a slider's steps
    assert intercept == pytest.approx(data["best"][1], abs=0.51)


def test_a_line_has_the_loss_of_its_place_on_the_grid(figures):
    data = figures["line"].data
    places = list(product(range(0, 61, 6), range(0, 71, 7)))
    lines = [(data["slopes"][i], data["intercepts"][j]) for i, j in places]
    said = figures["line"].say(*({"slope": s, "intercept": b} for s, b in lines))
    assert [line(data, one) for one in said] == lines
    grid = [data["losses"][j][i] for i, j in places]
    assert grid == pytest.approx([loss(data, *at) for at in lines], rel=1e-3)


def test_the_best_line_is_the_lowest_place_of_the_grid(figures):
    data = figures["line"].data
    (said,) = figures["line"].say({"intercept": 100, "best": 1})
    slope, intercept = line(data, said)
    assert slope == pytest.approx(data["best"][0], abs=0.0051)
    assert intercept == pytest.approx(data["best"][1], abs=0.51)
    assert loss(data, *data["best"]) < min(map(min, data["losses"]))


def test_the_best_intercept_leads_through_the_middle_of_the_houses(figures):
    data = figures["line"].data
    said = figures["line"].say(*({"slope": slope, "turn": 1} for slope in data["slopes"]))
    for i, (slope, one) in enumerate(zip(data["slopes"], said, strict=True)):
        at, intercept = line(data, one)
        assert at == slope
        assert abs(sum(residuals(data, slope, intercept))) < 5 * 0.51  # of the slider's steps
        column = [row[i] for row in data["losses"]]
        assert abs(data["intercepts"][column.index(min(column))] - intercept) <= 5.5


def test_a_residual_of_nearly_nothing_has_no_sign(figures):
    (said,) = figures["line"].say({"slope": 1.56, "intercept": 172})
    assert ", 0, " in said.words
    assert "−0" not in said.words


def test_the_sliders_say_units(figures):
    (said,) = figures["line"].say({"slope": 2.5, "intercept": -100})
    assert said.texts["slope"] == "2.50 thousand euros per m²"
    assert said.texts["intercept"] == "−100 thousand euros"
