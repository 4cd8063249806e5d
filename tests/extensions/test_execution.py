from importlib.metadata import version

import pytest
from _ext.execution import cache_path

FILES = {"d2l_helpers/a.py": "x = 1\n", "requirements.lock": "torch==2\n", "requirements.txt": ""}
INDEX = "# Page\n\n```{versions}\n```\n```{nb-exec-table}\n```\n```{toctree}\na\n```"
CODE = """
import os, sys
with open('RUNS', 'a') as file:
    file.write('once ')
print(6 * 7, sys.flags.dev_mode, end=' ', flush=True)  # a slow print comes in pieces
print(os.environ['OMP_WAIT_POLICY'])"""
PRINTED = "42 False PASSIVE"
HOSTILE = {"PYTHONDEVMODE": "1"}  # what a shell may have set


@pytest.mark.parametrize(
    ("name", "text", "same"),
    [
        ("d2l_helpers/a.py", "x = 2\n", False),
        ("d2l_helpers/b.py", "", False),
        ("d2l_helpers/b.csv", "1\n", False),
        ("requirements.lock", "torch==3\n", False),
        ("d2l_helpers/py.typed", "", True),
    ],
)
def test_the_cache_is_that_of_helpers_and_pins(tmp_path, name, text, same):
    (tmp_path / "d2l_helpers").mkdir()
    for file, content in FILES.items():
        (tmp_path / file).write_text(content)
    before = cache_path(tmp_path)
    assert before.parent == tmp_path / "_build"
    (tmp_path / name).write_text(text)
    assert (cache_path(tmp_path) == before) == same


def test_a_chapter_is_executed_once_for_each_state_of_the_helpers(build, tmp_path):
    code = CODE.replace("RUNS", str(tmp_path / "runs"))
    pages = {"index": INDEX, "a": f"# One *chapter*\n\n```{{code-cell}}\n{code}\n```"}
    for change, runs in (("", 1), ("", 1), ("y = 2\n", 2)):
        site = build(
            pages, "configuration", "execution", "notebooks", at=tmp_path, env=HOSTILE,
            files=FILES | {"d2l_helpers/a.py": change}, nb_execution_mode="cache",
        )  # fmt: skip
        assert "a.md: Executing" not in site.app.status.getvalue()  # MyST-NB's way: one by one
        assert (tmp_path / "runs").read_text() == "once " * runs
        assert site["a"].select_one(".cell_output").get_text().strip() == PRINTED
        assert site.notebook("a").cells[-1].outputs[0].text == f"{PRINTED}\n"
        assert site.warnings == ""
    page = site["index"]
    rows = [[cell.get_text() for cell in row.select("th, td")] for row in page.select("tr")]
    assert rows[0] == ["Chapter", "Executed", "Time (s)"]
    assert [(len(row), row[0]) for row in rows[1:]] == [(3, "One chapter")]
    assert page.select_one("table a").get_text() == "One chapter"
    assert f"torch {version('torch')}" in [item.get_text() for item in page.ul.select("li")]
    assert "requirements.lock" in site.app.env.dependencies["index"]
