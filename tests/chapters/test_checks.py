"""Each chapter asks two to four questions, and its code computes the answers that are numbers."""

import re

import pytest
import yaml
from checks import ANSWER, number, split
from references import BOOK, chapters, reference_path

CHECK = re.compile(r"(?ms)^(`{3,})\{check\} (\S+)\n(:within: (\S[^\n]*)\n)?\n?(.+?)^\1$")
LABEL = re.compile(r"(?m)^\(sec:([\w-]+)\)=$")
END = re.compile(r"(?m)^## (Exercises|On your own|To remember)$")
each_chapter = pytest.mark.parametrize(
    "chapter", chapters(), ids=lambda path: str(path.relative_to(BOOK))
)


def checks(text: str) -> list[tuple[str, str, str]]:
    """Name, tolerance and body of each check in a chapter."""
    return [(name, within, body) for _, name, _, within, body in CHECK.findall(text)]


@each_chapter
def test_a_chapter_has_two_to_four_checks_of_its_own(chapter):
    text = chapter.read_text()
    found = checks(text)
    assert 2 <= len(found) <= 4
    assert len(found) == text.count("{check}"), "a check is not in the usual form"
    names = [name for name, _, _ in found]
    assert len(set(names)) == len(names)
    assert [n for n in names if not n.startswith(f"{LABEL.search(text)[1]}-")] == []
    assert text.rindex("{check}") < END.search(text).start(), "a check stands behind the text"


@each_chapter
def test_every_choice_is_explained_in_its_own_words(chapter):
    for name, _, body in checks(chapter.read_text()):
        _, choices = split(body)
        why = [explanation for _, _, explanation in choices]
        assert len(set(why)) == len(why), name
        assert len({text for _, text, _ in choices}) == len(choices), name


def printed(chapter) -> list[dict[str, str]]:
    """What each cell tagged `answers` prints in the chapter's reference."""
    return [
        dict(ANSWER.findall("".join(output.get("stdout", "") for output in cell["outputs"])))
        for cell in yaml.safe_load(reference_path(chapter).read_text())
        if "answers" in cell.get("tags", "").split()
    ]


@each_chapter
def test_numbers_are_computed_and_can_be_told_apart(chapter):
    numeric = [
        (name, within, split(body)[1])
        for name, within, body in checks(chapter.read_text())
        if within
    ]
    answers = {name: value for cell in printed(chapter) for name, value in cell.items()}
    for name, within, choices in numeric:
        for _, value, _ in choices:
            assert re.fullmatch(r"`[\w ]+`", value), f"{name}: {value} is not the name of a number"
        values = [float(answers[value.strip("`")]) for _, value, _ in choices]
        assert len(set(values)) == len(values), f"{name}: the same number twice"
        right = next(value for value, (good, _, _) in zip(values, choices, strict=True) if good)
        size = float(within.removesuffix("%"))
        limit = abs(right) * size / 100 if "%" in within else size
        others = [value for value in values if value != right]
        assert min(abs(right - value) for value in others) > limit > 0, name


def test_a_third_of_the_checks_ask_for_a_number():
    found = [within for chapter in chapters() for _, within, _ in checks(chapter.read_text())]
    assert 3 * sum(map(bool, found)) >= len(found)


def test_names_are_unique():
    names = [name for chapter in chapters() for name, _, _ in checks(chapter.read_text())]
    assert len(set(names)) == len(names)


GOOD = "What?\n\n- [ ] One.\n\n  Too few.\n- [x] Two,\n  or more.\n\n  Just so.\n\n  Really.\n"


def test_a_check_is_split():
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
def test_what_is_no_check_is_refused(change, words):
    with pytest.raises(ValueError, match=words):
        split(GOOD.replace(*change))


@pytest.mark.parametrize("printed", [{}, {"y": "1"}, {"x": "nan"}, {"x": "inf"}, {"x": "many"}])
def test_what_is_not_computed_is_no_answer(printed):
    with pytest.raises(ValueError, match=r"no number|could not convert"):
        number("x", printed)
