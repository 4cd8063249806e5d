import pytest


def fence(kind, name, options, text):
    return f"````{{{kind}}} {name}\n{options}\n\n{text}\n````\n\n"


PAGE = (
    "# Page\n\n"
    + fence("exercise", "Start at $0$", ":label: ex:a\n:class: predict", "What then?")
    + fence("exercise", "", ":label: ex:b", "And now?")
    + fence("exercise", "A sum", ":label: ex:c\n:class: write", "Write it.")
    + fence("solution-start", "ex:a", ":label: sol:a\n:class: dropdown", "")
    + "It fails.\n\n```{solution-end}\n```\n\n"
    + fence("solution", "ex:b", ":label: sol:b", "It ends.")
    + fence("admonition", "A hint", ":class: tip dropdown\n:name: hint", "Look.")
    + fence("admonition", "No fold", ":name: box", "Stay.")
)


@pytest.fixture(scope="module")
def page(build):
    site = build(PAGE, "elements", "exercises", numfig=True)
    assert site.warnings == ""
    return site["index"]


@pytest.mark.parametrize(
    ("anchor", "title", "level"),
    [
        ("ex:a", "Exercise 1 Start at \\(0\\)long · predict", ["long · predict"]),
        ("ex:b", "Exercise 2 ", []),
        ("ex:c", "Exercise 3 A sumfive minutes · write", ["five minutes · write"]),
    ],
)
def test_an_exercise_has_number_name_length_and_kind(page, anchor, title, level):
    head = page.find(id=anchor).select_one(".admonition-title")
    assert head.get_text() == title
    assert [span.get_text() for span in head.select(".level")] == level


@pytest.mark.parametrize(
    ("anchor", "kind", "summary", "text"),
    [
        ("sol:a", "solution", "Solution to Exercise 1", "It fails."),
        ("sol:b", "solution", "Solution to Exercise 2", "It ends."),
        ("hint", "hint", "A hint", "Look."),
    ],
)
def test_solutions_and_hints_are_folds(page, anchor, kind, summary, text):
    fold = page.find(id=anchor)
    assert (fold.name, kind in fold["class"], fold.has_attr("open")) == ("details", True, False)
    assert (fold.summary.get_text(), fold.p.get_text()) == (summary, text)


def test_other_boxes_stay_and_no_anchor_is_there_twice(page):
    assert page.find(id="box").name == "div"
    anchors = [node["id"] for node in page.select("[id]")]
    assert sorted(set(anchors)) == sorted(anchors)
