import math

import pytest
import torch
from torch import nn

from d2l_helpers import accuracy, cross_entropy, softmax

LOGITS = [
    torch.randn(5, 4, generator=torch.Generator().manual_seed(0)),
    torch.randn(1, 10, generator=torch.Generator().manual_seed(1)),
    torch.tensor([[1000.0, -1000.0, 0.0], [-1000.0, -1000.0, -1000.0], [1000.0, 1000.0, 999.0]]),
    torch.tensor([[-1000.0], [1000.0]]),
    torch.zeros(3, 2, dtype=torch.float64),
]


@pytest.mark.parametrize("X", LOGITS)
def test_softmax_is_pytorchs(X):
    torch.testing.assert_close(softmax(X), torch.softmax(X, 1))


def test_softmax_by_hand():
    X = torch.tensor([[0.0, math.log(3)], [math.log(4), 0.0]])
    torch.testing.assert_close(softmax(X), torch.tensor([[0.25, 0.75], [0.8, 0.2]]))


@pytest.mark.parametrize("X", LOGITS)
def test_softmax_gradient_is_pytorchs(X):
    ours, theirs = X.clone().requires_grad_(), X.clone().requires_grad_()
    weights = torch.arange(X.numel(), dtype=X.dtype).reshape(X.shape)
    (softmax(ours) * weights).sum().backward()
    (torch.softmax(theirs, 1) * weights).sum().backward()
    torch.testing.assert_close(ours.grad, theirs.grad, rtol=1e-5, atol=1e-6)


def test_softmax_leaves_its_argument_alone():
    X = torch.tensor([[1.0, 2.0]])
    softmax(X)
    assert X.tolist() == [[1, 2]]


@pytest.mark.parametrize("dtype", [torch.uint8, torch.int8, torch.int16, torch.int32, torch.int64])
@pytest.mark.parametrize("n", [1, 6])
def test_cross_entropy_is_pytorchs(n, dtype):
    logits = torch.randn(n, 3, generator=torch.Generator().manual_seed(0))
    y = torch.arange(n) % 3
    expected = nn.functional.cross_entropy(logits, y, reduction="none")
    torch.testing.assert_close(cross_entropy(softmax(logits), y.to(dtype)), expected)


def test_cross_entropy_by_hand():
    y_hat = torch.tensor([[0.1, 0.3, 0.6], [0.3, 0.2, 0.5], [1.0, 0.0, 0.0]])
    loss = cross_entropy(y_hat, torch.tensor([0, 2, 1]))
    torch.testing.assert_close(loss, torch.tensor([math.log(10), math.log(2), math.inf]))


@pytest.mark.parametrize("score", [cross_entropy, accuracy])
@pytest.mark.parametrize("y", [[0, 3], [-1, 0], [-3, 2], [0, 255]])
def test_labels_out_of_range(score, y):
    with pytest.raises(ValueError, match=r"labels must be in 0 … 2, not \["):
        score(torch.full((2, 3), 1 / 3), torch.tensor(y))


@pytest.mark.parametrize(
    ("y_hat", "y"), [((2, 3), (3,)), ((2, 3), (1,)), ((2, 3), (2, 1)), ((3,), (3,)), ((2, 3), ())]
)
def test_cross_entropy_shapes_that_differ(y_hat, y):
    with pytest.raises(ValueError, match=r"y_hat must be \(n, q\) and y \(n,\)"):
        cross_entropy(torch.ones(y_hat), torch.zeros(y, dtype=torch.int64))


@pytest.mark.parametrize("score", [cross_entropy, accuracy])
@pytest.mark.parametrize(
    "y",
    [torch.tensor([0, 0.5]), torch.tensor([True, False]), torch.zeros(2, dtype=torch.complex64)],
)
def test_labels_that_are_no_whole_numbers(score, y):
    with pytest.raises(TypeError, match=f"labels must be whole numbers, not {y.dtype}"):
        score(torch.full((2, 3), 1 / 3), y)


def test_labels_may_be_whole_floats():
    y_hat = torch.tensor([[0.25, 0.75], [0.5, 0.5]])
    assert accuracy(y_hat, torch.tensor([1.0, 1.0])) == 1
    assert cross_entropy(y_hat, torch.tensor([0.0, 1.0])).exp().tolist() == [4, 2]


SCORES = torch.tensor([[0.1, 0.3, 0.6], [0.3, 0.2, 0.5], [9.0, -9.0, 0.0], [0.0, 1000.0, 999.0]])


@pytest.mark.parametrize(
    ("y_hat", "y", "right"),
    [
        (SCORES, [0, 2, 0, 1], 3),
        (SCORES, [2, 2, 0, 1], 4),
        (SCORES[:1], [1], 0),
        (torch.tensor([0, 2, 1]), [0, 1, 1], 2),
        (torch.tensor([[0], [2], [1]]), [0, 1, 1], 2),
        (torch.tensor([[0.0], [2.0], [1.0]]), [0, 1, 1], 2),
        (torch.zeros(0, 3), [], 0),
    ],
)
@pytest.mark.parametrize("column", [False, True])
def test_accuracy_counts(y_hat, y, right, column):
    y = torch.tensor(y, dtype=torch.int64)
    number = accuracy(y_hat, y.reshape(-1, 1) if column else y)
    assert isinstance(number, float)
    assert number == right


@pytest.mark.parametrize(
    ("y_hat", "y"),
    [
        *((shape, (n,)) for shape in [(4, 3), (4, 1), (4,)] for n in (1, 3, 5)),
        ((2, 3, 4), (2,)),
        ((2, 3, 4), (2, 4)),
        ((2, 3), (2, 3)),
        ((2, 1, 3), (6,)),
        ((2,), (2, 2)),
    ],
)
def test_accuracy_shapes_that_differ(y_hat, y):
    with pytest.raises(ValueError, match=r"y_hat must be \(n, q\) and y \(n,\), not \("):
        accuracy(torch.zeros(y_hat), torch.zeros(y, dtype=torch.int64))


def test_scores_that_are_no_numbers_predict_nothing():
    y_hat = torch.tensor([[math.nan, 0.0], [0.0, math.nan], [math.inf, 0.0], [0.0, -math.inf]])
    assert accuracy(y_hat, torch.tensor([0, 1, 0, 0])) == 2


def test_softmax_of_whole_numbers():
    """Unsigned ones would wrap around below 0."""
    for dtype in (torch.uint8, torch.int64, torch.bool):
        X = torch.tensor([[0, 1], [1, 1]]).to(dtype)
        torch.testing.assert_close(softmax(X), softmax(X.float()))


def test_complex_scores_are_refused():
    y_hat = torch.ones(2, 3, dtype=torch.complex64)
    for function in (cross_entropy, accuracy):
        with pytest.raises(TypeError, match="real numbers"):
            function(y_hat, torch.tensor([0, 1]))


def test_scores_of_three_axes_are_refused_for_one_sample_too():
    with pytest.raises(ValueError, match="y_hat must be"):
        accuracy(torch.zeros(1, 1, 3), torch.tensor([0]))
