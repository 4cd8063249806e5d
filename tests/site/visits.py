"""A browser that is patient, and one visit to one page with all that the tests ask about it."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page, Request, Response
from served import ROOT

HERE = Path(__file__).parent
FACTS = (HERE / "facts.js").read_text()
FOCUS = (HERE / "focus.js").read_text()
AXE = ROOT / "node_modules/axe-core/axe.min.js"
PATIENCE = 120_000  # milliseconds: a busy machine is slow, not wrong
DESKTOP = {"width": 1280, "height": 800}
PHONE = {"width": 320, "height": 640}  # narrow, or a desktop at 400 %
LOOKS = {
    "light-desktop": {"color_scheme": "light", "viewport": DESKTOP},
    "dark-phone": {"color_scheme": "dark", "viewport": PHONE},
}
CHECK = """async () => (await axe.run({ resultTypes: ["violations"] })).violations.flatMap(
  rule => rule.nodes.map(node => `${rule.id} at ${node.target}: ${node.failureSummary}`))"""
MEASURED = "() => performance.getEntriesByName('measured').length"  # by scrolls.js
SETTLED = "async () => [await document.fonts.ready, await new Promise(requestIdleCallback)].length"
# What was asked for is done in the next frame; after a change of the screen, in the one after it.
DRAWN = """async () => {
  for (let i = 0; i < 3; i++) await new Promise(requestAnimationFrame);
  await new Promise((done) => setTimeout(done));
}"""


@contextmanager
def new_tab(browser: Browser, viewport: dict = DESKTOP, **options) -> Iterator[Page]:
    """An empty tab of a browser that remembers nothing."""
    with browser.new_context(viewport=viewport, **options) as context:
        context.set_default_timeout(PATIENCE)
        yield context.new_page()


@dataclass
class Visit:
    """What a browser met on a page."""

    console: list[str] = field(default_factory=list)
    asked: dict[str, str] = field(default_factory=dict)  # address: what it is for
    first: dict[str, str] = field(default_factory=dict)  # those asked for before any scrolling
    failed: list[str] = field(default_factory=list)
    screens: list[dict] = field(default_factory=list)  # in either scheme; with its explorers
    paper: dict = field(default_factory=dict)
    axe: list[str] = field(default_factory=list)
    focus: dict = field(default_factory=dict)

    def request(self, request: Request) -> None:
        if not request.url.startswith(("data:", "blob:")):
            self.asked[request.url] = request.resource_type

    def response(self, response: Response) -> None:
        if response.status >= 400:
            self.failed.append(f"{response.status} {response.url}")


def open_explorers(page: Page) -> None:
    """Go to each figure with controls, so that its controls are built."""
    for i, image in enumerate(page.locator("img.explorer").all()):
        image.evaluate("image => image.scrollIntoView()")
        page.locator(".explorer-words:not(:empty)").nth(i).wait_for()


def visit(context: BrowserContext, address: str, scripts: bool = True) -> Visit:
    """Load a page once; look at it, open its explorers, check it, walk it by keyboard and print it."""
    seen = Visit()
    with context.new_page() as page:
        page.on("console", lambda m: m.type == "error" and seen.console.append(m.text))
        page.on("pageerror", lambda error: seen.console.append(str(error)))
        page.on("request", seen.request)
        page.on("response", seen.response)
        page.on("requestfailed", lambda r: seen.failed.append(f"{r.failure} {r.url}"))

        def look() -> None:
            seen.screens.append(page.evaluate(FACTS))

        page.goto(address)
        if not scripts:
            look()
            return seen
        page.wait_for_function(MEASURED)
        page.evaluate(SETTLED)
        seen.first = dict(seen.asked)
        look()
        dark = page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches")
        for scheme in ("light", "dark") if dark else ("dark", "light"):
            page.emulate_media(color_scheme=scheme)
            page.evaluate(DRAWN)
            look()
        open_explorers(page)
        look()
        page.evaluate(AXE.read_text())
        seen.axe = page.evaluate(CHECK)
        page.keyboard.press("Tab")
        seen.focus = page.evaluate(FOCUS)
        page.emulate_media(media="print")
        page.evaluate("dispatchEvent(new Event('beforeprint'))")
        seen.paper = page.evaluate(FACTS)
    return seen


def expect_none(found: Iterable[str]) -> None:
    """Fail with a line for each thing found."""
    lines = list(found)
    assert not lines, f"{len(lines)} found:\n" + "\n".join(lines)
