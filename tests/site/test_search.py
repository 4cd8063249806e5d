"""The site's own search, which asks no other host."""

import re

import pytest
from playwright.sync_api import expect

FOUND = "#search-results li a[href*='{}']"


@pytest.mark.parametrize(
    ("words", "page"),
    [
        ("surprisal", "softmax-regression/information"),  # prose
        ("WeightedRandomSampler", "linear-regression/data-loading"),  # code
        ("normal equations", "linear-regression/least-squares"),  # the name of a formula
        ("Laboratory", "labs/ohms-law"),  # a title
    ],
)
def test_search_finds(tab, address, words, page):
    tab.goto(f"{address}search.html?q={words}")
    expect(tab.locator(FOUND.format(page)).first).to_be_visible()


@pytest.mark.parametrize("words", ["logits", "gradient", "variance", "likelihood"])
def test_what_search_shows_of_a_page_is_no_source(tab, address, words):
    """Formulas have been typeset; their TeX is nothing to read."""
    tab.goto(f"{address}search.html?q={words}")
    expect(tab.locator("#search-results li .context").nth(3)).to_be_visible()
    found = tab.locator("#search-results").inner_text()
    assert not re.findall(r"\\[A-Za-z]+|\$[^$]+\$", found)


def test_search_says_that_it_finds_nothing(tab, address):
    tab.goto(f"{address}search.html?q=zyzzyva")
    expect(tab.locator("#search-results")).to_contain_text("did not match any documents")


def test_a_result_leads_to_its_page_with_the_words_marked(tab, address):
    tab.goto(f"{address}search.html?q=surprisal")
    tab.locator(FOUND.format("softmax-regression/information")).first.click()
    expect(tab.locator("article .highlighted").first).to_have_text("surprisal")


def test_the_keyboard_opens_the_search_of_a_chapter(tab, address):
    tab.goto(f"{address}book/softmax-regression/theory.html")
    tab.keyboard.press("/")
    tab.keyboard.type("surprisal")
    tab.keyboard.press("Enter")
    expect(tab.locator(FOUND.format("softmax-regression/information")).first).to_be_visible()


@pytest.mark.parametrize("words", ["constructor", "__proto__", "constructors tensor"])
def test_search_ends_for_words_that_every_object_knows(tab, address, words):
    tab.goto(f"{address}search.html?q={words}")
    expect(tab.locator("#search-results h2")).to_have_text("Search Results")
    expect(tab.locator("#search-results")).not_to_contain_text("undefined")
