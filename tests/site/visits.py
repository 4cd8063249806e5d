"""One visit to one page in a browser, and all that the tests ask about it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import BrowserContext, Request, Response

HERE = Path(__file__).parent
FACTS = (HERE / "facts.js").read_text()
FOCUS = (HERE / "focus.js").read_text()
AXE = HERE.parents[1] / "node_modules/axe-core/axe.min.js"
CHECK = """async () => (await axe.run({ resultTypes: ["violations"] })).violations.flatMap(
  rule => rule.nodes.map(node => `${rule.id} at ${node.target}: ${node.failureSummary}`))"""
SETTLE = """async () => {
  await document.fonts.ready;
  while (!performance.getEntriesByName("measured").length) await new Promise(requestAnimationFrame);
  await new Promise(resolve => requestIdleCallback(resolve, { timeout: 500 }));
}"""


@dataclass
class Visit:
    """What a browser met on a page."""

    console: list[str] = field(default_factory=list)
    asked: dict[str, str] = field(default_factory=dict)  # address: what it is for
    first: dict[str, str] = field(default_factory=dict)  # those asked for before any scrolling
    failed: list[str] = field(default_factory=list)
    screen: dict = field(default_factory=dict)
    paper: dict = field(default_factory=dict)
    axe: list[str] | None = None  # None: axe is not installed
    focus: dict = field(default_factory=dict)

    def request(self, request: Request) -> None:
        if not request.url.startswith(("data:", "blob:")):
            self.asked[request.url] = request.resource_type

    def response(self, response: Response) -> None:
        if response.status >= 400:
            self.failed.append(f"{response.status} {response.url}")


def visit(context: BrowserContext, address: str, scripts: bool = True, whole: bool = True) -> Visit:
    """Load a page once; look at it and, for the whole, check it, walk it by keyboard and print it."""
    seen = Visit()
    with context.new_page() as page:
        page.on("console", lambda m: m.type == "error" and seen.console.append(m.text))
        page.on("pageerror", lambda error: seen.console.append(str(error)))
        page.on("request", seen.request)
        page.on("response", seen.response)
        page.on("requestfailed", lambda r: seen.failed.append(f"{r.failure} {r.url}"))
        page.goto(address)
        if not scripts:
            seen.screen = page.evaluate(FACTS)
            return seen
        page.evaluate(SETTLE)
        seen.first = dict(seen.asked)
        seen.screen = page.evaluate(FACTS)
        if not whole:
            return seen
        if AXE.exists():
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
