"""Training a classifier, and measuring how good it is."""

import math
from collections.abc import Callable, Iterable, Iterator, Sized
from contextlib import contextmanager

import numpy as np
import torch
from torch import Tensor, nn

from d2l_helpers._checks import positive_int
from d2l_helpers.animator import Animator
from d2l_helpers.fashion_mnist import get_fashion_mnist_labels
from d2l_helpers.plotting import close_on_error, show_images
from d2l_helpers.softmax import accuracy

Net = nn.Module | Callable[[Tensor], Tensor]
Loss = Callable[[Tensor, Tensor], Tensor]
Updater = torch.optim.Optimizer | Callable[[int], None]
Batches = Iterable[tuple[Tensor, Tensor]]


class Accumulator:
    """Add up `n` quantities side by side; `sec:softmax-scratch` builds it.

    `data` holds the sums, as floats. Raises ValueError if n < 1.

    >>> metric = d2l.Accumulator(2)
    >>> metric.add(3, 0.5)
    >>> metric.add(1, torch.tensor(0.25))
    >>> metric[0], metric[1]
    (4.0, 0.75)
    """

    def __init__(self, n: int) -> None:
        self.data = [0.0] * positive_int("n", n)

    def add(self, *args: float | Tensor) -> None:
        """Add one number (or tensor of one element) to each sum; ValueError unless there are n."""
        if len(args) != len(self.data):
            raise ValueError(f"{len(self.data)} sums, but {len(args)} numbers to add")
        # float() of a tensor that requires grad warns
        values = [float(a.detach() if isinstance(a, Tensor) else a) for a in args]
        self.data = [total + value for total, value in zip(self.data, values, strict=True)]

    def reset(self) -> None:
        """Set all sums to zero."""
        self.data = [0.0] * len(self.data)

    def __getitem__(self, i: int) -> float:
        return self.data[i]


def evaluate_accuracy(net: Net, data_iter: Batches) -> float:
    """The fraction of right predictions on a data set; `sec:softmax-scratch` builds it.

    net: a module (evaluated in its `eval` mode, then put back) or a function of X.
    data_iter: minibatches X (n, …), y (n,). Returns a number in [0, 1].
    Raises ValueError if there are no data.

    >>> batches = [(torch.eye(4), torch.tensor([0, 1, 2, 2]))]
    >>> d2l.evaluate_accuracy(lambda X: X, batches)
    0.75
    """
    with _evaluating(net):
        pairs = [(accuracy(net(X), y), len(y)) for X, y in _batches(net, data_iter)]
    right, total = map(sum, zip(*pairs, strict=True))
    return right / total


def evaluate_loss(net: Net, data_iter: Batches, loss: Loss) -> float:
    """The mean loss on a data set, whatever the loss's own reduction; `sec:linear-concise` uses it.

    net, data_iter: as for `evaluate_accuracy`. loss: a function of (y_hat, y) that gives one
    loss a sample, or their sum or mean; in the mean of torch's modules, weights of classes and
    labels that are ignored count as they do there. NaN, as in torch, if all are ignored.
    Raises ValueError if there are no data.

    >>> batches = [(torch.ones(2, 1), torch.tensor([[3.0], [1.0]]))]
    >>> d2l.evaluate_loss(lambda X: X, batches, d2l.squared_loss)
    1.0
    """
    metric = Accumulator(2)
    with _evaluating(net):
        for X, y in _batches(net, data_iter):
            metric.add(*_total(loss, net(X), y)[:2])
    return metric[0] / metric[1] if metric[1] else math.nan


def train_epoch(net: Net, train_iter: Batches, loss: Loss, updater: Updater) -> tuple[float, float]:
    """Train for one pass over the data; `sec:softmax-scratch` builds it.

    train_iter: minibatches X (n, …), y (n,). loss: a function of (y_hat, y) that gives one loss
    a sample, or their sum or mean. updater: a torch optimizer, which minimises that loss (the
    mean, if it gives one a sample); or a function of the batch size, such as one calling `sgd`,
    for which the gradient of the sum is computed.
    Returns the mean loss and the fraction of right predictions, measured while training.
    Raises ValueError if there are no data, TypeError if updater is neither.

    >>> data = [(torch.eye(2), torch.tensor([0, 1]))]
    >>> W = torch.zeros(2, 2, requires_grad=True)
    >>> loss, sgd = torch.nn.CrossEntropyLoss(), torch.optim.SGD([W], lr=1)
    >>> l, acc = d2l.train_epoch(lambda X: X @ W, data, loss, sgd)
    >>> round(l, 2), d2l.evaluate_accuracy(lambda X: X @ W, data)
    (0.69, 1.0)
    """
    if not (isinstance(updater, torch.optim.Optimizer) or callable(updater)):
        raise TypeError("updater must be a torch optimizer or a function of the batch size")
    if isinstance(net, nn.Module):
        net.train()
    metric = Accumulator(4)  # sum of losses, by what their mean divides, right predictions, samples
    for X, y in _batches(net, train_iter):
        y_hat = net(X)
        total, count, value = _total(loss, y_hat, y)
        if isinstance(updater, torch.optim.Optimizer):
            updater.zero_grad()
            (value if value.dim() == 0 else value.mean()).backward()
            updater.step()
        else:
            total.backward()
            updater(len(X))
        with torch.no_grad():
            metric.add(total, count, accuracy(y_hat, y), len(y))
    return (metric[0] / metric[1] if metric[1] else math.nan), metric[2] / metric[3]


@close_on_error()
def train(
    net: Net,
    train_iter: Batches,
    test_iter: Batches,
    loss: Loss,
    num_epochs: int,
    updater: Updater,
    *,
    held_out: str = "test",
) -> dict[str, list[float]]:
    """Train a classifier, drawing its progress live; `sec:softmax-scratch` builds it.

    train_iter, test_iter: minibatches that can be gone through again each epoch. held_out: what
    the second are, for the legend, such as "validation". The other arguments are those of
    `train_epoch`.
    Returns the curves "train loss", "train acc" and "test acc" (or "validation acc"), one value
    an epoch.
    Raises ValueError if num_epochs < 1 or there are no data, TypeError for data that can be
    gone through only once; and before it trains, what the first test minibatch raises.

    >>> data = [(torch.eye(2), torch.tensor([0, 1]))]
    >>> W = torch.zeros(2, 2, requires_grad=True)
    >>> loss, sgd = torch.nn.CrossEntropyLoss(), torch.optim.SGD([W], lr=1)
    >>> history = d2l.train(lambda X: X @ W, data, data, loss, 3, sgd)
    >>> [round(value, 2) for value in history["train loss"]]
    [0.69, 0.47, 0.35]
    """
    num_epochs = positive_int("num_epochs", num_epochs)
    for batches in (train_iter, test_iter):
        if isinstance(batches, Iterator):
            raise TypeError("a generator is used up after one epoch: pass a DataLoader or a list")
        if isinstance(batches, Sized) and len(batches) == 0:
            raise ValueError("there are no data: a DataLoader or list without minibatches")
    _try(net, test_iter)
    history: dict[str, list[float]] = {
        curve: [] for curve in ("train loss", "train acc", f"{held_out} acc")
    }
    animator = Animator(
        xlabel="epoch", ylabel="loss, accuracy", legend=list(history), xlim=(1, max(num_epochs, 2))
    )
    for epoch in range(1, num_epochs + 1):
        train_loss, train_acc = train_epoch(net, train_iter, loss, updater)
        values = (train_loss, train_acc, evaluate_accuracy(net, test_iter))
        for curve, value in zip(history.values(), values, strict=True):
            curve.append(value)
        animator.add(epoch, values)
    return history


def predict(net: Net, test_iter: Batches, n: int = 6) -> np.ndarray:
    """Show the first `n` images with their true and predicted names; `sec:softmax-scratch` builds it.

    test_iter: minibatches of Fashion-MNIST images X (b, 1, h, w), y (b,). Fewer than n are
    shown if the first minibatch is shorter. Returns the axes.
    Raises ValueError if n < 1 or there are no data.

    >>> batches = [(torch.zeros(2, 1, 28, 28), torch.tensor([9, 2]))]
    >>> axes = d2l.predict(lambda X: torch.eye(10)[[9, 6]], batches)
    >>> axes[1].get_title().split()  # the true name, and the predicted one
    ['pullover', 'shirt']
    """
    n = positive_int("n", n)
    with _evaluating(net):
        X, y = next(_batches(net, test_iter))
        y_hat = net(X[:n]).argmax(1)
    names = zip(get_fashion_mnist_labels(y[:n]), get_fashion_mnist_labels(y_hat), strict=True)
    titles = [f"{true}\n{predicted}" for true, predicted in names]
    return show_images(X[:n], 1, len(titles), titles)


def _try(net: Net, test_iter: Batches) -> None:
    """Predict one minibatch, so that what does not fit is found at once; no random number is used."""
    generator = getattr(test_iter, "generator", None)
    state = generator.get_state() if generator else None
    with torch.random.fork_rng(devices=[]), _evaluating(net):
        X, y = next(_batches(net, test_iter))
        accuracy(net(X), y)
    if generator:
        generator.set_state(state)


@contextmanager
def _evaluating(net: Net) -> Iterator[None]:
    """No gradients and, for a module, its eval mode; afterwards everything as before."""
    modules = list(net.modules()) if isinstance(net, nn.Module) else []
    modes = [module.training for module in modules]
    if isinstance(net, nn.Module):
        net.eval()
    try:
        with torch.no_grad():
            yield
    finally:
        for module, mode in zip(modules, modes, strict=True):
            module.training = mode


def _batches(net: Net, data_iter: Batches) -> Iterator[tuple[Tensor, Tensor]]:
    """The minibatches of data_iter, on the net's device; ValueError if there is none."""
    param = next(net.parameters(), None) if isinstance(net, nn.Module) else None
    device = None if param is None else param.device
    empty = True
    for X, y in data_iter:
        if len(y) == 0:
            continue
        empty = False
        yield X.to(device), y.to(device)
    if empty:
        raise ValueError("there are no data: the iterator gave no minibatch")


def _total(loss: Loss, y_hat: Tensor, y: Tensor) -> tuple[Tensor, float, Tensor]:
    """The sum of the minibatch's losses, by what its mean divides, and what `loss` itself gave."""
    value = loss(y_hat, y)
    if value.dim() > 0:
        return value.sum(), value.numel(), value
    reduction = getattr(loss, "reduction", None)
    if reduction is None:  # a function: a minibatch given twice doubles a sum, but not a mean
        with torch.no_grad():
            twice = loss(torch.cat([y_hat, y_hat]), torch.cat([y, y]))
        reduction = "sum" if (twice - 2 * value).abs() < (twice - value).abs() else "mean"
    if reduction == "sum":
        return value, len(y), value
    count = _weight(loss, y)
    return (value * count if count else 0 * y_hat.sum()), count, value


def _weight(loss: Loss, y: Tensor) -> float:
    """By what the mean of a minibatch divides: the samples, or the weights of their classes."""
    if not isinstance(loss, nn.CrossEntropyLoss | nn.NLLLoss) or y.is_floating_point():
        return len(y)
    counted = y[y != loss.ignore_index]
    return len(counted) if loss.weight is None else float(loss.weight[counted].sum())
