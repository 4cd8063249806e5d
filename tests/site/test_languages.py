"""The Chinese edition: the same pages, cells, labels and questions, and no English but code and names."""

import json
import re
from collections.abc import Iterator
from posixpath import dirname, join, normpath
from urllib.parse import urlsplit

import nbformat
import pytest
from _ext.translation import HAN, without_comments
from bs4 import BeautifulSoup, NavigableString
from playwright.sync_api import expect
from translations import site as words_of_the_site
from visits import expect_none

# Where a reader meets code, formulas, what plots say, references, and what is marked as another language
FOREIGN = (
    "pre, code, script, style, svg, .katex, .cell_output, .sig, [lang=en], .citation, .launch, "
    "a[href*=bibliography], span:has(> a[href*=bibliography])"
)
SPOKEN = ("alt", "title", "aria-label", "placeholder")
CARD = ("og:title", "og:description", "og:site_name", "description")
WORD = re.compile(r"[A-Za-z]{3,}")
NAMES = {  # which Chinese leaves as they are
    *("PyTorch", "Python", "Linux", "torch", "torchvision", "numpy", "nbval", "JupyterHub"),
    *("Kubernetes", "Binder", "Fashion", "MNIST", "Otter", "Grader", "AdamW", "API"),
    *("logit", "softmax", "Softmax"),
}


def page_in(language: str, page: str) -> str:
    """The same page in Chinese, or in English."""
    return f"zh/{page}" if language == "zh" else page.removeprefix("zh/")


def test_each_page_exists_in_both_languages(site):
    english = {page for page in site.pages if page not in site.chinese}
    assert {page_in("en", page) for page in site.chinese} == english


def test_each_page_leads_to_itself_in_the_other_language(site):
    for page in site.pages:
        soup = site.soup(page)
        chinese = page in site.chinese
        other = page_in("en" if chinese else "zh", page)
        links = soup.select("a.language")
        assert links, page
        for link in links:
            path = urlsplit(link["href"]).path
            target = (
                path if path.startswith("/") else normpath(join(site.base + dirname(page), path))
            )
            assert site.served(target) == site.file(other), f"{page}: {link}"
            assert link["hreflang"] == link["lang"] == ("en" if chinese else "zh-CN")
            assert link.get_text() == ("English" if chinese else "中文")
        assert soup.html["lang"] == ("zh-CN" if chinese else "en"), page


def test_each_page_tells_search_engines_of_the_other(site):
    if not site.file("sitemap.xml"):
        pytest.skip("the site does not know its address: set GITHUB_REPOSITORY or SITE_URL")
    for page in site.pages:
        soup = site.soup(page)
        said = {
            link["hreflang"]: urlsplit(link["href"]).path
            for link in soup.select("link[rel=alternate][hreflang]")
        }
        english = page_in("en", page)
        assert said == {"en": site.base + english, "zh-CN": f"{site.base}zh/{english}"}, page


def test_links_within_a_language_stay_in_it(site):
    for page in site.chinese:
        links = site.soup(page).select("a[href]:not([hreflang], [download])")
        inside = [urlsplit(link["href"]) for link in links]
        paths = [part.path for part in inside if not part.netloc and part.path]
        expect_none(
            f"{page}: {path}"
            for path in paths
            if not normpath(join(site.base + dirname(page), path)).startswith(f"{site.base}zh")
        )


def labels(soup: BeautifulSoup) -> list[str]:
    """What links lead to: not the names that Sphinx makes of a heading's words."""
    named = [tag["id"] for tag in soup.select("article [id]")]
    return sorted(
        name for name in named if re.match(r"(sec|fig|ex|check|equation)-|d2l_helpers\.", name)
    )


def test_both_languages_have_the_same_labels_and_questions(site):
    for page in site.chapters:
        english, chinese = site.soup(page), site.soup(page_in("zh", page))
        assert labels(english) == labels(chinese), page
        for kind in (
            ".check",
            ".exercise",
            ".solution",
            "figure",
            "div.cell",
            "table",
            "[data-value]",
        ):
            both = [
                [tag.get("data-value") for tag in soup.select(kind)] for soup in (english, chinese)
            ]
            assert both[0] == both[1], f"{page}: {kind}"


def test_both_languages_have_the_same_notebooks(site):
    folder = site.folder / "notebooks"
    names = sorted(path.relative_to(folder) for path in folder.glob("book/**/*.ipynb"))
    assert names
    for name in names:
        english, chinese = (
            nbformat.read(folder / place / name, as_version=4) for place in ("", "zh")
        )
        kinds = [[cell.cell_type for cell in notebook.cells] for notebook in (english, chinese)]
        assert kinds[0] == kinds[1], name
        for one, other in zip(english.cells, chinese.cells, strict=True):
            if one.cell_type == "code":
                assert without_comments(one.source) == without_comments(other.source), name
                assert one.outputs == other.outputs, name
                assert one.metadata == other.metadata, name


def test_the_chapters_take_about_as_long(site):
    minutes = [
        [int(re.search(r"\d+", stop.get_text())[0]) for stop in site.soup(page).select(".minutes")]
        for page in ("book/index.html", "zh/book/index.html")
    ]
    assert len(minutes[0]) == len(minutes[1]) > 20
    for english, chinese in zip(*minutes, strict=True):
        assert abs(english - chinese) <= 0.25 * english + 2


def spoken(soup: BeautifulSoup) -> Iterator[str]:
    """What a page says to its reader, but for what is foreign to any language."""
    soup = BeautifulSoup(str(soup), "lxml")
    for tag in soup.select(FOREIGN):
        tag.replace_with("x")
    for tag in soup.find_all(True):
        if not tag.get("title", "").startswith("d2l_helpers."):
            yield from (tag[name] for name in SPOKEN if tag.get(name))
        if tag.name == "meta" and tag.get("property", tag.get("name")) in CARD:
            yield tag["content"]
        yield "".join(
            t for t in tag.find_all(string=True, recursive=False) if type(t) is NavigableString
        )


def english_in(soup: BeautifulSoup) -> list[str]:
    """What a page says without a Chinese character, although it has a word that is no name."""
    return [
        " ".join(text.split())
        for text in spoken(soup)
        if not re.search(f"[{HAN}]", text) and set(WORD.findall(text)) - NAMES
    ]


def test_a_chinese_page_speaks_chinese(site):
    """Also to who hears it, and where it is linked."""
    pages = [page for page in site.chinese if not re.search("_modules|bibliography", page)]
    expect_none(f"{page}: {text}" for page in pages for text in english_in(site.soup(page)))


@pytest.mark.parametrize(
    "html",
    [
        "<p>Left</p>",
        '<img alt="Left">',
        '<a title="Left">中</a>',
        '<meta name="description" content="Left">',
        "<p>中<b>Left</b></p>",
    ],
)
def test_english_that_is_left_is_noticed(html):
    assert english_in(BeautifulSoup(html, "lxml")) == ["Left"]
    assert english_in(BeautifulSoup(html.replace("Left", "左 PyTorch"), "lxml")) == []


def test_every_word_of_the_data_has_a_translation(site):
    """Those of figures with controls, which chapters' code brings."""
    known = {text for text, _ in words_of_the_site()}

    def texts(data) -> Iterator[str]:
        if isinstance(data, str):
            yield data
        elif isinstance(data, list):
            yield from (text for each in data for text in texts(each))
        elif isinstance(data, dict) and "bytes" not in data:
            yield from (t for name, each in data.items() if name != "kind" for t in texts(each))

    for path in (site.folder / "_static/explorers").glob("*.js"):
        data = json.loads(json.loads(re.search(r"\] = (.*);\n", path.read_text())[1]))
        assert set(texts(data)) <= known, path.name


@pytest.mark.parametrize(
    ("words", "page"),
    [
        ("梯度下降", "linear-regression/theory"),
        ("熵", "softmax-regression/information"),
        ("独热编码", "softmax-regression/theory"),
        ("学习率", "labs/learning-rates"),
        ("随机梯度下降", "reference/glossary"),
        ("过拟合", "linear-regression/weight-decay"),
        ("softmax", "softmax-regression/scratch"),
        ("WeightedRandomSampler", "linear-regression/data-loading"),
        ("squared_loss", "reference/helpers"),
        ("softmax回归", "softmax-regression/theory"),
    ],
)
def test_search_finds_chinese(tab, address, words, page):
    tab.goto(f"{address}zh/search.html?q={words}")
    expect(tab.locator(f"#search-results li a[href*='{page}']").first).to_be_visible()
    expect(tab.locator("#search-results h2")).to_have_text("搜索结果")


def test_search_finds_no_words_that_are_nowhere(tab, address):
    tab.goto(f"{address}zh/search.html?q=犇犇犇")
    expect(tab.locator("#search-results")).to_contain_text("没有找到匹配的页面")


def test_both_languages_share_what_has_been_answered(tab, address):
    tab.goto(f"{address}book/softmax-regression/theory.html")
    choice = tab.locator(".check .choice.right").first
    choice.locator("summary").click()
    expect(tab.locator(".check-mark").first).to_have_text("✓ answered")
    tab.goto(f"{address}zh/book/softmax-regression/theory.html")
    expect(tab.locator(".check-done .check-mark").first).to_have_text("✓ 已答对")
    tab.goto(f"{address}zh/book/index.html")
    expect(tab.locator(".progress-sum")).to_contain_text("题中的1题")
    expect(tab.locator(".button.first")).to_contain_text("继续：第")


def test_a_number_is_answered_in_chinese(tab, address):
    tab.goto(f"{address}zh/book/linear-regression/scratch.html")
    check = tab.locator(".check:has(form)").first
    right = check.locator(".check-answer li").first.get_attribute("data-value")
    for given, reply in (("?", "请填一个数"), ("-987", "不对。再试一次"), (right, "对。")):
        check.locator("input").fill(given)
        check.get_by_role("button", name="检查").click()
        expect(check.locator(".check-reply")).to_contain_text(reply)


def test_a_reader_keeps_the_place_in_another_language(tab, address):
    page = "book/linear-regression/theory.html"
    for label in ("fig-linear-theory-line", "sec-linear-theory-exercises"):
        tab.goto(f"{address}{page}#{label}")
        for there in (f"zh/{page}", page):
            tab.locator("a.language:visible").click()
            tab.wait_for_url(f"{address}{there}#{label}")
            expect(tab.locator(f"[id={label}]")).to_be_in_viewport()


def test_a_reader_keeps_the_search_in_another_language(tab, address):
    tab.goto(f"{address}search.html?q=softmax")
    tab.locator("a.language:visible").click()
    tab.wait_for_url(f"{address}zh/search.html?q=softmax")
    expect(tab.locator("ul.search li").first).to_be_visible()


def test_a_reader_keeps_the_term_of_the_glossary(tab, address):
    """In Chinese each has a second name, whose anchor no other language has."""
    page = "book/reference/glossary.html#term-gradient"
    tab.goto(f"{address}zh/{page}")
    tab.locator("a.language:visible").click()
    tab.wait_for_url(f"{address}{page}")


def test_an_address_with_a_sign_too_much_stops_nothing(tab, address):
    errors = []
    tab.on("pageerror", lambda error: errors.append(str(error)))
    tab.goto(f"{address}book/start/tensors.html#50%")
    tab.locator("a.language:visible").click()
    tab.wait_for_url(re.compile("/zh/book/start/tensors.html"))
    assert errors == []
