import math

import pytest
import torch
from torch import nn

from d2l_helpers import data_iter, linreg, load_array, sgd, squared_loss, synthetic_data

W = torch.tensor([2.0, -3.4])


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
    assert (X.shape, y.shape) == ((n, len(w)), (n, 1))
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
    before = torch.get_rng_state()
    first, second = (synthetic_data(W, 4.2, 9, generator=seeded()) for _ in range(2))
    other = synthetic_data(W, 4.2, 9, generator=seeded(1))
    for a, b, c in zip(first, second, other, strict=True):
        assert torch.equal(a, b)
        assert not torch.equal(a, c)
    assert torch.equal(torch.get_rng_state(), before)  # the global one is left alone


def test_synthetic_data_are_drawn_by_the_global_generator_on_the_cpu_then_moved():
    drawn = []
    for device in ("cpu", "cpu", "meta"):
        torch.manual_seed(3)
        X, y = synthetic_data(W.to(device), 4.2, 9)
        assert X.device.type == y.device.type == device
        drawn.append((y, torch.rand(1)))  # by the second, the generator has done the same
    assert torch.equal(drawn[0][0], drawn[1][0])
    assert drawn[0][1] == drawn[1][1] == drawn[2][1]


@pytest.mark.parametrize(
    ("w", "noise", "error", "message"),
    [
        *((w, 0.1, TypeError, "w must be a tensor of floating-point") for w in (2.0, [2.0], None)),
        *((W.to(dtype), 0.1, TypeError, "floating-point") for dtype in (torch.int64, torch.bool)),
        *(
            (torch.ones(shape), 0.1, ValueError, "w must have the shape")
            for shape in [(0,), (1, 2), (2, 2), (2, 1, 1), ()]
        ),
        *((W, noise, ValueError, f"noise is a standard.*{noise}") for noise in (-0.1, math.nan)),
    ],
)
def test_synthetic_data_bad_arguments(w, noise, error, message):
    with pytest.raises(error, match=message):
        synthetic_data(w, 4.2, 5, noise=noise)


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


each_way = pytest.mark.parametrize("epochs", [by_data_iter, by_load_array])


@each_way
def test_order_by_generator(epochs):
    before = torch.get_rng_state()
    epoch, same, other = epochs(seeded()), epochs(seeded()), epochs(seeded(1))
    first, second = order(epoch()), order(epoch())
    assert first not in (sorted(first), second)
    assert [first, second] == [order(same()), order(same())]
    assert first != order(other())
    assert torch.equal(torch.get_rng_state(), before)


@each_way
def test_order_by_the_global_generator(epochs):
    orders = []
    for _ in range(2):
        torch.manual_seed(3)
        orders.append(order(epochs(None)()))
    assert orders[0] == orders[1] != sorted(orders[0])


def test_load_array_keeps_the_order_of_one_tensor_or_several():
    assert order(load_array(samples(50), 7, is_train=False)) == list(range(50))
    ((part,),) = load_array([torch.arange(4)], 5, is_train=False)
    assert part.tolist() == [0, 1, 2, 3]


def test_one_dimensional_features_and_labels():
    ((X, y),) = data_iter(5, torch.arange(4), torch.arange(4))
    assert X.shape == y.shape == (4,)
    assert torch.equal(X, y)


# No next() below: the error comes at the call


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: data_iter(2, torch.ones(4), torch.ones(3)), "4 features, but 3 labels"),
        (lambda: load_array((torch.ones(4), torch.ones(3)), 2), r"one length, not \[4, 3\]"),
        (lambda: data_iter(2, *samples(0)), "no samples"),
        (lambda: load_array(samples(0), 2), "no samples"),
        (lambda: load_array((), 2), "data_arrays"),
    ],
)
def test_bad_data(call, message):
    with pytest.raises(ValueError, match=message):
        call()


# linreg and squared_loss


@pytest.mark.parametrize("n", [1, 5])
@pytest.mark.parametrize("b", [torch.tensor([4.2]), 4.2])
def test_linreg(n, b):
    X = torch.randn(n, 2, generator=seeded())
    expected = nn.functional.linear(X, W.reshape(1, 2), torch.tensor([4.2]))
    torch.testing.assert_close(linreg(X, W.reshape(2, 1), b), expected)
    with pytest.raises(RuntimeError, match="shape"):
        linreg(torch.ones(n, 3), W.reshape(2, 1), b)


@pytest.mark.parametrize("shape", [(3,), (3, 1)])
def test_squared_loss_by_hand(shape):
    y_hat, y = torch.tensor([[1.0], [2.0], [-1.0]]), torch.tensor([3.0, 2.0, 2.0])
    loss = squared_loss(y_hat, y.reshape(shape))
    assert loss.tolist() == [[2.0], [0.0], [4.5]]


@pytest.mark.parametrize("q", [1, 2])
@pytest.mark.parametrize("shape", [(3,), (5,), (5, 1), (1, 5)])
def test_linreg_needs_a_bias_for_each_output(q, shape):
    with pytest.raises(ValueError, match=rf"b must have .*, not the shape .* for .* \(5, {q}\)"):
        linreg(torch.ones(5, 3), torch.ones(3, q), torch.ones(shape))


def test_linreg_of_several_outputs():
    y_hat = linreg(torch.ones(5, 3), torch.ones(3, 2), torch.tensor([0.0, 1.0]))
    assert y_hat.tolist() == [[3, 4]] * 5


@pytest.mark.parametrize(
    ("y_hat", "y"),
    [((3, 1), (1,)), ((3, 1), (2, 1)), ((3, 1), (6,)), ((3, 2), (2, 3)), ((6, 1), (3, 2))],
)
def test_squared_loss_shapes_that_differ(y_hat, y):
    with pytest.raises(ValueError, match=f"must pair up, not have the shapes .*{y_hat[0]}, "):
        squared_loss(torch.ones(y_hat), torch.ones(y))


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
    ("lr", "batch_size", "message"),
    [(0.1, 0, "batch_size"), (-0.1, 2, "lr"), (math.nan, 2, "lr"), (-math.inf, 2, "lr")],
)
def test_sgd_bad_arguments_change_nothing(lr, batch_size, message):
    w = torch.tensor([1.0, 2.0], requires_grad=True)
    w.grad = torch.ones(2)
    with pytest.raises(ValueError, match=f"{message} must be"):
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


def test_squared_loss_of_unsigned_numbers():
    y_hat, y = torch.tensor([[0], [200]], dtype=torch.uint8), torch.tensor([[20], [0]])
    assert squared_loss(y_hat, y.to(torch.uint8)).tolist() == [[200.0], [20_000.0]]


@pytest.mark.parametrize("shape", [(), (1,), (1, 1)])
@pytest.mark.parametrize("w", [torch.ones(2), torch.ones(2, 3)])
def test_one_number_as_the_bias_adds_no_axis(shape, w):
    X, b = torch.ones(4, 2), torch.full(shape, 5.0, requires_grad=True)
    y_hat = linreg(X, w, b)
    assert torch.equal(y_hat, X @ w + 5)
    y_hat.sum().backward()
    assert torch.equal(b.grad, torch.full(shape, float(y_hat.numel())))


@pytest.mark.parametrize("b", [2j, torch.tensor(2j)])
def test_synthetic_data_are_real(b):
    with pytest.raises(TypeError, match="b must be a real number"):
        synthetic_data(torch.ones(2), b, 3)


def test_synthetic_data_have_the_type_of_w():
    b = torch.ones(1, dtype=torch.float64, requires_grad=True)
    X, y = synthetic_data(torch.ones(2), b, 3)
    assert (X.dtype, y.dtype, y.requires_grad) == (torch.float32, torch.float32, False)
