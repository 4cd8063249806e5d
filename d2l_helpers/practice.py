"""Practice: what a short exercise says to an answer."""

import math
from collections.abc import Sequence

import torch
from torch import Tensor


def check(
    answer: object,
    expected: float | str | Sequence[int] | Tensor,
    hint: str = "",
    *,
    rtol: float = 1e-3,
) -> None:
    """Print "Right.", or what is wrong with an answer; `sec:first-model` uses it first.

    answer: what a learner has computed. expected: what it should be: a number, a string, a shape
    or another sequence of integers, or a tensor of any shape. hint: where to look if the form of
    the answer is right and its value is not. rtol: how far a number may be off, relative to the
    expected one, at least 0.
    The expected value is not shown.
    Raises TypeError if expected is of another kind; ValueError if rtol < 0.

    >>> d2l.check(0.25, 0.5, "Divide by the number of samples.")
    Not yet: 0.25 is too small. Divide by the number of samples.
    >>> d2l.check(torch.zeros(2, 3), 0.5)
    Not yet: the result has the shape (2, 3); one number was asked for.
    >>> d2l.check((2, 3), torch.zeros(2, 3).shape)
    Right.
    """
    if not isinstance(expected, int | float | str | Sequence | Tensor):
        raise TypeError(
            f"expected must be a number, a string, integers or a tensor, not {expected!r}"
        )
    if not rtol >= 0:
        raise ValueError(f"rtol must be at least 0, not {rtol}")
    if answer is ...:
        problem = "put your answer in the place of the `...`."
    elif answer is None:
        problem = "there is no result. Does your function `return` one?"
    elif isinstance(expected, str):
        problem = _text(answer, expected, hint)
    elif isinstance(expected, Tensor) and expected.dim() > 0:
        problem = _tensor(answer, expected, hint, rtol)
    elif isinstance(expected, int | float | Tensor):
        problem = _number(answer, float(expected), hint, rtol)
    else:
        problem = _integers(answer, expected, hint)
    print(f"Not yet: {problem}".rstrip() if problem else "Right.")


def _kind(answer: object) -> str:
    """What an answer of the wrong form is."""
    if isinstance(answer, Tensor):
        return f"the result has the shape {tuple(answer.shape)}"
    return f"the result is of the type {type(answer).__name__}"


def _text(answer: object, expected: str, hint: str) -> str:
    """What is wrong with an answer in words."""
    if not isinstance(answer, str):
        return f'{_kind(answer)}; a word in quotation marks, "…", was asked for.'
    return "" if answer.strip().lower() == expected.lower() else f'it is not "{answer}". {hint}'


def _integers(answer: object, expected: Sequence[int], hint: str) -> str:
    """What is wrong with a shape, or with another sequence of integers."""
    if isinstance(answer, Tensor):
        answer = answer.tolist()
    if isinstance(answer, int) and len(expected) == 1:
        return f"{_kind(answer)}; a shape with one number has a comma in it, such as (2,)."
    if not isinstance(answer, Sequence) or isinstance(answer, str):
        return (
            f"{_kind(answer)}; {len(expected)} numbers in brackets were asked for, such as (2, 3)."
        )
    return "" if tuple(answer) == tuple(expected) else f"it is not {tuple(answer)}. {hint}"


def _number(answer: object, expected: float, hint: str, rtol: float) -> str:
    """What is wrong with a number."""
    if isinstance(answer, Tensor) and answer.numel() == 1:
        answer = answer.item()
    if not isinstance(answer, int | float) or isinstance(answer, bool):
        return f"{_kind(answer)}; one number was asked for."
    if answer == expected or abs(answer - expected) <= rtol * max(abs(expected), 1e-3):
        return ""
    return f"{answer:.4g} {_off(answer, expected)}. {hint}"


def _off(answer: float, expected: float) -> str:
    """Which way a value is off."""
    if math.isnan(answer):
        return "is no number"
    return f"is too {'small' if answer < expected else 'large'}"


def _tensor(answer: object, expected: Tensor, hint: str, rtol: float) -> str:
    """What is wrong with a tensor: its shape, or its first wrong entry."""
    if not isinstance(answer, Tensor) or answer.shape != expected.shape:
        return f"{_kind(answer)}; a tensor of the shape {tuple(expected.shape)} was asked for."
    ours, theirs = answer.detach().cpu().double(), expected.detach().cpu().double()
    wrong = (~torch.isclose(ours, theirs, rtol=rtol, atol=1e-3 * rtol)).nonzero()
    if len(wrong) == 0:
        return ""
    place = tuple(wrong[0].tolist())
    off = _off(ours[place].item(), theirs[place].item())
    return f"the entry {list(place)}, {ours[place]:.4g}, {off}. {hint}"
