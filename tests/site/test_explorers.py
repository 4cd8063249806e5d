"""Figures with controls: fetched when they come near, usable by all, and never without a figure."""

import gzip
import json
import re
from pathlib import Path

import pytest
from conftest import LOOKS
from playwright.sync_api import expect
from visits import AXE, CHECK, FACTS, expect_none

MODULES = Path(__file__).parents[2] / "book/_explorers"
SHARED = {"index", "controls", "frame"}
DATA = 150_000  # bytes, compressed
SCRIPT = 115_000
BOX = ".explorer-box"
CONTENT = """parts => parts.map(part => part.innerHTML
  + [...part.querySelectorAll("canvas")].map(canvas => canvas.toDataURL()))"""
DRAWN = "() => new Promise(done => requestAnimationFrame(() => setTimeout(done)))"


def explorers(site) -> dict[str, list[str]]:
    """The figures with controls on each page that has some."""
    found = {page: site.soup(page).select("img.explorer") for page in site.chapters}
    return {page: [image["src"] for image in images] for page, images in found.items() if images}


def carried(site, page: str, source: str) -> str:
    """The data that a figure carries, as JSON."""
    svg = (site.folder / page).parent.joinpath(source).read_text()
    text = re.search(r"<dc:description>(.*)</dc:description>", svg)[1]
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def open_all(tab, address: str, page: str, count: int) -> None:
    """Scroll to each explorer, so that it is built."""
    tab.goto(address + page)
    for i in range(count):
        tab.locator("img.explorer").nth(i).evaluate("image => image.scrollIntoView()")
        tab.locator(BOX).nth(i).locator(".explorer-words:not(:empty)").wait_for()


def test_every_module_is_shown_and_no_other(site):
    kinds = [
        json.loads(carried(site, page, source))["kind"]
        for page, sources in explorers(site).items()
        for source in sources
    ]
    modules = {path.stem for path in MODULES.glob("*.js")} - SHARED
    assert len(kinds) >= 5
    assert set(kinds) == modules


def test_their_data_and_their_script_are_light(site):
    weights = {
        f"{page}: {source}": len(gzip.compress(carried(site, page, source).encode()))
        for page, sources in explorers(site).items()
        for source in sources
    }
    expect_none(f"{name}: {weight}" for name, weight in weights.items() if weight > DATA)
    assert len(site.sent(site.folder / "_static/explorers.js")) <= SCRIPT


def test_nothing_is_fetched_before_it_is_near(tab, site, address):
    asked = []
    tab.on("request", lambda request: asked.append(request.url))
    for page in site.chapters:
        tab.goto(address + page)
        near = [url for url in asked if "near.js" in url]
        assert bool(near) == (page in explorers(site)), page
        assert not [url for url in asked if "explorers.js" in url], page
        asked.clear()


@pytest.mark.parametrize("look", LOOKS)
def test_they_fit_and_can_be_used_by_all(browser, site, address, look):
    assert AXE.exists(), "axe-core is missing: run npm ci"
    faults = []
    with browser.new_context(**LOOKS[look]) as context:
        tab = context.new_page()
        tab.on("console", lambda m: m.type == "error" and faults.append(m.text))
        tab.on("pageerror", lambda error: faults.append(str(error)))
        for page, sources in explorers(site).items():
            open_all(tab, address, page, len(sources))
            faults += [f"{page}: too wide: {line}" for line in tab.evaluate(FACTS)["wide"]]
            tab.evaluate(AXE.read_text())
            run = CHECK.replace("axe.run({", f"axe.run({BOX!r}, {{")
            faults += [f"{page}: {line}" for line in tab.evaluate(run)]
            for box in tab.locator(BOX).all():
                assert box.get_attribute("aria-label")
                for plot in box.locator(".explorer-plots > *").all():
                    if not plot.get_attribute("aria-label"):
                        faults.append(f"{page}: a plot without a name")
    expect_none(faults)


def test_every_control_answers_to_the_keyboard(tab, site, address):
    faults = []
    for page, sources in explorers(site).items():
        open_all(tab, address, page, len(sources))
        for box in tab.locator(BOX).all():
            shown = box.locator(".explorer-plots, .explorer-words")
            for control in box.locator("input, select").all():
                before = shown.evaluate_all(CONTENT)
                control.focus()
                for key in ("ArrowUp", "ArrowDown", "ArrowDown", "ArrowDown"):
                    control.press(key)
                    tab.evaluate(DRAWN)
                    if shown.evaluate_all(CONTENT) != before:
                        break
                else:
                    faults.append(f"{page}: {control.get_attribute('name')} changes nothing")
    expect_none(faults)


def test_paper_shows_the_figure(tab, site, address):
    page, sources = next(iter(explorers(site).items()))
    open_all(tab, address, page, len(sources))
    expect(tab.locator("img.explorer").first).to_be_hidden()
    tab.emulate_media(media="print")
    expect(tab.locator("img.explorer").first).to_be_visible()
    expect(tab.locator(BOX).first).to_be_hidden()


@pytest.mark.parametrize("lacking", ["**/explorers.js", "**/_images/*.svg"])
def test_without_its_script_or_its_data_the_figure_stays(tab, site, address, lacking):
    page, _ = next(iter(explorers(site).items()))
    of_scripts = {"script", "fetch"}  # the figure itself may come
    stop = lambda route: (
        route.abort() if route.request.resource_type in of_scripts else route.continue_()
    )
    tab.route(lacking, stop)
    tab.goto(address + page)
    figure = tab.locator("img.explorer").first
    with tab.expect_event("requestfailed"):
        figure.evaluate("image => image.scrollIntoView()")
    tab.wait_for_timeout(200)
    expect(figure).to_be_visible()
    expect(tab.locator(BOX)).to_have_count(0)


def test_the_colours_follow_the_page(tab, site, address):
    page, sources = next(iter(explorers(site).items()))
    open_all(tab, address, page, len(sources))
    ink = "getComputedStyle(document.querySelector('.explorer-plots svg')).color"
    before = tab.evaluate(ink)
    tab.evaluate("document.documentElement.dataset.theme = 'dark'")
    assert tab.evaluate(ink) != before
