import builtins
import re
import warnings
from types import SimpleNamespace

import nbformat
import pytest
import torch
from nbclient import NotebookClient

from d2l_helpers import Animator, plt


def curves(animator):
    return [tuple(map(list, line.get_data())) for line in animator.axes[0].lines]


def test_points_are_added():
    animator = Animator()
    animator.add(1, (0.5, 2))
    animator.add(2.5, [0.25, torch.tensor(3)])
    assert curves(animator) == [([1, 2.5], [0.5, 0.25]), ([1, 2.5], [2, 3])]


def test_one_curve():
    animator = Animator(legend=["loss"])
    animator.add(1, 4)
    animator.add(2, torch.tensor(2.0))
    assert curves(animator) == [([1, 2], [4, 2])]


def test_none_leaves_a_curve_as_it_is():
    animator = Animator(legend=["a", "b"])
    animator.add(1, (None, 1))
    animator.add(2, (5, None))
    animator.add(3, (6, 2.0))
    assert curves(animator) == [([2, 3], [5, 6]), ([1, 3], [1, 2])]


def test_one_x_for_each_curve():
    animator = Animator()
    animator.add((1, 2), (3, 4))
    assert curves(animator) == [([1], [3]), ([2], [4])]


@pytest.mark.parametrize("several", [False, True])
def test_tensors_that_require_gradients(several):
    animator = Animator()
    loss = torch.tensor(2.0, requires_grad=True)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        animator.add(1, (loss * 2, 0.5) if several else loss * 2)
    assert curves(animator)[0] == ([1], [4])


@pytest.mark.parametrize(
    ("legend", "x", "y"),
    [(None, 3, (1,)), (None, 3, 1), (None, 3, (1, 2, 3)), (None, (3, 4, 5), (1, 2))],
)
def test_number_of_curves_that_changes(legend, x, y):
    animator = Animator(legend=legend)
    animator.add(1, (1, 2))
    with pytest.raises(ValueError, match="not one for each curve"):
        animator.add(x, y)
    assert curves(animator) == [([1], [1]), ([1], [2])]


@pytest.mark.parametrize(("x", "y"), [(1, 1), (1, (1, 2, 3)), ((1, 2, 3), (1, 2))])
def test_number_of_curves_that_differs_from_the_legend(x, y):
    animator = Animator(legend=["a", "b"])
    with pytest.raises(ValueError, match="not one for each curve"):
        animator.add(x, y)
    assert curves(animator) == []


def test_axes_are_set():
    animator = Animator(
        "epoch",
        "loss",
        ["a", "b", "c"],
        xlim=[1, 10],
        ylim=[0.5, 2],
        xscale="linear",
        yscale="log",
        fmts=("-", "m--"),
        figsize=(5, 2),
    )
    animator.add(2, (1, 1, 50))
    axes = animator.axes[0]
    assert [axes.get_xlabel(), axes.get_ylabel()] == ["epoch", "loss"]
    assert [axes.get_xlim(), axes.get_ylim()] == [(1, 10), (0.5, 2)]
    assert [axes.get_xscale(), axes.get_yscale()] == ["linear", "log"]
    assert [text.get_text() for text in axes.get_legend().get_texts()] == ["a", "b", "c"]
    assert [line.get_linestyle() for line in axes.lines] == ["-", "--", "-"]
    assert animator.fig.get_size_inches().tolist() == [5, 2]


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


@pytest.mark.parametrize("shell", [None, SimpleNamespace()])
def test_nothing_is_shown_outside_jupyter(shell, capsys, monkeypatch):
    if shell:  # IPython in a terminal
        monkeypatch.setattr(builtins, "get_ipython", lambda: shell, raising=False)
    animator = Animator()
    animator.add(1, 1)
    animator.add(2, 2)
    assert capsys.readouterr() == ("", "")
    assert plt.get_fignums() == []


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
        X, y = torch.randn(12, 3), torch.arange(12) % 2
        net = torch.nn.Linear(3, 2)
        data = d2l.load_array((X, y), 5)
        optimizer = torch.optim.SGD(net.parameters(), 0.1)
        history = d2l.train(net, data, data, torch.nn.CrossEntropyLoss(), 4, optimizer)
    """,
    "plot": "d2l.plot([1, 2, 3], [[4, 5, 7], [3, 1, 2]], 'x', legend=['up', 'down']);",
    "plot again": "d2l.plot([1, 2, 3], [[4, 5, 7], [3, 1, 2]], 'x', legend=['up', 'down']);",
    "images": "d2l.show_images(torch.zeros(2, 4, 4), 1, 2, ['left', 'right']);",
}


@pytest.fixture(scope="module")
def outputs():
    """What each cell leaves on the page after a real kernel has run it."""
    sources = ["import d2l_helpers as d2l\nimport torch"]
    sources += [re.sub("^ {8}", "", code, flags=re.MULTILINE).strip() for code in CELLS.values()]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(s) for s in sources])
    client = NotebookClient(
        notebook, timeout=120, kernel_name="python3", extra_arguments=["--log-level=ERROR"]
    )
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


def test_same_figure_is_the_same_file(outputs):
    picture = svg(outputs["plot"][0])
    assert picture == svg(outputs["plot again"][0])
    assert "<dc:date>" not in picture
