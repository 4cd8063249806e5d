"""Strict nbval passes a notebook that has no outputs: so no chapter may lack a true reference."""

import nbformat
import pytest
import yaml
from references import BOOK, REFERENCES, ROOT, chapters, code_only, reference_path

# A tag with a typing error would do nothing, silently. `nbval-skip` is not among them.
TAGS = {"hide-cell", "hide-input", "hide-output", "remove-cell", "remove-input", "remove-output"}
TAGS |= {"answers", "nbval-ignore-output", "raises-exception"}


def pages_in_toc() -> set[str]:
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text())
    files = [toc["root"]]
    for part in toc.get("parts", [toc]):
        files += [chapter["file"] for chapter in part.get("chapters", [])]
    return {name.removesuffix(".md") + ".md" for name in files}


def test_table_of_contents_lists_every_page():
    assert pages_in_toc() == {str(path.relative_to(ROOT)) for path in BOOK.rglob("*.md")}


def test_there_are_chapters():
    assert chapters()


def test_no_reference_without_chapter():
    assert set(REFERENCES.rglob("*.ipynb")) == {reference_path(path) for path in chapters()}


@pytest.mark.parametrize("chapter", chapters(), ids=lambda path: str(path.relative_to(BOOK)))
class TestChapter:
    def test_reference_has_its_code_and_tags(self, chapter):
        source = code_only(chapter)
        assert source.cells, (
            "jupytext finds no code cells: is `extension: .md` in the front matter?"
        )
        assert reference_path(chapter).exists(), "no reference: run `make references`"
        reference = nbformat.read(reference_path(chapter), as_version=4)
        wanted = [(cell.source, cell.metadata) for cell in source.cells]
        found = [(cell.source, cell.metadata) for cell in reference.cells]
        assert found == wanted, "the chapter has changed: run `make references`"

    def test_reference_was_run(self, chapter):
        for i, cell in enumerate(nbformat.read(reference_path(chapter), as_version=4).cells, 1):
            assert cell.execution_count == i

    def test_tags_are_known(self, chapter):
        tags = {tag for cell in code_only(chapter).cells for tag in cell.metadata.get("tags", [])}
        assert tags <= TAGS
