"""Figures: vector graphics, axes with names, curves and rows of images."""

import builtins
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from torch import Tensor

Values = Tensor | np.ndarray | Sequence[Any]

# Lines differ in their pattern as well as in colour, for eyes and printers that see none.
FMTS = ("-", "--", "-.", ":")


def in_jupyter() -> bool:
    """Whether the code runs in a notebook's kernel, where figures are displayed."""
    # IPython puts this name among the builtins
    return hasattr(getattr(builtins, "get_ipython", object)(), "kernel")


@contextmanager
def close_on_error() -> Iterator[None]:
    """Close the figures that the block opens, if it fails; a decorator as well."""
    before = set(plt.get_fignums())
    try:
        yield
    except Exception:
        for number in set(plt.get_fignums()) - before:
            plt.close(number)
        raise


def use_svg_display() -> None:
    """Show figures as vector graphics; `sec:fashion-mnist` calls it.

    Their colours are ones that the colour-blind can tell apart. Outside Jupyter only the
    colours change.

    >>> d2l.use_svg_display()
    >>> d2l.plt.rcParams["axes.prop_cycle"].by_key()["color"][:2]
    ['#3f90da', '#ffa90e']
    """
    plt.rcParams["axes.prop_cycle"] = plt.style.library["petroff10"]["axes.prop_cycle"]
    if in_jupyter():
        from matplotlib_inline.backend_inline import set_matplotlib_formats

        # Neither the date nor random identifiers: the same figure is the same file.
        plt.rcParams["svg.hashsalt"] = "d2l_helpers"
        set_matplotlib_formats("svg", metadata={"Date": None})


def set_figsize(figsize: tuple[float, float] = (3.5, 2.5)) -> None:
    """Set the size of the figures to come; `sec:linear-theory` calls it.

    figsize: (width, height) in inches. Calls `use_svg_display` as well.

    >>> d2l.set_figsize((4.5, 3))
    >>> fig, ax = d2l.plt.subplots()
    >>> fig.get_size_inches()
    array([4.5, 3. ])
    """
    use_svg_display()
    plt.rcParams["figure.figsize"] = figsize


def set_axes(
    axes: Axes,
    xlabel: str | None = None,
    ylabel: str | None = None,
    xlim: tuple[float, float] | None = None,
    ylim: tuple[float, float] | None = None,
    xscale: str = "linear",
    yscale: str = "linear",
    legend: Sequence[str] | None = None,
) -> None:
    """Name and scale the two axes, and draw a grid; `sec:linear-theory` calls it.

    xlim, ylim: (lowest, highest), or None to fit the data. xscale, yscale: "linear", "log", ….
    legend: the lines' names, as far as there are both; no legend if None.

    >>> fig, ax = d2l.plt.subplots()
    >>> d2l.set_axes(ax, "area (m²)", "price (k€)", yscale="log")
    >>> ax.get_xlabel(), ax.get_yscale()
    ('area (m²)', 'log')
    """
    axes.set(xscale=xscale, yscale=yscale, xlabel=xlabel, ylabel=ylabel)
    if xlim is not None:  # None would freeze the limits as they are
        axes.set_xlim(xlim)
    if ylim is not None:
        axes.set_ylim(ylim)
    if legend:
        axes.legend(legend)
    axes.grid(alpha=0.4)


@close_on_error()
def plot(
    X: Values,
    Y: Values | None = None,
    xlabel: str | None = None,
    ylabel: str | None = None,
    legend: Sequence[str] | None = None,
    xlim: tuple[float, float] | None = None,
    ylim: tuple[float, float] | None = None,
    xscale: str = "linear",
    yscale: str = "linear",
    fmts: Sequence[str] = FMTS,
    figsize: tuple[float, float] = (3.5, 2.5),
    axes: Axes | None = None,
) -> None:
    """Draw one or several curves into one pair of axes; `sec:linear-theory` calls it.

    X: a row of k numbers for all curves, or a list of such rows, one a curve. Y likewise; if
    None, X holds the heights and they are drawn against 0, 1, …. fmts: matplotlib's formats,
    in turn. axes: where to draw. If None, it is the current pair of axes while nothing is drawn
    there, such as the one that `plt.subplot` has just made; or else a new figure of `figsize`
    inches. The other arguments are those of `set_axes`.
    Afterwards `plt.gca()` is the pair of axes, unless they were given. Raises ValueError if X
    and Y do not pair up.

    >>> x = torch.arange(0, 3, 0.1)
    >>> d2l.plot(x, [x**2, 2 * x - 1], "x", "y", legend=["x²", "tangent"])
    >>> len(d2l.plt.gca().lines)
    2
    """
    rows_x, rows_y = ([], _rows(X)) if Y is None else (_rows(X), _rows(Y))
    if not rows_x:
        rows_x = [np.arange(len(y)) for y in rows_y]
    if len(rows_x) == 1:
        rows_x = rows_x * len(rows_y)
    if [len(x) for x in rows_x] != [len(y) for y in rows_y]:
        sizes = f"X has {[len(x) for x in rows_x]} points, Y has {[len(y) for y in rows_y]}"
        raise ValueError(f"X and Y must hold curves of the same length: {sizes}")
    if axes is None:
        use_svg_display()
        axes = _empty_axes() or plt.subplots(figsize=figsize, layout="constrained")[1]
    for i, (x, y) in enumerate(zip(rows_x, rows_y, strict=True)):
        axes.plot(x, y, fmts[i % len(fmts)])
    set_axes(axes, xlabel, ylabel, xlim, ylim, xscale, yscale, legend)


@close_on_error()
def show_images(
    imgs: Values,
    num_rows: int,
    num_cols: int,
    titles: Sequence[str] | None = None,
    scale: float = 1.5,
) -> np.ndarray:
    """Show images in a grid, row after row; `sec:fashion-mnist` calls it.

    imgs: a sequence of tensors, arrays or PIL images, each (h, w), (1, h, w) or (h, w, 3);
    those beyond the grid are left out. titles: one for each image. scale: the side of a cell
    in inches.
    Returns the grid's axes (num_rows · num_cols,).
    Raises ValueError if there are no images, or fewer titles than images shown.

    >>> axes = d2l.show_images(torch.rand(5, 28, 28), 2, 3, titles="abcde")
    >>> axes.shape, axes[4].get_title()
    ((6,), 'e')
    """
    imgs = [_array(img) for img in imgs][: num_rows * num_cols]
    if not imgs:
        raise ValueError("there are no images to show")
    if titles is not None and len(titles) < len(imgs):
        raise ValueError(f"{len(imgs)} images, but {len(titles)} titles")
    use_svg_display()
    figsize = (num_cols * scale, num_rows * scale)
    _, axes = plt.subplots(num_rows, num_cols, figsize=figsize, squeeze=False, layout="constrained")
    axes = axes.flatten()
    for ax in axes:
        ax.set_axis_off()
    for i, img in enumerate(imgs):
        axes[i].imshow(img[0] if img.ndim == 3 and len(img) == 1 else img, cmap="gray")
        if titles is not None:
            axes[i].set_title(titles[i], fontsize="medium")
    return axes


def _empty_axes() -> Axes | None:
    """The current axes, made in a figure that has none; None if there are none to draw into."""
    figure = plt.gcf() if plt.get_fignums() else None
    if figure is None or (figure.axes and (plt.gca().has_data() or not plt.gca().axison)):
        return None  # drawn upon, or a cell that show_images has left empty
    return plt.gca()


def _array(values: object) -> np.ndarray:
    """A NumPy array of a tensor (on any device, with or without gradient), list or image."""
    return np.asarray(values.detach().cpu() if isinstance(values, Tensor) else values)


def _rows(values: Values) -> list[np.ndarray]:
    """A list of 1-d arrays: `values` itself if it holds rows, else as the only one."""
    if not isinstance(values, Tensor | np.ndarray) and len(values) and np.ndim(values[0]) == 1:
        return [_array(row) for row in values]  # rows may differ in length
    return list(np.atleast_2d(_array(values)))
