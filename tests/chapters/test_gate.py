"""The gate must fail when it should: a course in which each chapter has one fault, and one has none.

One session of pytest judges them all. The chapters ask for no torch, which takes seconds to import.
"""

import os
import re
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import yaml
from references import ROOT, code_only, fingerprint, written

HEADER = """\
---
jupytext:
  text_representation:
    extension: .md
    format_name: myst
kernelspec:
  name: python3
  display_name: Python 3
---
"""
CELLS = {
    "shell": "import os, sys\nprint(sys.flags.dev_mode, os.environ['MPLBACKEND'])",
    "helper": "from d2l_helpers import double, half\nprint(double(2), half(6))",
    "figure": (
        "from d2l_helpers import SVG\n\n"
        'display({"image/svg+xml": SVG, "text/plain": "Figure"}, raw=True)'
    ),
    "hidden": ":tags: [hidden]\n\nhere = 6\nassert here // 2 == 3\nassert here % 2 == 0",
    "error": ":tags: [raises-exception]\n\n1 / 0",
    "time": ":tags: [nbval-ignore-output]\n\nimport time\nprint(time.time_ns())",
}
HELPERS = """
SVG = '''<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><g id="figure_1">
<g id="axes_1"><g id="matplotlib.axis_1"><g id="xtick_1"><use x="1"/><!-- 0 --></g>
<g id="text_1"><!-- time (s) --></g></g></g></g></svg>'''


def double(x):
    return 2 * x


def half(x):
    return x // 2
"""
HOSTILE = {"MPLBACKEND": "Agg", "PYTHONDEVMODE": "1"}  # what a shell may have set
MORE = "assertions: 3\ncells: []\n"


def chapter_text(**cells: str) -> str:
    """A chapter of these cells, beside those that every one has."""
    cells = [f"```{{code-cell}}\n{code}\n```\n" for code in (CELLS | cells).values()]
    return "\n".join([HEADER, "# A small chapter\n", *cells])


@dataclass
class Fault:
    """How a chapter and its reference differ from sound ones, and what the gate has to say."""

    says: str
    cells: dict[str, str] = field(default_factory=dict)  # other code, known to the reference
    later: Callable[[str], str] = str  # the chapter was edited behind its reference's back
    reference: Callable[[str], str | None] = str  # and the reference
    listed: bool = True  # in the table of contents
    fails: int = 1


def replaced(old: str, new: str) -> Callable[[str], str]:
    def replace(text: str) -> str:
        assert text.count(old) == 1, f"{old!r} is not in the text once:\n{text}"
        return text.replace(old, new)

    return replace


FAULTS = {
    "wrong-number": Fault("4 3", reference=replaced("4 3", "4 2")),
    "wrong-figure": Fault("time (h)", reference=replaced("time (s)", "time (h)")),
    "second-figure": Fault("dissimilar", cells={"figure": 2 * f"{CELLS['figure']}\n"}),
    "unnamed-axis": Fault(
        "x: ?, 0 … 0",
        cells={"figure": CELLS["figure"].replace("SVG,", 'SVG.replace("time (s)", "?"),')},
        reference=replaced("time (s)", "?"),
    ),
    "assertion-gone": Fault("have changed", reference=replaced("assertions: 2", "assertions: 3")),
    "assert-true": Fault("cannot fail", cells={"hidden": ":tags: [hidden]\n\nassert True"}),
    "assert-arithmetic": Fault("cannot fail", later=replaced("here // 2 == 3", "6 // 2 == 3")),
    "assert-tuple": Fault("cannot fail", later=replaced("here // 2 == 3", "(here // 2, 3)")),
    "assert-same": Fault("cannot fail", later=replaced("here % 2 == 0", "here == here")),
    "missing-figure": Fault("Missing output fields", cells={"figure": "0;"}),
    "missing-output": Fault("Missing output fields", cells={"helper": "pass"}),
    "unexpected-output": Fault(
        "Unexpected output fields", reference=replaced("  outputs:\n  - stdout: |\n      4 3\n", "")
    ),
    "warning": Fault(
        "Unexpected output fields",
        cells={"figure": f"import warnings\nwarnings.warn('old')\n{CELLS['figure']}"},
    ),
    "exception": Fault("NameError", cells={"helper": "undefined"}),
    "other-exception": Fault("NameError", cells={"error": ":tags: [raises-exception]\n\nundefined"}),
    "no-exception": Fault(
        "Missing output fields", cells={"error": ":tags: [raises-exception]\n\npass"}
    ),
    "broken-helper": Fault(
        "4 1", cells={"helper": "from d2l_helpers import double, third\nprint(double(2), third(9))"}
    ),
    "changed-code": Fault("have changed", later=replaced("double(2)", "double(1 + 1)")),
    "changed-tag": Fault(
        "have changed", later=replaced("from d2l_helpers import double", ":tags: [nbval-ignore-output]\n\nfrom d2l_helpers import double")
    ),
    "cell-less": Fault("have changed", reference=lambda text: text[: text.rindex("- code")]),
    "empty-reference": Fault("have changed", reference=lambda text: ""),
    "no-reference": Fault("make references", reference=lambda text: None),
    "no-extension": Fault(
        "jupytext finds no code cells", later=replaced("    extension: .md\n", ""), fails=2
    ),
    "left-over": Fault("remove this reference", later=lambda text: "", listed=False),
    "not-listed": Fault("test_table_of_contents", listed=False),
    "unknown-tag": Fault("nbval-skip", cells={"time": ":tags: [nbval-skip]\n\npass"}),
    "comment": Fault("said by a tag", cells={"helper": f"# NBVAL_SKIP\n{CELLS['helper']}"}),
}  # fmt: skip


def run(course: Path, *command: str | Path) -> subprocess.CompletedProcess:
    own = {"PYTHONPATH": f"{course}{os.pathsep}{course / 'book'}"}  # the course's own helpers
    environment = os.environ | own | HOSTILE
    for name in [name for name in environment if name.startswith("PYTEST_")]:
        del environment[name]
    command = [sys.executable, *command]
    return subprocess.run(
        command, check=False, cwd=course, env=environment, capture_output=True, text=True
    )


def new_course(folder: Path) -> Path:
    """A folder with the gate, a helper package, and no chapters."""
    (folder / "tests/chapters").mkdir(parents=True)
    for name in ("conftest.py", "pictures.py", "references.py", "test_references.py"):
        shutil.copy(ROOT / "tests/chapters" / name, folder / "tests/chapters")
    shutil.copy(ROOT / "tests/conftest.py", folder / "tests")
    shutil.copy(ROOT / "pyproject.toml", folder)
    (folder / "d2l_helpers.py").write_text(HELPERS)
    (folder / "book/_ext").mkdir(parents=True)
    for name in ("__init__.py", "kernels.py"):
        shutil.copy(ROOT / "book/_ext" / name, folder / "book/_ext")
    (folder / "_toc.yml").write_text("format: jb-book\nroot: book/sound\nchapters:\n")
    return folder


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> tuple[Path, subprocess.CompletedProcess]:
    """A course, and what `make references` said of its four chapters."""
    course = new_course(tmp_path_factory.mktemp("made"))
    depends = {"figure": 'import os\nprint(os.environ["OMP_NUM_THREADS"])'}
    chapters = {"sound": {}, "depends": depends, "raises": {"figure": "undefined"}, "fewer": {}}
    for name, cells in chapters.items():
        (course / f"book/{name}.md").write_text(chapter_text(**cells))
    (course / "tests/chapters/references").mkdir()
    (course / "tests/chapters/references/fewer.yaml").write_text(MORE)
    return course, run(course, "tests/chapters/references.py")


@pytest.fixture(scope="module")
def judged(made, tmp_path_factory) -> tuple[dict[str, list[str]], list[str]]:
    """What the gate said of each chapter with a fault, and what passed."""
    course = new_course(tmp_path_factory.mktemp("judged"))
    references = course / "tests/chapters/references"
    references.mkdir()
    sound = (made[0] / "tests/chapters/references/sound.yaml").read_text()
    outputs = [cell.get("outputs") for cell in yaml.safe_load(sound)["cells"]]
    shutil.copy(made[0] / "book/sound.md", course / "book")
    (references / "sound.yaml").write_text(sound)
    for name, fault in FAULTS.items():
        chapter = course / f"book/{name}.md"
        chapter.write_text(chapter_text(**fault.cells))
        known = [
            fingerprint(cell) | ({"outputs": given} if given else {})
            for cell, given in zip(code_only(chapter).cells, outputs, strict=True)
        ]
        reference = fault.reference(written(ROOT / "book/any.md", 2, known))
        if reference is not None:
            (references / f"{name}.yaml").write_text(reference)
        if text := fault.later(chapter.read_text()):
            chapter.write_text(text)
        else:
            chapter.unlink()
        if fault.listed:
            with (course / "_toc.yml").open("a") as toc:
                toc.write(f"- file: book/{name}\n")
    third = "\n\ndef third(x):\n    return x // 5\n"  # when the reference was written it was right
    (course / "d2l_helpers.py").write_text(HELPERS + third)
    result = run(course, "-m", "pytest", "tests/chapters", "--junitxml=report.xml")
    assert result.returncode == 1, result.stdout + result.stderr
    said, passed = defaultdict(list), []
    for case in ET.parse(course / "report.xml").iter("testcase"):
        name = f"{case.get('classname')}.{case.get('name')}"
        if case.find("skipped") is not None:
            continue
        if len(case):
            said[name].append(f"{name}: {case[0].get('message')}\n{case[0].text}")
        else:
            passed.append(name)
    return said, passed


def of(chapter: str, names) -> list[str]:
    """The tests that are about a chapter."""
    return [name for name in names if re.search(rf"(?<![\w-]){chapter}(?![\w-])", name)]


@pytest.mark.parametrize(("name", "fault"), FAULTS.items(), ids=FAULTS)
def test_a_fault_fails(judged, name, fault):
    said, _ = judged
    about = of(name, said) if fault.listed else list(said)
    assert any(fault.says in text for test in about for text in said[test]), about
    if fault.listed:
        assert len(about) == fault.fails, about


def test_a_sound_chapter_passes(judged):
    said, passed = judged
    assert of("sound", said) == []
    assert len(of("sound", passed)) == len(CELLS) + 1


def test_a_reference_is_written_for_a_sound_chapter_only(made):
    course, result = made
    assert result.returncode == 1
    assert "1 references written, 3 refused" in result.stdout
    references = course / "tests/chapters/references"
    assert {path.name for path in references.iterdir()} == {"sound.yaml", "fewer.yaml"}
    assert (references / "fewer.yaml").read_text() == MORE


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("depends", "depends on the machine"),
        ("raises", "NameError"),
        ("fewer", "has 2 assertions, and had 3"),
    ],
)
def test_a_chapter_without_one_result_gets_no_reference(made, name, says):
    assert re.search(rf"book/{name}.md .*{says}", made[1].stderr, re.DOTALL)


def test_a_reference_is_text_without_code_times_and_pictures(made):
    text = (made[0] / "tests/chapters/references/sound.yaml").read_text()
    assert "      4 3\n" in text
    assert "      False module://matplotlib_inline.backend_inline\n" in text
    assert "        x: time (s), 0 … 0\n" in text
    assert "assertions: 2\n" in text
    assert not re.search(r"<svg|double|\d{12}", text)


def test_nothing_is_judged_without_assertions(made):
    path = "tests/chapters/references/sound.yaml"
    judgements = [
        run(made[0], *options, "-m", "pytest", path, "-q").stdout for options in ([], ["-O"])
    ]
    assert f"{len(CELLS)} passed" in judgements[0]
    assert "without assertions nothing is checked" in judgements[1]
