"""Every link within the site leads to a file and, if it names one, to an anchor."""

import re
from collections import Counter
from collections.abc import Iterator
from posixpath import dirname, join, normpath
from urllib.parse import unquote, urlsplit

import pytest
from visits import DESKTOP, PHONE, expect_none, new_tab

LEADING = ["a[href]", "link[href]", "img[src]", "script[src]", "iframe[src]", "source[src]"]
STILL = """async () => {
  await document.fonts.ready;
  for (let y, same = 0; same < 20; y = scrollY) {
    await new Promise(requestAnimationFrame);
    same = scrollY === y ? same + 1 : 0;
  }
}"""
SEEN = """name => {
  const target = document.getElementById(name), { left, top } = target.getBoundingClientRect();
  const first = document.elementFromPoint(left + 20, top + 8);
  return target.open !== false && (target.contains(first) || target === first);
}"""


def links(soup) -> Iterator[str]:
    """What a parsed page links to or loads, but for other hosts."""
    for tag in soup.select(", ".join(LEADING)):
        link = tag.get("href") or tag.get("src") or ""
        parts = urlsplit(link)
        if not parts.scheme and not parts.netloc:
            yield link


def anchors(soup) -> set[str]:
    """All that a link to a parsed page may name behind a #."""
    named = soup.select("[id], a[name]")
    return {value for tag in named for value in (tag.get("id"), tag.get("name")) if value}


@pytest.fixture(scope="module")
def known(site) -> dict[str, set[str]]:
    """The anchors of each page."""
    return {page: anchors(site.soup(page)) for page in site.pages}


def broken(site, known, page: str, link: str) -> str:
    """What is wrong with a link on a page; empty if nothing is."""
    parts = urlsplit(link)
    if parts.path.startswith("/"):  # a project's site lies in a folder of its host
        return "" if page.endswith("404.html") and site.served(link) else "is absolute"
    target = normpath(join(dirname(page), unquote(parts.path))) if parts.path else page
    if not site.file(target):
        return "leads nowhere"
    if target in known and parts.fragment and unquote(parts.fragment) not in known[target]:
        return "has no anchor"
    return ""


def test_no_link_is_broken(site, known):
    expect_none(
        f"{page}: {link} {fault}"
        for page in site.pages
        for link in sorted(set(links(site.soup(page))))
        if (fault := broken(site, known, page, link))
    )


def test_no_anchor_stands_twice_on_a_page(site):
    for page in site.pages:
        names = Counter(tag["id"] for tag in site.soup(page).select("[id]"))
        assert not [name for name, times in names.items() if times > 1], page


def test_the_root_leads_to_the_first_page(site):
    found = re.search(
        r'http-equiv="refresh"[^>]*url=([^"\s]+)', site.text("index.html"), re.IGNORECASE
    )
    assert found or "index.html" in site.pages
    assert not found or found[1] in site.pages


@pytest.mark.parametrize("screen", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_what_a_link_leads_to_is_seen(browser, site, address, screen):
    """It is opened, and it is not under the title bar."""
    page, unseen = "book/softmax-regression/theory.html", []
    kinds = [".solution", ".exercise", "figure[id]", ".check", "[id^=equation]", "h3 a.headerlink"]
    found = [site.soup(page).select(kind)[-1] for kind in kinds]
    with new_tab(browser, screen) as tab:
        for i, name in enumerate(one.get("id") or one["href"][1:] for one in found):
            if i % 2:  # from within the page, and from elsewhere
                tab.evaluate("name => (location.hash = name)", name)
            else:
                tab.goto("about:blank")
                tab.goto(f"{address}{page}#{name}")
            tab.evaluate(STILL)
            if not tab.evaluate(SEEN, name):
                unseen.append(name)
    expect_none(unseen)


@pytest.mark.parametrize(
    ("link", "fault"),
    [
        ("how-to-use.html", ""),
        ("no-such-page.html", "leads nowhere"),
        ("how-to-use.html#no-such-anchor", "has no anchor"),
        ("#no-such-anchor", "has no anchor"),
        ("/book/how-to-use.html", "is absolute"),
    ],
)
def test_a_broken_link_is_noticed(site, known, link, fault):
    assert broken(site, known, "book/index.html", link) == fault
