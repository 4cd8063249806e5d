"""Assignments: Otter gives what the book does all points, a starter none, and says why."""

import inspect
from pathlib import Path

import assignments
import hidden
import nbformat
import pytest
import yaml
from _ext.translation import without_comments
from exercises import exercises
from otter.api import grade_submission

BOOK = assignments.notebooks("en")
CHAPTERS = sorted(
    path.relative_to(BOOK).with_suffix("")
    for path in BOOK.rglob("*.ipynb")
    if exercises(nbformat.read(path, as_version=4).cells)
)
EACH = pytest.mark.parametrize("chapter", CHAPTERS, ids=str)

SUBMISSIONS = yaml.safe_load((Path(__file__).parent / "wrong.yaml").read_text())


def read(chapter, who):
    """The notebook of an assignment. An exercise's cells are an answer, then a check with its name."""
    folder = assignments.ASSIGNMENTS / chapter
    assert folder.exists(), "run `make assignments`"
    (path,) = folder.glob(f"{who}/*.ipynb")
    notebook = nbformat.read(path, as_version=4)
    named = [(i, cell.metadata.get("otter")) for i, cell in enumerate(notebook.cells)]
    return notebook, {otter.tests[0]: i - 1 for i, otter in named if otter}, path.name


def mark(notebook, chapter, path):
    """What Otter says of a notebook that is handed in."""
    nbformat.write(notebook, path)
    return grade_submission(
        str(path), str(assignments.ASSIGNMENTS / chapter / "autograder.zip"), quiet=True
    )


@EACH
def test_untouched_starters_run_and_get_no_point(chapter, tmp_path):
    notebook, places, name = read(chapter, "student")
    results = mark(notebook, chapter, tmp_path / name)
    assert (results.total, results.possible) == (0, len(places))
    errors = [o for c in results.notebook.cells for o in c.get("outputs", []) if "ename" in o]
    assert not errors


@pytest.mark.parametrize(
    ("chapter", "answers"),
    [s.values() for s in SUBMISSIONS],
    ids=[s["chapter"] for s in SUBMISSIONS],
)
def test_wrong_answers_lose_their_points_and_are_told_why(chapter, answers, tmp_path):
    notebook, places, name = read(chapter, "student")
    teacher, where, _ = read(chapter, "teacher")
    for exercise, place in places.items():
        right = teacher.cells[where[exercise]].source
        wrong = answers.get(exercise)
        notebook.cells[place].source = wrong["code"] if wrong else right
    results = mark(notebook, chapter, tmp_path / name)
    points = {exercise: results.get_score(exercise) for exercise in places}
    assert points == {exercise: exercise not in answers for exercise in places}
    for exercise, wrong in answers.items():
        said = [case.message for case in results.get_result(exercise).test_case_results]
        assert wrong["why"] in "\n".join(said), exercise


def test_checks_that_have_been_deleted_decide_all_the_same(tmp_path):
    notebook, _, name = read("start/first-model", "student")
    teacher, where, _ = read("start/first-model", "teacher")
    answers = [teacher.cells[place] for place in where.values()]
    notebook.cells[3:] = answers[1:]  # the first exercise is not answered
    results = mark(notebook, "start/first-model", tmp_path / name)
    assert (results.total, results.possible) == (3, 4)


@EACH
def test_students_get_the_texts_and_no_solution(chapter):
    notebook, _, name = read(chapter, "student")
    book = nbformat.read(BOOK / f"{chapter}.ipynb", as_version=4)
    source = "\n".join(cell.source for cell in notebook.cells)
    for exercise in exercises(book.cells):
        assert {exercise.text.source, exercise.starter.source} <= {c.source for c in notebook.cells}
        assert exercise.solved not in source
    assert not any(cell.get("outputs") for cell in notebook.cells)
    assert "hidden_" not in nbformat.writes(notebook)
    assert name in source, "the notebook says under which name it is handed in"


def test_each_hidden_test_belongs_to_an_exercise_and_no_two_checks_have_one_name():
    books = [nbformat.read(BOOK / f"{c}.ipynb", as_version=4) for c in CHAPTERS]
    names = [exercise.name for book in books for exercise in exercises(book.cells)]
    given = {name for name, _ in inspect.getmembers(hidden, inspect.isfunction)}
    assert given <= {f"hidden_{name}" for name in names}
    assert len(set(names)) == len(names)


def test_an_assignment_in_chinese_asks_the_same(tmp_path, monkeypatch):
    """And Otter gives its solutions all points, or it were not written."""
    english, _, name = read("start/first-model", "student")
    monkeypatch.setattr(assignments, "ASSIGNMENTS", tmp_path)
    source = assignments.notebooks("zh_CN") / "start/first-model.ipynb"
    assignments.write(source, "zh_CN")
    (path,) = tmp_path.glob("zh/start/first-model/student/*.ipynb")
    notebook = nbformat.read(path, as_version=4)
    assert path.name == name
    code = [without_comments(c.source) for c in notebook.cells if c.cell_type == "code"]
    assert [c for c in code if "find_spec" not in c and "@title" not in c] == [
        c
        for cell in english.cells
        if cell.cell_type == "code" and "find_spec" not in (c := without_comments(cell.source))
        if "@title" not in c
    ]
    first = next(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    assert first.startswith("# 练习：十行会学习的代码\n")
    assert f"`{name}`" in first


@pytest.fixture
def book(tmp_path, monkeypatch):
    """A chapter's notebook, to be broken; the assignment would be written beside it."""
    path = tmp_path / "start/first-model.ipynb"
    path.parent.mkdir()
    path.write_text((BOOK / "start/first-model.ipynb").read_text())
    monkeypatch.setattr(assignments, "notebooks", lambda language: tmp_path)
    monkeypatch.setattr(assignments, "ASSIGNMENTS", tmp_path)
    return path


def test_a_solution_that_fails_is_not_written(book):
    right = "per_hour * 2 + at_start"
    assert right in book.read_text()
    book.write_text(book.read_text().replace(right, "per_hour * 3 + at_start"))
    with pytest.raises(RuntimeError, match=r"Not yet: 13.5 is too small"):
        assignments.write(book)
    assert list(book.parent.parent.iterdir()) == [book.parent]


def test_a_function_without_other_data_is_refused(book, monkeypatch):
    monkeypatch.delattr(hidden, "hidden_loss")
    with pytest.raises(LookupError, match=r"loss_of needs a hidden_loss in classroom/hidden.py"):
        assignments.write(book)


def test_without_the_site_it_says_what_to_do(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(assignments, "notebooks", lambda language: tmp_path)
    assert assignments.main() == 1
    assert "run `make site`" in capsys.readouterr().err
