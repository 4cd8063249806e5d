"""The explorer of houses: what it computes is what the chapter and least squares give."""

import re
from itertools import product

import numpy as np
import pytest
from figures import number

WORDS = re.compile(
    r"(The price|The logarithm of the price) from (.+): training error (\S+), "
    r"validation error (\S+) thousand dollars; the baseline has (\S+) and (\S+)\."
)


def chosen_weights(data, chosen, logarithm):
    """What one more of each feature adds, and the prediction for each house, by least squares."""
    columns, price, count = np.array(data["columns"]), np.array(data["price"]), data["count"]
    known = np.vstack([columns[chosen], np.ones(len(price))]).T
    y = np.log(price) if logarithm else price
    found = np.linalg.lstsq(known[:count], y[:count], rcond=None)[0]
    w = np.zeros(len(columns))
    w[chosen] = found[:-1] / np.array(data["scales"])[chosen]
    return w, np.exp(known @ found) if logarithm else known @ found


def test_its_errors_are_those_of_the_chapter(figures):
    data = figures["houses"].data
    features = data["features"]
    cases = list(product((0, 1), repeat=len(features) + 1))
    moves = [dict(zip([*features, "logarithm"], case, strict=True)) for case in cases]
    said = figures["houses"].say(*moves)
    for case, one, errors in zip(cases, said, data["errors"], strict=True):
        what, names, *numbers = WORDS.fullmatch(one.words).groups()
        *chosen, logarithm = case
        assert (what == "The logarithm of the price") == logarithm
        wanted = [name for name, use in zip(features, chosen, strict=True) if use]
        assert names == (", ".join(wanted) or "no feature")
        assert list(map(number, numbers)) == pytest.approx([*errors, *data["baseline"]], abs=0.051)
        _, predicted = chosen_weights(data, np.array(chosen, bool), logarithm)
        squares = (predicted - data["price"]) ** 2
        parts = squares[: data["count"]], squares[data["count"] :]
        assert [np.sqrt(part.mean()) for part in parts] == pytest.approx(
            errors, abs=0.066
        )  # weights of four digits


def test_it_starts_with_the_first_model(figures):
    (said,) = figures["houses"].say({})
    assert said.words.startswith("The price from area, age: training error 32.1, ")


def test_the_houses_of_the_test_set_stay_unseen(figures):
    """321 houses less the 64 of the test set; the training set gives the columns their scale."""
    data = figures["houses"].data
    assert (len(data["price"]), data["count"]) == (257, 193)
    for column in data["columns"]:
        assert len(column) == 257
        assert np.mean(column[:193]) == pytest.approx(0, abs=1e-3)
        assert np.std(column[:193], ddof=1) == pytest.approx(1, abs=1e-3)
