"""Assignments: Otter gives what the book does all points, a starter none, and says why."""

import inspect

import assignments
import hidden
import nbformat
import pytest
from exercises import exercises
from otter.api import grade_submission

CHAPTERS = sorted(
    path.relative_to(assignments.NOTEBOOKS).with_suffix("")
    for path in assignments.NOTEBOOKS.rglob("*.ipynb")
    if exercises(nbformat.read(path, as_version=4).cells)
)
EACH = pytest.mark.parametrize("chapter", CHAPTERS, ids=str)

# What people answer: for each submission, its chapter, and of some exercises an answer and why it
# gives no point. The other exercises are answered as in the book.
WRONG = {
    "theory: no root, transposed, sum": (
        "linear-regression/theory",
        {
            "rmse": (
                "def rmse(y_hat, y):\n    return ((y_hat - y) ** 2).mean()",
                "4.5 is too large. Square, take the mean, then the root.",
            ),
            "three_features": (
                "shape_of_X, shape_of_w, shape_of_y_hat = (3, 5), (3, 1), (5, 1)",
                "it is not (3, 5). A row for each house, a column for each feature.",
            ),
            "mean": (
                "error = X @ torch.tensor([[3.0], [-1.0]]) + 20 - y\ngradient = X.T @ error",
                "The gradient of the mean is asked for.",
            ),
        },
    ),
    "theory: only what the check asks, a number for a shape, uphill": (
        "linear-regression/theory",
        {
            "rmse": (
                "def rmse(y_hat, y):\n    return 4.5**0.5 if y_hat[0] == 3 else 2.0",
                "Here it gets other data than in the check of the page.",
            ),
            "three_features": (
                "shape_of_X, shape_of_w, shape_of_y_hat = (5, 3), 3, (5, 1)",
                "the result is of the type int; 2 numbers in brackets were asked for",
            ),
            "uphill": (
                "v = torch.zeros(2, 1)\nfor step in range(20):\n"
                "    v += 0.1 * Z.T @ (Z @ v + y.mean() - y) / 5",
                "is too large. Which way does the gradient point?",
            ),
        },
    ),
    "theory: off by a half": (
        "linear-regression/theory",
        {
            "rmse": (
                "def rmse(y_hat, y):\n    return ((y_hat - y) ** 2 / 2).mean().sqrt()",
                "1.5 is too small. Square, take the mean, then the root. There is no ½ in it.",
            ),
        },
    ),
    "softmax: no exp, no minus, precision, wrong axis": (
        "softmax-regression/theory",
        {
            "softmax_row": (
                "def softmax_of_row(o):\n    return o / o.sum()",
                "Take exp of each logit, then divide by the sum of these.",
            ),
            "by_hand": (
                "loss_of_second, loss_of_thousand = -math.log(0.5), math.log(1 / 1000)",
                "-6.908 is too small. What probability does each class have? And mind the minus.",
            ),
            "recall": (
                "says_oak, is_oak = O.argmax(1) == 2, y == 2\n"
                "recall_of_oak = (says_oak & is_oak).sum() / says_oak.sum()",
                "1 is too large. Of which leaves is the recall a fraction?",
            ),
            "axis": (
                "exps_of_all = O.exp()\nshares = exps_of_all / exps_of_all.sum(0)",
                "Along which axis are the classes of one leaf?",
            ),
        },
    ),
    "scratch: all rows, a count, no return": (
        "softmax-regression/scratch",
        {
            "one_hot": (
                "def one_hot(y, q):\n    Y = torch.zeros(len(y), q)\n    Y[:, y] = 1\n    return Y",
                "the entry [0, 0], 1, is too large. Each row has a single one.",
            ),
            "table": (
                "pear_recall, pear_precision, fruit_accuracy = 0.6, 0.75, 23",
                "23 is too large. All that is right, divided by all.",
            ),
            "hundred": (
                "first_loss, logits_shape, grad_shape = 4.605, (64, 100), (100, 1024)",
                "it is not (100, 1024). A gradient has the shape of its parameter.",
            ),
        },
    ),
    "tensors: wrong axis, no comma, wrong sign, no code, old gradients": (
        "start/tensors",
        {
            "shares": (
                "def row_shares(table):\n    return table / table.sum(0)",
                "Is each row divided by its own sum?",
            ),
            "shapes": (
                "product, mean, difference = (6, 2), (4), (6, 4)",
                "a shape with one number has a comma in it, such as (2,).",
            ),
            "slope": (
                "def slope(f, x, h=1e-4):\n    return (f(x) - f(x + h)) / h",
                "-6 is too small. Divide the change of f by h.",
            ),
            "differences": ("mean_square = ((y_hat - y) ** 2.mean()", "NameError"),
            "descend": (
                "def descend(f, p, lr, num_steps):\n    p = p.clone().requires_grad_()\n"
                "    for _ in range(num_steps):\n        f(p).backward()\n"
                "        with torch.no_grad():\n            p -= lr * p.grad\n    return p.detach()",
                "Is grad set back before each step?",
            ),
        },
    ),
    "first model: printed": (
        "start/first-model",
        {
            "loss": (
                "def loss_of(w, b):\n    print(((w * hours + b - length) ** 2).mean())",
                "there is no result. Does your function `return` one?",
            ),
        },
    ),
}


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


@pytest.mark.parametrize(("chapter", "answers"), WRONG.values(), ids=WRONG)
def test_wrong_answers_lose_their_points_and_are_told_why(chapter, answers, tmp_path):
    notebook, places, name = read(chapter, "student")
    teacher, where, _ = read(chapter, "teacher")
    for exercise, place in places.items():
        right = teacher.cells[where[exercise]].source
        notebook.cells[place].source = answers.get(exercise, [right])[0]
    results = mark(notebook, chapter, tmp_path / name)
    points = {exercise: results.get_score(exercise) for exercise in places}
    assert points == {exercise: exercise not in answers for exercise in places}
    for exercise, (_, why) in answers.items():
        said = [case.message for case in results.get_result(exercise).test_case_results]
        assert why in "\n".join(said), exercise


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
    book = nbformat.read(assignments.NOTEBOOKS / f"{chapter}.ipynb", as_version=4)
    source = "\n".join(cell.source for cell in notebook.cells)
    for exercise in exercises(book.cells):
        assert {exercise.text.source, exercise.starter.source} <= {c.source for c in notebook.cells}
        assert exercise.solved not in source
    assert not any(cell.get("outputs") for cell in notebook.cells)
    assert "hidden_" not in nbformat.writes(notebook)
    assert name in source, "the notebook says under which name it is handed in"


def test_each_hidden_test_belongs_to_an_exercise():
    books = [nbformat.read(assignments.NOTEBOOKS / f"{c}.ipynb", as_version=4) for c in CHAPTERS]
    names = [exercise.name for book in books for exercise in exercises(book.cells)]
    given = [name for name, _ in inspect.getmembers(hidden, inspect.isfunction)]
    assert [f"hidden_{name}" for name in names if f"hidden_{name}" in given].sort() == given.sort()
    assert len(set(names)) == len(names), "two checks have one name"


@pytest.fixture
def book(tmp_path, monkeypatch):
    """A chapter's notebook, to be broken; the assignment would be written beside it."""
    path = tmp_path / "start/first-model.ipynb"
    path.parent.mkdir()
    path.write_text((assignments.NOTEBOOKS / "start/first-model.ipynb").read_text())
    monkeypatch.setattr(assignments, "NOTEBOOKS", tmp_path)
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
    monkeypatch.setattr(assignments, "NOTEBOOKS", tmp_path)
    assert assignments.main() == 1
    assert "run `make site`" in capsys.readouterr().err
