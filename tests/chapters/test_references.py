"""What nbval does not see: a chapter without a reference, without cells, or with unknown tags."""

import re

import pytest
import yaml
from nbval.plugin import comment_markers
from pictures import UNNAMED
from references import BOOK, ROOT, WRITE_ANEW, chapters, code_only, known, reference_path, tags

# A tag with a typing error would do nothing, silently. `nbval-skip` is not among them.
TAGS = {
    "check",
    "hide-cell",
    "hide-input",
    "hide-output",
    "hidden",
    "remove-input",
    "remove-output",
}
TAGS |= {"answers", "nbval-ignore-output", "raises-exception"}


QUOTED = re.compile(r"'-?(?:[\d.]+(?:e[-+]\d+)?|inf|nan)'(?=[],)])")  # in a list


def pages_in_toc() -> set[str]:
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text())
    files = [toc["root"]]
    for part in toc.get("parts", [toc]):
        files += [chapter["file"] for chapter in part.get("chapters", [])]
    return {name.removesuffix(".md") + ".md" for name in files}


def figures(chapter) -> list[str]:
    """What each figure of a chapter says."""
    _, records = known(reference_path(chapter).read_text())
    outputs = [record.get("outputs", []) for record in records]
    data = [content for each in outputs for output in each for content in output.values()]
    return [content["image/svg+xml"] for content in data if "image/svg+xml" in content]


def test_table_of_contents_lists_every_page():
    assert pages_in_toc() == {str(path.relative_to(ROOT)) for path in BOOK.rglob("*.md")}


def test_there_are_chapters():
    assert chapters()


@pytest.mark.parametrize("chapter", chapters(), ids=lambda path: str(path.relative_to(BOOK)))
def test_chapter_can_be_checked(chapter):
    assert reference_path(chapter).exists(), f"no reference: {WRITE_ANEW}"
    quoted = QUOTED.findall(reference_path(chapter).read_text())
    assert quoted == [], "several numbers are printed by `print(*[...])`"
    cells = code_only(chapter).cells
    assert cells, "jupytext finds no code cells: is `extension: .md` in the front matter?"
    assert {tag for cell in cells for tag in tags(cell)} <= TAGS
    lines = {line.strip("# ") for cell in cells for line in cell.source.splitlines()}
    assert not lines & comment_markers.keys(), "what nbval may pass over is said by a tag"
    assert [name for figure in figures(chapter) for name in UNNAMED.findall(figure)] == []
