"""The gate must fail when it should: a small course of one chapter, and what can go wrong in it."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

CHAPTER = """\
---
jupytext:
  text_representation:
    extension: .md
    format_name: myst
kernelspec:
  name: python3
  display_name: Python 3
---

# A small chapter

```{code-cell}
import torch
import d2l_helpers as d2l
```

```{code-cell}
print(d2l.squared_loss(torch.tensor([3.0]), torch.tensor([1.0])).item())
```

```{code-cell}
_ = d2l.plot([1, 2, 3])
```
"""


def run(course: Path, *command: str) -> subprocess.CompletedProcess:
    environment = os.environ | {"PYTHONPATH": str(course)}  # the course's own helpers
    for name in [name for name in environment if name.startswith("PYTEST_")]:
        del environment[name]
    command = [sys.executable, *command]
    return subprocess.run(
        command, check=False, cwd=course, env=environment, capture_output=True, text=True
    )


def gate(course: Path) -> tuple[int, str]:
    """Run the gate of a course; give the number of failures, and what it printed."""
    result = run(course, "-m", "pytest", "tests/chapters")
    failures = re.search(r"(\d+) failed", result.stdout)
    assert (result.returncode == 1) == bool(failures), result.stdout + result.stderr
    return int(failures[1]) if failures else 0, result.stdout


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert text.count(old) == 1, f"{old!r} is not in {path} once"
    path.write_text(text.replace(old, new))


@pytest.fixture(scope="module")
def sound_course(tmp_path_factory):
    course = tmp_path_factory.mktemp("course")
    (course / "tests/chapters").mkdir(parents=True)
    for name in ("pyproject.toml", "tests/chapters/references.py", "tests/chapters/sanitize.cfg"):
        shutil.copy(ROOT / name, course / name)
    shutil.copy(ROOT / "tests/chapters/test_references.py", course / "tests/chapters")
    shutil.copytree(ROOT / "d2l_helpers", course / "d2l_helpers")
    (course / "book").mkdir()
    (course / "book/small.md").write_text(CHAPTER)
    (course / "_toc.yml").write_text("format: jb-book\nroot: book/small\n")
    result = run(course, "tests/chapters/references.py")
    assert result.returncode == 0, result.stderr
    return course


@pytest.fixture
def course(sound_course, tmp_path):
    return shutil.copytree(sound_course, tmp_path / "course")


REFERENCE = "tests/chapters/references/small.ipynb"


def test_sound_course_passes(course):
    failures, output = gate(course)
    assert failures == 0
    assert "9 passed" in output  # three code cells, six tests of references


def test_reference_holds_text_and_no_picture(course):
    text = (course / REFERENCE).read_text()
    assert '"2.0\\n"' in text
    assert '"SVG"' in text
    assert "<svg" not in text


def test_wrong_number_fails(course):
    edit(course / REFERENCE, "2.0\\n", "2.1\\n")
    failures, output = gate(course)
    assert failures == 1
    assert "2.1" in output


def test_missing_figure_fails(course):
    edit(course / "book/small.md", "_ = d2l.plot([1, 2, 3])", "d2l.plt.rcParams")
    edit(course / REFERENCE, "_ = d2l.plot([1, 2, 3])", "d2l.plt.rcParams")
    assert gate(course)[0] >= 1


def test_exception_fails(course):
    edit(course / "book/small.md", "import torch\n", "import torch\n1 / 0\n")
    edit(course / REFERENCE, '"import torch\\n",', '"import torch\\n",\n    "1 / 0\\n",')
    failures, output = gate(course)
    assert failures >= 1
    assert "ZeroDivisionError" in output


def test_broken_helper_fails(course):
    edit(course / "d2l_helpers/linear.py", "** 2 / 2", "** 2")
    failures, output = gate(course)
    assert failures == 1
    assert "4.0" in output


def test_missing_reference_fails(course):
    (course / REFERENCE).unlink()
    failures, output = gate(course)
    assert failures >= 1
    assert "make references" in output


def test_reference_without_outputs_fails(course):
    """Strict nbval alone passes this one."""
    text = re.sub(
        r'"execution_count": \d', '"execution_count": null', (course / REFERENCE).read_text()
    )
    text = re.sub(r'"outputs": \[\n.*?\n   \]', '"outputs": []', text, flags=re.DOTALL)
    (course / REFERENCE).write_text(text)
    failures, output = gate(course)
    assert failures == 1
    assert "test_reference_was_run" in output


def test_changed_chapter_fails(course):
    edit(course / "book/small.md", "[3.0]", "[5.0]")
    failures, output = gate(course)
    assert failures == 1
    assert "the chapter has changed" in output


def test_changed_tag_fails(course):
    edit(course / "book/small.md", "_ = d2l", ":tags: [nbval-ignore-output]\n\n_ = d2l")
    assert gate(course)[0] == 1


def test_chapter_without_extension_in_its_header_fails(course):
    edit(course / "book/small.md", "    extension: .md\n", "")
    failures, output = gate(course)
    assert failures >= 1
    assert "jupytext finds no code cells" in output


def test_chapter_missing_from_the_table_of_contents_fails(course):
    shutil.copy(course / "book/small.md", course / "book/other.md")
    shutil.copy(course / REFERENCE, course / "tests/chapters/references/other.ipynb")
    failures, output = gate(course)
    assert failures == 1
    assert "test_table_of_contents" in output


def test_left_over_reference_fails(course):
    shutil.copy(course / REFERENCE, course / "tests/chapters/references/gone.ipynb")
    failures, output = gate(course)
    assert failures == 1
    assert "test_no_reference_without_chapter" in output


def test_output_that_depends_on_the_machine_gets_no_reference(course):
    before = (course / REFERENCE).read_text()
    edit(course / "book/small.md", "_ = d2l.plot([1, 2, 3])", "print(torch.get_num_threads())")
    result = run(course, "tests/chapters/references.py")
    assert result.returncode == 1
    assert "depends on the machine" in result.stderr
    assert (course / REFERENCE).read_text() == before


def test_chapter_that_raises_gets_no_reference(course):
    before = (course / REFERENCE).read_text()
    edit(course / "book/small.md", "_ = d2l.plot([1, 2, 3])", "1 / 0")
    result = run(course, "tests/chapters/references.py")
    assert result.returncode == 1
    assert "ZeroDivisionError" in result.stderr
    assert (course / REFERENCE).read_text() == before
