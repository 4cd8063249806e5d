"""What is published is what was validated: the site's outputs are those of the references."""

import jupytext
import pytest
from _ext.execution import cache_path
from jupyter_cache import get_cache
from references import BOOK, ROOT, assertions, chapters, record, reference_path, written


@pytest.fixture(scope="module")
def cache():
    return get_cache(cache_path(ROOT))


@pytest.mark.parametrize("chapter", chapters(), ids=lambda path: str(path.relative_to(BOOK)))
def test_a_chapter_was_published_with_its_reference(cache, chapter):
    try:
        _, notebook = cache.merge_match_into_notebook(jupytext.read(chapter))
    except KeyError:
        pytest.fail("the site shows another state of this chapter: run `make site`")
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    records = [record(cell) for cell in cells]
    assert written(chapter, assertions(cells), records) == reference_path(chapter).read_text()
