"""Slides of the chapters that have marks: as many as are marked, and all that they need beside them."""

import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from served import ROOT
from visits import new_tab

FIT = "Reveal.getCurrentSlide().scrollHeight <= Reveal.getConfig().height"
CHAPTERS = ["start/first-model", "linear-regression/theory"]
DECKS = [*CHAPTERS, *(f"zh/{chapter}" for chapter in CHAPTERS)]


def run(*chapters: str, tool: Path = ROOT / "tools/slides.py") -> str:
    done = subprocess.run(
        [sys.executable, tool, *chapters], check=False, capture_output=True, text=True
    )
    return done.stdout if done.returncode == 0 else done.stderr


@pytest.fixture(scope="module")
def made(site) -> str:
    return run()


def test_each_chapter_with_marks_has_slides(made):
    marked = {
        path.relative_to(ROOT / "book").with_suffix("").as_posix()
        for path in ROOT.glob("book/*/*.md")
        if re.search("(?m)^% slide$", path.read_text())
    }
    assert marked >= set(CHAPTERS)
    marked |= {f"zh/{name}" for name in marked}
    names = sorted(f"slides: _build/slides/{name.replace('/', '-')}.html" for name in marked)
    assert sorted(made.splitlines()) == names


@pytest.mark.parametrize("chapter", DECKS)
def test_slides_are_shown_without_a_network(made, browser, chapter):
    asked, errors = [], []
    with new_tab(browser, offline=True) as tab:
        tab.on("request", lambda request: asked.append(request.url))
        tab.on("console", lambda m: m.type in ("error", "warning") and errors.append(m.text))
        tab.on("pageerror", lambda error: errors.append(str(error)))
        tab.goto((ROOT / f"_build/slides/{chapter.replace('/', '-')}.html").as_uri())
        tab.locator(".slides .katex").first.wait_for(state="attached")
        assert tab.evaluate("document.fonts.ready.then(() => Reveal.isReady())")

        marks = re.findall(
            "(?m)^% slide$", (ROOT / f"book/{chapter.removeprefix('zh/')}.md").read_text()
        )
        slides = tab.locator(".slides > section")
        assert slides.count() == len(marks)
        shown, tall = [], []
        for _ in range(len(marks) + tab.locator(".slides .fragment").count()):
            shown.append(tab.evaluate("Reveal.getState().indexh"))
            tall += [] if tab.evaluate(FIT) else shown[-1:]
            tab.keyboard.press("ArrowRight")
        assert sorted({*shown}) == list(range(len(marks)))
        assert tall == []

        text = slides.evaluate_all("slides => slides.map(slide => slide.innerText).join()")
        assert "$" not in text
        assert "assert " not in text
        assert tab.locator(".katex-error").count() == 0
        assert tab.locator(".slides .katex-display").count() > 0
        drawn = "all => all.map(one => one.naturalWidth ?? one.viewBox.baseVal.width)"
        pictures = tab.locator(".slides img, .slides .jp-OutputArea svg").evaluate_all(drawn)
        assert len(pictures) >= 2
        assert all(pictures)
    assert errors == []
    assert {urlsplit(url).scheme for url in asked} <= {"file", "data"}


@pytest.mark.parametrize(
    ("chapter", "said"),
    [
        ("book/labs/ohms-law.md", "slides: book/labs/ohms-law.md has no marks: write `% slide`"),
        ("book/theory.md", "slides: there is no chapter book/theory.md; they are called like"),
    ],
)
def test_a_chapter_without_slides_says_why(site, chapter, said):
    assert run(chapter).startswith(said)


def test_without_a_site_it_says_what_to_do(tmp_path):
    copy = tmp_path / "tools/slides.py"
    copy.parent.mkdir()
    copy.write_bytes((ROOT / "tools/slides.py").read_bytes())
    assert run(tool=copy) == "slides: there are no notebooks yet: run make site\n"
