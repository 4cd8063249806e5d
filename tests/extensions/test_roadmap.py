import pytest
from _ext.roadmap import places


def chapter(title, road, text="You need it."):
    label = title.lower()
    head = f"({label})=\n# {title} $x$\n\n"
    return f"{head}```{{chapter}}\n:question: Why {title}?\n:road: {road}\n\n{text}\n```"


PAGES = {
    "index": "# Course\n\n```{roadmap}\n```",
    "a": chapter("One", "main"),
    "b": chapter("Two", "main", "You need {ref}`one <one>`."),
    "c": chapter("Side", "side", "You need {ref}`two <two>` and {ref}`one <one>`."),
    "d": chapter(
        "Lab", "laboratory", "You need {ref}`one <one>`, {ref}`side <side>` and {term}`x`."
    ),
    "e": "# No chapter",
}
TOC = """\
root: index
subtrees:
  - {caption: First, numbered: true, entries: [{file: a}]}
  - {caption: Second, numbered: true, entries: [{file: b}, {file: c}]}
  - {caption: Labs, numbered: true, entries: [{file: d}, {file: e}]}
"""


@pytest.fixture(scope="module")
def roadmap(build):
    site = build(
        PAGES, "sphinx_external_toc", "elements", "configuration", "exercises", "chapters", "roadmap",
        files={"_toc.yml": TOC},
    )  # fmt: skip
    return site["index"].select_one(".roadmap")


def test_the_main_road_is_a_list_for_each_part_that_it_leads_through(roadmap):
    assert [title.get_text() for title in roadmap.select(".rubric")] == ["First", "Second"]
    stops = [
        [li.a["href"] for li in part.find_all("li", recursive=False)] for part in roadmap("ol")
    ]
    assert stops == [["a.html"], ["b.html"]]


def test_a_stop_says_what_a_chapter_is_and_takes(roadmap):
    stop = roadmap.select_one(".stop")
    assert [p.get_text() for p in stop("p")] == [r"1 One \(x\) 0 min", "Why One?"]
    assert stop["class"] == ["stop", "on-main"]


def test_what_leaves_the_road_stands_beside_the_last_chapter_that_it_needs(roadmap):
    away = roadmap.select("ol > li > ul > li")
    assert [li.find_parent("li").a["href"] for li in away] == ["b.html", "b.html"]
    assert [li.div["class"][1] for li in away] == ["on-side", "on-laboratory"]
    assert [li.a["href"] for li in away] == ["c.html", "d.html"]


def test_what_needs_a_side_road_says_so(roadmap):
    questions = [p.get_text() for p in roadmap.select("ul p:last-child")]
    assert questions == ["Why Side?", "Why Lab? (After 3)"]


def test_a_side_road_to_which_nothing_leads_is_an_error():
    with pytest.raises(ValueError, match="nothing before c leads to it"):
        places({"a": [], "c": ["d"], "d": ["a"]}, ["a"])
