import pytest
from _ext.api import paragraphs, parameters, process, restructured

TITLES = ["X", "y", "lr"]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("See `sec:theory`.", "See :ref:`sec:theory`."),
        ("As `Timer` does", "As :py:obj:`Timer <d2l_helpers.Timer>` does"),
        ("of `x + 1`, `y`", "of ``x + 1``, ``y``"),
        ("X: (n, d).", "``X``: (n, d)."),
        ("X, y: tensors; lr: a number.", "``X``, ``y``: tensors; ``lr``: a number."),
        ("XX: no, z: no, X is", "XX: no, z: no, X is"),
        ("X、y：张量。见`sec:theory`。", "``X``、``y``：张量。见:ref:`sec:theory`。"),
    ],
)
def test_a_line_of_prose_is_marked_up(line, expected):
    assert restructured(line, TITLES).replace("\\ ", "") == expected


def test_parameters():
    assert parameters(lambda X, *, lr=1: None) == ["X", "lr"]
    assert parameters(3) == []


def test_paragraphs_of_a_docstring_are_not_its_examples():
    lines = ["One", "more.", "", ">>> f(1)", "1", "", "Two.", ""]
    assert list(paragraphs(lines)) == [(0, 2), (6, 7)]


def test_examples_stay():
    lines = [">>> f(`a`)", "X: 1", "", "X: 1", ""]
    process(None, "function", "f", lambda X: None, None, lines)
    assert lines == [">>> f(`a`)", "X: 1", "", r"\ ``X``\ : 1", ""]


PAGE = """\
(sec:softmax-scratch)=
# A chapter

```{eval-rst}
.. autofunction:: d2l_helpers.accuracy
```
"""


def test_a_docstring_on_its_page(build):
    site = build(PAGE, "api")
    text = site["index"].dd
    assert text.select_one("a.reference").get_text() == "A chapter"
    assert {"y_hat", "y"} <= {code.get_text() for code in text.select("code")}
    assert text.select_one(".doctest").get_text().startswith(">>> y_hat = torch.tensor(")
    assert site.warnings == ""
