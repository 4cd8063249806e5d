"""A plot that grows while a model is trained."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.lines import Line2D
from torch import Tensor

from d2l_helpers.plotting import FMTS, close_on_error, in_jupyter, set_axes, use_svg_display


class Animator:
    """Curves that grow point by point in one output; `sec:softmax-scratch` draws with it.

    In Jupyter one figure is shown at the first point and updated in place; it is what remains
    on the page. In a script it is the current figure, ready for `plt.savefig` and `plt.show`;
    a backend with windows shows it live. xlabel … fmts: as in `plot`. nrows, ncols: a grid of
    `axes` for the caller to draw into; the points go to the first. figsize: of one cell of the
    grid, in inches.

    >>> animator = d2l.Animator("epoch", legend=["train loss", "test loss"])
    >>> for epoch in (1, 2, 3):
    ...     animator.add(epoch, (1 / epoch, 1.2 / epoch))
    >>> [len(line.get_xdata()) for line in animator.axes[0].lines]
    [3, 3]
    """

    @close_on_error()
    def __init__(
        self,
        xlabel: str | None = None,
        ylabel: str | None = None,
        legend: Sequence[str] | None = None,
        xlim: tuple[float, float] | None = None,
        ylim: tuple[float, float] | None = None,
        xscale: str = "linear",
        yscale: str = "linear",
        fmts: Sequence[str] = FMTS,
        nrows: int = 1,
        ncols: int = 1,
        figsize: tuple[float, float] = (3.5, 2.5),
    ) -> None:
        use_svg_display()
        size = (figsize[0] * ncols, figsize[1] * nrows)
        self.fig, axes = plt.subplots(nrows, ncols, figsize=size, squeeze=False)
        if in_jupyter():
            plt.close(self.fig)  # or it would be shown a second time when the cell ends
        self.axes = list(axes.flatten())
        self._legend, self._fmts = legend, fmts
        self._lines: list[Line2D] = []
        self._handle, self._shown = None, False
        set_axes(self.axes[0], xlabel, ylabel, xlim, ylim, xscale, yscale)

    def add(self, x: float | Sequence[float], y: float | Sequence[float | None]) -> None:
        """Add a point to each curve, and draw.

        y: one number for each curve; None leaves that curve as it is. x: one number, or one for
        each curve. Raises ValueError if the number of curves changes or differs from x's.
        """
        xs, ys = _numbers(x), _numbers(y)
        if len(xs) == 1:
            xs *= len(ys)
        counts = {len(xs), len(ys), len(self._lines or ys)}
        if len(counts) > 1:
            raise ValueError(f"{len(ys)} values y, {len(xs)} values x: not one for each curve")
        ax = self.axes[0]
        if not self._lines:
            fmts = [self._fmts[i % len(self._fmts)] for i in range(len(ys))]
            self._lines = [ax.plot([], [], fmt)[0] for fmt in fmts]
            if self._legend:
                ax.legend(self._legend)
        for line, a, b in zip(self._lines, xs, ys, strict=True):
            if a is not None and b is not None:
                line.set_data(np.append(line.get_xdata(), a), np.append(line.get_ydata(), b))
        ax.relim()
        ax.autoscale_view()
        self._show()

    def _show(self) -> None:
        if not in_jupyter():
            self._show_window()
        elif self._handle is None:
            from IPython.display import display

            self._handle = display(self.fig, display_id=True)
        else:
            self._handle.update(self.fig)

    def _show_window(self) -> None:
        """Bring a window, if the backend has any, up to date; without waiting for the reader."""
        canvas = self.fig.canvas
        if canvas.required_interactive_framework is None or not plt.fignum_exists(self.fig.number):
            return  # such as Agg, or closed by the reader
        if not self._shown:
            self._shown = True
            self.fig.show()
        canvas.draw_idle()
        canvas.flush_events()


def _numbers(values: Any) -> list[float | None]:
    """A number, or a sequence of numbers and None, as a list; each may be a tensor."""
    if isinstance(values, Tensor | np.ndarray):
        values = values.tolist()  # without its gradient, of which float() would warn
    if isinstance(values, str) or not hasattr(values, "__iter__"):
        return [values if values is None else float(values)]
    return [value for item in values for value in _numbers(item)]
