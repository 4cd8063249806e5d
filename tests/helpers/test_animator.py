import builtins
import io
import re
import sys
from types import ModuleType, SimpleNamespace

import nbformat
import numpy as np
import pytest
import torch
from matplotlib.backend_bases import FigureManagerBase
from matplotlib.backends.backend_agg import FigureCanvasAgg

from d2l_helpers import Animator, plt


def curves(animator):
    return [tuple(map(list, line.get_data())) for line in animator.axes[0].lines]


@pytest.mark.parametrize(
    ("points", "expected"),
    [
        ([(1, (0.5, 2)), (2, [1, torch.tensor(3)])], [([1, 2], [0.5, 1]), ([1, 2], [2, 3])]),
        ([(1, 4), (2.5, torch.tensor(2.0))], [([1, 2.5], [4, 2])]),
        ([(1, (None, 1)), (2, (5, None)), (3, (6, 2))], [([2, 3], [5, 6]), ([1, 3], [1, 2])]),
        ([((1, 2), (3, 4))], [([1], [3]), ([2], [4])]),
        ([(np.array(1), np.array(4.0)), (np.int64(2), np.float32(5))], [([1, 2], [4, 5])]),
        ([(np.array(1), (np.array(3), np.array(4)))], [([1], [3]), ([1], [4])]),
        ([(np.array([1, 2]), np.array([3.0, 4.0]))], [([1], [3]), ([2], [4])]),
    ],
    ids=[
        *("two curves", "one curve", "None leaves a curve as it is", "one x for each curve"),
        *("arrays without dimensions", "several of them", "arrays"),
    ],
)
@pytest.mark.parametrize("has_legend", [False, True])
def test_points_are_added(points, expected, has_legend):
    animator = Animator(legend=["a", "b"][: len(expected)] if has_legend else None)
    for x, y in points:
        animator.add(x, y)
    assert curves(animator) == expected


@pytest.mark.parametrize("several", [False, True])
def test_tensors_that_require_gradients(several, no_warnings):
    animator = Animator()
    loss = torch.tensor(2.0, requires_grad=True)
    animator.add(1, (loss * 2, 0.5) if several else loss * 2)
    assert curves(animator)[0] == ([1], [4])


@pytest.mark.parametrize("legend", [["a"], ["a", "b", "c"], ("a", "b")])
def test_legend_as_far_as_there_are_names_and_curves(legend, no_warnings):
    animator = Animator(legend=legend)
    animator.add(1, (1, 2))
    animator.add(2, (3, 4))
    assert curves(animator) == [([1, 2], [1, 3]), ([1, 2], [2, 4])]
    names = [text.get_text() for text in animator.axes[0].get_legend().get_texts()]
    assert names == ["a", "b"][: len(legend)]


@pytest.mark.parametrize(("x", "y"), [(3, (1,)), (3, 1), (3, (1, 2, 3)), ((3, 4, 5), (1, 2))])
def test_values_that_are_not_one_for_each_curve(x, y):
    animator = Animator()
    animator.add(1, (1, 2))
    before = curves(animator)
    with pytest.raises(ValueError, match="not one for each curve"):
        animator.add(x, y)
    assert curves(animator) == before


def test_axes_are_set():
    limits, scales, fmts = ([1, 10], [0.5, 2]), ("linear", "log"), ("-", "m--")
    animator = Animator("epoch", "loss", list("abc"), *limits, *scales, fmts, figsize=(5, 2))
    animator.add(2, (1, 1, 50))
    axes = animator.axes[0]
    assert [axes.get_xlabel(), axes.get_ylabel()] == ["epoch", "loss"]
    assert [axes.get_xlim(), axes.get_ylim()] == [(1, 10), (0.5, 2)]
    assert [axes.get_xscale(), axes.get_yscale()] == ["linear", "log"]
    assert [text.get_text() for text in axes.get_legend().get_texts()] == ["a", "b", "c"]
    assert [line.get_linestyle() for line in axes.lines] == ["-", "--", "-"]
    assert [key.get_linestyle() for key in axes.get_legend().get_lines()] == ["-", "--", "-"]
    assert animator.fig.get_size_inches().tolist() == [5, 2]


def test_curves_take_their_colours_from_the_palette():
    animator = Animator(legend=["a", "b"])
    animator.add(1, (1, 2))
    colours = plt.style.library["petroff10"]["axes.prop_cycle"].by_key()["color"]
    assert [line.get_color() for line in animator.axes[0].lines] == colours[:2]
    keys = animator.axes[0].get_legend().get_lines()
    assert [key.get_color() for key in keys] == colours[:2]


def test_limits_follow_the_points():
    animator = Animator()
    animator.add(0, 0)
    animator.add(10, 100)
    axes = animator.axes[0]
    assert axes.get_xlim() == pytest.approx((0, 10), abs=2)
    assert axes.get_ylim() == pytest.approx((0, 100), abs=20)


@pytest.mark.parametrize("limits", [{"xlim": (1, 3)}, {"ylim": (1, 3)}])
def test_given_limits_stay(limits):
    animator = Animator(**limits)
    animator.add(0, 0)
    animator.add(10, 100)
    (get,) = (getattr(animator.axes[0], f"get_{name}") for name in limits)
    assert get() == (1, 3)


@pytest.mark.parametrize(("nrows", "ncols"), [(1, 1), (1, 2), (2, 3)])
def test_grid(nrows, ncols):
    animator = Animator(nrows=nrows, ncols=ncols, figsize=(2, 1))
    animator.add(1, 1)
    assert [len(axes.lines) for axes in animator.axes] == [1] + [0] * (nrows * ncols - 1)
    assert animator.fig.get_size_inches().tolist() == [2 * ncols, nrows]


@pytest.mark.parametrize("wrong", [{"xlim": (1, 2, 3)}, {"yscale": "loud"}, {"nrows": 0}])
def test_no_figure_is_left_by_an_error(wrong):
    with pytest.raises((TypeError, ValueError)):
        Animator(**wrong)
    assert plt.get_fignums() == []


@pytest.mark.parametrize("shell", [None, SimpleNamespace()])
def test_figure_is_the_current_one_outside_jupyter(shell, capsys, monkeypatch, no_warnings):
    if shell:  # IPython in a terminal
        monkeypatch.setattr(builtins, "get_ipython", lambda: shell, raising=False)
    monkeypatch.setenv("DISPLAY", ":0")  # without a screen matplotlib itself would try no window
    animator, saved = Animator("epoch"), io.StringIO()
    animator.add(1, 1)
    animator.add(2, 4)
    animator.add(3, 9)
    assert plt.gcf() is animator.fig
    plt.savefig(saved, format="svg")
    assert capsys.readouterr() == ("", "")
    assert points(saved.getvalue()) == [3]
    assert "<!-- epoch -->" in saved.getvalue()


class Windows:
    """A backend with windows that nobody sees, and what is asked of it, in turn."""

    def __init__(self):
        self.asked = asked = []

        class Manager(FigureManagerBase):
            def show(self):
                asked.append("show")

            @classmethod
            def pyplot_show(cls, *, block=None):
                asked.append("wait for the reader" if block in (None, True) else "show all")

        class Canvas(FigureCanvasAgg):
            required_interactive_framework = "headless"  # what may run where there is no screen
            manager_class = Manager

            def draw_idle(self):
                asked.append("draw")

            def flush_events(self):
                asked.append("flush")

            def start_event_loop(self, timeout=0):
                asked.append("wait")

        self.module = ModuleType("windows")
        self.module.FigureCanvas = Canvas
        self.module.FigureManager = Manager


@pytest.fixture
def windows(monkeypatch):
    backend = Windows()
    monkeypatch.setitem(sys.modules, "windows", backend.module)
    plt.switch_backend("module://windows")
    yield backend.asked
    plt.close("all")
    plt.switch_backend("Agg")


def test_window_is_updated_live_without_waiting(windows):
    animator = Animator()
    del windows[:]
    for i in range(3):
        animator.add(i, i)
    assert windows == ["show", *["draw", "flush"] * 3]


def test_window_that_the_reader_has_closed_stays_closed(windows):
    animator = Animator()
    animator.add(1, 1)
    canvas = animator.fig.canvas
    plt.close(animator.fig)
    animator.fig.set_canvas(canvas)  # as matplotlib does before 3.11
    del windows[:]
    animator.add(2, 2)
    assert windows == []
    assert curves(animator) == [([1, 2], [1, 2])]


CELLS = {
    "animator": """
        animator = d2l.Animator(xlabel="epoch", legend=["train loss", "test acc"])
        for epoch in range(1, 6):
            animator.add(epoch, (1 / epoch, None if epoch % 2 else 0.5))
    """,
    "created": "animator = d2l.Animator(legend=['spread'])",
    "first point": "animator.add(1, 3)",
    "other points": "for x in range(2, 8): animator.add(x, x * x)",
    "two": """
        for name in "ab":
            animator = d2l.Animator(legend=[f"animator {name}"])
            animator.add(1, 1)
            animator.add(2, 4)
    """,
    "train": """
        data = [(torch.randn(12, 3), torch.arange(12) % 2)]
        W = torch.zeros(3, 2, requires_grad=True)
        loss, updater = torch.nn.CrossEntropyLoss(), lambda n: d2l.sgd([W], 0.1, n)
        d2l.train_ch3(lambda X: X @ W, data, data, loss, 4, updater)
    """,
    "plot": "d2l.plot([1, 2, 3], [[4, 5, 7], [3, 1, 2]], 'x', legend=['up', 'down'])",
    "plot again": "d2l.plot([1, 2, 3], [[4, 5, 7], [3, 1, 2]], 'x', legend=['up', 'down'])",
    "subplots": """
        for i in (1, 2):
            d2l.plt.subplot(1, 2, i)
            d2l.plot([1, 2, 3], [4, 5, i], f"part {i}")
    """,
    "images": "d2l.show_images(torch.zeros(2, 4, 4), 1, 2, ['left', 'right']);",
}


@pytest.fixture(scope="module")
def outputs():
    """What each cell leaves on the page after a real kernel has run it."""
    from nbclient import NotebookClient  # here: only one of the processes of pytest-xdist needs it

    sources = ["import d2l_helpers as d2l\nimport torch"]
    sources += [re.sub("^ {8}", "", code, flags=re.MULTILINE).strip() for code in CELLS.values()]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(s) for s in sources])
    options = {"kernel_name": "python3", "extra_arguments": ["--log-level=ERROR"]}
    # Ten minutes, for a kernel that hangs. The defaults are one, and four seconds for an output.
    client = NotebookClient(notebook, startup_timeout=600, iopub_timeout=600, **options)
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("MPLBACKEND", raising=False)  # Jupyter sets its own
        client.execute()
    return {name: cell.outputs for name, cell in zip(CELLS, notebook.cells[1:], strict=True)}


def svg(output):
    assert output.output_type == "display_data"
    assert "image/svg+xml" in output.data
    assert not {"image/png", "text/html"} & set(output.data)
    return output.data["image/svg+xml"]


def points(picture):
    """How many points each line inside the axes has, but for grid lines (of two points)."""
    paths = re.findall(r'<path d="([^"]*)" clip-path', picture)
    return [n for n in (len(re.findall("[ML]", path)) for path in paths) if n > 2]


def test_one_picture_remains_the_last(outputs):
    (output,) = outputs["animator"]
    picture = svg(output)
    assert "<!-- train loss -->" in picture
    assert "<!-- test acc -->" in picture
    assert "<!-- epoch -->" in picture
    assert points(picture) == [5]  # and two of the other curve


def test_picture_comes_with_the_first_point_and_is_updated_there(outputs):
    assert outputs["created"] == outputs["other points"] == []
    (output,) = outputs["first point"]
    assert "<!-- spread -->" in svg(output)
    assert points(svg(output)) == [7]


def test_each_animator_has_its_own_picture(outputs):
    first, second = map(svg, outputs["two"])
    assert "<!-- animator a -->" in first
    assert "<!-- animator b -->" in second


def test_train_draws_live(outputs):
    (output,) = outputs["train"]
    assert "<!-- train loss -->" in svg(output)
    assert points(svg(output)) == [4, 4, 4]


@pytest.mark.parametrize(("name", "text"), [("plot", "down"), ("images", "right")])
def test_figures_are_vector_graphics(outputs, name, text):
    (output,) = outputs[name]
    assert f"<!-- {text} -->" in svg(output)


def test_plot_draws_into_the_current_axes_of_a_notebook(outputs):
    (output,) = outputs["subplots"]
    assert all(f"<!-- part {i} -->" in svg(output) for i in (1, 2))


def test_same_figure_is_the_same_file(outputs):
    picture = svg(outputs["plot"][0])
    assert picture == svg(outputs["plot again"][0])
    assert "<dc:date>" not in picture
