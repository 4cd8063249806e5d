import numpy as np
import pytest
import torch
from matplotlib.axes import Axes
from PIL import Image

from d2l_helpers import plot, plt, set_axes, set_figsize, show_images, use_svg_display


def curves(axes):
    return [tuple(data.tolist() for data in line.get_data()) for line in axes.lines]


def plotted(*args, **options):
    """The axes into which `plot` has drawn."""
    assert plot(*args, **options) is None, "it would be printed below a cell"
    return plt.gca()


PALETTE = plt.style.library["petroff10"]["axes.prop_cycle"].by_key()["color"]
ROW = torch.tensor([3.0, 1.0, 2.0])
HEIGHTS = [3.0, 1.0, 2.0]


@pytest.mark.parametrize(
    "X", [ROW, ROW.numpy(), HEIGHTS, tuple(HEIGHTS), ROW.clone().requires_grad_(), [ROW]]
)
def test_plot_heights_only(X):
    assert curves(plotted(X)) == [([0, 1, 2], HEIGHTS)]


@pytest.mark.parametrize("X", [[0, 1, 2], range(3), torch.arange(3), np.arange(3), [range(3)]])
@pytest.mark.parametrize("Y", [ROW, HEIGHTS, [HEIGHTS], ROW.clone().requires_grad_() * 1])
def test_plot_one_curve(X, Y):
    assert curves(plotted(X, Y)) == [([0, 1, 2], HEIGHTS)]


@pytest.mark.parametrize(
    "Y", [[ROW, 2 * ROW], torch.stack([ROW, 2 * ROW]), [HEIGHTS, (2 * ROW).requires_grad_()]]
)
def test_plot_two_curves_over_one_row(Y):
    assert curves(plotted([0, 1, 2], Y)) == [([0, 1, 2], HEIGHTS), ([0, 1, 2], [6, 2, 4])]


def test_plot_curves_of_unequal_length():
    both = plotted([[0, 1, 2], range(5, 7)], [ROW, [8, 9]])
    assert curves(both) == [([0, 1, 2], HEIGHTS), ([5, 6], [8, 9])]
    assert curves(plotted([ROW, [8, 9]])) == [([0, 1, 2], HEIGHTS), ([0, 1], [8, 9])]


def test_plot_sets_the_axes():
    limits, scales, fmts = ([1, 8], (1, 9)), ("log", "log"), ["-", "m--"]
    rows, legend = [ROW, 2 * ROW, 3 * ROW], ["one", "two", "three"]
    axes = plotted([1, 2, 4], rows, "x", "f(x)", legend, *limits, *scales, fmts, (5, 2))
    assert isinstance(axes, Axes)
    assert [axes.get_xlabel(), axes.get_ylabel()] == ["x", "f(x)"]
    assert [axes.get_xlim(), axes.get_ylim()] == [(1, 8), (1, 9)]
    assert [axes.get_xscale(), axes.get_yscale()] == ["log", "log"]
    assert [text.get_text() for text in axes.get_legend().get_texts()] == ["one", "two", "three"]
    assert [line.get_linestyle() for line in axes.lines] == ["-", "--", "-"]
    assert axes.lines[1].get_color() == "m"
    assert axes.figure.get_size_inches().tolist() == [5, 2]


def test_each_name_in_the_legend_stands_beside_its_curve():
    axes = plotted([ROW, 2 * ROW, 3 * ROW], legend=["once", "twice", "thrice"])
    looks = [(line.get_color(), line.get_linestyle()) for line in axes.lines]
    keys = axes.get_legend().get_lines()
    assert len(set(looks)) == 3
    assert [(key.get_color(), key.get_linestyle()) for key in keys] == looks


def test_axes_point_right_and_up():
    axes = plotted(HEIGHTS, HEIGHTS)
    assert not axes.xaxis_inverted()
    assert not axes.yaxis_inverted()


def test_plot_without_options():
    axes = plotted([ROW] * 5)
    assert axes.get_legend() is None
    assert [line.get_linestyle() for line in axes.lines] == ["-", "--", "-.", ":", "-"]
    assert [line.get_color() for line in axes.lines] == PALETTE[:5]
    assert axes.figure.get_size_inches().tolist() == [3.5, 2.5]


def test_plot_into_axes():
    figure, (left, right) = plt.subplots(1, 2)
    plot(HEIGHTS, axes=left)
    assert [len(left.lines), len(right.lines)] == [1, 0]
    assert plt.get_fignums() == [figure.number]


def test_plot_into_the_current_axes():
    for i in (1, 2):
        axes = plt.subplot(1, 2, i)
        assert plotted([i, i]) is axes
    assert [curves(ax) for ax in plt.gcf().axes] == [[([0, 1], [1, 1])], [([0, 1], [2, 2])]]
    assert len(plt.get_fignums()) == 1


@pytest.mark.parametrize("empty", [plt.clf, plt.cla, lambda: plt.figure(figsize=(7, 4))])
def test_plot_into_the_current_figure_while_it_is_empty(empty):
    plot([5, 5])
    empty()
    figure = plt.gcf()
    assert curves(plotted(HEIGHTS)) == [([0, 1, 2], HEIGHTS)]
    assert plt.gcf() is figure


@pytest.mark.parametrize(
    "draw",
    [
        lambda: plot([5, 5]),
        lambda: plt.plot([5, 5]),
        lambda: plt.scatter([5, 5], [5, 5]),
        lambda: show_images(torch.zeros(3, 2, 2), 2, 2),
    ],
)
def test_plot_leaves_alone_what_is_drawn(draw):
    draw()
    before = plt.gcf()
    axes = plotted(HEIGHTS)
    assert axes.figure is not before
    assert curves(axes) == [([0, 1, 2], HEIGHTS)]


def test_limits_follow_the_curves():
    axes = plotted(HEIGHTS)
    plot([0, 10], [0, 100], axes=axes)
    assert axes.get_xlim() == pytest.approx((0, 10), abs=2)
    assert axes.get_ylim() == pytest.approx((0, 100), abs=20)


@pytest.mark.parametrize(
    ("X", "Y"),
    [
        ([0, 1], HEIGHTS),
        ([[0, 1], [0, 1, 2]], [HEIGHTS, HEIGHTS]),
        ([[0, 1, 2]] * 2, [HEIGHTS] * 3),
        ([[0, 1, 2]] * 2, HEIGHTS),
    ],
)
def test_plot_that_does_not_pair_up(X, Y):
    with pytest.raises(ValueError, match=r"X has \[.*\] points, Y has \[3"):
        plot(X, Y)
    assert plt.get_fignums() == []


@pytest.mark.parametrize("legend", [["a"], ["a", "b", "c"], ("a", "b")])
def test_legend_as_far_as_there_are_names_and_curves(legend, no_warnings):
    axes = plotted([ROW, 2 * ROW], legend=legend)
    names = [text.get_text() for text in axes.get_legend().get_texts()]
    assert names == ["a", "b"][: len(legend)]


@pytest.mark.parametrize("wrong", [{"xlim": (1, 2, 3)}, {"fmts": ["loud"]}, {"xscale": "loud"}])
def test_no_figure_is_left_by_an_error(wrong):
    with pytest.raises((TypeError, ValueError)):
        plot(HEIGHTS, **wrong)
    assert plt.get_fignums() == []


def test_figures_of_the_reader_are_left_by_an_error():
    figure = plt.figure()
    plt.plot([1, 2])
    with pytest.raises(ValueError, match="loud"):
        plot(HEIGHTS, xscale="loud")
    assert plt.get_fignums() == [figure.number]


def test_set_axes_in_d2ls_order():
    axes = plt.figure().add_subplot()
    axes.plot([1, 2])
    set_axes(axes, "x", "y", [0, 1], [1, 2], "linear", "log", ["line"])
    assert [axes.get_xlabel(), axes.get_ylabel()] == ["x", "y"]
    assert [axes.get_xlim(), axes.get_ylim()] == [(0, 1), (1, 2)]
    assert [axes.get_xscale(), axes.get_yscale()] == ["linear", "log"]
    assert axes.get_legend().get_texts()[0].get_text() == "line"
    assert axes.get_xgridlines()[0].get_visible()


@pytest.mark.parametrize(("args", "size"), [((), [3.5, 2.5]), (((7, 4),), [7, 4])])
def test_set_figsize(args, size):
    set_figsize(*args)
    assert plt.figure().get_size_inches().tolist() == size


def test_use_svg_display_takes_distinct_colours_and_changes_nothing_else_outside_jupyter():
    before = dict(plt.rcParams)
    use_svg_display()
    assert plt.rcParams["axes.prop_cycle"].by_key()["color"] == PALETTE
    assert {key for key in before if plt.rcParams[key] != before[key]} == {"axes.prop_cycle"}


def shown(axes):
    return [torch.as_tensor(np.asarray(ax.images[0].get_array())) for ax in axes if ax.images]


@pytest.mark.parametrize("shape", [(6, 4, 5), (6, 1, 4, 5)])
@pytest.mark.parametrize(
    "sequence", [torch.clone, list, torch.Tensor.numpy, torch.Tensor.requires_grad_]
)
def test_show_images(shape, sequence):
    images = torch.rand(shape, generator=torch.Generator().manual_seed(0))
    axes = show_images(sequence(images), 2, 3, titles=list("abcdef"), scale=1)
    assert isinstance(axes, np.ndarray)
    assert axes.shape == (6,)
    assert torch.equal(torch.stack(shown(axes)), images.reshape(6, 4, 5))
    assert [ax.get_title() for ax in axes] == list("abcdef")
    assert axes[0].figure.get_size_inches().tolist() == [3, 2]
    assert not any(ax.axison for ax in axes)


def test_images_fill_rows_and_the_largest_number_is_white():
    greys = torch.linspace(0, 1, 4).reshape(2, 2)
    axes = show_images([greys] * 5, 2, 3)
    places = [ax.get_subplotspec() for ax in axes]
    assert [(at.rowspan.start, at.colspan.start) for at in places] == [
        (row, column) for row in (0, 1) for column in (0, 1, 2)
    ]
    image = axes[0].images[0]
    drawn = torch.as_tensor(image.to_rgba(image.get_array()))
    torch.testing.assert_close(
        drawn[..., :3], greys.double()[..., None].expand(2, 2, 3), atol=3e-3, rtol=0
    )
    assert image.origin == "upper"
    assert axes[0].yaxis_inverted()


def test_show_images_in_colour_and_of_pil():
    pixels = np.arange(24, dtype=np.uint8).reshape(2, 4, 3)
    axes = show_images([pixels, torch.as_tensor(pixels), Image.fromarray(pixels)], 1, 3)
    assert all(np.array_equal(image, pixels) for image in shown(axes))


@pytest.mark.parametrize(("n", "visible"), [(1, 1), (3, 3), (4, 4), (9, 4)])
def test_show_more_or_fewer_images_than_cells(n, visible):
    axes = show_images(torch.zeros(n, 2, 2), 2, 2, titles=["title"] * n)
    assert axes.shape == (4,)
    assert len(shown(axes)) == visible
    assert not any(ax.axison for ax in axes)


def test_show_images_too_few_titles():
    with pytest.raises(ValueError, match="3 images, but 2 titles"):
        show_images(torch.zeros(3, 2, 2), 1, 3, titles=["a", "b"])
    assert plt.get_fignums() == []


@pytest.mark.parametrize(
    ("shape", "grid"), [((2,), (1, 2)), ((2, 5, 4, 7), (1, 2)), ((2, 4, 4), (1, -1))]
)
def test_no_figure_is_left_by_images_that_are_none(shape, grid):
    with pytest.raises((TypeError, ValueError)):
        show_images(torch.zeros(shape), *grid)
    assert plt.get_fignums() == []


@pytest.mark.parametrize("images", [[], torch.zeros(0, 2, 2)])
def test_show_no_images(images):
    with pytest.raises(ValueError, match="no images"):
        show_images(images, 1, 1)
    assert plt.get_fignums() == []
