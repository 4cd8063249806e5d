"""The explorer of a line and its loss: what it says is what the figure's numbers give."""

import json
import re

import pytest
from bs4 import BeautifulSoup
from playwright.sync_api import expect

PAGE = "book/linear-regression/theory.html"


def number(text):
    """A number as the page writes it, with narrow gaps and a true minus sign."""
    return float(re.sub(r"\s", "", text).replace("−", "-"))


@pytest.fixture
def data(site):
    """What the figure carries."""
    (image,) = site.soup(PAGE).select("img.explorer")
    svg = BeautifulSoup((site.folder / PAGE).parent.joinpath(image["src"]).read_text(), "xml")
    return json.loads(svg.find("dc:description").text)


@pytest.fixture
def explorer(tab, address):
    """The explorer, on the screen and drawn."""
    tab.goto(f"{address}{PAGE}#fig-linear-theory-line")
    box = tab.locator(".explorer-box")
    expect(box.locator("svg")).to_have_count(2)
    return box


def put(explorer, name, value):
    """Move a slider."""
    explorer.locator(f"input[name={name}]").fill(f"{value:g}")


def place(explorer):
    """The slope and the intercept that the sliders stand at."""
    sliders = [explorer.locator(f"input[name={name}]") for name in ("slope", "intercept")]
    return [float(slider.input_value()) for slider in sliders]


def residuals(data, slope, intercept):
    pairs = zip(data["area"], data["price"], strict=True)
    return [price - (slope * area + intercept) for area, price in pairs]


def loss(data, slope, intercept):
    return sum(r**2 / 2 for r in residuals(data, slope, intercept)) / len(data["area"])


def says(explorer, data, slope, intercept):
    """Compare the numbers in the words, once they are drawn, with those of this line."""
    explorer.evaluate("() => new Promise((done) => requestAnimationFrame(() => setTimeout(done)))")
    words = explorer.locator(".explorer-words").inner_text()
    pattern = r"Loss (.+); the best line has (.+)\. Residuals: (.+) thousand euros\."
    own, best, apart = re.fullmatch(pattern, words).groups()
    assert number(own) == pytest.approx(loss(data, slope, intercept), rel=6e-3)
    assert number(best) == pytest.approx(loss(data, *data["best"]), rel=6e-3)
    shown = [number(text) for text in apart.split(", ")]
    assert shown == pytest.approx(residuals(data, slope, intercept), abs=0.51)


def test_the_figure_starts_with_a_line_steeper_than_the_best(explorer, data):
    slope, intercept = place(explorer)
    assert [slope - 1, intercept] == pytest.approx(data["best"], abs=0.5)
    says(explorer, data, slope, intercept)


@pytest.mark.parametrize(("i", "j"), [(0, 0), (60, 70), (12, 40), (33, 29)])
def test_a_line_has_the_loss_of_its_place_on_the_grid(explorer, data, i, j):
    slope, intercept = data["slopes"][i], data["intercepts"][j]
    put(explorer, "slope", slope)
    put(explorer, "intercept", intercept)
    says(explorer, data, slope, intercept)
    assert data["losses"][j][i] == pytest.approx(loss(data, slope, intercept), rel=1e-3)


def test_the_best_line_is_the_lowest_place_of_the_grid(explorer, data):
    explorer.get_by_role("button", name="Best line").click()
    slope, intercept = place(explorer)
    assert [slope, intercept] == pytest.approx(data["best"], abs=0.5)
    says(explorer, data, slope, intercept)
    assert loss(data, *data["best"]) < min(map(min, data["losses"]))


@pytest.mark.parametrize("slope", [0, 1.5, 6])
def test_the_best_intercept_leads_through_the_middle_of_the_houses(explorer, data, slope):
    put(explorer, "slope", slope)
    explorer.get_by_role("button", name="Best intercept").click()
    at, intercept = place(explorer)
    assert at == slope
    says(explorer, data, slope, intercept)
    assert abs(sum(residuals(data, slope, intercept))) < 5 * 0.5  # rounded to the slider's steps
    column = [row[data["slopes"].index(slope)] for row in data["losses"]]
    lowest = data["intercepts"][column.index(min(column))]
    assert abs(lowest - intercept) <= 5.5


def test_a_click_on_the_valley_moves_the_line_there(explorer, data):
    explorer.scroll_into_view_if_needed()
    valley = explorer.get_by_role("img", name="Contours of the loss")
    before = place(explorer)
    box = valley.bounding_box()
    valley.click(position={"x": box["width"] / 2, "y": box["height"] / 2})
    slope, intercept = place(explorer)
    assert slope < before[0]
    assert intercept > before[1]
    says(explorer, data, slope, intercept)


def test_the_keyboard_moves_the_line(explorer, data):
    slope, intercept = place(explorer)
    explorer.locator("input[name=slope]").focus()
    explorer.page.keyboard.press("ArrowLeft")
    assert place(explorer) == pytest.approx([slope - 0.01, intercept])
    says(explorer, data, slope - 0.01, intercept)


def test_the_words_say_units(explorer):
    put(explorer, "intercept", -100)
    for name, text in (("slope", "thousand euros per m²"), ("intercept", "−100 thousand euros")):
        shown = explorer.locator(f"input[name={name}]").get_attribute("aria-valuetext")
        assert shown.endswith(text)


def test_it_fits_on_a_phone(tab, explorer):
    tab.set_viewport_size({"width": 320, "height": 640})
    expect(explorer.locator("svg")).to_have_count(2)
    for svg in explorer.locator("svg").all():
        assert svg.bounding_box()["width"] <= 320
    assert tab.evaluate("document.documentElement.scrollWidth") <= 320
