"""Figures with controls in the browser: built in time, usable by all, and never without a figure."""

import gzip
import re
from dataclasses import dataclass
from itertools import product

import numpy as np
import pytest
from figures import KINDS, Figure, number
from playwright.sync_api import Locator, Page, expect
from plots import Drawing
from test_explorer_houses import chosen_weights
from visits import DESKTOP, DRAWN, expect_none, new_tab, open_explorers

DATA = 150_000  # bytes, compressed
SCRIPT = 115_000
CONTENT = """parts => parts.map(part => part.innerHTML
  + [...part.querySelectorAll("canvas")].map(canvas => canvas.toDataURL()))"""
CHOOSE = """(box, values) => {
  for (const [name, value] of Object.entries(values)) {
    const control = box.querySelector(`[name="${name}"]`);
    if (control.type === "checkbox") control.checked = value;
    else control.value = value;
    control.dispatchEvent(new Event(control.matches("select, [type=checkbox]") ? "change" : "input"));
  }
}"""
PLACE = "control => Number(control.type === 'checkbox' ? control.checked : control.value)"
NAMES = {
    "houses": {"area", "age", "age²", "year", "land", "baths", "logarithm of the price"},
    "images": {"Epochs"},
    "line": {"Slope", "Intercept"},
    "noise": {"Batch size"},
    "path": {"Learning rate", "Steps"},
    "polynomial": {"Degree", "λ"},
    "softmax": {"Logit of oak", "Temperature"},
}
ENDS = """({ type, min, max, length }) =>
  type === "checkbox" ? [0, 1] : min ? [min, max] : [...new Set([0, length >> 1, length - 1])]"""
PIXELS = "canvas => [...canvas.getContext('2d').getImageData(0, 0, 28, 28).data]"
# Sections clip what they hold, so that the page itself grows no wider.
OUTSIDE = """box => [box, ...box.querySelectorAll("svg, canvas, input, select, button, p")].filter((part) => {
  const { left, right } = part.getBoundingClientRect(), around = box.getBoundingClientRect();
  return left < around.left - 1 || right > Math.min(around.right + 1, innerWidth);
}).map(part => part.outerHTML.slice(0, 80))"""


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
        return {one.get_attribute("name"): one.evaluate(PLACE) for one in controls}

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
    if "chosen" in found.figure.data:  # a filter may have led to another picture
        shown, forward = f"Picture {found.figure.data['chosen']}, ", found.box.get_by_text("Next")
        for _ in range(len(found.figure.data["pictures"])):
            if found.words.startswith(shown):
                break
            forward.click()
            found.tab.evaluate(DRAWN)
    return found


def only(*kinds: str):
    return pytest.mark.parametrize("explorer", kinds, indirect=True)


each = only(*KINDS)


def test_every_module_is_shown_and_no_other(figures):
    assert len(KINDS) >= 7
    assert sorted(figures) == KINDS


def test_their_data_and_their_script_are_light(site, figures):
    weights = {name: len(gzip.compress(figure.json.encode())) for name, figure in figures.items()}
    expect_none(f"{name}: {weight}" for name, weight in weights.items() if weight > DATA)
    assert len(site.sent(site.folder / "_static/explorers.js")) <= SCRIPT


def test_nothing_is_fetched_before_it_is_near(site, visits):
    having = {page for page in site.pages if site.soup(page).select("img.explorer")}
    for page, seen in visits.items():
        asked = {url.rpartition("/")[2].partition("?")[0] for url in seen.first}
        begins_with_one = page.removeprefix("zh/") == "book/index.html"
        assert ("near.js" in asked) == (page in having), page
        assert ("explorers.js" in asked) <= begins_with_one, page


@each
def test_the_keyboard_moves_every_control_and_the_words_follow(explorer):
    """What is shown is what the module says of the same moves under Node."""
    box = explorer.box
    shown = box.locator(".explorer-plots, .explorer-words")
    buttons, others = box.locator("button[name]").all(), box.locator("input, select").all()
    moves, found = [], [(explorer.values, explorer.words)]
    for control in (*buttons, *others, *buttons):
        name, before = control.get_attribute("name"), shown.evaluate_all(CONTENT)
        box_to_check = control.get_attribute("type") == "checkbox"
        keys = ["Space"] if box_to_check else ["ArrowUp"] + 3 * ["ArrowDown"]
        for key in ["Enter"] if control in buttons else keys:
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
def test_a_control_is_called_by_its_label(explorer):
    """Not by its value too, which a screen reader says anyway."""
    box = explorer.box
    for name in NAMES[explorer.figure.data["kind"]]:
        found = (box.get_by_role(role, name=name, exact=True) for role in ("slider", "checkbox"))
        assert sum(locator.count() for locator in found) == 1, name


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
    at, plot = explorer.values, Drawing(valley)
    middle = np.array([[box["width"] / 2, box["height"] / 2], [box["width"] / 2 + 2, 0]])
    (slope, intercept), (beside, _) = plot.numbers(middle)
    assert at["slope"] == pytest.approx(slope, abs=beside - slope)
    assert at["intercept"] == pytest.approx(intercept, abs=abs(2 / plot.y.scale()[0]))
    assert explorer.words == explorer.figure.say(at)[0].words
    valley.click(position={"x": 5, "y": box["height"] - 5})  # beside the axes: their ends
    explorer.tab.evaluate(DRAWN)
    assert explorer.values == {"slope": 0, "intercept": -300}
    assert Drawing(valley).holds("dot", 1)
    assert explorer.words == explorer.figure.say(explorer.values)[0].words


def drawn(explorer: Explorer, *logs: str) -> list[Drawing]:
    """The plots of an explorer; for each, which of its axes are logarithmic."""
    plots = explorer.box.locator(".explorer-plots > svg").all()
    found = [Drawing(plot, log) for plot, log in zip(plots, logs, strict=True)]
    assert all(plot.grows_right_and_up() for plot in found)
    return found


def heights(plot: Drawing, xs, ys, surface) -> list[np.ndarray]:
    """The heights (n,) of a surface along each of the contours, but for those at its border."""
    found = []
    for line in plot.parts("contour")[0]:
        x, y = plot.numbers(line).T
        inside = (x > xs[1]) & (x < xs[-2]) & (y > ys[1]) & (y < ys[-2])
        i = (x[inside] - xs[0]) / (xs[1] - xs[0])
        j = (y[inside] - ys[0]) / (ys[1] - ys[0])
        left, low = (np.clip(at.astype(int), 0, len(over) - 2) for at, over in ((i, xs), (j, ys)))
        u, v = i - left, j - low
        grid = np.array(surface)
        found.append(
            (1 - u) * (1 - v) * grid[low, left] + u * (1 - v) * grid[low, left + 1]
            + (1 - u) * v * grid[low + 1, left] + u * v * grid[low + 1, left + 1]
        )  # fmt: skip
    return found


@only("line")
@pytest.mark.parametrize("moved", [{}, {"slope": 2, "intercept": 150}])
def test_the_line_is_where_the_axes_say(explorer, moved):
    data = explorer.figure.data
    explorer.choose(**moved)
    slope, intercept = explorer.values["slope"], explorer.values["intercept"]
    houses, valley = drawn(explorer, "", "")
    pairs = list(zip(data["area"], data["price"], strict=True))
    line = [(x, slope * x + intercept) for x in data["area"]]
    assert houses.labels == ("area (m²)", "price (thousand euros)")
    assert houses.shows("dot", 0, pairs)
    assert houses.holds("dot", 0)
    assert houses.looks("dot", 0)[0]["fill"] == "var(--data)"
    assert houses.looks("line", 0)[0]["stroke"] == "var(--model)"
    assert houses.shows("dot", 1, [np.mean(pairs, 0)])
    assert houses.shows("line", 0, [(x, slope * x + intercept) for x in (40, 160)])
    assert houses.shows("rule", 0, [end for both in zip(pairs, line, strict=True) for end in both])
    assert valley.labels == ("slope (k€/m²)", "intercept (k€)")
    assert valley.shows("dot", 0, [data["best"]])
    assert valley.shows("dot", 1, [(slope, intercept)])
    assert valley.holds("dot", 0)
    assert valley.holds("dot", 1)


@only("line")
def test_contours_of_the_valley(explorer):
    data = explorer.figure.data
    lines = heights(drawn(explorer, "", "")[1], data["slopes"], data["intercepts"], data["losses"])
    levels = [300, 1000, 3000, 10000, 30000]
    for line, level in zip(lines, levels, strict=True):
        assert len(line)
        assert line == pytest.approx(level, rel=0.001)


@only("noise")
@pytest.mark.parametrize("moved", [{}, {"size": 7, "place": 1, "draw": 1}])
def test_the_cloud_is_where_the_axes_say(explorer, moved):
    data, at = explorer.figure.data, explorer.start | moved
    explorer.choose(**moved)
    cloud, fall = drawn(explorer, "", "xy")
    n, place = data["sizes"][-1], int(at["place"])
    single, centre = data["single"][place], data["full"][place]

    def predicted(B, draw):
        return single / np.sqrt(B) * (np.sqrt((n - B) / (n - 1)) if draw else 1)

    clouds = [np.array(points) for points in data["clouds"][2 * place + int(at["draw"])]]
    assert cloud.labels == ("gradient, first weight", "gradient, second weight")
    assert cloud.shows("dot", 0, [(0, 0)])
    assert cloud.shows("dot", 1, clouds[int(at["size"])])
    assert cloud.shows("dot", 2, [centre])
    assert cloud.holds("dot", 1)
    circle = cloud.numbers(cloud.parts("line")[0][0]) - centre
    radius = predicted(data["sizes"][int(at["size"])], at["draw"])
    assert np.hypot(*circle.T) == pytest.approx(radius, rel=0.02)
    assert abs(cloud.x.scale()[0]) == pytest.approx(abs(cloud.y.scale()[0]), rel=0.02)

    assert fall.labels == ("batch size", "spread")
    spreads = [np.sqrt(((points - centre) ** 2).sum(1).mean()) for points in clouds]
    seen = [pair for pair in zip(data["sizes"], spreads, strict=True) if pair[1] > single / 300]
    assert fall.shows("dot", 0, seen)
    assert fall.shows("dot", 1, [seen[int(at["size"])]])
    assert fall.texts == ["— with replacement", "- - without"]
    assert [fall.looks("line", i)[0]["stroke-dasharray"] for i in (0, 1)] == [None, "5 3"]
    for draw, (line,) in enumerate(fall.parts("line")):
        B, spread = fall.numbers(line[line[:, 0] < fall.x.places(n / 2)]).T
        assert spread == pytest.approx(predicted(B, draw), rel=0.02)


@only("path")
@pytest.mark.parametrize("moved", [{}, {"rate": 3, "steps": 7, "batch": 2}])
def test_the_path_is_where_the_axes_say(explorer, moved):
    data, at = explorer.figure.data, explorer.start | moved
    explorer.choose(**moved)
    rate, steps, batch = (int(at[name]) for name in ("rate", "steps", "batch"))
    way, runs = data["paths"][batch][rate][: steps + 1], data["excess"][batch]
    plane, fall = drawn(explorer, "", "y")
    assert plane.labels == tuple(data["labels"])
    assert plane.shows("line", 0, way)
    for which, points in enumerate((way, [data["best"]], way[:1], way[-1:])):
        assert plane.shows("dot", which, points)
        assert plane.holds("dot", which)
    lines = heights(plane, data["w1"], data["w2"], data["surface"])
    parts = [0.01, 0.03, 0.08, 0.17, 0.3, 0.6, 1]
    for line, part in zip(lines, parts, strict=True):
        assert len(line)
        assert line == pytest.approx(part * runs[0][0], rel=0.001)

    assert fall.labels == ("step", "excess loss")
    shown = [np.clip(np.array(run, float), 1e-3, 1e30) for run in (*runs, runs[rate][: steps + 1])]
    for which, run in enumerate(shown):
        known = run[~np.isnan(run)]
        assert fall.shows("line", which, list(enumerate(known)))
    assert fall.shows("dot", 0, [(steps, shown[-1][-1])])


@only("polynomial")
@pytest.mark.parametrize("moved", [{}, {"degree": 3, "lam": 6}])
def test_the_polynomial_is_where_the_axes_say(explorer, moved):
    data, at = explorer.figure.data, explorer.start | moved
    explorer.choose(**moved)
    degree, lam = data["degrees"].index(at["degree"]), int(at["lam"])
    plots = explorer.box.locator(".explorer-plots > svg").all()
    fit, both = (Drawing(plot) for plot in plots)
    assert fit.labels == ("x", "y")
    assert fit.grows_right_and_up()
    assert fit.shows("dot", 0, list(zip(data["x"], data["y"], strict=True)))
    assert fit.looks("dot", 0)[0]["fill"] == "var(--data)"
    for which, curve in enumerate((data["rule"], data["curves"][degree][lam])):
        assert fit.shows("line", which, list(zip(data["grid"], curve, strict=True)))
        assert fit.holds("line", which)
    assert fit.looks("line", 1)[0]["stroke"] == "var(--model)"

    assert both.labels == ("λ", "RMSE")
    named = [0, 1, 3, 5, 7]
    said = [10 ** number(name[2:]) if len(name) > 2 else float(name) for name in both.x.names]
    assert said == pytest.approx([data["lams"][i] for i in named])
    both.x.names = list(map(str, named))  # of equal steps
    assert both.grows_right_and_up()
    for which in (0, 1):
        curve = [errors[which] for errors in data["errors"][degree]]
        assert both.shows("line", which, list(enumerate(curve)))
        assert both.shows("dot", which, [(lam, curve[lam])])
        assert both.holds("line", which)
        assert both.looks("dot", which)[0]["fill"] == both.looks("line", which)[0]["stroke"]


@only("houses")
@pytest.mark.parametrize("moved", [{}, {"year": 1, "area": 0, "logarithm": 1}])
def test_houses_and_weights_are_where_they_should(explorer, moved):
    data, at = explorer.figure.data, explorer.start | moved
    explorer.choose(**moved)
    chosen = np.array([at[name] for name in data["features"]], bool)
    w, predicted = chosen_weights(data, chosen, at["logarithm"])
    residuals = np.array(data["price"]) - predicted
    plots = explorer.box.locator(".explorer-plots > svg").all()
    houses, errors = (Drawing(plot) for plot in plots)
    assert houses.labels == ("prediction (thousand dollars)", "residual (thousand dollars)")
    assert houses.grows_right_and_up()
    parts = slice(data["count"]), slice(data["count"], None)
    for which, part in enumerate(parts):
        assert houses.shows("dot", which, list(zip(predicted[part], residuals[part], strict=True)))
        assert houses.holds("dot", which)
    assert errors.labels == ("RMSE (thousand dollars)", "")
    own = [np.sqrt((residuals[part] ** 2).mean()) for part in parts]
    for which, values in enumerate((own, data["baseline"])):
        bars = errors.parts("bar")[which]
        assert [errors.y.named(bar[:, 1].mean()) for bar in bars] == ["training", "validation"]
        ends = [errors.x.values(np.sort(bar[:, 0])) for bar in bars]
        wanted = np.array([[0, value] for value in values])
        pixel = abs(1 / errors.x.scale()[0])
        assert np.array(ends) == pytest.approx(wanted, abs=pixel)
    told = explorer.box.get_by_role("list", name="What the weights say").get_by_role("listitem")
    for item, more, use, one in zip(told.all_text_contents(), data["more"], chosen, w, strict=True):
        what, amount = item.split(": ")
        assert what == more
        assert (amount == "–") == (not use)
        if use:
            value, unit = amount.split("\N{NO-BREAK SPACE}")
            assert unit == ("%" if at["logarithm"] else "dollars")
            wanted = 100 * np.expm1(one) if at["logarithm"] else 1000 * one
            assert number(value) == pytest.approx(wanted, rel=6e-3)


@only("softmax")
@pytest.mark.parametrize("moved", [{}, {"willow": 5, "beech": -2, "temperature": 0.5, "truth": 0}])
def test_bars_are_as_high_as_their_numbers(explorer, moved):
    """Left, one bar a class up to its probability, and an outline; right, up or down from zero."""
    data, at = explorer.figure.data, explorer.start | moved
    explorer.choose(**moved)
    names, T = data["names"], 10 ** at["temperature"]
    exps = np.exp(np.array([at[name] for name in names]) / T)
    p, label = exps / exps.sum(), np.arange(3) == at["truth"]
    plots = [Drawing(plot) for plot in explorer.box.locator(".explorer-plots > svg").all()]
    assert [plot.labels for plot in plots] == [("", "probability"), ("", "gradient in the logit")]
    for plot, values in zip(plots, (p, (p - label) / T), strict=True):
        assert plot.y.scale()[0] < 0
        assert plot.holds("bar", 0)
        texts = [
            f"{value:.3f}".replace("-", "−")
            for value in (*values[values >= 0], *values[values < 0])
        ]
        assert plot.texts == texts
        for bar, name, value in zip(plot.parts("bar")[0], names, values, strict=True):
            assert plot.x.named(bar[:, 0].mean()) == name
            ends = sorted(plot.y.values(bar[:, 1]), key=abs)
            assert ends == pytest.approx([0, value], abs=abs(1 / plot.y.scale()[0]))
    (outline,) = plots[0].parts("bar")[1]
    assert plots[0].x.named(outline[:, 0].mean()) == names[int(at["truth"])]
    assert sorted(plots[0].y.values(outline[:, 1])) == pytest.approx([0, 1], abs=0.02)
    assert plots[0].holds("bar", 1)


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
    for name, weights in zip(names[1:], data["weights"][3].astype(int), strict=True):
        ends = [number(end) for end in re.search("from about (.+) to (.+)", name).groups()]
        wanted = (np.array([weights.min(), weights.max()]) - 128) / 124 * data["scale"]
        assert ends == pytest.approx(wanted, rel=6e-3, abs=1e-6)
    assert all(map(str.__contains__, names, [f"Picture {data['chosen']}", *data["names"]]))


@only("images")
def test_bars_are_as_long_as_the_probabilities(explorer):
    data = explorer.figure.data
    name = f"After 10 epochs, the probabilities of the ten classes for picture {data['chosen']}"
    chart = explorer.box.get_by_role("img", name=name)
    percent, truth = data["percent"][10, data["chosen"]], data["labels"][data["chosen"]]
    plot = Drawing(chart)
    assert plot.labels == ("probability (%)", "")
    called = data["called"][10, data["chosen"]]
    fills = [bar["fill"] for bar in plot.looks("bar", 0)]
    assert [k for k, fill in enumerate(fills) if fill == "var(--model)"] == [called]
    for bar, of, value in zip(plot.parts("bar")[0], data["names"], percent, strict=True):
        assert plot.y.named(bar[:, 1].mean()) == of
        assert plot.x.values(bar[:, 0]) == pytest.approx([0, value], abs=0.5)
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


@pytest.mark.parametrize("lacking", ["**/explorers.js", "**/explorers/*.js"])
def test_without_its_script_or_its_data_the_figure_stays(tab, address, figures, lacking):
    tab.route(lacking, lambda route: route.abort())
    tab.goto(address + figures["line"].page)
    figure = tab.locator("img.explorer").first
    with tab.expect_event("pageerror"):  # it has given up
        figure.evaluate("image => image.scrollIntoView()")
    expect(figure).to_be_visible()
    assert tab.locator(".explorer-box").count() == 0
