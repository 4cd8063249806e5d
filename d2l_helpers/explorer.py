"""Figures that carry their data, so that a page can give them controls."""

import base64
import gzip
import io
import json
import math
import re

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.figure import Figure
from torch import Tensor

LIMIT = 150_000  # bytes, compressed: what a figure's data may cost the reader of a page


class Explorer:
    """A figure with its data, to which the site gives controls; `sec:linear-theory` shows one.

    kind: which explorer it becomes; book/_explorers has a module of that name. figure: what is
    shown where there are no controls: in a notebook, on paper, without scripts; it is closed,
    also if an error is raised.
    data: what the controls choose from, computed by the chapter: texts, numbers, tensors or
    arrays of any shape, or lists of these. Floating-point numbers keep four digits, and those
    that are not finite become gaps; tensors of type uint8 (images) are packed.

    It is shown by being a cell's last value. Its text names the data and their shapes.
    Raises TypeError for other data, and ValueError for a kind that is not a word, for no data,
    or for more than 150 kB of it, compressed.

    >>> fig, ax = d2l.plt.subplots()
    >>> d2l.Explorer("line", fig, x=torch.arange(5), losses=torch.eye(9))
    Explorer line: x (5,), losses (9, 9)
    """

    def __init__(self, kind: str, figure: Figure, **data: object) -> None:
        if not isinstance(figure, Figure):
            raise TypeError(f"figure must be a matplotlib Figure, not {type(figure).__name__}")
        try:
            self._svg = _svg(figure, _text(kind, data))
        finally:
            plt.close(figure)  # or the notebook shows it a second time
        self.kind, self.data = kind, data

    def _repr_svg_(self) -> str:
        return self._svg

    def __repr__(self) -> str:
        parts = [f"{name} {np.shape(_array(values))}" for name, values in self.data.items()]
        return f"Explorer {self.kind}: {', '.join(parts)}"


def _text(kind: str, data: dict[str, object]) -> str:
    """Kind and data as JSON; the errors are those of Explorer."""
    if not (isinstance(kind, str) and re.fullmatch("[a-z]+", kind)):
        raise ValueError(f"kind must be a word of lower-case letters, not {kind!r}")
    if not data:
        raise ValueError("an explorer without data has nothing to show")
    packed = {"kind": kind} | {name: _packed(name, values) for name, values in data.items()}
    text = json.dumps(packed, separators=(",", ":"), ensure_ascii=False)
    weight = len(gzip.compress(text.encode()))
    if weight > LIMIT:
        raise ValueError(f"{weight} bytes of compressed data, {LIMIT} at most: leave some out")
    return text


def _svg(figure: Figure, text: str) -> str:
    """The figure as SVG, with the text as its description."""
    image = io.BytesIO()
    metadata = {"Date": None, "Description": text}
    figure.savefig(image, format="svg", bbox_inches="tight", metadata=metadata)
    return image.getvalue().decode()


def _array(values: object) -> np.ndarray:
    """A NumPy array of a tensor (on any device, with or without gradient), a number or a list."""
    if isinstance(values, list | tuple):
        return np.array([_array(value) for value in values])
    return np.asarray(values.detach().cpu() if isinstance(values, Tensor) else values)


def _packed(name: str, values: object) -> object:
    """What JSON can hold of them: texts, numbers, lists of both, or the bytes of images."""
    try:
        array = _array(values)
    except (ValueError, TypeError) as error:
        raise TypeError(f"{name} must be numbers or texts, in rows of equal length") from error
    if array.dtype == np.uint8:
        content = base64.b64encode(array.tobytes()).decode()
        return {"shape": array.shape, "bytes": content}
    if array.dtype.kind not in "biufU":
        raise TypeError(f"{name} must be numbers or texts, not {array.dtype}")
    return _rounded(array.tolist())


def _rounded(values: object) -> object:
    """Nested lists with four digits of each floating-point number; None if it is not finite."""
    if isinstance(values, list):
        return [_rounded(value) for value in values]
    if isinstance(values, float):
        return float(f"{values:.4g}") if math.isfinite(values) else None
    return values
