"""Words that every object of JavaScript knows; the page's script is tried with tests/site."""

import json
import re
import shutil
import subprocess

import pytest
from _ext.search import INHERITED, English

WORDS = ["constructor", "constructors", "__proto__", "gradients", "likelihood", "tostring"]


@pytest.fixture(scope="module")
def site(build):
    return build("# Page\n\n" + " ".join(f"`{word}`" for word in WORDS), "search")


def test_no_word_of_the_index_is_inherited(site):
    text = (site.out / "searchindex.js").read_text()
    index = json.loads(re.fullmatch(r"Search\.setIndex\((.*)\)", text)[1])
    assert {"constructor_", "__proto___", "gradient"} <= index["terms"].keys()
    assert not index["terms"].keys() & set(INHERITED)
    assert site.warnings == ""


def test_page_and_index_reduce_words_alike(site):
    node = shutil.which("node") or pytest.skip("without node nothing runs the page's script")
    script = (site.out / "_static/language_data.js").read_text()
    ask = f"{script};console.log(JSON.stringify({WORDS}.map(w => new Stemmer().stemWord(w))))"
    said = subprocess.run([node, "-e", ask], check=True, capture_output=True, text=True).stdout
    search = English({})
    assert json.loads(said) == [search.stem(word) for word in WORDS]
    assert json.loads(said)[:3] == ["constructor_", "constructor_", "__proto___"]
