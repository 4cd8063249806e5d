"""What of a page is text that another language has its own of."""

import pytest
from _ext.translation import messages, translated, without_comments, wordy
from references import BOOK

PAGE = """\
---
kernelspec: {name: python3}
---

% slide

(sec:one)=
# A *title*

```{chapter}
:question: Why so?
:road: main

You need {ref}`tensors <sec:two>`.
```

A paragraph
on two lines with $x_\\text{a row}$.

$$\\text{length} = 3 \\quad \\text{for all } x$$

- an item
  that goes on
- [not a choice]

> 1. quoted

| head | `code` |
|---|---|
| the same | the same |
| $x$ | 3 |

```{code-cell}
---
tags: [hide-input]
mystnb:
  figure:
    caption: "Heads: \\"tails\\"."
  image:
    alt: A coin
---
x = 1  # metres
# above all
y = "# no comment"  # (n, 1)
```

```{code-cell}
:tags: [hidden]

# unseen
```

```{figure} a.svg
:alt: An arrow
:name: fig:a

The arrow.
```

````{exercise} Do it
:label: ex:do
:class: write

Now:

```{code-cell}
z = ...  # yours
```
````

```{solution-start} ex:do
```

```{check} name
:within: 1 %

How many?

- [ ] One.

  Too few.
- [x] `all`

  Just so.
```

```{glossary}
:sorted:

weight
   权重. A number of
   the model.
```
"""
EXPECTED = [
    ("A *title*", "heading"),
    ("Why so?", "question"),
    ("You need {ref}`tensors <sec:two>`.", "chapter"),
    ("A paragraph on two lines with $x_\\text{a row}$.", "text"),
    ("\\text{length}", "formula"),
    ("\\text{for all }", "formula"),
    ("an item that goes on", "list_item"),
    ("[not a choice]", "list_item"),
    ("quoted", "list_item"),
    ("head", "th"),
    ("the same", "td"),
    ("the same", "td"),
    ('Heads: "tails".', "caption"),
    ("A coin", "alt"),
    ("metres", "comment"),
    ("above all", "comment"),
    ("An arrow", "alt"),
    ("The arrow.", "caption"),
    ("Do it", "title of exercise"),
    ("Now:", "exercise"),
    ("yours", "comment"),
    ("How many?", "check"),
    ("One.", "list_item"),
    ("Too few.", "list_item"),
    ("Just so.", "list_item"),
    ("weight", "term"),
    ("权重. A number of the model.", "definition"),
]


def test_the_messages_of_a_page():
    assert [(message.text, message.kind) for message in messages(PAGE)] == EXPECTED


def test_what_is_not_translated_stays():
    assert translated(PAGE, lambda text: None) == PAGE
    assert translated(PAGE, lambda text: "") == PAGE


def test_each_message_is_replaced_in_its_place():
    new = translated(PAGE, lambda text: f"<{text.upper()}>")
    for line in [
        "# <A *TITLE*>",
        ":question: <WHY SO?>",
        "$$<\\TEXT{LENGTH}> = 3 \\quad <\\TEXT{FOR ALL }> x$$",
        "- <AN ITEM THAT GOES ON>",
        "> 1. <QUOTED>",
        "| <HEAD> | `code` |",
        "| <THE SAME> | <THE SAME> |",
        '    caption: "<HEADS: \\"TAILS\\".>"',
        "x = 1  # <METRES>",
        'y = "# no comment"  # (n, 1)',
        "# unseen",
        ":alt: <AN ARROW>",
        "````{exercise} <DO IT>",
        "z = ...  # <YOURS>",
        "- [ ] <ONE.>",
        "- [x] `all`",
        "weight\n<WEIGHT>",
        "   <权重. A NUMBER OF THE MODEL.>",
    ]:
        assert f"\n{line}\n" in new, line


def test_text_in_an_unknown_directive_is_an_error():
    with pytest.raises(ValueError, match=r"line 3: what is text in \{sidebar\} is not said"):
        messages("Text.\n\n```{sidebar}\nMore.\n```\n")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A word.", True),
        ("`code` and $x$", True),
        ("`only code`", False),
        ("``a `b` c`` $x \\to y$ 3.5", False),
        ("{ref}`sec:one`", True),
        ("{eq}`eq:one`, {cite}`one`", False),
        ("$\\text{length}$", True),
        ("**3.** $x$", True),
        ("{py:obj}`d2l.train`", True),
    ],
)
def test_what_has_words(text, expected):
    assert wordy(text) == expected


def test_code_without_its_comments():
    code = 'x = "# kept"  # gone\n# all gone\ny = 1  #also kept'
    assert without_comments(code) == 'x = "# kept"\n\ny = 1  #also kept'
    assert without_comments("x = (  # no Python") == "x = (  # no Python"


@pytest.mark.parametrize("path", sorted(BOOK.rglob("*.md")), ids=lambda p: str(p.relative_to(BOOK)))
def test_every_page_is_put_together_again(path):
    """Its messages are found where they are put, and nothing else is touched."""
    source = path.read_text()
    new = translated(source, lambda text: text)
    kept = [message.text for message in messages(source)]
    terms = [message.text for message in messages(source) if message.kind == "term"]
    again = [message.text for message in messages(new)]
    assert sorted(again) == sorted(kept + terms)  # a term keeps its English beside it
