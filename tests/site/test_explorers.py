"""Figures with controls in the browser: built in time, usable by all, and never without a figure."""

import gzip
import re
from dataclasses import dataclass
from itertools import product

import numpy as np
import pytest
from figures import KINDS, Figure
from playwright.sync_api import Locator, Page, expect
from visits import DESKTOP, DRAWN, expect_none, new_tab, open_explorers

DATA = 150_000  # bytes, compressed
SCRIPT = 115_000
CONTENT = """parts => parts.map(part => part.innerHTML
  + [...part.querySelectorAll("canvas")].map(canvas => canvas.toDataURL()))"""
CHOOSE = """(box, values) => {
  for (const [name, value] of Object.entries(values)) {
    const control = box.querySelector(`[name="${name}"]`);
    control.value = value;
    control.dispatchEvent(new Event(control.matches("select") ? "change" : "input"));
  }
}"""
SLIDERS = {
    "images": {"Epochs"},
    "line": {"Slope", "Intercept"},
    "noise": {"Batch size"},
    "path": {"Learning rate", "Steps"},
    "softmax": {"Logit of oak", "Temperature"},
}
ENDS = "({ min, max, length }) => min ? [min, max] : [...new Set([0, length >> 1, length - 1])]"
PIXELS = "canvas => [...canvas.getContext('2d').getImageData(0, 0, 28, 28).data]"
# Sections clip what they hold, so that the page itself grows no wider.
OUTSIDE = """box => [box, ...box.querySelectorAll("svg, canvas, input, select, button, p")].filter((part) => {
  const { left, right } = part.getBoundingClientRect(), around = box.getBoundingClientRect();
  return left < around.left - 1 || right > Math.min(around.right + 1, innerWidth);
}).map(part => part.outerHTML.slice(0, 80))"""
BARS = """plot => [...plot.querySelector("g[aria-label=bar]").querySelectorAll("rect")]
  .map(bar => bar.getBBox()).map(({ width, height }) => [width, height])"""


@dataclass
class Explorer:
    """An explorer on its page, and the figure that it was made of."""

    tab: Page
    box: Locator
    figure: Figure
    errors: list[str]
    start: dict

    def choose(self, **values: int) -> None:
        self.box.evaluate(CHOOSE, values)
        self.tab.evaluate(DRAWN)

    @property
    def values(self) -> dict[str, float]:
        """Where the controls stand."""
        controls = self.box.locator("input, select").all()
        return {one.get_attribute("name"): float(one.input_value()) for one in controls}

    @property
    def words(self) -> str:
        return self.box.locator(".explorer-words").text_content()


@pytest.fixture(scope="module")
def opened(browser, address, figures) -> dict[str, Explorer]:
    """All explorers; each of their pages is visited once."""
    found = {}
    with new_tab(browser) as first:
        for page in dict.fromkeys(figure.page for figure in figures.values()):
            tab, errors = first.context.new_page(), []
            tab.on("console", lambda m, errors=errors: m.type == "error" and errors.append(m.text))
            tab.on("pageerror", lambda error, errors=errors: errors.append(str(error)))
            tab.goto(address + page)
            open_explorers(tab)
            here = [figure for figure in figures.values() if figure.page == page]
            for figure, box in zip(here, tab.locator(".explorer-box").all(), strict=True):
                start = figure.say({})[0].state
                found[figure.data["kind"]] = Explorer(tab, box, figure, errors, start)
        yield found


@pytest.fixture
def explorer(request, opened) -> Explorer:
    """An explorer on a desktop, with its controls as at the start."""
    found = opened[request.param]
    found.tab.bring_to_front()
    found.tab.set_viewport_size(DESKTOP)
    found.choose(**found.start)
    return found


def only(*kinds: str):
    return pytest.mark.parametrize("explorer", kinds, indirect=True)


each = only(*KINDS)


def test_every_module_is_shown_and_no_other(figures):
    assert len(KINDS) >= 5
    assert sorted(figures) == KINDS


def test_their_data_and_their_script_are_light(site, figures):
    weights = {name: len(gzip.compress(figure.json.encode())) for name, figure in figures.items()}
    expect_none(f"{name}: {weight}" for name, weight in weights.items() if weight > DATA)
    assert len(site.sent(site.folder / "_static/explorers.js")) <= SCRIPT


def test_nothing_is_fetched_before_it_is_near(site, visits):
    having = {page for page in site.chapters if site.soup(page).select("img.explorer")}
    for page, seen in visits.items():
        asked = {url.rpartition("/")[2].partition("?")[0] for url in seen.first}
        assert ("near.js" in asked) == (page in having), page
        assert ("explorers.js" in asked) <= (page == "book/index.html"), (
            page
        )  # which begins with one


@each
def test_the_keyboard_moves_every_control_and_the_words_follow(explorer):
    """What is shown is what the module says of the same moves under Node."""
    box = explorer.box
    shown = box.locator(".explorer-plots, .explorer-words")
    buttons, others = box.locator("button[name]").all(), box.locator("input, select").all()
    moves, found = [], [(explorer.values, explorer.words)]
    for control in (*buttons, *others, *buttons):
        name, before = control.get_attribute("name"), shown.evaluate_all(CONTENT)
        for key in ["Enter"] if control in buttons else ["ArrowUp"] + 3 * ["ArrowDown"]:
            control.press(key)
            explorer.tab.evaluate(DRAWN)
            if shown.evaluate_all(CONTENT) != before:
                break
        else:
            assert control in buttons, f"{name} changes nothing"
        moves.append((name, 1 if control in buttons else explorer.values[name]))
        found.append((explorer.values, explorer.words))
    said = explorer.figure.say(*(moves[:i] for i in range(len(moves) + 1)))
    assert found == [(one.state, one.words) for one in said]
    for name, text in said[-1].texts.items():
        slider = box.locator(f"input[name={name}]")
        assert slider.get_attribute("aria-valuetext") == text
        assert slider.locator("xpath=preceding-sibling::output").text_content() == text
    assert not explorer.errors


@each
def test_a_slider_is_called_by_its_label(explorer):
    """Not by its value too, which a screen reader says anyway."""
    for name in SLIDERS[explorer.figure.data["kind"]]:
        expect(explorer.box.get_by_role("slider", name=name, exact=True)).to_have_count(1)


@each
def test_no_place_of_the_controls_breaks_the_plots(explorer):
    controls = explorer.box.locator("input, select").all()
    ends = {one.get_attribute("name"): one.evaluate(ENDS) for one in controls}
    faults, plots = [], explorer.box.locator(".explorer-plots")
    for values in product(*ends.values()):
        explorer.choose(**dict(zip(ends, values, strict=True)))
        found = re.findall(r"[^<]{,40}(?:NaN|Infinity|undefined)", plots.inner_html())
        faults += [f"{values}: {text}" for text in found]
    expect_none(faults + explorer.errors)
    assert plots.locator("> :not([aria-label])").count() == 0
    assert explorer.box.get_attribute("aria-label").startswith("Explorer: ")


@each
@pytest.mark.parametrize("width", [320, 700])
def test_it_fits_on_narrow_screens(explorer, width):
    explorer.tab.set_viewport_size({"width": width, "height": 800})
    explorer.tab.evaluate(DRAWN)
    assert explorer.box.evaluate(OUTSIDE) == []
    boxes = [canvas.bounding_box() for canvas in explorer.box.locator("canvas").all()]
    assert [box for box in boxes if abs(box["width"] - box["height"]) >= 1] == []


@only("images", "path")
def test_play_runs_to_the_end(explorer):
    button = explorer.box.locator(".explorer-play button")
    slider = explorer.box.locator(".explorer-play input")
    name, most = slider.get_attribute("name"), int(slider.get_attribute("max"))
    press = "button => (button.click(), button.textContent)"
    explorer.choose(**{name: most - 2})
    assert button.evaluate(press) == "Pause"
    expect(button).to_have_text("Play")
    explorer.tab.evaluate(DRAWN)
    assert explorer.values == explorer.start | {name: most}
    assert explorer.words == explorer.figure.say({name: most})[0].words
    assert button.evaluate(f"button => [button, button].map({press})") == ["Pause", "Play"]
    assert slider.input_value() == slider.get_attribute("min")  # from its end it begins anew


@only("line")
def test_a_click_on_the_valley_moves_the_line_there(explorer):
    valley = explorer.box.get_by_role("img", name="Contours of the loss")
    box = valley.bounding_box()
    valley.click(position={"x": box["width"] / 2, "y": box["height"] / 2})
    explorer.tab.evaluate(DRAWN)
    at = explorer.values
    assert at["slope"] < explorer.start["slope"]
    assert at["intercept"] > explorer.start["intercept"]
    assert explorer.words == explorer.figure.say(at)[0].words


def parts(sizes):
    """Sizes as parts of the largest."""
    return pytest.approx(np.abs(sizes) / np.abs(sizes).max(), abs=0.01)


@only("softmax")
def test_bars_are_as_high_as_their_numbers(explorer):
    """Left, one bar a class up to its probability; right, up or down from zero."""
    numbers = [float(text) for text in re.findall(r"\d+\.\d{3}", explorer.words)]
    for plot, values in enumerate((numbers[:3], numbers[4:])):
        heights = np.array(explorer.box.locator("svg").nth(plot).evaluate(BARS))[:, 1]
        assert heights / heights.max() == parts(values)


@only("noise")
def test_the_cloud_shrinks(explorer):
    widths = []
    for size in (0, 4, 8):
        explorer.choose(size=size)
        cloud = explorer.box.locator("svg").first.locator("g[fill-opacity='0.5']")
        assert cloud.locator("circle, path").count() == 100
        widths.append(cloud.evaluate("(cloud) => cloud.getBBox().width"))
    assert widths[0] > widths[1] > widths[2]


@only("images")
def test_pictures_hold_the_bytes(explorer):
    data, canvases = explorer.figure.data, explorer.box.locator("canvas").all()
    explorer.choose(epoch=3)
    large, *tiles = (np.reshape(canvas.evaluate(PIXELS), (28, 28, 4)) for canvas in canvases)
    opaque = np.full((28, 28), 255)
    assert (large == np.dstack([data["pictures"][data["chosen"]]] * 3 + [opaque])).all()
    for tile, weights in zip(tiles, data["weights"][3].astype(int), strict=True):
        strength = abs(weights - 128) / 124
        ends = [np.where(weights > 128, *pair) for pair in ((214, 60), (60, 130), (60, 214))]
        assert (abs(tile[..., 3] - 255 * strength) <= 1).all()
        drawn = tile[..., :3] * tile[..., 3:] / 255  # a canvas keeps no more of a faint colour
        assert (abs(drawn - np.dstack(ends) * strength[..., None]) <= 2).all()
    names = [canvas.get_attribute("aria-label") for canvas in canvases]
    assert all(map(str.__contains__, names, [f"picture {data['chosen']}", *data["names"]]))


@only("images")
def test_bars_are_as_long_as_the_probabilities(explorer):
    data = explorer.figure.data
    name = f"After 10 epochs, the probabilities of the ten classes for picture {data['chosen']}"
    chart = explorer.box.get_by_role("img", name=name)
    percent, truth = data["percent"][10, data["chosen"]], data["labels"][data["chosen"]]
    widths = np.array(chart.evaluate(BARS))[:, 0]
    assert widths / widths.max() == parts(percent.astype(int))
    texts = chart.locator('g[aria-label="text"] text').all_text_contents()
    assert texts == [f"{p} %" + (" ◂ true" if k == truth else "") for k, p in enumerate(percent)]


@only("images")
def test_a_filter_that_nothing_passes_leaves_the_weights(explorer):
    for guess, canvases in ((0, 11), (10, 10), (0, 11)):  # no t-shirt is called an ankle boot
        explorer.choose(true=1, guess=guess)
        assert ("no picture passes" in explorer.words) == (guess > 0)
        assert explorer.box.locator("canvas").count() == canvases


@only("line")
def test_the_colours_follow_the_page(explorer):
    ink = """theme => {
      document.body.dataset.theme = theme;
      return getComputedStyle(document.querySelector(".explorer-plots svg")).color;
    }"""
    assert explorer.tab.evaluate(ink, "dark") != explorer.tab.evaluate(ink, "light")


@pytest.mark.parametrize("lacking", ["**/explorers.js", "**/_images/*.svg"])
def test_without_its_script_or_its_data_the_figure_stays(tab, address, figures, lacking):
    def stop(route):
        """The figure itself may come."""
        lacks = route.request.resource_type in ("script", "fetch")
        route.abort() if lacks else route.continue_()

    tab.route(lacking, stop)
    tab.goto(address + figures["line"].page)
    figure = tab.locator("img.explorer").first
    with tab.expect_event("pageerror"):  # it has given up
        figure.evaluate("image => image.scrollIntoView()")
    expect(figure).to_be_visible()
    assert tab.locator(".explorer-box").count() == 0
