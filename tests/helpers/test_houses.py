import pytest
import torch

import d2l_helpers as d2l


@pytest.fixture(scope="module")
def houses():
    return d2l.load_houses()


def test_columns(houses):
    assert {(column.shape, column.dtype) for column in houses.values()} == {((321,), torch.float32)}
    assert all(column.isfinite().all() for column in houses.values())


@pytest.mark.parametrize(
    ("name", "lowest", "highest"),
    [
        ("price", 26, 300),  # thousand dollars
        ("year", 1978, 1981),
        ("age", 0, 189),
        ("area", 735 * 0.09290304, 5136 * 0.09290304),  # m² of a square foot
        ("land", 1710 * 0.09290304, 544_500 * 0.09290304),
        ("rooms", 4, 10),
        ("baths", 1, 4),
        ("centre", 0.3048, 35 * 0.3048),  # km of a thousand feet
        ("highway", 0.3048, 34 * 0.3048),
        ("incinerator", 5 * 0.3048, 40 * 0.3048),
    ],
)
def test_units(houses, name, lowest, highest):
    ends = houses[name].aminmax()
    assert (ends.min.item(), ends.max.item()) == pytest.approx((lowest, highest))


def test_years(houses):
    year, sold = houses["year"].unique(return_counts=True)
    assert (year.tolist(), sold.tolist()) == ([1978, 1981], [179, 142])


def test_least_squares(houses):
    X = torch.stack([houses["area"], houses["age"], torch.ones(321)], 1).double()  # (321, 3)
    y = houses["price"].double()
    w = torch.linalg.lstsq(X, y[:, None]).solution[:, 0]
    assert w[:2].tolist() == pytest.approx([0.42, -0.40], abs=0.005)
    assert 1 - (X @ w - y).var() / y.var() == pytest.approx(0.51, abs=0.005)


def test_a_change_of_what_was_loaded_does_not_last(houses):
    loaded = d2l.load_houses()["price"]
    loaded += 1
    assert torch.equal(d2l.load_houses()["price"], houses["price"])
