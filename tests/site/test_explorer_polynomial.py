"""The explorer of polynomials: what it shows and says is what least squares with a penalty gives."""

import re
from itertools import product

import numpy as np
import pytest
from figures import number

WORDS = re.compile(
    r"Degree (\d+), λ (\S+): training error (\S+), validation error (\S+), "
    r"largest weight (\S+)\."
)


def powers(x, degree):
    return np.vander(np.array(x), degree + 1, increasing=True)[:, [*range(1, degree + 1), 0]]


def fitted(data, degree, lam):
    """The parameters, the bias last: a long least-squares problem instead of a formula."""
    P, n = powers(data["x"], degree), len(data["x"])
    penalty = np.sqrt(n * lam) * np.eye(degree, degree + 1)
    return np.linalg.lstsq(np.vstack([P, penalty]), [*data["y"], *[0] * degree], rcond=None)[0]


def test_it_says_what_least_squares_gives(figures):
    data = figures["polynomial"].data
    cases = list(product(enumerate(data["degrees"]), enumerate(data["lams"])))
    moves = [{"degree": degree, "lam": i} for (_, degree), (i, _) in cases]
    for ((k, degree), (i, lam)), said in zip(cases, figures["polynomial"].say(*moves), strict=True):
        found = WORDS.fullmatch(said.words).groups()
        told_degree, told_lam, training, validation, largest = map(number, found)
        assert (told_degree, told_lam) == (degree, lam)
        assert number(said.texts["lam"]) == lam
        w = fitted(data, degree, lam)
        residuals = powers(data["x"], degree) @ w - data["y"]
        assert training == pytest.approx(np.sqrt((residuals**2).mean()), abs=5.1e-3)
        assert validation == pytest.approx(data["errors"][k][i][1], abs=5.1e-3)
        assert largest == pytest.approx(abs(w[:-1]).max(), rel=0.02)
        curve = powers(data["grid"], degree) @ w
        assert data["curves"][k][i] == pytest.approx(curve, abs=0.02)


def test_it_starts_where_the_model_fits_too_well(figures):
    (said,) = figures["polynomial"].say({})
    assert said.words.startswith("Degree 11, λ 0: training error 0.00, validation error 0.58, ")
