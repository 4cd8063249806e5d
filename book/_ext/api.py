"""Docstrings in plain text, made into reStructuredText for the page that sphinx.ext.autodoc fills."""

import inspect
import re

import d2l_helpers


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
    app.connect("autodoc-process-docstring", process)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
