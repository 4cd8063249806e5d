"""The docstrings: their examples run, they name chapters, and the reference page has them all."""

import doctest
import importlib
import importlib.util
import inspect
import pkgutil
import re
from pathlib import Path

import pytest
import torch

import d2l_helpers as d2l

BOOK = Path(__file__).resolve().parents[2] / "book"
PAGES = {path: path.read_text() for path in BOOK.rglob("*.md")}
PAGE = PAGES[BOOK / "reference" / "helpers.md"]
NAMES = {"torch": torch, "d2l": d2l}

ALIASES = {f"{name}_ch3": name for name in ("train_epoch", "train", "predict")}
DOCUMENTED = sorted(set(d2l.__all__) - set(ALIASES) - {"plt"})
# Helpers that their chapter shows under another name
SEEN_AS = {"get_dataloader_workers": "num_workers", "try_all_gpus": "try_gpu"}


def examples():
    """The examples of each docstring in the package, by the docstring's name."""
    finder, found = doctest.DocTestFinder(), {}
    for name in (module.name for module in pkgutil.iter_modules(d2l.__path__)):
        module = importlib.import_module(f"d2l_helpers.{name}")
        for test in finder.find(module, globs=NAMES):
            if test.examples:
                found[test.name.removeprefix(f"{module.__name__}.")] = test
    return found


EXAMPLES = examples()


@pytest.mark.parametrize("name", EXAMPLES)
def test_example_runs(name):
    output = []
    result = doctest.DocTestRunner().run(EXAMPLES[name], out=output.append)
    assert result.failed == 0, "".join(output)
    assert result.attempted > 0


@pytest.mark.parametrize("name", DOCUMENTED)
def test_every_public_name_has_an_example_that_calls_it(name):
    sources = [example.source for example in EXAMPLES[name].examples]
    assert f"d2l.{name}(" in "".join(sources)
    assert EXAMPLES[name].examples[-1].want, "an example that shows nothing proves nothing"
    assert "SKIP" not in "".join(sources)


def test_an_example_that_is_wrong_fails():
    wrong = EXAMPLES["squared_loss"].docstring.replace("0.1250", "0.2500")
    test = doctest.DocTestParser().get_doctest(wrong, NAMES, "wrong", None, 0)
    assert doctest.DocTestRunner().run(test, out=lambda text: None).failed == 1


def page_with(label):
    """The text of the page of the book whose title has this label; None if there is none."""
    return next((text for text in PAGES.values() if f"\n({label})=\n# " in f"\n{text}"), None)


@pytest.mark.parametrize("name", DOCUMENTED)
def test_first_line_names_a_chapter_that_has_it(name):
    first = inspect.getdoc(getattr(d2l, name)).splitlines()[0]
    labels = re.findall(r"; `(sec:[a-z0-9-]+)` [a-z ]+\.$", first)
    assert len(labels) == 1, first
    text = page_with(labels[0])
    assert text, f"{labels[0]} is no chapter"
    assert re.search(rf"\b{SEEN_AS.get(name, name)}\b", text), f"{labels[0]} has no {name}"


def test_all_chapters_named_anywhere_are_there():
    sources = "".join(path.read_text() for path in Path(d2l.__file__).parent.glob("*.py"))
    labels = set(re.findall(r"`(sec:[^`]+)`", sources))
    assert len(labels) > 3
    assert {label for label in labels if not page_with(label)} == set()


# The names for which the page asks autodoc, in its order
LISTED = re.findall(r"^\.\. auto(?:function|class):: d2l_helpers\.(\w+)$", PAGE, re.MULTILINE)


def test_page_lists_every_name_once_and_no_other():
    assert len(re.findall(r"^\.\. ", PAGE, re.MULTILINE)) == len(LISTED)
    assert sorted(LISTED) == DOCUMENTED


def test_page_names_the_aliases():
    text = " ".join(PAGE.split())
    for alias, name in ALIASES.items():
        assert f"`{alias}` is `{name}`" in text
    assert "`plt` is `matplotlib.pyplot`" in text
    assert d2l.plt.__name__ == "matplotlib.pyplot"


def test_page_keeps_the_names_of_a_module_in_one_section():
    sections = PAGE.split("\n## ")[1:]
    modules = [
        {getattr(d2l, n).__module__ for n in LISTED if f"_helpers.{n}\n" in s} for s in sections
    ]
    assert all(modules)
    assert sum(map(len, modules)) == len(set.union(*modules))
