import json
import re

import pytest
from _ext.questions import ANSWER, confirm, number, split, tolerance
from references import BOOK, chapters, known, reference_path

GOOD = "What?\n\n- [ ] One.\n\n  Too few.\n- [x] Two,\n  or more.\n\n  Just so.\n\n  Really.\n"


def test_a_question_is_split():
    question, choices = split(GOOD)
    assert question == "What?"
    assert choices == [(False, "One.", "Too few."), (True, "Two,\nor more.", "Just so.\n\nReally.")]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("What?", ""), "no question"),
        (("[ ] One", "[x] One"), "one of them is right"),
        (("[x]", "[ ]"), "one of them is right"),
        (("  Too few.", ""), "not explained: One."),
        (("- [ ] One.\n\n  Too few.\n", ""), "two or more choices"),
    ],
)
def test_what_is_no_question_is_refused(change, words):
    with pytest.raises(ValueError, match=words):
        split(GOOD.replace(*change))


@pytest.mark.parametrize("printed", [{}, {"y": "1"}, {"x": "nan"}, {"x": "inf"}, {"x": "many"}])
def test_what_is_not_computed_is_no_answer(printed):
    with pytest.raises(ValueError, match=r"no number|could not convert"):
        number("x", printed)


def test_tolerance():
    assert [tolerance(text) for text in ("0.5", "1 %", "2%")] == ["0.5", "1%", "2%"]
    for text in ("", "0", "-1", "nan", "much"):
        with pytest.raises(ValueError, match=r"above 0|float|argument"):
            tolerance(text)


def check(name: str, body: str = GOOD, within: str = "") -> str:
    return f"```{{check}} {name}\n{within}\n{body}\n```\n\n"


def numeric(name: str, *values: str) -> str:
    choices = (f"- [{' x'[i == 1]}] `{value}`\n\n  So.\n" for i, value in enumerate(values))
    return check(name, f"How many?\n\n{''.join(choices)}", ":within: 1 %\n")


def cell(*lines: str) -> str:
    code = "\n".join(f"print({line!r})" for line in lines)
    return f"```{{code-cell}}\n:tags: [answers]\nnone = 1\n{code}\n```\n\n"


TWO = cell("right = Two, or")
NUMBERS = cell("all = -4", "half = 2.5", "right = all")
PAGES = {
    "index": "# One\n\n```{progress}\nHow far?\n```\n\n```{toctree}\na/b\nc\n```",
    "a/b": f"# Two\n\n{check('any')}{TWO}{numeric('sum', 'half', 'all')}{NUMBERS}"
    + f"{numeric('gone', 'none', 'all')}{NUMBERS}{numeric('moved', 'all', 'half')}{NUMBERS}"
    + f"{check('silent')}{cell('Two')}{numeric('late', 'half', 'all')}{check('any')}{TWO}"
    + check("bad", GOOD.replace("[x]", "[ ]")) + check("far", within=":within: 0\n"),
    "c": "# Three\n\n{ref}`What? <check:sum>`",
}  # fmt: skip


@pytest.fixture(scope="module")
def site(build):
    return build(PAGES, "questions")


def test_a_choice_opens_to_its_verdict(site):
    asked = site["a/b"].find(id="check-any")
    assert (asked["role"], asked["data-name"]) == ("group", "any")
    title = asked.find(id=asked["aria-labelledby"])
    assert title.get_text() == "Check yourself"
    wrong, right = asked.select("details")
    assert (wrong["class"], right["class"]) == (["choice", "wrong"], ["choice", "right"])
    assert wrong.get_text(" ", strip=True) == "One. No. Too few."
    assert right.summary.get_text() == "Two,\nor more."
    assert [p.get_text() for p in right.select("p")] == ["Right. Just so.", "Really."]


def test_a_number_comes_from_the_next_cell_of_answers(site):
    asked = site["a/b"].find(id="check-sum")
    assert asked["data-within"] == "1%"
    fold = asked.details
    assert fold.summary.get_text() == "Answer"
    found = [(li["class"], li["data-value"], li.get_text(strip=True)) for li in fold.select("li")]
    assert found == [
        (["right"], "-4", "−4:Right.So."),
        (["wrong"], "2.5", "2.5:No.So."),
    ]


def test_a_link_leads_to_a_question(site):
    link = site["c"].find("a", string="What?")
    assert link["href"] == "a/b.html#check-sum"
    assert site["a/b"].find(id="check-sum")


@pytest.mark.parametrize(
    "words",
    [
        "check moved: the cell tagged `answers` says `right = all`",
        "check silent: the cell tagged `answers` says `right = `",
        "check gone: no number `none = …` in the next cell tagged `answers`",
        "check late: no cell tagged `answers` follows",
        "checks of the same name in a/b: any",
        "check bad: a check has two or more choices, and one of them is right",
        "must be above 0",
    ],
)
def test_what_is_wrong_with_a_question_is_a_warning(site, words):
    assert site.warnings.count(words) == 1


def test_the_index_knows_all_questions_of_each_page(site):
    place = site["index"].select_one(".course-progress")
    assert place.p.get_text() == "How far?"
    names = ["any", "sum", "gone", "moved", "silent", "late", "any", "far"]
    assert json.loads(place["data-pages"]) == {"a/b.html": names}


def test_the_count_follows_a_page_that_changes(build, tmp_path):
    pages = {"index": "# One\n\n```{toctree}\na/b\nc\n```", "c": "# Three\n\n```{progress}\n```"}
    for name in ("one", "two"):
        site = build(pages | {"a/b": f"# Two\n\n{check(name)}{TWO}"}, "questions", at=tmp_path)
        place = site["c"].select_one(".course-progress")
        assert json.loads(place["data-pages"]) == {"a/b.html": [name]}


def test_pages_that_ask_or_count_load_the_script(site):
    assert [bool(site.whole(page).select("script[src*='questions.js']")) for page in PAGES] == [
        True, True, False,
    ]  # fmt: skip


# The questions of the book

CHECK = re.compile(r"(?ms)^(`{3,})\{check\} (\S+)\n(?::within: (\S[^\n]*)\n)?\n?(.+?)^\1$")
LABEL = re.compile(r"(?m)^\(sec:([\w-]+)\)=$")
END = re.compile(r"(?m)^## (Exercises|On your own|To remember)$")
TEXTS = {path: path.read_text() for path in chapters()}
ASKED = {path: [found[1:] for found in CHECK.findall(text)] for path, text in TEXTS.items()}
each_chapter = pytest.mark.parametrize("path", TEXTS, ids=lambda path: str(path.relative_to(BOOK)))


@each_chapter
def test_a_chapter_asks_two_to_four_questions_and_explains_each_choice_in_its_own_words(path):
    text, names = TEXTS[path], [name for name, _, _ in ASKED[path]]
    assert 2 <= len(names) == text.count("{check}") <= 4
    assert [name for name in names if not name.startswith(f"{LABEL.search(text)[1]}-")] == []
    assert text.rindex("{check}") < END.search(text).start(), "a check stands behind the text"
    for name, _, body in ASKED[path]:
        _, choices = split(body)
        assert len({choice for _, choice, _ in choices}) == len(choices), name
        assert len({why for _, _, why in choices}) == len(choices), name


@each_chapter
def test_each_question_has_a_cell_that_names_the_right_choice_and_numbers_apart(path):
    _, cells = known(reference_path(path).read_text())
    cells = [cell for cell in cells if "answers" in cell.get("tags", "").split()]
    for (name, within, body), cell in zip(ASKED[path], cells, strict=True):
        printed = "".join(output.get("stdout", "") for output in cell["outputs"])
        values = dict(ANSWER.findall(printed))
        choices = split(body)[1]
        confirm([(right, choice) for right, choice, _ in choices], values["right"])
        if within:
            ordered = sorted(choices, reverse=True)  # the right one first
            right, *others = (number(choice.strip("`"), values) for _, choice, _ in ordered)
            limit = float(within.removesuffix("%")) * (abs(right) / 100 if "%" in within else 1)
            assert min(abs(right - other) for other in others) > limit > 0, name
            assert len({right, *others}) == len(ordered), name


def test_names_are_unique_and_a_third_of_the_answers_are_numbers():
    asked = [question for questions in ASKED.values() for question in questions]
    assert len({name for name, _, _ in asked}) == len(asked)
    assert 3 * sum(bool(within) for _, within, _ in asked) >= len(asked)
