"""D2L's names of what our chapters call otherwise, or have no use for.

They are for code from elsewhere. Our chapters call torch's functions by torch's names.
"""

from collections.abc import Callable, Iterable, Sequence
from functools import wraps
from typing import Any, ParamSpec

import numpy as np
import torch
from matplotlib import pyplot as plt
from torch import Tensor

from d2l_helpers._checks import positive_int
from d2l_helpers.plotting import close_on_error, plot
from d2l_helpers.training import predict, train, train_epoch

Arguments = ParamSpec("Arguments")

# Those of torch. Not among the package's own __all__: a star would replace Python's abs.
__all__ = [
    "abs",
    "arange",
    "argmax",
    "astype",
    "concat",
    "cos",
    "cosh",
    "exp",
    "eye",
    "float32",
    "int32",
    "linspace",
    "log",
    "matmul",
    "meshgrid",
    "normal",
    "numpy",
    "ones",
    "rand",
    "reduce_sum",
    "reshape",
    "sin",
    "sinh",
    "size",
    "stack",
    "tanh",
    "tensor",
    "to",
    "transpose",
    "zeros",
]

train_epoch_ch3 = train_epoch


def _quiet(function: Callable[Arguments, object]) -> Callable[Arguments, None]:
    """The function, returning nothing: as a cell's last line, it leaves only its figure."""

    @wraps(function)
    def call(*args: Arguments.args, **kwargs: Arguments.kwargs) -> None:
        function(*args, **kwargs)

    return call


train_ch3 = _quiet(train)
predict_ch3 = _quiet(predict)


def train_2d(
    trainer: Callable[..., Sequence[Any]],
    steps: int = 20,
    f_grad: Callable[..., Any] | None = None,
) -> list[tuple[float, float]]:
    """Move a point in the plane step by step, from (-5, -2); `sec:from-d2l` lists it.

    trainer: a function of (x1, x2, s1, s2) that returns the four as they are after a step.
    (x1, x2) is the point; s1 and s2, which are 0 at first, are for the trainer to remember things.
    f_grad: if given, the trainer's fifth argument.
    Prints where the point is in the end. Returns all its places, steps + 1 pairs of numbers.
    Raises ValueError if steps < 1 or trainer does not return four values.

    >>> d2l.train_2d(lambda x, y, s, t: (x / 2, y / 2, s, t), steps=2)
    step 2: x1 = -1.250000, x2 = -0.500000
    [(-5.0, -2.0), (-2.5, -1.0), (-1.25, -0.5)]
    """
    steps = positive_int("steps", steps)
    gradient = () if f_grad is None else (f_grad,)
    x1, x2, s1, s2 = -5.0, -2.0, 0.0, 0.0
    places = [(x1, x2)]
    for _ in range(steps):
        after = trainer(x1, x2, s1, s2, *gradient)
        try:
            x1, x2, s1, s2 = after
        except (TypeError, ValueError):
            raise ValueError(f"trainer must return x1, x2, s1 and s2, not {after!r}") from None
        places.append((_number(x1), _number(x2)))
    print("step {}: x1 = {:.6f}, x2 = {:.6f}".format(steps, *places[-1]))
    return places


@close_on_error()
def show_trace_2d(f: Callable[[Tensor, Tensor], Any], results: Iterable[Sequence[Any]]) -> None:
    """Draw a path in the plane, over contours of the function f; `sec:from-d2l` lists it.

    f: a function of two tensors (65, 40), the coordinates x1 and x2 of a grid, that returns its
    values there (65, 40). results: pairs (x1, x2), as `train_2d` returns them.
    It draws where `plot` does. Raises ValueError if there are no pairs or f's values are not
    those of the grid.

    >>> d2l.show_trace_2d(lambda x, y: x**2 + y**2, [(-5, -2), (-1, 0)])
    >>> [len(line.get_xdata()) for line in d2l.plt.gca().lines]
    [2]
    """
    places = [tuple(map(_number, place)) for place in results]
    if {len(place) for place in places} != {2}:
        raise ValueError("results must hold pairs (x1, x2), at least one")
    x1, x2 = torch.meshgrid(torch.arange(-5.5, 1, 0.1), torch.arange(-3, 1, 0.1), indexing="ij")
    with torch.no_grad():
        values = f(x1, x2)
    if np.shape(values) != x1.shape:
        raise ValueError(f"f must give a value for each of {tuple(x1.shape)} points")
    across, up = zip(*places, strict=True)
    plot(across, up, "x1", "x2", fmts=["C1-o"])
    plt.gca().contour(x1, x2, values, colors="0.6", linewidths=1)


def _number(value: Any) -> float:
    """The float that a number is, or a tensor or array of one element."""
    return float(value.item() if isinstance(value, Tensor | np.ndarray) else value)


abs = torch.abs
arange = torch.arange
cos = torch.cos
cosh = torch.cosh
exp = torch.exp
eye = torch.eye
float32 = torch.float32
int32 = torch.int32
linspace = torch.linspace
log = torch.log
matmul = torch.matmul
meshgrid = torch.meshgrid
normal = torch.normal
ones = torch.ones
rand = torch.rand
sin = torch.sin
sinh = torch.sinh
stack = torch.stack
tanh = torch.tanh
tensor = torch.tensor
zeros = torch.zeros
concat = torch.cat


def numpy(x: Tensor) -> np.ndarray:
    """`x` as an array, from any device and without its gradient."""
    return x.numpy(force=True)


def _method(name: str) -> Callable[..., Any]:
    """A function that calls the method of this name on its first argument."""

    def call(x: Any, *args: Any, **kwargs: Any) -> Any:
        return getattr(x, name)(*args, **kwargs)

    return call


argmax = _method("argmax")
astype = _method("type")
reduce_sum = _method("sum")
reshape = _method("reshape")
size = _method("numel")
to = _method("to")
transpose = _method("t")
