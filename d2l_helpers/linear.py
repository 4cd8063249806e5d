"""Linear regression: data, model, loss and optimiser."""

from collections.abc import Iterable, Iterator, Sequence

import torch
from torch import Tensor
from torch.utils.data import DataLoader, TensorDataset

from d2l_helpers._checks import floating, positive_int


def synthetic_data(
    w: Tensor,
    b: float,
    num_examples: int,
    *,
    noise: float = 0.01,
    generator: torch.Generator | None = None,
) -> tuple[Tensor, Tensor]:
    """Draw samples of y = Xw + b + ε; `sec:linear-scratch` builds it.

    w: (d,) or (d, 1) weights. b: bias. noise: the standard deviation of the Gaussian ε, at
    least 0. generator: a CPU generator; torch's global one if None.
    Returns X (n, d), standard normal, and y (n, 1), on w's device, drawn on the CPU.
    Raises TypeError if w is not a floating-point tensor or b is complex; ValueError if num_examples < 1,
    noise < 0, w has another shape or b is more than one number.

    >>> X, y = d2l.synthetic_data(torch.tensor([2, -3.4]), 4.2, 1000)
    >>> X.shape, y.shape
    (torch.Size([1000, 2]), torch.Size([1000, 1]))
    """
    num_examples = positive_int("num_examples", num_examples)
    if not isinstance(w, Tensor) or not w.is_floating_point():
        raise TypeError("w must be a tensor of floating-point numbers")
    if w.dim() not in (1, 2) or w.numel() == 0 or w.numel() != len(w):
        raise ValueError(f"w must have the shape (d,) or (d, 1), not {tuple(w.shape)}")
    if isinstance(b, Tensor):
        if b.numel() != 1:
            raise ValueError(f"b must be one number, not of shape {tuple(b.shape)}")
        b = b.item()
    if isinstance(b, complex):
        raise TypeError(f"b must be a real number, not {b}")
    if not noise >= 0:
        raise ValueError(f"noise is a standard deviation, at least 0; {noise} is not")
    X = torch.randn(num_examples, len(w), dtype=w.dtype, generator=generator)
    eps = noise * torch.randn(num_examples, 1, dtype=w.dtype, generator=generator)
    X, eps = X.to(w.device), eps.to(w.device)
    return X, X @ w.reshape(-1, 1) + b + eps


def data_iter(
    batch_size: int,
    features: Tensor,
    labels: Tensor,
    *,
    generator: torch.Generator | None = None,
) -> Iterator[tuple[Tensor, Tensor]]:
    """Yield all samples once, shuffled, a minibatch at a time; `sec:linear-scratch` builds it.

    features: (n, …). labels: (n, …). generator: a CPU generator for the order; torch's
    global one if None. The last minibatch holds what is left and may be shorter.
    Raises ValueError if batch_size < 1, there are no samples, or the lengths differ.

    >>> batches = d2l.data_iter(4, torch.zeros(10, 2), torch.zeros(10, 1))
    >>> [tuple(X.shape) for X, y in batches]
    [(4, 2), (4, 2), (2, 2)]
    """
    batch_size = positive_int("batch_size", batch_size)
    if len(features) != len(labels):
        raise ValueError(f"{len(features)} features, but {len(labels)} labels")
    if len(features) == 0:
        raise ValueError("there are no samples")

    def batches() -> Iterator[tuple[Tensor, Tensor]]:
        order = torch.randperm(len(features), generator=generator)
        for i in range(0, len(order), batch_size):
            batch = order[i : i + batch_size].to(features.device)
            yield features[batch], labels[batch.to(labels.device)]

    return batches()  # a function of its own, so that errors come at the call


def load_array(
    data_arrays: Sequence[Tensor],
    batch_size: int,
    is_train: bool = True,
    *,
    generator: torch.Generator | None = None,
) -> DataLoader[tuple[Tensor, ...]]:
    """A DataLoader over tensors of equal length; `sec:linear-concise` builds it.

    data_arrays: tensors (n, …), such as (features, labels). is_train: shuffle before each
    epoch, by `generator` or else torch's global one.
    Raises ValueError if batch_size < 1, there are no samples, or the lengths differ.

    >>> arrays = torch.zeros(10, 2), torch.zeros(10, 1)
    >>> train_iter = d2l.load_array(arrays, 4)
    >>> [tuple(X.shape) for X, y in train_iter]
    [(4, 2), (4, 2), (2, 2)]
    """
    batch_size = positive_int("batch_size", batch_size)
    lengths = [len(array) for array in data_arrays]
    if len(set(lengths)) != 1:
        raise ValueError(f"data_arrays must have one length, not {lengths}")
    if lengths[0] == 0:
        raise ValueError("there are no samples")
    dataset = TensorDataset(*data_arrays)
    return DataLoader(dataset, batch_size, shuffle=is_train, generator=generator)


def linreg(X: Tensor, w: Tensor, b: Tensor) -> Tensor:
    """The linear regression model; `sec:linear-scratch` builds it.

    X: (n, d). w: (d, q), with q = 1 for one output. b: (q,) or a number. Returns predictions
    (n, q). Raises ValueError if b has another shape, RuntimeError, from torch, if w does not
    fit X.

    >>> X = torch.tensor([[1.0, 2.0], [3.0, 4.0]])
    >>> d2l.linreg(X, torch.tensor([[2.0], [-1.0]]), 0.5)
    tensor([[0.5000],
            [2.5000]])
    """
    y_hat = X @ w
    if isinstance(b, Tensor) and b.numel() == 1:
        b = b.reshape(())  # (1, 1) would add an axis to a row of predictions
    elif isinstance(b, Tensor) and b.shape != y_hat.shape[1:]:
        shapes = f"{tuple(b.shape)} for predictions of shape {tuple(y_hat.shape)}"
        raise ValueError(f"b must have an element for each output, not the shape {shapes}")
    return y_hat + b


def squared_loss(y_hat: Tensor, y: Tensor) -> Tensor:
    """Half the squared error of each prediction; `sec:linear-scratch` builds it.

    y_hat: (n, 1) predictions. y: (n,) or (n, 1) targets, reshaped to y_hat.
    Returns (n, 1). Raises ValueError if the shapes differ in more than axes of length 1.

    >>> y_hat = torch.tensor([[2.5], [0.0]])
    >>> d2l.squared_loss(y_hat, torch.tensor([3.0, -1.0]))
    tensor([[0.1250],
            [0.5000]])
    """
    if y_hat.squeeze().shape != y.squeeze().shape:
        shapes = f"{tuple(y_hat.shape)} and {tuple(y.shape)}"
        raise ValueError(f"y_hat and y must pair up, not have the shapes {shapes}")
    return (floating(y_hat) - y.reshape(y_hat.shape)) ** 2 / 2


def sgd(params: Iterable[Tensor], lr: float, batch_size: int) -> None:
    """One step of minibatch gradient descent, in place; `sec:linear-scratch` builds it.

    params: tensors whose `grad` holds the gradient of the *sum* of the minibatch's losses;
    it is set to zero afterwards. lr: learning rate, at least 0. batch_size: by which the
    gradient is divided.
    Raises ValueError if batch_size < 1, lr is negative or not a number, or a parameter has
    no gradient; nothing is changed then.

    >>> w = torch.tensor([1.0, 2.0], requires_grad=True)
    >>> (3 * w).sum().backward()
    >>> d2l.sgd([w], lr=0.1, batch_size=3)
    >>> w.detach(), w.grad
    (tensor([0.9000, 1.9000]), tensor([0., 0.]))
    """
    params = list(params)
    pairs = [(param, param.grad) for param in params if param.grad is not None]
    batch_size = positive_int("batch_size", batch_size)
    if not lr >= 0:
        raise ValueError(f"lr must be a number of at least 0, not {lr}")
    if len(pairs) < len(params):
        raise ValueError("a parameter has no gradient: call backward() on the loss first")
    with torch.no_grad():
        for param, grad in pairs:
            param -= lr * grad / batch_size
            grad.zero_()
