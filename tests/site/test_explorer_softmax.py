"""The softmax explorer: it says what the chapter's code computed, and moves as it is told."""

import json
import math
import re
from itertools import product

import pytest
from visits import AXE, CHECK

PAGE = "book/softmax-regression/theory.html"


@pytest.fixture(scope="module")
def data(site) -> dict:
    """What the figure carries."""
    image = site.soup(PAGE).select_one("img.explorer")
    svg = (site.folder / PAGE).parent / image["src"]
    return json.loads(re.search(r"<dc:description>(.*?)</dc:description>", svg.read_text())[1])


@pytest.fixture
def explorer(tab, address):
    tab.goto(address + PAGE)
    tab.locator("img.explorer").evaluate("image => image.scrollIntoView()")
    box = tab.locator(".explorer-box")
    box.locator("svg").nth(1).wait_for()
    return box


def set_slider(explorer, name: str, value: float) -> None:
    explorer.locator(f"input[name={name}]").evaluate(
        "(input, value) => { input.value = value; input.dispatchEvent(new Event('input')) }", value
    )


def logits(explorer, names: list[str]) -> list[float]:
    return [float(explorer.locator(f"input[name={name}]").input_value()) for name in names]


def said(explorer) -> dict[str, list[float]]:
    """The numbers of the explorer's words, once it has drawn what it was told last."""
    explorer.page.evaluate(
        "() => new Promise(done => requestAnimationFrame(() => setTimeout(done)))"
    )
    words = explorer.locator(".explorer-words").inner_text().replace("−", "-")
    p, loss, gradient = re.fullmatch(
        r"Probabilities: (.*)\. Cross-entropy (.*) nats\. Gradient: (.*)\.", words
    ).groups()
    numbers = lambda text: [float(number) for number in re.findall(r"[+-]?\d+\.\d+", text)]
    return {"p": numbers(p), "loss": numbers(loss), "gradient": numbers(gradient)}


def softmax(o: list[float], y: int, T: float) -> dict[str, list[float]]:
    """The same numbers, computed here."""
    exps = [math.exp((logit - max(o)) / T) for logit in o]
    p = [value / sum(exps) for value in exps]
    gradient = [(value - (j == y)) / T for j, value in enumerate(p)]
    return {"p": p, "loss": [(max(o) - o[y]) / T + math.log(sum(exps))], "gradient": gradient}


def expect(shown: dict, wanted: dict, T: float) -> None:
    near = lambda values, abs: pytest.approx(values, abs=abs, rel=1e-4)
    assert shown["p"] == near(wanted["p"], 0.0006)
    assert shown["loss"] == near(wanted["loss"], 0.0006)
    assert shown["gradient"] == near(wanted["gradient"], 0.00006 if T > 10 else 0.0006)


def test_it_agrees_with_the_chapter(explorer, data):
    """Probabilities, losses and gradients are those that the chapter's code has computed."""
    for i, leaf in product(range(len(data["temperatures"])), (0, 3, 4, 8)):
        T = data["temperatures"][i]
        set_slider(explorer, "temperature", round(math.log10(T), 2))
        for name, logit in zip(data["names"], data["logits"][leaf], strict=True):
            set_slider(explorer, name, logit)
        assert logits(explorer, data["names"]) == data["logits"][leaf], "out of a slider's range"
        explorer.locator("select").select_option(str(data["labels"][leaf]))
        wanted = {
            "p": data["probabilities"][i][leaf],
            "loss": [data["losses"][i][leaf]],
            "gradient": data["gradients"][i][leaf],
        }
        expect(said(explorer), wanted, T)
        expect(softmax(data["logits"][leaf], data["labels"][leaf], T), wanted, T)


def test_it_starts_with_the_leaf(explorer, data):
    expect(said(explorer), softmax(data["leaf"], data["truth"], 1), 1)


@pytest.mark.parametrize("y", [0, 1, 2])
def test_extreme_logits_do_not_overflow(explorer, data, y):
    for name, logit in zip(data["names"], (-8, 8, 7.9), strict=True):
        set_slider(explorer, name, logit)
    set_slider(explorer, "temperature", -1)
    explorer.locator("select").select_option(str(y))
    expect(said(explorer), softmax([-8, 8, 7.9], y, 0.1), 0.1)


def test_the_button_restores_the_logits_and_nothing_else(explorer, data):
    explorer.locator("select").select_option("1")
    for name, value in zip([*data["names"], "temperature"], (5, -3.2, 0, 0.5), strict=True):
        set_slider(explorer, name, value)
    assert logits(explorer, data["names"]) == [5, -3.2, 0]
    explorer.get_by_role("button", name="Back to the leaf's logits").click()
    assert logits(explorer, data["names"]) == data["leaf"]
    expect(said(explorer), softmax(data["leaf"], 1, 10**0.5), 10**0.5)


def test_bars_have_the_size_of_their_numbers(explorer, data):
    """Left, one bar a class up to its probability; right, up or down from zero."""
    heights = """plot => [...plot.querySelector("g[aria-label=bar]").querySelectorAll("rect")]
      .map(bar => bar.getBBox().height)"""
    wanted = softmax(data["leaf"], data["truth"], 1)
    for plot, values in enumerate((wanted["p"], wanted["gradient"])):
        tallest = max(map(abs, values))
        drawn = explorer.locator("svg").nth(plot).evaluate(heights)
        shares = [height / max(drawn) for height in drawn]
        assert shares == pytest.approx([abs(value) / tallest for value in values], abs=0.01)


def test_the_keyboard_moves_a_logit(explorer, data):
    explorer.locator(f"input[name={data['names'][2]}]").focus()
    explorer.page.keyboard.press("ArrowRight")
    moved = [*data["leaf"][:2], data["leaf"][2] + 0.1]
    assert logits(explorer, data["names"]) == pytest.approx(moved)
    expect(said(explorer), softmax(moved, data["truth"], 1), 1)


@pytest.mark.parametrize("width", [320, 700])
def test_it_fits(explorer, width):
    explorer.page.set_viewport_size({"width": width, "height": 700})
    said(explorer)
    inside = explorer.evaluate(
        """box => [...box.querySelectorAll("svg, input, select, button, p")]
          .every(part => part.getBoundingClientRect().right <= box.getBoundingClientRect().right + 1)"""
    )
    assert inside
    assert explorer.page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.skipif(not AXE.exists(), reason="axe is not installed")
def test_it_is_accessible(explorer):
    explorer.page.evaluate(AXE.read_text())
    assert explorer.page.evaluate(CHECK) == []
