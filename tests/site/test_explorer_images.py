"""The explorer of pictures says what the chapter's model computed, and draws it."""

import base64
import json
import re
from itertools import product
from types import SimpleNamespace

import numpy as np
import pytest
from conftest import BUILT
from visits import SETTLE

PAGE = "book/softmax-regression/scratch.html"
DESCRIPTION = re.compile(r"(?s)<dc:description>(.+?)</dc:description>")
WORDS = re.compile(
    r"Test picture (\d+), true class: ([\w -]+)\. (?:After (\d+) epochs?|Before training), the "
    r"predicted class is ([\w -]+), with a probability of (?:(?:more|less) than )?(\d+) %"
    r"(?:; the true class has (?:(?:more|less) than )?(\d+) %)?\. "
    r"(?:(\d+) of 120 pictures pass the filter; this is number (\d+) of them\.|"
    r"Of 120 pictures, only this one passes the filter\.)"
)
PIXELS = """canvas => {
  const { width, height } = canvas;
  return [...canvas.getContext("2d").getImageData(0, 0, width, height).data];
}"""


@pytest.fixture(scope="module")
def data():
    """What the figure carries, as arrays."""
    html = (BUILT / PAGE).read_text()
    source = re.search(r'<img[^>]*class="[^"]*\bexplorer\b[^>]*>', html)[0]
    svg = (BUILT / "_images" / re.search(r'src="[^"]*?([^/"]+\.svg)"', source)[1]).read_text()
    found = json.loads(DESCRIPTION.search(svg)[1].replace("&quot;", '"'))
    assert found["kind"] == "images"
    for name, value in found.items():
        if isinstance(value, dict):
            pixels = np.frombuffer(base64.b64decode(value["bytes"]), np.uint8)
            found[name] = pixels.reshape(value["shape"])
    return SimpleNamespace(**found | {"labels": np.array(found["labels"])})


def opened(tab, address):
    """The explorer of the page, once it has come."""
    tab.goto(address + PAGE)
    tab.evaluate(SETTLE)  # or the page still grows and shrinks
    tab.locator("img.explorer").evaluate("image => image.scrollIntoView()")
    box = tab.locator(".explorer-box")
    box.locator("canvas").first.wait_for()
    return box


@pytest.fixture
def explorer(tab, address):
    """The explorer on a desktop."""
    return opened(tab, address)


def words(explorer) -> str:
    """What it says, once it has been drawn anew."""
    explorer.page.evaluate(
        "() => new Promise(done => requestAnimationFrame(() => setTimeout(done)))"
    )
    return explorer.locator(".explorer-words").inner_text()


def choose(explorer, epoch: int, true: int = 0, guess: int = 0) -> str:
    """Set the controls; a class k is k + 1, and 0 is any."""
    explorer.locator("input[name=epoch]").fill(str(epoch))
    explorer.locator("select[name=true]").select_option(str(true))
    explorer.locator("select[name=guess]").select_option(str(guess))
    return words(explorer)


def passing(data, epoch: int, true: int, guess: int) -> list[int]:
    """The numbers of the pictures that pass the filter."""
    fits_true = (data.labels == true - 1) | (true == 0)
    fits_guess = (data.called[epoch] == guess - 1) | (guess == 0)
    return (fits_true & fits_guess).nonzero()[0].tolist()


def expect_words(data, text: str, epoch: int, wanted: list[int], place: int) -> None:
    """Compare what is said with the data, for the picture at a place among those wanted."""
    picture, true, after, guess, chance, chance_true, number, nth = WORDS.fullmatch(text).groups()
    i = wanted[place]
    percent = np.clip(data.percent[epoch, i], 1, 99)  # less than 1 %, more than 99 %
    label, called = data.labels[i], data.called[epoch, i]
    assert [int(picture), int(after or 0)] == [i, epoch]
    assert [int(number or 1), int(nth or 1)] == [len(wanted), place + 1]
    assert (number is None) == (len(wanted) == 1)
    assert (true, guess) == (data.names[label], data.names[called])
    assert abs(int(chance) - percent[called]) <= 1
    assert chance_true is None if label == called else abs(int(chance_true) - percent[label]) <= 1


def test_the_data_hold_together(data):
    assert data.pictures.shape == (120, 28, 28)
    assert data.weights.shape == (11, 10, 28, 28)
    assert set(data.labels) == set(range(10))
    assert len(data.names) == 10
    best = data.percent.max(2)
    assert (
        np.take_along_axis(data.percent, data.called[..., None].astype(int), 2)[..., 0] == best
    ).all()
    assert (abs(data.percent.sum(2, dtype=int) - 100) <= 5).all()


def test_it_begins_with_what_the_figure_shows(data, explorer):
    everything = list(range(120))
    expect_words(data, words(explorer), 10, everything, data.chosen)
    assert data.labels[data.chosen] != data.called[10, data.chosen]


@pytest.mark.parametrize("epoch", [0, 1, 10])
def test_filters(data, explorer, epoch):
    by_size = {0: [], 1: [], 2: []}  # filters that nothing, one picture or several pass
    for classes in product(range(11), repeat=2):
        by_size[min(len(passing(data, epoch, *classes)), 2)].append(classes)
    assert all(len(filters) > 5 for filters in by_size.values())
    for true, guess in by_size[1][::5] + by_size[2][::5]:
        wanted = passing(data, epoch, true, guess)
        shown = next((i for i in wanted if i >= data.chosen), wanted[0])
        expect_words(data, choose(explorer, epoch, true, guess), epoch, wanted, wanted.index(shown))
        assert explorer.locator("canvas").count() == 11
    for true, guess in by_size[0][::15]:
        text = choose(explorer, epoch, true, guess)
        assert "no picture passes" in text
        assert f"none of the 120 has the {'true' if true else 'predicted'} class" in text
        assert all(data.names[k - 1] in text for k in (true, guess) if k)
        assert explorer.locator("canvas").count() == 10  # the weights stay
        explorer.get_by_role("button", name="Next picture").click()
        assert words(explorer) == text


def test_next_and_previous_go_round(data, explorer):
    wanted = passing(data, 10, 5, 7)  # coats that are called shirts
    assert len(wanted) >= 3
    assert wanted[0] == data.chosen
    expect_words(data, choose(explorer, 10, 5, 7), 10, wanted, 0)
    for place in (*range(1, len(wanted)), 0):
        explorer.get_by_role("button", name="Next picture").click()
        expect_words(data, words(explorer), 10, wanted, place)
    explorer.get_by_role("button", name="Previous picture").click()
    expect_words(data, words(explorer), 10, wanted, len(wanted) - 1)


def test_canvases_hold_the_bytes(data, explorer):
    choose(explorer, 3)
    large, *tiles = (
        np.array(canvas.evaluate(PIXELS)).reshape(28, 28, 4)
        for canvas in explorer.locator("canvas").all()
    )
    assert (large == np.dstack([data.pictures[data.chosen]] * 3 + [np.full((28, 28), 255)])).all()
    assert len(tiles) == 10
    for tile, weights in zip(tiles, data.weights[3].astype(int), strict=True):
        red, green, blue, opacity = np.moveaxis(tile, -1, 0)
        assert (opacity == 255).all()
        assert (np.sign(red - blue) == np.sign(weights - 128)).all()
        order = abs(weights - 128).ravel().argsort(kind="stable")
        for side in (order[weights.ravel()[order] > 128], order[weights.ravel()[order] < 128]):
            assert (np.diff(green.ravel()[side]) <= 0).all()  # the stronger the darker
    names = [canvas.get_attribute("aria-label") for canvas in explorer.locator("canvas").all()]
    assert f"picture {data.chosen}" in names[0]
    assert all(map(str.__contains__, names[1:], data.names))
    assert explorer.locator("canvas:not([role=img])").count() == 0


def test_bars_are_as_long_as_the_probabilities(data, explorer):
    choose(explorer, 10)
    label = "After 10 epochs, the probabilities of the ten classes for picture 17"
    chart = explorer.get_by_role("img", name=label)
    widths = chart.locator('g[aria-label="bar"] rect').evaluate_all(
        "all => all.map(e => +e.getAttribute('width'))"
    )
    percent = data.percent[10, data.chosen]
    assert np.allclose(np.array(widths) / max(widths), percent / percent.max(), atol=0.01)
    texts = chart.locator('g[aria-label="text"] text').all_text_contents()
    truth = data.labels[data.chosen]
    assert texts == [f"{p} %" + (" ◂ true" if k == truth else "") for k, p in enumerate(percent)]


def test_play_runs_to_the_last_epoch(data, explorer):
    text = choose(explorer, 8)
    explorer.get_by_role("button", name="Play").click()
    explorer.get_by_role("button", name="Pause").wait_for()
    explorer.get_by_role("button", name="Play").wait_for(timeout=10_000)
    assert words(explorer) != text
    expect_words(data, words(explorer), 10, list(range(120)), data.chosen)


@pytest.mark.parametrize("width", [320, 700])
def test_narrow_screens_hold_it(tab, address, width):
    tab.set_viewport_size({"width": width, "height": 800})
    explorer = opened(tab, address)
    assert tab.evaluate("document.documentElement.scrollWidth") <= width
    for canvas in explorer.locator("canvas").all():
        box = canvas.bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width
        assert abs(box["width"] - box["height"]) < 1
