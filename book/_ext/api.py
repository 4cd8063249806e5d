"""Docstrings in plain text, made into reStructuredText for the page that sphinx.ext.autodoc fills."""

import inspect
import re
from collections.abc import Iterator

import d2l_helpers

from .languages import look_up


def marked_up(code: str) -> str:
    """What stands between single backticks: a chapter, one of our names, or other code."""
    if code.startswith("sec:"):
        text = f":ref:`{code}`"  # shown as the chapter's title
    elif code in d2l_helpers.__all__:
        text = f":py:obj:`{code} <d2l_helpers.{code}>`"
    else:
        text = f"``{code}``"
    return rf"\ {text}\ "  # so that it may stand between Chinese characters


def parameters(obj) -> list[str]:
    """The names of a function's parameters; none for what cannot be called."""
    return list(inspect.signature(obj).parameters) if callable(obj) else []


def restructured(line: str, names: list[str]) -> str:
    """One line of prose; `names:` are the parameters that it may describe."""
    line = re.sub(r"`([^`]+)`", lambda match: marked_up(match[1]), line)
    if names:  # "X: (n, d)." and "X, y: tensors."
        described = rf"\b(?:{'|'.join(names)})(?=(?:(?:, |、)[A-Za-z_]\w*)*(?:: |：))"
        line = re.sub(described, lambda match: rf"\ ``{match[0]}``\ ", line)
    return line


def paragraphs(lines: list[str]) -> Iterator[tuple[int, int]]:
    """Where the paragraphs of a docstring begin and end; not those of examples."""
    start = 0
    for i, line in enumerate([*lines, ""]):
        if line.strip():
            continue
        if start < i and not lines[start].startswith(">>> "):
            yield start, i
        start = i + 1


def joined(lines: list[str]) -> str:
    """A paragraph without its line breaks."""
    return " ".join(map(str.strip, lines))


def docstrings(source: str) -> Iterator[str]:
    """The paragraphs of the docstrings that a page shows."""
    for kind, name in re.findall(r"(?m)^\.\. auto(function|class):: d2l_helpers\.(\w+)", source):
        thing = getattr(d2l_helpers, name)
        members = [m for key, m in vars(thing).items() if key[0] != "_"] if kind == "class" else []
        for text in filter(None, map(inspect.getdoc, [thing, *members])):
            lines = text.split("\n")
            yield from (joined(lines[start:stop]) for start, stop in paragraphs(lines))


def translate(app, what, name, obj, options, lines) -> None:
    """Put a docstring in place into the language of the site."""
    get = look_up(app, app.env.docname)
    for start, stop in reversed(list(paragraphs(lines))):
        if new := get(joined(lines[start:stop])):
            lines[start:stop] = [new]


def process(app, what, name, obj, options, lines) -> None:
    """Rewrite a docstring in place; examples, from `>>>` to the next empty line, stay."""
    names, example = parameters(obj), False
    for i, line in enumerate(lines):
        example = bool(line) and (example or line.startswith(">>> "))
        if not example:
            lines[i] = restructured(line, names)


def setup(app):
    """Register the extension with Sphinx."""
    app.setup_extension("sphinx.ext.autodoc")
    app.connect("autodoc-process-docstring", translate, priority=400)
    app.connect("autodoc-process-docstring", process)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
