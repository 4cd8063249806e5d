"""A language is one folder: a site in one that exists nowhere, and what it shows where that folder has nothing."""

from dataclasses import dataclass
from pathlib import Path

import pytest
from _ext.translation import without_comments
from bs4 import BeautifulSoup
from nbformat import NotebookNode
from sphinx.errors import ExtensionError

EXTENSIONS = [
    *("sphinx_external_toc", "configuration", "languages", "elements", "execution", "exercises"),
    *("questions", "chapters", "roadmap", "figures", "api", "notebooks"),
]
INDEX = """\
# Course

```{start} a a
```

Stale text. Missing text.

New text.

```{roadmap}
```

```{eval-rst}
.. autofunction:: d2l_helpers.accuracy
```
"""
CHAPTER = """\
(sec:softmax-scratch)=
# Chapter

```{chapter}
:question: Why?
:road: main
```

```{code-cell}
with open("RUNS", "a") as file:  # counts
    file.write("once ")
print(6 * 7)
```

```{check} one
What?

- [x] This.

  So.
- [ ] That.

  Not so.
```

```{code-cell}
:tags: [answers]
print("right = This")
```

```{figure} drawn.svg
:alt: A word

A drawing.
```
"""
TOC = "root: index\nsubtrees:\n  - {caption: Part, numbered: true, entries: [{file: a}]}\n"
SITE = {"Check yourself": "Sin demandu", "Right.": "Jes.", "Course": "Kurso", "word": "vorto"}
PAGES = {
    "index": {
        "Course": "Kurso",
        "New text.": "Nova teksto.",
        "The *number* of right predictions; `sec:softmax-scratch` builds it.": "Nombro.",
    },
    "a": {
        "Chapter": "Ĉapitro",
        "Why?": "Kial?",
        "counts": "nombras",
        "What?": "Kio?",
        "This.": "Ĉi tio.",
        "So.": "Tiel.",
        "A word": "Unu vorto",
    },
}
TEMPLATE = """\
{% extends "!page.html" %}{% block extrahead %}<meta name="editions" content="
{%- for one in editions %}{{ one.tag }} {{ one.href }} {{ one.url }} {{ one.current }};{% endfor %}">{% endblock %}
"""
SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><text x="1">word</text></svg>'


@dataclass
class Pages:
    """What was built in one language."""

    whole: dict[str, BeautifulSoup]
    notebook: NotebookNode
    warnings: str
    root: Path


def catalogue(messages: dict[str, str]) -> str:
    """A catalogue, with a message that is stale."""
    entries = "".join(f'msgid "{text}"\nmsgstr "{new}"\n\n' for text, new in messages.items())
    stale = '#, fuzzy\nmsgid "Stale text. Missing text."\nmsgstr "Malnova teksto."\n'
    return f'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8"\n\n{entries}{stale}'


@pytest.fixture(scope="module")
def sites(build, tmp_path_factory):
    """The site in English and then, from the same folder, in Esperanto; the parsed pages of each."""
    root = tmp_path_factory.mktemp("languages")
    pages = {"index": INDEX, "a": CHAPTER.replace("RUNS", str(root / "runs"))}
    files = {
        "_toc.yml": TOC,
        "_templates/page.html": TEMPLATE,
        "drawn.svg": SVG,
        "requirements.lock": "",
        "requirements.txt": "",
        "d2l_helpers/a.py": "",
        "po/eo/LC_MESSAGES/sphinx.po": catalogue(SITE),
        **{f"po/eo/{page}.po": catalogue(messages) for page, messages in PAGES.items()},
    }
    found = {}
    for language in ("en", "eo"):
        site = build(
            pages, *EXTENSIONS, at=root, files=files, nb_execution_mode="cache", language=language,
            locale_dirs=["po"], html_title="Course", templates_path=["_templates"], numfig=True,
            env={"GITHUB_REPOSITORY": "teacher/course"},
        )  # fmt: skip
        whole = {page: site.whole(page) for page in pages}
        found[language] = Pages(
            whole, site.notebook("a" if language == "en" else "eo/a"), site.warnings, root
        )
        assert (root / "runs").read_text() == "once "
    return found


def test_nothing_is_warned_of(sites):
    assert [site.warnings for site in sites.values()] == ["", ""]


def test_a_page_says_what_its_catalogue_says(sites):
    page = sites["eo"].whole["a"]
    assert page.h1.get_text().startswith("1. Ĉapitro")
    assert page.select_one(".strip") is not None
    assert page.select_one(".choice.right summary").get_text() == "Ĉi tio."
    assert page.select_one(".choice.right p").get_text() == "Jes. Tiel."
    assert "# nombras" in page.select_one("div.cell").get_text()
    assert page.select_one(".cell_output").get_text().strip() == "42"
    assert sites["eo"].whole["index"].dd.p.get_text() == "Nombro."


def test_what_is_missing_or_stale_stays_english(sites):
    text = sites["eo"].whole["index"].select_one("article").get_text()
    assert "Stale text. Missing text." in text
    assert "Malnova" not in text
    assert "Nova teksto." in text
    assert "Kial?" in text  # the roadmap's question, from the other page
    assert "Not so." in sites["eo"].whole["a"].get_text()


def test_drawings_speak(sites):
    image = sites["eo"].whole["a"].select_one("figure img")
    assert image["alt"] == "Unu vorto"
    assert ">vorto<" in (sites["eo"].root / "_build/html" / image["src"]).read_text()


def test_both_have_the_same_cells_labels_and_questions(sites):
    def facts(site) -> list:
        page, cells = site.whole["a"], site.notebook.cells
        return [
            [tag["id"] for tag in page.select(".check, figure")],
            [check["data-name"] for check in page.select(".check")],
            [cell.cell_type for cell in cells],
            [without_comments(cell.source) for cell in cells if cell.cell_type == "code"],
            [cell.outputs for cell in cells if cell.cell_type == "code"],
        ]

    assert facts(sites["en"])[2:] == facts(sites["eo"])[2:]
    assert facts(sites["en"])[:2] == facts(sites["eo"])[:2]
    text = "".join(cell.source for cell in sites["eo"].notebook.cells)
    assert "# Ĉapitro" in text
    assert "**Sin demandu**" in text


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", [("en", "a.html", "a.html", "True"), ("eo", "eo/a.html", "eo/a.html", "False")]),
        (
            "eo",
            [("en", "../a.html", "a.html", "False"), ("eo", "../eo/a.html", "eo/a.html", "True")],
        ),
    ],
)
def test_a_page_leads_to_itself_in_each_language(sites, language, expected):
    said = sites[language].whole["a"].find("meta", {"name": "editions"})["content"]
    base = "https://teacher.github.io/course/"
    assert [tuple(one.split()) for one in said.split(";")[:-1]] == [
        (tag, href, base + url, current) for tag, href, url, current in expected
    ]
    address = base + ("" if language == "en" else "eo/")
    assert sites[language].whole["a"].find("link", rel="canonical")["href"] == f"{address}a.html"


def test_a_translation_may_not_change_code(build):
    page = "# A\n\n```{code-cell}\nx = 1  # one\n```\n"
    files = {
        "po/eo/index.po": catalogue({"one": "unu\\nx = 2"}),
        "requirements.lock": "",
        "d2l_helpers/a.py": "",
    }
    with pytest.raises(ExtensionError, match="a translation has changed code"):
        build(
            page, "configuration", "languages", "execution", files=files, language="eo",
            nb_execution_mode="cache",
        )  # fmt: skip


def test_a_page_notices_its_first_catalogue(build, tmp_path):
    pages = {"index": "# Course"}
    for files, title in (
        ({}, "Course"),
        ({"po/eo/index.po": catalogue({"Course": "Kurso"})}, "Kurso"),
    ):
        site = build(pages, "configuration", "languages", at=tmp_path, files=files, language="eo")
        assert site["index"].h1.get_text() == f"{title}#"
