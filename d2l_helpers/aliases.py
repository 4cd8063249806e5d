"""D2L's names of what has another name here: three helpers, and some of torch's functions.

They are for code from elsewhere. Our chapters call torch's functions by torch's names.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec

import numpy as np
import torch
from torch import Tensor

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
