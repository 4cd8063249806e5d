"""What the site holds beside its text: a page for what is missing, a map, cards, launch links."""

import re
from urllib.parse import urljoin, urlsplit

import pytest
from visits import expect_none


def content(soup, name: str) -> str:
    """What a meta element says; empty if there is none."""
    found = soup.select_one(f'meta[property="{name}"], meta[name="{name}"]')
    return found["content"].strip() if found else ""


def needs_address(site) -> None:
    """A site that does not know where it will be published has no map, and cards without pictures."""
    if not site.file("sitemap.xml"):
        pytest.skip("the site does not know its address: set GITHUB_REPOSITORY or SITE_URL")


@pytest.mark.parametrize("missing", ["missing.html", "book/missing/", "a/b/c/d.html"])
def test_a_missing_page_is_explained_at_any_depth(tab, address, missing):
    answers = []
    tab.on("response", lambda answer: answers.append(answer))
    document = tab.goto(address + missing)
    assert document.status == 404
    assert tab.locator("article h1").inner_text()
    assert [answer.url for answer in answers if answer.status >= 400] == [document.url]
    links = tab.eval_on_selector_all("a[href]", "links => links.map(link => link.href)")
    inside = [link for link in links if link.startswith(address) and "#main-content" not in link]
    assert inside, "no way back"
    for link in inside:
        assert tab.request.get(link).ok, link


def test_the_map_lists_every_page(site):
    needs_address(site)
    listed = re.findall(r"<loc>(.*?)</loc>", site.text("sitemap.xml"))
    paths = [urlsplit(address).path for address in listed]
    assert len(paths) == len(set(paths))
    assert {site.base + page for page in site.chapters} <= set(paths)
    expect_none(path for path in paths if not site.served(path))


@pytest.mark.parametrize("name", ["og:title", "og:description", "description"])
def test_each_page_says_what_it_is(site, name):
    said = {page: content(site.soup(page), name) for page in site.chapters}
    expect_none(page for page, words in said.items() if not words)
    assert len(set(said.values())) == len(said), "two pages say the same"


def test_each_page_has_a_picture_for_its_card(site):
    needs_address(site)
    expect_none(
        page
        for page in site.chapters
        if not (image := content(site.soup(page), "og:image"))
        or not site.served(urljoin(site.base + page, image))
    )


def test_each_page_has_an_icon_a_title_and_a_language(site):
    for page in site.pages:
        soup = site.soup(page)
        assert soup.select_one("link[rel~=icon][href]"), page
        assert soup.html["lang"] == "en", page
    titles = [site.soup(page).title.get_text() for page in site.pages]
    assert len(set(titles)) == len(titles)


def test_each_heading_has_an_anchor(site):
    for page in site.chapters:
        names = {tag["id"] for tag in site.soup(page).select("[id]")}
        expect_none(
            f"{page}: {heading.get_text()}"
            for heading in site.soup(page).select("article :is(h1, h2, h3, h4)")
            if not (link := heading.select_one("a.headerlink")) or link["href"][1:] not in names
        )


def test_the_launch_links_open_their_chapter(site):
    """A site that does not know its repository has no buttons."""
    for page in site.chapters:
        soup = site.soup(page)
        button = soup.select_one("a.btn-source-repository-button")
        repository = button["href"] if button and soup.select_one("div.cell") else ""
        launched = {
            host: [link["href"] for link in soup.select(f'a[href^="https://{host}/"]')]
            for host in ("mybinder.org/v2", "colab.research.google.com")
        }
        binder, colab = launched.values()
        chapter = page.removesuffix(".html")
        assert len(binder) == bool(repository), f"{page}: {binder}"
        assert len(colab) == ("github.com" in repository), f"{page}: {colab}"
        assert all(link.endswith(f"?urlpath=lab/tree/{chapter}.md") for link in binder), binder
        assert all(link.endswith(f"/notebooks/{chapter}.ipynb") for link in colab), colab
