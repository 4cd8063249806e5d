"""Words that every object of JavaScript knows; the page's script is tried with tests/site."""

import json
import re
import shutil
import subprocess

import pytest
from _ext.search import INHERITED, Chinese, English

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


def evaluated(site, expression: str) -> list:
    """What the page's script of the search makes of an expression."""
    node = shutil.which("node") or pytest.skip("without node nothing runs the page's script")
    script = (site.out / "_static/language_data.js").read_text()
    ask = f"{script};console.log(JSON.stringify({expression}))"
    return json.loads(subprocess.check_output([node, "-e", ask], text=True))


def test_page_and_index_reduce_words_alike(site):
    said = evaluated(site, f"{json.dumps(WORDS)}.map(w => new Stemmer().stemWord(w))")
    search = English({})
    assert said == [search.stem(word) for word in WORDS]
    assert said[:3] == ["constructor_", "constructor_", "__proto___"]


QUERIES = [
    "熵",
    "学习率",
    "小批量的梯度",
    "用PyTorch求梯度",
    "softmax回归",
    "squared_loss",
    "3x3",
    "的",
    "Ab中Cd",
]


@pytest.fixture(scope="module")
def chinese(build):
    return build(
        "# 页\n\n" + "\n\n".join(f"{query}。" for query in QUERIES), "search", language="zh_CN"
    )


def test_chinese_is_indexed_by_characters_and_pairs(chinese):
    assert chinese.warnings == ""
    text = (chinese.out / "searchindex.js").read_text()
    terms = json.loads(re.fullmatch(r"Search\.setIndex\((.*)\)", text)[1])["terms"]
    assert {
        "熵",
        "学习",
        "习率",
        "批量",
        "梯度",
        "pytorch",
        "softmax",
        "回归",
        "squared_loss",
    } <= set(terms)
    assert not {"的", "的梯", "量的", "H中"} & set(terms)


def test_a_chinese_query_is_split_as_the_text_is(chinese):
    """So that all of a query that stands in a text is found there."""
    said = evaluated(chinese, f"{json.dumps(QUERIES)}.map(splitQuery)")
    search = Chinese({})
    for query, words in zip(QUERIES, said, strict=True):
        assert set(words) <= set(search.split(query)), query
        assert bool(words) == (query != "的")
    assert said[1:3] == [["学习", "习率"], ["小批", "批量", "梯度"]]
