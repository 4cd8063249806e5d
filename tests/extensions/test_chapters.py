import json

import pytest
from _ext.chapters import addresses

GITHUB, BINDER = "https://github.com/teacher/course", "https://mybinder.org/v2"
COLAB = "https://colab.research.google.com/github/teacher/course/blob/notebooks"
LAB = "notebooks?urlpath=lab/tree/part/a.ipynb"
AT_GITHUB = {"Binder": f"{BINDER}/gh/teacher/course/{LAB}", "Colab": f"{COLAB}/part/a.ipynb"}
ELSEWHERE = {"Binder": f"{BINDER}/git/https%3A%2F%2Fgit.example.org%2Fa%2Fb/{LAB}"}
EXERCISES = "".join(
    f"````{{exercise}} A task\n:label: ex:{kind}\n:class: {kind}\n\nDo {100 * 'not '}count.\n````\n\n"
    for kind in ("write", "number", "prove")
)
PAGES = {
    "index": "# Course\n\n```{start} part/a part/b\n```",
    "part/a": (
        "# First $x$\n\n```{chapter}\n:question: Why?\n:road: main\n\nYou need **it**.\n```\n\n"
        + 345 * "word " + "and $two + formulas$ $x$.\n\n"
        + "```{code-cell}\n:tags: [hidden]\n\n1\n```\n\n"
        + 4 * "```{code-cell}\n1\n```\n\n"
        + f"## Exercises\n\n{EXERCISES}"
    ),
    "part/b": "# Second\n\n```{chapter}\n:road: side\n```",
    "part/c": "# Third",
    "part/d": "# Fourth\n\n```{chapter}\n:question: And then?\n:road: laboratory\n```",
}  # fmt: skip
TOC = """\
root: index
subtrees:
  - {caption: Part, numbered: true, entries: [{file: part/b}, {file: part/a}, {file: part/d}]}
  - {caption: Other, entries: [{file: part/c}]}
"""
TEMPLATE = """\
{% extends "!page.html" %}{% block extrahead %}
<meta name="parts" content='{{ course_parts|tojson }}'>{% endblock %}
"""


def test_the_sidebar_follows_the_table_of_contents(build, tmp_path):
    extensions = ["sphinx_external_toc", "elements", "chapters"]
    pages = {"index": "# Course", "part/c": "# Third", "part/d": "# Fourth"}
    for entries in ("[{file: part/c}]", "[{file: part/c}, {file: part/d}]"):
        toc = f"root: index\nsubtrees:\n  - {{caption: Part, entries: {entries}}}\n"
        files = {"_toc.yml": toc, "_templates/page.html": TEMPLATE}
        site = build(pages, *extensions, files=files, at=tmp_path, templates_path=["_templates"])
        (part,) = json.loads(site.whole("part/c").find("meta", {"name": "parts"})["content"])
        assert len(part[1]) == entries.count("file")


def test_the_sidebar_follows_a_title(build, tmp_path):
    toc = "root: index\nsubtrees: [{caption: Part, entries: [{file: part/c}, {file: part/d}]}]\n"
    files = {"_toc.yml": toc, "_templates/page.html": TEMPLATE}
    for title in ("Fourth", "Last"):
        site = build(
            {"index": "# Course", "part/c": "# Third", "part/d": f"# {title}"},
            "sphinx_external_toc", "elements", "chapters",
            files=files, at=tmp_path, templates_path=["_templates"],
        )  # fmt: skip
        meta = site.whole("part/c").find("meta", {"name": "parts"})["content"]
        assert [page["title"] for page in json.loads(meta)[0][1]] == ["Third", title]


@pytest.mark.parametrize(
    ("repository", "expected"),
    [(GITHUB, AT_GITHUB), ("https://git.example.org/a/b", ELSEWHERE), ("", {})],
)
def test_where_a_chapter_opens(repository, expected):
    assert addresses(repository, "part/a") == expected


@pytest.fixture(scope="module", params=["teacher/course", ""])
def site(build, request):
    return AT_GITHUB if request.param else {}, build(
        PAGES, "sphinx_external_toc", "elements", "configuration", "exercises", "chapters",
        files={"_toc.yml": TOC, "_templates/page.html": TEMPLATE}, templates_path=["_templates"],
        env={"GITHUB_REPOSITORY": request.param},
    )  # fmt: skip


def test_a_strip_says_what_a_chapter_takes_and_where_it_runs(site):
    away, site = site
    minutes, needs, run = site["part/a"].select(".strip > p")
    expected = "Main road: 4 minutes to read and run, then exercises: 2 of five minutes, 1 long."
    assert minutes.get_text() == expected  # 345 + 5 words, two formulas, four cells
    assert needs.strong.get_text() == "it"
    assert "launch" in run["class"]
    assert run.get_text() == f"Run it: {' · '.join([*away, 'Download'])}"
    addresses = [link["href"] for link in run.select("a")]
    assert addresses == [*away.values(), "../notebooks/part/a.ipynb"]
    assert [link["href"] for link in run.select("[download]")] == addresses[-1:]
    assert site.app.env.metadata["part/a"]["og:description"] == "Why?"
    (line,) = site["part/d"].select(".strip > p:not(.launch)")
    assert line.get_text() == "Laboratory: 0 minutes to read and run."


def test_a_chapter_without_question_is_an_error(site):
    assert "part/b.md:3: ERROR: chapter: no question\n" in site[1].warnings
    assert site[1].warnings.count("ERROR") == 1


def test_two_buttons_lead_from_the_first_page(site):
    page = site[1]["index"]
    buttons = page.select("a.button")
    assert [link["href"] for link in buttons] == ["part/a.html", "part/b.html"]
    assert ["first" in link["class"] for link in buttons] == [True, False]


def test_each_sidebar_is_given_the_parts_and_their_pages(site):
    parts = json.loads(site[1].whole("part/c").select_one("[name=parts]")["content"])
    found = [(part, [(page["name"], page["title"]) for page in pages]) for part, pages in parts]
    assert found == [
        ("Part", [("part/b", "1. Second"), ("part/a", "2. First x"), ("part/d", "3. Fourth")]),
        ("Other", [("part/c", "Third")]),
    ]
