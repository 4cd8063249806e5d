"""The main road is short, and needs nothing that lies beside it."""

import re

import pytest
import yaml
from references import BOOK, ROOT, chapters
from test_glossary import BOLD

WORDS, TERMS = 2000, 15
PRACTICE = re.compile(r"(?m)^## (?:Exercises|On your own)$")
BLOCK = re.compile(
    r"(?ms)^```\{(?:code-cell|check|figure|chapter)\}.*?^```$|\$\$.*?\$\$|^\([^\n()]+\)=$|^% \w+$"
)
CELL = re.compile(r"(?ms)^```\{code-cell\}\n.*?^```$")
UNSEEN = re.compile(r"tags: \[.*(?:hidden|remove-input)")
# Steps, least squares, or the averages of fashion-mnist
TRAINING = re.compile(r"\.backward\(\)|-= |lstsq|\btrain(?:_epoch)?\(|means = ")
TOC = yaml.safe_load((ROOT / "_toc.yml").read_text())
ORDER = [BOOK.parent / f"{page['file']}.md" for part in TOC["parts"] for page in part["chapters"]]
MAIN = [path for path in ORDER if ":road: main\n" in path.read_text()]
STOP = pytest.mark.parametrize("chapter", MAIN, ids=lambda path: str(path.relative_to(BOOK)))


def told(chapter) -> str:
    """A chapter's text up to its exercises."""
    return PRACTICE.split(chapter.read_text().split("\n---\n", 1)[1])[0]


def words(text: str) -> int:
    """How many words a text has to be read; a formula within a line is one."""
    text = re.sub(r"\$[^$]+\$", "x", BLOCK.sub("", text))
    return len(re.sub(r"\{\w+\}`([^`<]*)(?:<[^>]*>)?`", r"\1", text).split())


@STOP
def test_a_chapter_is_short(chapter):
    assert words(told(chapter)) <= WORDS


@STOP
def test_something_is_trained_in_the_first_third(chapter):
    text = told(chapter)
    seen = [
        cell for cell in CELL.finditer(text)
        if TRAINING.search(cell[0]) and not UNSEEN.search(cell[0])
    ]  # fmt: skip
    assert words(text[: seen[0].start()]) <= words(text) / 3


@STOP
def test_a_chapter_brings_few_terms(chapter):
    title = re.search(r"(?m)^# (.+)$", chapter.read_text())[1]
    assert len([term for term, page, _ in BOLD if page == title]) <= TERMS


@STOP
def test_a_chapter_needs_only_what_the_road_has_passed(chapter):
    needed = re.search(r"(?ms)^```\{chapter\}\n.*?^```$", chapter.read_text())[0]
    before = "".join(path.read_text() for path in MAIN[: MAIN.index(chapter)])
    labels = re.findall(r"<(sec:[\w-]+)>", needed)
    assert [label for label in labels if f"({label})=" not in before] == []
    assert labels or MAIN.index(chapter) < 2


def test_what_is_on_the_road():
    assert {path.parent.name for path in MAIN} == {
        "start",
        "linear-regression",
        "softmax-regression",
    }
    assert 9 <= len(MAIN) < len(chapters())


def test_words_are_counted():
    text = (
        "(sec:a)=\n% slide\n\n(Two $x + y$ {ref}`here <sec:b>` words.)\n\n$$a b c$$\n\n(sec:c)=\n"
    )
    assert words(text + "```{code-cell}\n:tags: [hidden]\n\na b\n```\n") == 4
