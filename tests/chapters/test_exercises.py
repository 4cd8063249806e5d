"""Every exercise has a level and a folded solution, and every solution a cell that can fail."""

import re

import pytest
from references import BOOK, chapters

EXERCISE = re.compile(
    r"""(?msx) ^````\{exercise\}\ \S[^\n]*\n
    :label:\ ex:(\S+)\n
    :class:\ (?:predict|modify|prove|build)\n\n .+? ^````$"""
)
SOLUTION = re.compile(
    r"""(?msx) ^````\{solution-start\}\ ex:(\S+)\n
    :label:\ sol:(\S+)\n
    :class:\ dropdown\n````\n (.+?)
    ^```\{solution-end\}\n```$"""
)
PROOF = re.compile(r"(?m)^ *(assert |torch\.testing\.assert_)")


@pytest.mark.parametrize("chapter", chapters(), ids=lambda path: str(path.relative_to(BOOK)))
def test_exercises_have_solutions_that_assert(chapter):
    text = chapter.read_text()
    exercises = EXERCISE.findall(text)
    solutions = SOLUTION.findall(text)
    assert len(exercises) == text.count("{exercise}"), "an exercise is not in the usual form"
    assert [name for name, _, _ in solutions] == exercises
    assert [label for _, label, _ in solutions] == exercises
    without_proof = [name for name, _, body in solutions if not PROOF.search(body)]
    assert without_proof == []


def test_there_are_exercises():
    assert sum(len(EXERCISE.findall(chapter.read_text())) for chapter in chapters()) >= 39
