"""Every exercise has a folded solution: a long one asserts, a short one passes its own check."""

import re

import pytest
from references import BOOK, chapters, code_only, known, reference_path

FIVE_MINUTES, LONG = "write|fix|number|find", "predict|modify|prove|build"
EXERCISE = re.compile(
    rf"""(?msx) ^````\{{exercise\}}\ \S[^\n]*\n
    :label:\ ex:(\S+)\n
    :class:\ ({FIVE_MINUTES}|{LONG})\n\n .+? ^````\n (.*?)
    ^````\{{solution-start\}}\ ex:(\S+)\n
    :label:\ sol:(\S+)\n
    :class:\ dropdown\n````\n (.+?)
    ^```\{{solution-end\}}\n```$"""
)
CELL = re.compile(r"(?ms)^```\{code-cell\}\n(?::tags: \[(.+?)\]\n\n)?(.*?)\n```$")
PROOF = re.compile(r"(?m)^ *(assert |torch\.testing\.assert_)")
CHAPTERS = pytest.mark.parametrize(
    "chapter", chapters(), ids=lambda path: str(path.relative_to(BOOK))
)


def exercises(chapter):
    """Of each exercise: its name and kind, what stands before its solution, and the solution."""
    text = chapter.read_text()
    found = EXERCISE.findall(text)
    assert len(found) == text.count("{exercise}"), "an exercise is not in the usual form"
    assert all(name == of == label for name, _, _, of, label, _ in found)
    return [(name, kind, between, solution) for name, kind, between, _, _, solution in found]


@CHAPTERS
def test_long_exercises_have_solutions_that_assert(chapter):
    for name, kind, between, solution in exercises(chapter):
        if kind in LONG.split("|"):
            assert not between.strip(), name
            assert PROOF.search(solution), name


def printed(chapter):
    """What each cell prints, by its code, as the chapter's reference has it."""
    records = known(reference_path(chapter).read_text())[1]
    outputs = [
        "".join(output.get("stdout", "") for output in record.get("outputs", []))
        for record in records
    ]
    return dict(zip((cell.source for cell in code_only(chapter).cells), outputs, strict=True))


@CHAPTERS
def test_short_exercises_reject_their_starter_and_accept_their_solution(chapter):
    outputs = printed(chapter)
    for name, kind, between, solution in exercises(chapter):
        if kind in FIVE_MINUTES.split("|"):
            (_, starter), (tags, check) = CELL.findall(between)
            call = check.splitlines()[-1]
            answer = CELL.findall(solution)[-1][1]
            assert "..." in starter or kind in ("fix", "find"), name
            assert tags == "check, hide-input", name
            assert re.match(rf"def {re.escape(call[:-2])}\(\):\n", check), name
            assert answer.splitlines()[-1] == call, f"{name}: the solution is not checked"
            assert "Not yet: " in outputs[check], f"{name}: the untouched starter passes"
            assert set(outputs[answer].splitlines()) == {"Right."}, f"{name}: no solution"


def test_there_are_exercises_of_both_kinds():
    kinds = [kind for chapter in chapters() for _, kind, _, _ in exercises(chapter)]
    assert sum(kind in LONG.split("|") for kind in kinds) >= 35
    assert sum(kind in FIVE_MINUTES.split("|") for kind in kinds) >= 1
