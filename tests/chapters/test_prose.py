"""What a chapter's text must say of what it shows, where its links lead, and what stands behind it."""

import re

import jupytext
import pytest
from prose import (
    CODE,
    MATH,
    REF,
    comes_from,
    digests,
    leads_there,
    numbers_of_code,
    numbers_of_text,
    pages,
    prose,
    unread,
)
from references import BOOK, chapters

PAGES = sorted(BOOK.rglob("*.md"))
PATH = re.compile(r"\S*[/\\]\S*|\S+\.(svg|png|jpe?g)")
PICTURE = re.compile(r"(?m)^ *```\{(?:figure|image)\}.*\n((?: *:.*\n)*)|!\[([^\]]*)\]\(")
TERM = re.compile(r"\{term\}`([^`<]+?)(?:\s+<([^>]+)>)?`")


def without_words(text: str) -> list[str]:
    """The pictures of a page that have no alternative text, or a path for one."""
    cells = jupytext.reads(text, fmt="md:myst").cells
    shown = [cell for cell in cells if "figure" in cell.metadata.get("mystnb", {})]
    alts = {cell.source: (cell.metadata["mystnb"].get("image") or {}).get("alt") for cell in shown}
    for found in PICTURE.finditer(text):
        options = re.search(r"(?m)^ *:alt: (.*)$", found[1] or "")
        alts[found[0]] = options[1] if options else found[2]
    return [
        picture
        for picture, alt in alts.items()
        if not alt or len(alt.split()) < 3 or PATH.fullmatch(alt)
    ]


def wrong_terms(text: str) -> list[str]:
    """The links to the glossary whose text is no form of the term that they lead to."""
    return [
        link[0]
        for link in TERM.finditer(text)
        if link[2]
        and not link[1].lower().startswith(link[2].lower())
        and not link[2].lower().startswith(link[1].lower())
    ]


@pytest.mark.parametrize("page", PAGES, ids=lambda path: str(path.relative_to(BOOK)))
def test_every_picture_is_put_into_words(page):
    assert without_words(page.read_text()) == []


@pytest.mark.parametrize("page", PAGES, ids=lambda path: str(path.relative_to(BOOK)))
def test_a_link_to_a_term_names_it(page):
    assert wrong_terms(page.read_text()) == []


# What no cell can compute: a year, what an open task is given
GIVEN = {"1805", "0.9"}


@pytest.mark.parametrize("chapter", chapters(), ids=lambda path: str(path.relative_to(BOOK)))
def test_a_number_in_the_text_comes_from_the_code(chapter):
    known = numbers_of_code(chapter)
    numbers = numbers_of_text(prose(chapter))
    assert [
        number + unit
        for number, unit in numbers
        if number not in GIVEN and not comes_from(number, unit, known)
    ] == []


@pytest.mark.parametrize("page", pages())
def test_a_number_breaks_nowhere(page):
    text = re.sub(r"`[^`]*`", "", MATH.sub("", CODE.sub("", pages()[page])))
    assert re.findall(r"\d \d{3}(?!\d)", text) == []


@pytest.mark.parametrize(
    ("text", "known", "comes"),
    [
        ("60 000 pictures", 60_000, True),
        ("60 000 pictures", 6_000, False),
        ("60\u00a0000 pictures", 60_000, True),
        ("a loss of 580.", 580.0, True),
        ("a loss of 580.", 58.0, False),
        ("about 0.83 of them", 0.8314, True),
        ("about 0.83 of them", 0.8361, False),
        ("about 0.83 of them", 0.8, False),
        ("83 % of them", 0.83, True),
        ("18 % larger", 1.18, True),
        ("83 % of them", 0.38, False),
        ("5771 K", 5.771, True),
        ("5771 K", 5.717, False),
        (r"$3.4 \cdot 10^{38}$", 3.4e38, True),
        (r"$3.4 \cdot 10^{38}$", 3.4e37, False),
    ],
)
def test_where_a_number_comes_from(text, known, comes):
    ((number, unit),) = numbers_of_text(text)
    assert comes_from(number, unit, {known}) == comes


def test_what_is_no_number_of_the_text_is_left_out():
    assert numbers_of_text("12 of them, `0.5`, sec:a-100, see\n:label: x-1.5\n") == []


@pytest.mark.parametrize("page", pages())
def test_a_link_says_where_it_leads(page):
    text = pages()[page]
    assert [
        link[0]
        for link in REF.finditer(text)
        if not leads_there(page, link.start(), " ".join(link[1].split()), link[2])
    ] == []


@pytest.mark.parametrize(
    ("text", "label", "leads"),
    [
        ("the loss", "sec:linear-theory-loss", True),
        ("the loss", "sec:modules-modes", False),
        ("the next chapter", "sec:linear-scratch", True),
        ("the next chapter", "sec:linear-concise", False),
        ("a later exercise", "ex:least-squares-laplace", True),
        ("a later exercise", "sec:linear-theory-loss", False),
        ("the figure", "sec:linear-theory-loss", False),
        ("the loss", "sec:nowhere", False),
    ],
)
def test_where_a_link_leads(text, label, leads):
    assert leads_there("linear-regression/theory", 0, text, label) == leads


def test_every_page_has_been_proofread():
    assert unread()[0] == [], "read these again, then run `make proofread`"


PAGE = """# A

Of 12 houses, $a - b$ and {ref}`the loss <sec:a>`.

```{check} a
Which?

- [x] This.

  Because.
- [ ] That.

  But no.
```
"""


@pytest.mark.parametrize(
    ("old", "new", "kinds"),
    [
        ("Because", "But", {"answers"}),
        ("[x] This", "[x] Which", {"answers"}),
        ("- b", "+ b", {"formulas"}),
        ("sec:a", "sec:b", {"links"}),
        ("12", "21", {"numbers"}),
        ("houses", "homes", set()),
    ],
)
def test_what_has_to_be_read_again(tmp_path, old, new, kinds):
    path = tmp_path / "a.md"
    path.write_text(PAGE)
    before = digests(path)
    path.write_text(PAGE.replace(old, new))
    assert {kind for kind, digest in digests(path).items() if digest != before[kind]} == kinds


CELL = """---
jupytext: {{text_representation: {{extension: .md, format_name: myst}}}}
kernelspec: {{name: python3, display_name: Python 3}}
---
```{{code-cell}}
---
mystnb:
  figure: {{caption: A line.}}
{}---
plot()
```
"""
UNSAID = {
    "cell": CELL.format(""),
    "cell's image": CELL.format("  image: {classes: wide}\n"),
    "cell's nothing": CELL.format("  image:\n"),
    "cell's path": CELL.format("  image: {alt: _images/a.svg}\n"),
    "cell's word": CELL.format("  image: {alt: Figure}\n"),
    "directive": "```{figure} a.svg\n:name: fig:a\n\nA line.\n```\n",
    "directive's path": "```{figure} a.svg\n:alt: ../a.svg\n\nA line.\n```\n",
    "image": "![](a.svg)",
}


@pytest.mark.parametrize("page", UNSAID.values(), ids=UNSAID)
def test_a_picture_without_words_is_found(page):
    assert len(without_words(page)) == 1


def test_a_picture_with_words_is_not():
    assert without_words(CELL.format("  image: {alt: A line that rises}\n")) == []
    assert without_words("```{figure} a.svg\n:alt: A line that rises\n\nA line.\n```\n") == []


def test_a_wrong_term_is_found():
    right = "{term}`epochs <epoch>`, {term}`epoch`, {term}`One-hot <one-hot encoding>`, "
    assert wrong_terms(right + "{term}`epochs <logit>`") == ["{term}`epochs <logit>`"]
