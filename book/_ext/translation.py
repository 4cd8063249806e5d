"""Text of a chapter that another language has its own of: where it stands in MyST, and its replacement.

A message is a paragraph, a heading, an item, a cell of a table, a term, a caption, an alternative text, a
title, the words within a formula, or a comment in code. What surrounds it (labels, code, options, marks)
stays as it is, so that a page has the same cells, labels and questions in every language.
"""

import io
import json
import re
import tokenize
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache

import yaml
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from myst_parser.config.main import MdParserConfig
from myst_parser.parsers.mdit import create_md_parser

# Directives whose body is text of the page, those that have a title of their own, and those without text
NESTED = {"admonition", "chapter", "check", "exercise", "figure", "progress"}
TITLED = {"admonition", "exercise"}
WORDLESS = {
    *("bibliography", "eval-rst", "explorer", "nb-exec-table", "roadmap"),
    *("solution-end", "solution-start", "start", "versions"),
}
OPTIONS = {"alt", "question"}  # those whose value is text
UNSEEN = {"answers", "hidden"}  # tags of cells that no page shows
OPENING = re.compile(r" *(?:`{3,}|:{3,})(?:\{([\w-]+)\})?(?: +(\S.*?))?\s*$")
OPTION = re.compile(r" *:([\w-]+):\s*(.*)$")
YAML_TEXT = re.compile(r" +(caption|alt): (.*)$")
CHOICE = re.compile(r"\[[ x]\] ")
TEXT = re.compile(r"\\text(?:rm)?\{[^}]*[A-Za-z]{2,}[^}]*\}")
WORD = re.compile(r"[^\W\d_]{2,}")
HAN = r"\u3400-\u9fff\uf900-\ufaff"


@cache
def parser() -> MarkdownIt:
    """The parser of the site, without its list of tasks: a choice keeps its mark."""
    extensions = {"amsmath", "colon_fence", "deflist", "dollarmath", "linkify", "substitution"}
    return create_md_parser(MdParserConfig(enable_extensions=extensions), RendererHTML)


@dataclass(frozen=True)
class Message:
    """A text without line breaks, and where it stands: its lines, and its columns on the first and last."""

    text: str
    kind: str
    start: int
    stop: int  # the line behind the last
    left: int
    right: int  # what is behind it on its last line stays
    quoted: bool = False  # written as YAML wants it


def wordy(text: str) -> bool:
    """Whether there is a word outside mathematics, code and the targets of roles; a number in bold is one."""
    rest = re.sub(r"\{(?:eq|cite|cite:t)\}`[^`]*`|(?<!\})(`+).+?\1|\$[^$]*\$", "", text)
    rest = re.sub(r"<[^>]*>`", "`", rest)
    rest = re.sub(r"\{[\w:]+\}", "", rest)
    return bool(WORD.search(rest) or TEXT.search(text) or re.match(r"\*\*\d+\.\*\*", text))


class Page:
    """Collects the messages of a page's lines, from its tokens."""

    def __init__(self, source: str):
        self.lines = source.split("\n")
        self.found: list[Message] = []
        self.scan(0, len(self.lines), 0, "text")

    def add(self, text: str, kind: str, start: int, column: int = 0) -> Message:
        """Find a text at or behind a line, in which its own lines may be indented."""
        rows = text.split("\n")
        first, last = rows[0], rows[-1]
        while first not in self.lines[start][column:]:
            start, column = start + 1, 0
        left = self.lines[start].index(first, column)
        stop = start + len(rows) - 1
        right = self.lines[stop].index(last, left if stop == start else 0) + len(last)
        whole = re.sub(r"\s*\n\s*", " ", text)
        self.found.append(Message(whole, kind, start, stop + 1, left, right))
        return self.found[-1]

    def scan(self, start: int, stop: int, indent: int, kind: str) -> None:
        """Collect from the lines between two, of which each is indented."""
        source = "\n".join(line[indent:] for line in self.lines[start:stop])
        parents: list[str] = []
        last = None
        for token in parser().parse(source):
            at = start + token.map[0] if token.map else start
            if token.type.endswith("_open"):
                parents.append(token.type.removesuffix("_open"))
            elif token.type.endswith("_close"):
                parents.pop()
            elif token.type == "inline" and token.content.strip():
                inside = [name for name in parents if name != "paragraph"]
                text = CHOICE.sub("", token.content, count=1) if kind == "check" else token.content
                cell = parents[-1] in ("td", "th")
                column = last.right if cell and last and last.start == at else 0
                last = self.add(text, inside[-1] if inside else kind, at, column)
            elif token.type in ("math_block", "math_block_label", "amsmath"):
                column = 0
                for match in TEXT.finditer(token.content):
                    placed = self.add(match[0], "formula", at, column)
                    at, column = placed.start, placed.right
            elif token.type in ("fence", "colon_fence"):
                self.directive(at, start + token.map[1])

    def directive(self, start: int, stop: int) -> None:
        """Collect from a fenced block: its title, its options, its body."""
        opening = OPENING.match(self.lines[start])
        name, title = opening.groups() if opening else (None, None)
        if name == "code-cell":
            return self.code(start + 1, stop - 1)
        if name == "glossary":
            return self.glossary(start + 1, stop - 1)
        if name is None or name in WORDLESS:
            return None
        if name not in NESTED:
            raise ValueError(f"line {start + 1}: what is text in {{{name}}} is not said")
        if name in TITLED and title:
            self.add(title, f"title of {name}", start)
        at = start + 1
        while at < stop - 1 and (option := OPTION.match(self.lines[at])):
            if option[1] in OPTIONS:
                self.add(option[2].strip(), option[1], at)
            at += 1
        indent = len(self.lines[start]) - len(self.lines[start].lstrip())
        return self.scan(at, stop - 1, indent, "caption" if name == "figure" else name)

    def code(self, start: int, stop: int) -> None:
        """Collect captions, alternative texts, and the comments of what readers see."""
        at, tags = start, self.lines[start].partition(":tags:")[2]
        if self.lines[at].strip() == "---":
            while self.lines[at := at + 1].strip() != "---":
                if found := YAML_TEXT.match(self.lines[at]):
                    place = found.start(2), len(self.lines[at])
                    text = yaml.safe_load(found[2])
                    self.found.append(Message(text, found[1], at, at + 1, *place, quoted=True))
                elif self.lines[at].startswith("tags:"):
                    tags = self.lines[at]
            at += 1
        if UNSEEN & set(re.findall(r"\w[\w-]*", tags)):
            return
        while OPTION.match(self.lines[at]):
            at += 1
        for line, left, text in comments("\n".join(self.lines[at:stop])):
            right = left + len(text)
            self.found.append(Message(text, "comment", at + line, at + line + 1, left, right))

    def glossary(self, start: int, stop: int) -> None:
        """Collect terms, which stand at the left, and their definitions."""
        at = start
        while at < stop:
            line = self.lines[at]
            end = at + 1
            if line.startswith(" "):
                while end < stop and self.lines[end].strip():
                    end += 1
                self.scan(at, end, len(line) - len(line.lstrip()), "definition")
            elif line.strip() and not line.startswith(":"):
                self.add(line, "term", at)
            at = end


def comments(code: str) -> Iterator[tuple[int, int, str]]:
    """Line, column and words of each comment; none for what is no Python, as a magic command."""
    try:
        tokens = list(tokenize.generate_tokens(io.StringIO(code).readline))
    except (tokenize.TokenError, SyntaxError):
        return
    for token in tokens:
        if token.type == tokenize.COMMENT and token.string.startswith("# "):
            yield token.start[0] - 1, token.start[1] + 2, token.string[2:]


def without_comments(code: str) -> str:
    """What a cell does: its code, without what its comments say."""
    lines = code.split("\n")
    for line, left, _ in comments(code):
        lines[line] = lines[line][: left - 2]
    return "\n".join(line.rstrip() for line in lines)


def messages(source: str) -> list[Message]:
    """What there is to translate in a page, in its order. Raises ValueError for an unknown directive."""
    return [message for message in Page(source).found if wordy(message.text)]


def translated(source: str, look_up: Callable[[str], str | None]) -> str:
    """The page with what `look_up` gives for its messages; what is None or empty stays as it is."""
    lines = source.split("\n")
    for message in sorted(messages(source), key=lambda m: (m.start, m.left), reverse=True):
        if not (new := look_up(message.text)):
            continue
        if message.quoted:
            new = json.dumps(new, ensure_ascii=False)
        if message.kind == "term":
            new = f"{message.text}\n{new}"  # the English is what `{term}` names, and what one looks up
        head = lines[message.start][: message.left]
        tail = lines[message.stop - 1][message.right :]
        lines[message.start : message.stop] = [head + new + tail]
    return "\n".join(lines)
