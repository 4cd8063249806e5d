"""Assignments: the short exercises of each chapter, for Otter-Grader; `make assignments`.

Each notebook that `make site` has written and that has short exercises gets a folder of its name in
_build/assignments. `student` holds the notebook to work on, `teacher` the same with solutions, and
autograder.zip is what Otter marks with. An exercise gives one point. It is tested by the check of
the page and, if it asks for a function, on other data too: those of hidden.py.
An assignment is written only if Otter gives the book's solutions all points.
"""

import inspect
import os
import re
import shutil
import sys
import tempfile
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from textwrap import indent

import hidden
import nbformat
import yaml
from _ext import kernels
from _ext.languages import folder, words
from _ext.translation import translated
from excerpt import excerpt
from exercises import Exercise, code, exercises, functions
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output, new_raw_cell
from otter.api import grade_submission
from otter.assign import main as otter_assign
from tqdm import tqdm

ROOT = Path(__file__).resolve().parents[1]
ASSIGNMENTS = ROOT / "_build/assignments"
HOW_TO = "classroom/how-to"
HIDDEN = """# HIDDEN
import torch
{given}
def of_the_book():
{solution}
    return {function}
def result(function):
    torch.manual_seed(0)
    return hidden_{name}(function)
expected = result(of_the_book())
d2l.check(result({function}), expected, "Here it gets other data than in the check of the page.")"""


def notebooks(language: str) -> Path:
    """The notebooks of the chapters in a language."""
    return ROOT / "_build/html/notebooks" / folder(language) / "book"


def how_to(language: str) -> str:
    """What is said before the exercises, in a language."""
    return translated((ROOT / f"{HOW_TO}.md").read_text(), words(ROOT, language, HOW_TO).get)


def tests(exercise: Exercise) -> list[NotebookNode]:
    """The test that everybody may see; and, for a function, a hidden one with other data."""
    cells = [new_code_cell(exercise.check.source, outputs=exercise.right)]
    for function in functions(exercise.starter.source):
        given = getattr(hidden, f"hidden_{exercise.name}", None)
        if not given:
            raise LookupError(f"{function} needs a hidden_{exercise.name} in classroom/hidden.py")
        source = HIDDEN.format(
            given="\n".join(functions(inspect.getsource(given)).values()),
            solution=indent(functions(exercise.solved)[function], "    "),
            function=function,
            name=exercise.name,
        )
        cells.append(new_code_cell(source, outputs=[new_output("stream", text="Right.\n")]))
    return cells


def block(kind: str, cells: list[NotebookNode], **options: object) -> list[NotebookNode]:
    """The cells, between two that tell Otter what they are."""
    begin = f"# BEGIN {kind}\n{yaml.safe_dump(options) if options else ''}"
    return [new_raw_cell(begin), *cells, new_raw_cell(f"# END {kind}")]


def question(exercise: Exercise) -> list[NotebookNode]:
    """An exercise as Otter wants it. The student's cell ends where the solution begins."""
    words = [cell for cell in exercise.solution if cell.cell_type == "markdown"]
    answer = (
        f"{exercise.starter.source}\n# BEGIN SOLUTION NO PROMPT\n{exercise.solved}\n# END SOLUTION"
    )
    solution = block("SOLUTION", [*words, new_code_cell(answer)])
    cells = [exercise.text, *solution, exercise.check, *block("TESTS", tests(exercise))]
    return block("QUESTION", cells, name=exercise.name, check_cell=False, all_or_nothing=True)


def requirements(install: NotebookNode) -> list[str]:
    """What a container needs beside Otter: the chapters' torch, and the helpers of this repository."""
    torch = re.findall(r"(?m)^torch(?:vision)?==[\w.]+", (ROOT / "requirements.txt").read_text())
    helpers = re.findall(r'"(d2l_helpers @ [^"]+)"', install.source)
    return [*torch, *helpers]


def master(chapter: NotebookNode, name: str, language: str = "en") -> NotebookNode:
    """The notebook of which Otter makes the student's, the teacher's and the tests."""
    install, title, *cells = chapter.cells
    short = exercises(cells)
    before = code(cells[: cells.index(short[0].text)])
    after = [f"{each.starter.source}\n{each.check.source}\n{each.solved}" for each in short]
    config = {
        "name": name,  # Otter refuses the notebook of another assignment
        "init_cell": False,  # without cells of Otter's, the notebook runs where Otter is not
        "export_cell": False,
        "requirements": requirements(install),
    }
    heading = title.source.splitlines()[0].removeprefix("# ")
    start = [
        new_raw_cell(f"# ASSIGNMENT CONFIG\n{yaml.safe_dump(config)}"),
        new_markdown_cell(how_to(language).format(title=heading, name=name)),
        install,
        new_code_cell(excerpt(before, after)),
    ]
    cells = start + [cell for exercise in short for cell in question(exercise)]
    return new_notebook(cells=cells, metadata=chapter.metadata)


def write(path: Path, language: str = "en") -> None:
    """Write the assignment of a chapter's notebook. Raises RuntimeError if its solutions fail."""
    chapter = path.relative_to(notebooks(language)).with_suffix("")
    target = ASSIGNMENTS / folder(language) / chapter
    name = "-".join(chapter.parts)  # linear-regression-theory: there are several theories
    notebook = nbformat.read(path, as_version=4)
    possible = len(exercises(notebook.cells))
    with tempfile.TemporaryDirectory(dir=ASSIGNMENTS) as place:
        source, made, new = (Path(place, each) for each in (f"{name}.ipynb", "made", "new"))
        nbformat.write(master(notebook, name, language), source)
        otter_assign(str(source), str(made), no_pdfs=True, no_run_tests=True)
        for part, who in (("student", "student"), ("autograder", "teacher")):
            (new / who).mkdir(parents=True)
            (made / part / source.name).rename(new / who / source.name)
        marks = next(made.glob("autograder/*.zip")).rename(new / "autograder.zip")
        results = grade_submission(str(new / "teacher" / source.name), str(marks), quiet=True)
        if results.total != possible:
            raise RuntimeError(f"the solutions fail:\n{results.summary()}")
        shutil.rmtree(target, ignore_errors=True)
        target.parent.mkdir(parents=True, exist_ok=True)
        new.rename(target)


def main(language: str = "en") -> int:
    """Write all assignments; 1 if one could not be written."""
    kernels.settle()
    there = notebooks(language)
    found = {path: nbformat.read(path, as_version=4).cells for path in there.rglob("*.ipynb")}
    paths = sorted(path for path, cells in found.items() if exercises(cells))
    if not paths:
        print("assignments: there are no notebooks yet: run `make site`", file=sys.stderr)
        return 1
    ASSIGNMENTS.mkdir(parents=True, exist_ok=True)
    failed = 0
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        jobs = [(path, pool.submit(write, path, language)) for path in paths]
        for path, job in tqdm(jobs, unit="chapter", desc="assignments"):
            if error := job.exception():
                failed += 1
                print(f"\n{path.relative_to(there)}: {error}", file=sys.stderr)
    print(f"{len(paths) - failed} assignments in {ASSIGNMENTS.relative_to(ROOT)}, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
