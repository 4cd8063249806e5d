"""The Chinese catalogues are complete, up to date and unbroken; what breaks one, tests/tools tries."""

import re
from collections import defaultdict

import pytest
from _ext.languages import SITE, catalogue, read
from translations import ROOT, SPOKEN, judged, pages, site

LANGUAGES = sorted(path.name for path in (ROOT / "po").iterdir())


@pytest.mark.parametrize("page", [SITE, *pages()])
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_catalogue_says_all_and_breaks_nothing(language, page):
    assert list(judged(page, language)) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_stands_in_two_places_is_translated_alike(language):
    found = defaultdict(set)
    for page in pages():
        for message in read(catalogue(ROOT, language, page)):
            if message.id and "term" not in message.auto_comments:  # which keeps the English
                found[message.id].add(message.string)
    assert {text: new for text, new in found.items() if len(new) > 1} == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_catalogue_is_of_a_page_that_is_gone(language):
    folder = ROOT / "po" / language
    found = {path.relative_to(folder).with_suffix("").as_posix() for path in folder.rglob("*.po")}
    assert found == {SITE, *pages()}


@pytest.mark.parametrize("path", SPOKEN, ids=lambda path: path.name)
def test_every_text_of_the_site_is_found(path):
    """Also one within a template of JavaScript or a formatted string, where babel does not look."""
    written = re.findall(r'(?<![\w.])N?_\(\s*"((?:[^"\\\\]|\\\\.)*)"', path.read_text())
    assert {text.replace('\\"', '"') for text in written} <= {text for text, _ in site()}
