"""What a chapter's text must say of what it shows, and where its links may lead."""

import re

import jupytext
import pytest
from references import BOOK

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
