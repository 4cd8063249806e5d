"""Links by which a chapter comes to a learner's server."""

import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from links import chapters, checked, link

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    "hub", ["https://hub.example.org", "http://127.0.0.1:8000", "https://a.b/c"]
)
def test_the_address_of_a_hub(hub):
    assert checked(hub) == checked(f"{hub}/") == hub


@pytest.mark.parametrize(
    "hub",
    [
        *("", "hub.example.org", "ftp://hub.example.org", "https://", "https://a b.org"),
        *(
            "https://hub.example.org/hub/home",
            "https://hub.example.org/c/hub",
            "https://h.org/user/ada",
        ),
        *("https://hub.example.org?next=x", "https://hub.example.org#x", "https://h.org:port"),
    ],
)
def test_no_address_of_a_hub(hub):
    with pytest.raises(ValueError, match="is not the address of a hub"):
        checked(hub)


def test_a_link_names_repository_branch_and_notebook():
    url = urlsplit(
        link("https://hub.example.org/c", "https://github.com/teacher/course", "book/a/b")
    )
    assert url.geturl().startswith("https://hub.example.org/c/hub/user-redirect/git-pull?")
    assert parse_qs(url.query) == {
        "repo": ["https://github.com/teacher/course"],
        "branch": ["notebooks"],
        "urlpath": ["lab/tree/course/book/a/b.ipynb"],
    }


def run(*arguments: str, repository: str = "teacher/course") -> subprocess.CompletedProcess:
    command = (sys.executable, ROOT / "classroom/links.py", *arguments)
    env = os.environ | {"PYTHONPATH": str(ROOT / "book"), "GITHUB_REPOSITORY": repository}
    return subprocess.run(command, env=env, check=False, capture_output=True, text=True)


def test_every_chapter_has_a_link():
    pages = {page for page, _ in chapters()}
    files = {
        str(p.relative_to(ROOT))
        for p in ROOT.glob("book/**/*.md")
        if "{code-cell}" in p.read_text()
    }
    assert {f"{page}.md" for page in pages} == {f for f in files if "/reference/" not in f} != set()
    lines = run("https://hub.example.org").stdout.splitlines()
    assert len(lines) == len(pages)
    assert all("repo=https%3A%2F%2Fgithub.com%2Fteacher%2Fcourse" in line for line in lines)


def test_links_in_chinese_lead_to_the_chinese_notebooks():
    first, *rest = run("https://hub.example.org", "zh_CN").stdout.splitlines()
    assert first.startswith("- [十行会学习的代码](")
    assert all("%2Fzh%2Fbook%2F" in line for line in [first, *rest])
    assert len(rest) == len(chapters()) - 1


def test_bad_input_is_named():
    done = run("hub.example.org")
    assert (done.returncode, done.stdout) == (1, "")
    assert "'hub.example.org' is not the address of a hub" in done.stderr
