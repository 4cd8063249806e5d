import math

import pytest
import torch
from torch import nn

from d2l_helpers import data_iter, linreg, load_array, sgd, squared_loss, synthetic_data

W = torch.tensor([2.0, -3.4])

BAD_COUNTS = [
    (0, ValueError, "at least 1, not 0"),
    (-1, ValueError, "at least 1, not -1"),
    (2.5, TypeError, "integer, not 2.5"),
    (True, TypeError, "integer, not True"),
    (None, TypeError, "integer, not None"),
]
bad_counts = pytest.mark.parametrize(("count", "error", "message"), BAD_COUNTS)


def seeded(seed=0):
    return torch.Generator().manual_seed(seed)


def samples(n):
    """Features whose entries say which sample they are, and labels that say it too."""
    return torch.arange(2 * n).reshape(n, 2), torch.arange(n).reshape(n, 1)


# synthetic_data


@pytest.mark.parametrize("w", [W, W.reshape(2, 1), torch.tensor([1.5]), torch.tensor([[1.5]])])
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("n", [1, 7])
def test_synthetic_data_without_noise(w, dtype, n):
    w = w.to(dtype)
    X, y = synthetic_data(w, 4.2, n, noise=0)
    assert X.shape == (n, len(w))
    assert y.shape == (n, 1)
    assert X.dtype == y.dtype == dtype
    by_hand = [sum(a * b for a, b in zip(x, w.flatten(), strict=True)) + 4.2 for x in X]
    torch.testing.assert_close(y.flatten(), torch.stack(by_hand))


@pytest.mark.parametrize("options", [{}, {"noise": 0.01}, {"noise": 0.5}])
def test_synthetic_data_noise(options):
    X, y = synthetic_data(W, 4.2, 20_000, generator=seeded(), **options)
    eps = y.flatten() - (X @ W + 4.2)
    assert eps.std().item() == pytest.approx(options.get("noise", 0.01), rel=0.03)
    assert abs(eps.mean().item()) < 0.03 * options.get("noise", 0.01)


def test_synthetic_features_are_standard_normal():
    X, _ = synthetic_data(W, 0, 20_000, generator=seeded())
    torch.testing.assert_close(X.mean(0), torch.zeros(2), atol=0.03, rtol=0)
    torch.testing.assert_close(X.T.cov(), torch.eye(2), atol=0.05, rtol=0)


def test_synthetic_data_by_generator():
    first, second = (synthetic_data(W, 4.2, 9, generator=seeded()) for _ in range(2))
    other = synthetic_data(W, 4.2, 9, generator=seeded(1))
    for a, b, c in zip(first, second, other, strict=True):
        assert torch.equal(a, b)
        assert not torch.equal(a, c)


def test_generator_leaves_the_global_one_alone():
    before = torch.get_rng_state()
    synthetic_data(W, 4.2, 9, generator=seeded())
    list(data_iter(2, *samples(5), generator=seeded()))
    assert torch.equal(torch.get_rng_state(), before)


def test_synthetic_data_by_the_global_generator():
    drawn = []
    for _ in range(2):
        torch.manual_seed(3)
        drawn.append(synthetic_data(W, 4.2, 9))
    assert torch.equal(drawn[0][1], drawn[1][1])


@bad_counts
def test_synthetic_data_bad_count(count, error, message):
    with pytest.raises(error, match=f"num_examples.*{message}"):
        synthetic_data(W, 4.2, count)


@pytest.mark.parametrize("w", [[2.0, -3.4], torch.tensor([2, -3]), torch.tensor([True]), 2.0, None])
def test_synthetic_data_wrong_type_of_w(w):
    with pytest.raises(TypeError, match="w must be a tensor of floating-point numbers"):
        synthetic_data(w, 4.2, 5)


@pytest.mark.parametrize("shape", [(0,), (1, 2), (2, 2), (2, 1, 1), ()])
def test_synthetic_data_wrong_shape_of_w(shape):
    with pytest.raises(ValueError, match="w must have the shape"):
        synthetic_data(torch.ones(shape), 4.2, 5)


def test_synthetic_data_negative_noise():
    with pytest.raises(ValueError, match=r"noise is a standard deviation.*-0\.1"):
        synthetic_data(W, 4.2, 5, noise=-0.1)


# data_iter and load_array


@pytest.mark.parametrize(
    ("n", "batch_size", "sizes"),
    [(10, 3, [3, 3, 3, 1]), (6, 3, [3, 3]), (4, 10, [4]), (1, 1, [1]), (3, 1, [1, 1, 1])],
)
@pytest.mark.parametrize("loader", ["data_iter", "load_array shuffled", "load_array in order"])
def test_every_sample_once_with_its_label(n, batch_size, sizes, loader):
    features, labels = samples(n)
    if loader == "data_iter":
        batches = list(data_iter(batch_size, features, labels))
    else:
        batches = list(load_array((features, labels), batch_size, loader.endswith("shuffled")))
    assert [len(X) for X, _ in batches] == [len(y) for _, y in batches] == sizes
    X, y = (torch.cat(parts) for parts in zip(*batches, strict=True))
    assert torch.equal(X[:, :1], 2 * y)
    assert torch.equal(X[:, 1:], 2 * y + 1)
    assert sorted(y.flatten().tolist()) == list(range(n))


def order(batches):
    return torch.cat([y for _, y in batches]).flatten().tolist()


def by_data_iter(generator):
    data = samples(50)
    return lambda: data_iter(7, *data, generator=generator)


def by_load_array(generator):
    loader = load_array(samples(50), 7, generator=generator)
    return lambda: loader


@pytest.mark.parametrize("epochs", [by_data_iter, by_load_array])
def test_order_by_generator(epochs):
    epoch, same, other = epochs(seeded()), epochs(seeded()), epochs(seeded(1))
    first, second = order(epoch()), order(epoch())
    assert first not in (sorted(first), second)
    assert [first, second] == [order(same()), order(same())]
    assert first != order(other())


def test_load_array_keeps_the_order_when_told():
    assert order(load_array(samples(50), 7, is_train=False)) == list(range(50))


def test_load_array_takes_any_number_of_tensors():
    (batch,) = load_array([torch.arange(3.0)], 5, is_train=False)
    assert [part.tolist() for part in batch] == [[0, 1, 2]]


def test_one_dimensional_features_and_labels():
    ((X, y),) = data_iter(5, torch.arange(4), torch.arange(4))
    assert X.shape == y.shape == (4,)
    assert torch.equal(X, y)


# No next() below: the error comes at the call


@bad_counts
def test_bad_batch_size(count, error, message):
    with pytest.raises(error, match=f"batch_size.*{message}"):
        data_iter(count, *samples(4))
    with pytest.raises(error, match=f"batch_size.*{message}"):
        load_array(samples(4), count)


def test_lengths_that_differ():
    features, labels = samples(4)
    with pytest.raises(ValueError, match="4 features, but 3 labels"):
        data_iter(2, features, labels[:3])
    with pytest.raises(ValueError, match=r"one length, not \[4, 3\]"):
        load_array((features, labels[:3]), 2)


def test_no_samples():
    with pytest.raises(ValueError, match="no samples"):
        data_iter(2, *samples(0))
    with pytest.raises(ValueError, match="no samples"):
        load_array(samples(0), 2)
    with pytest.raises(ValueError, match="data_arrays"):
        load_array((), 2)


# linreg and squared_loss


@pytest.mark.parametrize("n", [1, 5])
@pytest.mark.parametrize("b", [torch.tensor([4.2]), 4.2])
def test_linreg(n, b):
    X = torch.randn(n, 2, generator=seeded())
    expected = nn.functional.linear(X, W.reshape(1, 2), torch.tensor([4.2]))
    torch.testing.assert_close(linreg(X, W.reshape(2, 1), b), expected)


def test_linreg_shapes_that_do_not_fit():
    with pytest.raises(RuntimeError, match="shape"):
        linreg(torch.ones(4, 3), W.reshape(2, 1), 0.0)


@pytest.mark.parametrize("shape", [(3,), (3, 1)])
def test_squared_loss_by_hand(shape):
    y_hat, y = torch.tensor([[1.0], [2.0], [-1.0]]), torch.tensor([3.0, 2.0, 2.0])
    loss = squared_loss(y_hat, y.reshape(shape))
    assert loss.tolist() == [[2.0], [0.0], [4.5]]


@pytest.mark.parametrize("n", [1, 6])
def test_squared_loss_is_half_of_pytorchs(n):
    y_hat, y = torch.randn(2, n, 1, generator=seeded())
    expected = nn.functional.mse_loss(y_hat, y, reduction="none") / 2
    torch.testing.assert_close(squared_loss(y_hat, y), expected)


def test_squared_loss_gradient_is_the_error():
    y_hat = torch.tensor([[1.0], [5.0]], requires_grad=True)
    squared_loss(y_hat, torch.tensor([3.0, 1.0])).sum().backward()
    assert y_hat.grad.tolist() == [[-2.0], [4.0]]


@pytest.mark.parametrize("shape", [(1,), (2, 1), (6,)])
def test_squared_loss_numbers_that_differ(shape):
    with pytest.raises(ValueError, match=f"3 predictions, but {math.prod(shape)} targets"):
        squared_loss(torch.ones(3, 1), torch.ones(shape))


# sgd


def parameters():
    w = torch.tensor([[0.5], [-1.0]], requires_grad=True)
    return w, torch.zeros(1, requires_grad=True)


@pytest.mark.parametrize("n", [1, 5])
@pytest.mark.parametrize("lr", [0, 0.03, 1.0])
@pytest.mark.parametrize("container", [list, tuple, iter])
def test_sgd_is_pytorchs_on_the_mean_loss(n, lr, container):
    X, y = synthetic_data(W, 4.2, n, generator=seeded())
    ours, theirs = parameters(), parameters()
    optimizer = torch.optim.SGD(theirs, lr)
    for _ in range(3):  # gradients that are not set to zero would add up
        squared_loss(linreg(X, *ours), y).sum().backward()
        sgd(container(ours), lr, n)
        optimizer.zero_grad()
        squared_loss(linreg(X, *theirs), y).mean().backward()
        optimizer.step()
    torch.testing.assert_close(ours, theirs)
    assert all(param.requires_grad and param.is_leaf for param in ours)


def test_sgd_by_hand_in_place():
    w = torch.tensor([1.0, 2.0], requires_grad=True)
    address = w.data_ptr()
    w.grad = torch.tensor([10.0, -20.0])
    assert sgd([w], 0.1, 5) is None
    torch.testing.assert_close(w.detach(), torch.tensor([0.8, 2.4]))
    assert w.grad.tolist() == [0, 0]
    assert w.data_ptr() == address


@pytest.mark.parametrize(
    ("lr", "batch_size", "error", "message"),
    [(0.1, count, error, message) for count, error, message in BAD_COUNTS]
    + [(lr, 2, ValueError, "lr must be a number") for lr in (-0.1, math.nan, -math.inf)],
)
def test_sgd_bad_arguments_change_nothing(lr, batch_size, error, message):
    w = torch.tensor([1.0, 2.0], requires_grad=True)
    w.grad = torch.ones(2)
    with pytest.raises(error, match=message):
        sgd([w], lr, batch_size)
    assert w.tolist() == [1, 2]
    assert w.grad.tolist() == [1, 1]


@pytest.mark.parametrize("missing", [0, 1])
@pytest.mark.parametrize("container", [list, iter])
def test_sgd_missing_gradient_changes_nothing(missing, container):
    params = parameters()
    before = [param.detach().clone() for param in params]
    present = params[1 - missing]
    present.grad = torch.ones_like(present)
    with pytest.raises(ValueError, match="no gradient: call backward"):
        sgd(container(params), 0.1, 2)
    torch.testing.assert_close([param.detach() for param in params], before, rtol=0, atol=0)
    assert torch.equal(present.grad, torch.ones_like(present))
