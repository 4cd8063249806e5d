"""The glossary holds every term that the book defines, once, with the place that defines it."""

import re
from collections import Counter

import pytest
from references import BOOK, chapters

NOT_PROSE = re.compile(
    r"""(?msx) ^(\ *)```\{code-cell\}.*?^\1```$ | \$\$.*?\$\$
    | \{[\w:]+\}`[^`]+` | (?<!`)`[^`\n]+`"""
)
HEAD = re.compile(r"(?m)^ *(?:[-*]|\d+\.) \*\*[^*]+\*\*:")  # what a list item is about
PLACE = re.compile(
    r"""(?mx) ^\((sec:\S+)\)=\n\#+\ .*$  # a section with a label of its own
    | ^:label:\ (ex:\S+)$                # an exercise, with its solution
    | ^(\#\#)\ .*$                       # a section without a label: then the chapter's
    | \*\*([^*]+)\*\*"""
)
ENTRY = re.compile(r"(?m)^(\S.*)\n((?:   \S.*\n)+)")
DEFINITION = re.compile(r"(\S.*?)\. ((?:[A-Z]|\$).*\.) \{ref\}`(.+?) <(\S+?)>`\.?")


def bold_terms():
    """Each term in bold, in lower case, with the chapter's title and the nearest label before."""
    found = []
    for chapter in chapters():
        text = HEAD.sub("", NOT_PROSE.sub("", chapter.read_text()))
        title = re.search(r"(?m)^# (.+)$", text)[1]
        first = place = None
        for section, exercise, unlabelled, bold in PLACE.findall(text):
            if bold:
                words = " ".join(bold.split())
                if not words.endswith((".", "?")):  # a sentence defines nothing
                    found.append((words.casefold(), title, place))
            else:
                first = first or section
                place = first if unlabelled else section or exercise
    return found


def entries():
    """The entries of the glossary, in its order: each term with its definition."""
    page = (BOOK / "reference" / "glossary.md").read_text()
    body = re.search(r"(?s)```\{glossary\}\n:sorted:\n\n(.+?)```\n", page)[1]
    found = [(term, " ".join(text.split())) for term, text in ENTRY.findall(body)]
    assert len(found) == len(re.findall(r"(?m)^\S", body)), "an entry is not in the usual form"
    return found


def forms(term):
    """The term and its plural, in lower case."""
    return {term.casefold(), term.casefold() + "s", re.sub("is$", "es", term.casefold())}


BOLD = bold_terms()
ENTRIES = entries()


def test_every_term_in_bold_is_in_the_glossary():
    known = set().union(*(forms(term) for term, _ in ENTRIES))
    assert [bold for bold in BOLD if bold[0] not in known] == []


@pytest.mark.parametrize(("term", "text"), ENTRIES, ids=[term for term, _ in ENTRIES])
def test_entry(term, text):
    in_bold = [place for bold, *place in BOLD if bold in forms(term)]
    assert len(in_bold) == 1, "a term is bold where it is defined, and nowhere else"
    parts = DEFINITION.fullmatch(text)
    assert parts, "the form is: Chinese name. Sentence. {ref}`title <label>`."
    chinese, sentences, *place = parts.groups()
    assert re.search(r"[\u4e00-\u9fff]", chinese)
    assert len(re.findall(r"[.?!](?= [A-Z]|$)", sentences)) in (1, 2)
    assert place == in_bold[0], "the entry leads elsewhere"
    assert text.endswith(".") != place[0].endswith("?"), "a mark too few or too many"


def test_entries_are_sorted_and_unique():
    terms = [term.casefold() for term, _ in ENTRIES]
    assert terms == sorted(terms)
    assert [term for term, times in Counter(terms).items() if times > 1] == []


def test_links_to_terms_have_a_target():
    terms = {term for term, _ in ENTRIES}
    for path in BOOK.rglob("*.md"):
        for link in re.findall(r"\{term\}`([^`]+)`", path.read_text()):
            target = re.sub(r"(?s).*<(.+)>$", r"\1", link)
            assert " ".join(target.split()) in terms, f"{path.relative_to(BOOK)}: {link}"


def test_no_line_of_a_paragraph_begins_a_list():
    """A number, or a plus, that stands first in its line would."""
    for path in BOOK.rglob("*.md"):
        found = re.findall(r"(?m)^ *[^\s\d`:|#+*$-][^\n]*[\w,]\n *(?:1\.|\+) .*", path.read_text())
        assert found == [], path.relative_to(BOOK)


def test_there_are_terms():
    assert len(BOLD) >= 130
