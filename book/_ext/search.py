"""Search for words that every object of JavaScript knows.

Sphinx's script looks a word up as a property of the index. It does so for `constructor` and
`__proto__` too, finds what is no list of pages, and never comes to an end.
"""

from sphinx.search.en import SearchEnglish

INHERITED = ("constructor", "__proto__")  # those without a capital letter


class Search(SearchEnglish):
    """English, in which no word has the name of an inherited property."""

    js_stemmer_code = f"""{SearchEnglish.js_stemmer_code}
const PorterStemmer = Stemmer;
Stemmer = function () {{
  const porter = new PorterStemmer();
  this.stemWord = (word) => {{
    const stem = porter.stemWord(word);
    return stem in {{}} ? stem + "_" : stem;
  }};
}};
"""

    def stem(self, word: str) -> str:
        """Reduce a word to what the index has of it; as the page's script does."""
        stem = super().stem(word)
        return f"{stem}_" if stem in INHERITED else stem


def setup(app):
    """Register the extension with Sphinx."""
    app.add_search_language(Search)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
