"""Softmax regression: from logits to probabilities, loss and accuracy."""

import torch
from torch import Tensor

from d2l_helpers._checks import floating

_SHAPES = "y_hat must be (n, q) and y (n,), not {} and {}"


def softmax(X: Tensor) -> Tensor:
    """Turn each row of logits into probabilities; `sec:softmax-scratch` builds it.

    X: (n, q) logits. Returns (n, q), positive, each row adding up to 1.

    >>> d2l.softmax(torch.tensor([[0.0, 0.0], [1000.0, 0.0]]))
    tensor([[0.5000, 0.5000],
            [1.0000, 0.0000]])
    """
    X = floating(X)
    X_exp = torch.exp(X - X.amax(1, keepdim=True))  # the maximum goes: exp cannot overflow
    return X_exp / X_exp.sum(1, keepdim=True)


def cross_entropy(y_hat: Tensor, y: Tensor) -> Tensor:
    """Minus the logarithm of the true class's probability; `sec:softmax-scratch` builds it.

    y_hat: (n, q) *probabilities* (torch's cross_entropy takes logits). y: (n,) class numbers.
    Returns (n,) losses in nats; infinite where the true class has probability 0.
    Raises ValueError if the shapes differ or a label is not in 0 … q-1, TypeError if the
    labels are not whole numbers or y_hat is complex.

    >>> y_hat = torch.tensor([[0.25, 0.75], [0.5, 0.5]])
    >>> d2l.cross_entropy(y_hat, torch.tensor([0, 1]))
    tensor([1.3863, 0.6931])
    """
    y = _labels(y_hat, y)
    return -torch.log(y_hat[torch.arange(len(y), device=y_hat.device), y])


def accuracy(y_hat: Tensor, y: Tensor) -> float:
    """The *number* of right predictions; `sec:softmax-scratch` builds it.

    y_hat: (n, q) scores, of which the largest counts, or (n,) predicted classes. Scores that
    hold a NaN predict nothing. y: (n,) true classes. Returns a whole number, as a float.
    Raises ValueError and TypeError as `cross_entropy` does.

    >>> y_hat = torch.tensor([[0.25, 0.75], [0.6, 0.4], [0.9, 0.1]])
    >>> d2l.accuracy(y_hat, torch.tensor([1, 1, 0]))
    2.0
    """
    y = y.reshape(len(y)) if y.shape[1:] == (1,) else y
    if y_hat.dim() > 1 and y_hat.shape[1] > 1:
        y = _labels(y_hat, y)
        return float(((y_hat.argmax(1) == y) & ~y_hat.isnan().any(1)).sum())
    if len(y_hat) != len(y) or y_hat.numel() != len(y) or y.dim() != 1:
        raise ValueError(_SHAPES.format(tuple(y_hat.shape), tuple(y.shape)))
    return float((y_hat.reshape(-1) == y).sum())


def _labels(y_hat: Tensor, y: Tensor) -> Tensor:
    """The labels, as int64; the errors are those of cross_entropy."""
    if y_hat.dim() != 2 or y.shape != y_hat.shape[:1]:
        raise ValueError(_SHAPES.format(tuple(y_hat.shape), tuple(y.shape)))
    if y_hat.is_complex():
        raise TypeError(f"y_hat must be real numbers, not {y_hat.dtype}")
    if y.is_complex() or y.dtype == torch.bool or not torch.equal(y, y.trunc()):
        raise TypeError(f"labels must be whole numbers, not {y.dtype} such as {y[:3].tolist()}")
    # Indexing would take a negative label from the end; on a GPU one too large ends the process.
    if len(y) and not (y.min() >= 0 and y.max() < y_hat.shape[1]):
        raise ValueError(f"labels must be in 0 … {y_hat.shape[1] - 1}, not {y.unique().tolist()}")
    return y.long()
