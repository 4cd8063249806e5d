"""Checks of arguments that several modules share."""

import operator
from typing import SupportsIndex, cast

import numpy as np
from torch import Tensor


def integer(name: str, value: object) -> int:
    """The integer that `value` is, also as a float such as 256.0; `name` is what an error calls it."""
    if isinstance(value, float | np.floating) and value.is_integer():
        return int(value)
    try:
        if isinstance(value, bool):
            raise TypeError
        return operator.index(cast("SupportsIndex", value))
    except TypeError:
        raise TypeError(f"{name} must be an integer, not {value!r}") from None


def floating(X: Tensor) -> Tensor:
    """X itself, or whole numbers as floating-point ones: unsigned ones wrap around below 0."""
    return X if X.is_floating_point() else X + 0.0


def positive_int(name: str, value: object) -> int:
    """The integer of at least 1 that `value` is; `name` is what an error calls it."""
    number = integer(name, value)
    if number < 1:
        raise ValueError(f"{name} must be at least 1, not {value}")
    return number
