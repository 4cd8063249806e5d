"""What the site holds beside its text: a page for what is missing, a map, cards, launch links."""

import re
from io import BytesIO
from posixpath import dirname, join, normpath
from urllib.parse import urljoin, urlsplit

import pytest
from PIL import Image
from playwright.sync_api import expect
from visits import DRAWN, expect_none, new_tab


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
    inside = [
        link for link in links if link.startswith(address) and "#furo-main-content" not in link
    ]
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
    expect_none(page for page, words in said.items() if not words or words.startswith("Run this"))
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
        assert soup.html["lang"] == ("zh-CN" if page in site.chinese else "en"), page
    titles = [site.soup(page).title.get_text() for page in site.read]
    assert len(set(titles)) == len(titles)


def test_each_heading_has_an_anchor(site):
    for page in site.chapters:
        names = {tag["id"] for tag in site.soup(page).select("[id]")}
        expect_none(
            f"{page}: {heading.get_text()}"
            for heading in site.soup(page).select("article :is(h1, h2, h3, h4)")
            if not (link := heading.select_one("a.headerlink")) or link["href"][1:] not in names
        )


def test_the_links_of_a_chapter_lead_to_itself(site):
    """To its source, and to its notebook; a site that knows no repository has the download only."""
    chinese = [page for page in site.chinese if page.startswith("zh/book/")]
    for page in site.chapters + chinese:
        soup, chapter = site.soup(page), page.removesuffix(".html")
        edit, launch = soup.select_one(".edit-this-page a"), soup.select(".launch a")
        source = f"po/zh_CN/{chapter[3:]}.po" if page in chinese else f"{chapter}.md"
        assert bool(launch) == bool(soup.select("div.cell")), page
        assert not edit or re.search(rf"/edit/[^/]+/{source}$", edit["href"]), page
        ends = {"下载" if page in chinese else "Download": f"notebooks/{chapter}.ipynb"}
        if edit:
            ends["Binder"] = f"/notebooks?urlpath=lab/tree/{chapter}.ipynb"
        if edit and "github.com" in edit["href"]:
            ends["Colab"] = f"/blob/notebooks/{chapter}.ipynb"
        links = {link.get_text(): link["href"] for link in launch}
        assert not launch or set(links) == set(ends), page
        assert all(link.endswith(ends[name]) for name, link in links.items()), links


def test_the_table_of_executions_names_titles(site):
    page = "book/reference/execution.html"
    links = site.soup(page).select("article table a")
    assert len(links) == sum(
        bool(site.soup(chapter).select(".launch")) for chapter in site.chapters
    )
    for link in links:
        title = site.soup(normpath(join(dirname(page), link["href"]))).h1.get_text()
        assert link.get_text() == re.sub(r"^[\d.]+ |#$", "", title)


def test_the_main_road_takes_a_few_hours(site):
    minutes = [
        int(stop.select_one(".minutes").get_text().removesuffix(" min"))
        for stop in site.soup("book/index.html").select(".roadmap .on-main")
    ]
    assert len(minutes) >= 9
    assert min(minutes) > 0
    assert sum(minutes) <= 5 * 60


def test_chinese_says_that_it_is_chinese(site):
    words = [
        (page, text)
        for page in site.chapters
        for text in site.soup(page).body(string=re.compile(r"[\u4e00-\u9fff]"))
    ]
    expect_none(
        f"{page}: {text}" for page, text in words if text.find_parent(lang=True)["lang"] != "zh-CN"
    )
    assert words


@pytest.mark.parametrize("system", ["light", "dark"])
def test_a_reader_may_choose_the_other_scheme(browser, address, system):
    """It stays when the page comes again, and figures follow."""
    with new_tab(browser, color_scheme=system) as tab:
        found = []
        for act in (None, tab.locator(".theme-toggle:visible").click, tab.reload):
            act() if act else tab.goto(f"{address}book/labs/learning-rates.html")
            figure = tab.locator("article .cell_output img:not(.explorer)").first
            figure.scroll_into_view_if_needed()
            expect(figure).to_have_js_property("complete", True)
            tab.evaluate(DRAWN)
            shot = Image.open(BytesIO(figure.screenshot())).convert("L")
            page = tab.evaluate("getComputedStyle(document.body).backgroundColor")
            values = shot.getpixel((2, 2)), int(re.search(r"\d+", page)[0])
            found.append(["dark" if value < 128 else "light" for value in values])
        other = "dark" if system == "light" else "light"
        assert found == [[system] * 2, [other] * 2, [other] * 2]
