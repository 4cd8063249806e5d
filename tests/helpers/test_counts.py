"""Every argument that counts something has to be an integer of at least 1, and is looked at first."""

import numpy as np
import pytest
import torch

import d2l_helpers as d2l

W = torch.ones(2)
COUNTS = {
    "num_examples of synthetic_data": lambda n: d2l.synthetic_data(W, 0, n),
    "batch_size of data_iter": lambda n: d2l.data_iter(n, W, W),
    "batch_size of load_array": lambda n: d2l.load_array((W, W), n),
    "batch_size of sgd": lambda n: d2l.sgd([], 0.1, n),
    "batch_size of load_data_fashion_mnist": lambda n: d2l.load_data_fashion_mnist(n, root="-"),
    "resize of load_data_fashion_mnist": lambda n: d2l.load_data_fashion_mnist(8, (9, n), root="-"),
    "n of Accumulator": d2l.Accumulator,
    "num_epochs of train": lambda n: d2l.train(None, [], [], None, n, None),
    "n of predict": lambda n: d2l.predict(None, [], n),
}


@pytest.mark.parametrize("count", [2, 2.0, np.int64(2), np.float32(2), torch.tensor(2)])
def test_counts_of_any_type(count):
    assert d2l.synthetic_data(W, 0, count)[0].shape == (2, 2)
    assert [len(X) for X, _ in d2l.data_iter(count, W, W)] == [2]
    assert [len(X) for X, _ in d2l.load_array((W, W), count)] == [2]
    assert len(d2l.Accumulator(count).data) == 2


@pytest.mark.parametrize("what", COUNTS)
@pytest.mark.parametrize(
    ("count", "error", "message"),
    [
        (0, ValueError, "at least 1, not 0"),
        (-1, ValueError, "at least 1, not -1"),
        (2.5, TypeError, "an integer, not 2.5"),
        (True, TypeError, "an integer, not True"),
        ("1", TypeError, "an integer, not '1'"),
        (None, TypeError, "an integer, not None"),
    ],
)
def test_bad_counts(what, count, error, message):
    with pytest.raises(error, match=f"^{what.split()[0]} must be {message}$"):
        COUNTS[what](count)
