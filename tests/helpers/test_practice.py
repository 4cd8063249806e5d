import math

import pytest
import torch

import d2l_helpers as d2l

HINT = "Look there."
TABLE = torch.tensor([[1.0, 2.0], [3.0, 0.0]])
ASKED_2X2 = "a tensor of the shape (2, 2) was asked for."
ASKED_NUMBER = "one number was asked for."


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (0.5, 0.5),
        (torch.tensor([[0.5]], requires_grad=True), 0.5),
        (0.50004, torch.tensor(0.5)),
        (1, 1.0),
        (0.0, 0),
        (math.inf, math.inf),
        (" Axis ", "axis"),
        ((2, 3), torch.Size([2, 3])),
        ([2, 3], (2, 3)),
        (torch.tensor([2, 3]), (2, 3)),
        (TABLE, TABLE.double() + 1e-7),
        (TABLE > 0, TABLE > 0),
        (torch.zeros(0, 2), torch.zeros(0, 2)),
    ],
)
def test_right(answer, expected, capsys):
    d2l.check(answer, expected, HINT)
    assert capsys.readouterr().out == "Right.\n"


@pytest.mark.parametrize(
    ("answer", "expected", "problem"),
    [
        (..., 0.5, "put your answer in the place of the `...`."),
        (None, 0.5, "there is no result. Does your function `return` one?"),
        (0.4, 0.5, f"0.4 is too small. {HINT}"),
        (torch.tensor(0.6), 0.5, f"0.6 is too large. {HINT}"),
        (0.5006, 0.5, f"0.5006 is too large. {HINT}"),
        (-0.5, 0.5, f"-0.5 is too small. {HINT}"),
        (math.nan, 0.5, f"nan is no number. {HINT}"),
        (True, 1.0, f"the result is of the type bool; {ASKED_NUMBER}"),
        ("0.5", 0.5, f"the result is of the type str; {ASKED_NUMBER}"),
        (TABLE, 0.5, f"the result has the shape (2, 2); {ASKED_NUMBER}"),
        (TABLE[0], TABLE, f"the result has the shape (2,); {ASKED_2X2}"),
        (0.5, TABLE, f"the result is of the type float; {ASKED_2X2}"),
        (TABLE.T, TABLE, f"the entry [0, 1], 3, is too large. {HINT}"),
        (TABLE - 0.01, TABLE, f"the entry [0, 0], 0.99, is too small. {HINT}"),
        (TABLE / TABLE[1, 1], TABLE, f"the entry [0, 0], inf, is too large. {HINT}"),
        (TABLE < 2, TABLE > 2, f"the entry [0, 0], 1, is too large. {HINT}"),
        ((3, 2), (2, 3), f"it is not (3, 2). {HINT}"),
        ((2,), (2, 3), f"it is not (2,). {HINT}"),
        (6, (2, 3), "the result is of the type int; 2 numbers in brackets were asked for, such as (2, 3)."),
        (4, (4,), "the result is of the type int; a shape with one number has a comma in it, such as (2,)."),
        ("23", (2, 3), "the result is of the type str; 2 numbers in brackets were asked for, such as (2, 3)."),
        ("row", "axis", f'it is not "row". {HINT}'),
        (1, "axis", 'the result is of the type int; a word in quotation marks, "…", was asked for.'),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_and_not_what_is_right(answer, expected, problem, capsys):
    d2l.check(answer, expected, HINT)
    assert capsys.readouterr().out == f"Not yet: {problem}\n"


def test_a_hint_may_be_missing(capsys):
    d2l.check(0.4, 0.5)
    assert capsys.readouterr().out == "Not yet: 0.4 is too small.\n"


def test_the_tolerance_can_be_set(capsys):
    d2l.check(0.4, 0.5, rtol=0.2)
    d2l.check(TABLE + 0.1, TABLE, rtol=0.1)  # the zero is off by more than 0.1 · 0.001
    right, wrong = capsys.readouterr().out.splitlines()
    assert (right, wrong) == ("Right.", "Not yet: the entry [1, 1], 0.1, is too large.")


@pytest.mark.parametrize("expected", [None, ..., {1}])
def test_there_must_be_something_to_compare_with(expected):
    with pytest.raises(TypeError, match="expected must be a number"):
        d2l.check(1, expected)


@pytest.mark.parametrize("rtol", [-0.1, math.nan])
def test_a_tolerance_is_not_negative(rtol):
    with pytest.raises(ValueError, match="rtol must be at least 0"):
        d2l.check(1, 1, rtol=rtol)
