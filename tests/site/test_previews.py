"""A link to an equation, a figure, an exercise or a term shows what it leads to."""

import pytest

TIP = "[role=tooltip].preview"
# A page that scrolls to what has the focus moves under a pointer at rest, which is then over something else.
AT_REST = """() => document.addEventListener("focusin", () => {
  const over = new PointerEvent("pointerover", { bubbles: true, pointerType: "mouse" });
  document.querySelector("article h1").dispatchEvent(over);
})"""


@pytest.mark.parametrize(
    ("page", "link", "holds"),
    [
        ("softmax-regression/theory", "#equation-eq-softmax'", ".katex"),
        ("softmax-regression/scratch", "theory.html#equation-eq-logits'", ".katex"),  # another page
        (
            "linear-regression/data-loading",
            "least-squares.html#ex:least-squares-constant'",
            ".exercise",
        ),
        ("softmax-regression/theory", "glossary.html#term-standardise'", "dd"),
        ("../zh/book/softmax-regression/theory", "glossary.html#term-standardise'", "dt + dt + dd"),
    ],
)
def test_a_preview_comes_and_goes(tab, address, page, link, holds):
    tab.goto(f"{address}book/{page}.html")
    links = tab.locator(f"article a.internal[href$='{link}]")
    if not links.count():
        pytest.fail(f"{page} has no link to {link}")
    links.first.scroll_into_view_if_needed()
    links.first.hover()
    tab.wait_for_selector(f"{TIP} {holds}")
    tab.keyboard.press("Escape")
    tab.wait_for_selector(TIP, state="detached")
    tab.evaluate(AT_REST)
    links.first.focus()
    tab.keyboard.press("Shift+Tab")
    tab.keyboard.press("Tab")
    tab.wait_for_selector(f"{TIP} {holds}")
    tab.evaluate("new Promise((later) => setTimeout(later, 400))")  # the pointer's wait is 200
    assert tab.locator(f"{TIP} {holds}").first.is_visible()


def test_a_preview_that_failed_is_tried_again(tab, address):
    other = "**/linear-regression/theory.html"
    tab.goto(f"{address}book/softmax-regression/theory.html")
    failures = [lambda route: route.abort(), lambda route: route.fulfill(status=503)]
    link = tab.locator("article a.internal[href*='/linear-regression/theory.html#equation']").first
    link.scroll_into_view_if_needed()
    for failure in failures:
        tab.route(other, failure, times=1)
        with tab.expect_request(other):
            link.hover()
        tab.mouse.move(0, 0)
        tab.keyboard.press("Escape")
    link.hover()
    tab.wait_for_selector(f"{TIP} .katex")
