"""Search: for words that every object of JavaScript knows, and in Chinese without a dictionary.

Sphinx's script looks a word up as a property of the index. It does so for `constructor` and
`__proto__` too, finds what is no list of pages, and never comes to an end.
"""

import re
from itertools import pairwise

import snowballstemmer
from sphinx.search.en import SearchEnglish
from sphinx.search.zh import SearchChinese

from .translation import HAN

# In no word of the subject: they end one
LINKING = "的了是在就也都把被吗呢吧着这那它你我们与而只很"
CHINESE = f"(?:(?![{LINKING}])[{HAN}])+"
INHERITED = ("constructor", "__proto__")  # those without a capital letter
STEMMER = f"""{SearchEnglish.js_stemmer_code}
const PorterStemmer = Stemmer;
Stemmer = function () {{
  const porter = new PorterStemmer();
  this.stemWord = (word) => {{
    const stem = porter.stemWord(word);
    return stem in {{}} ? stem + "_" : stem;
  }};
}};
"""


class English(SearchEnglish):
    """English, in which no word has the name of an inherited property."""

    js_stemmer_code = STEMMER

    def stem(self, word: str) -> str:
        """Reduce a word to what the index has of it; as the page's script does."""
        stem = super().stem(word)
        return f"{stem}_" if stem in INHERITED else stem


class Chinese(SearchChinese):
    """Chinese as its characters and their pairs, up to a linking one; other words as in English.

    Sphinx's own takes words from jieba's dictionary, but a query as it is, and so finds only what is such a word.
    """

    js_stemmer_code = STEMMER
    js_splitter_code = r"""
var splitQuery = (query) =>
  (query.match(/CHINESE|(?:(?![HAN])[\p{Letter}\p{Number}_])+/gu) ?? []).flatMap((run) =>
    /[HAN]/.test(run) && run.length > 2 ? [...run].slice(1).map((second, i) => run[i] + second) : [run]
  );
""".replace("CHINESE", CHINESE).replace("HAN", HAN)

    def init(self, options: dict[str, str]) -> None:
        """Do without jieba."""
        self.stemmer = snowballstemmer.stemmer("english")

    def split(self, input: str) -> list[str]:
        """Return what is indexed of a text."""
        words = []
        for run in re.findall(rf"{CHINESE}|[^\W{HAN}]+", input):
            chinese = re.match(rf"[{HAN}]", run)
            words += [*run, *map("".join, pairwise(run))] if chinese else [run]
        return words

    def word_filter(self, word: str) -> bool:
        """Whether a word is worth a place in the index."""
        return len(word) > 1 or bool(re.match(rf"[{HAN}]", word))

    def stem(self, word: str) -> str:
        """Reduce a word; Chinese has no endings."""
        stem = self.stemmer.stemWord(word.lower())
        return f"{stem}_" if stem in INHERITED else stem


def setup(app):
    """Register the extension with Sphinx."""
    app.add_search_language(English)
    app.add_search_language(Chinese)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
