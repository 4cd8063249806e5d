import base64
import json
from xml.etree import ElementTree

import numpy as np
import pytest
import torch

from d2l_helpers import Explorer, plt


def carried(explorer):
    """What the page reads out of the figure."""
    svg = ElementTree.fromstring(explorer._repr_svg_())
    return json.loads(svg.find(".//{http://purl.org/dc/elements/1.1/}description").text)


def make(**data):
    return Explorer("line", plt.figure(), **data)


@pytest.mark.parametrize(
    ("values", "packed"),
    [
        (torch.tensor([1.0, 2.5]), [1.0, 2.5]),
        (torch.tensor([[1, 2], [3, 4]]), [[1, 2], [3, 4]]),
        (torch.tensor([1 / 3]).requires_grad_(), [0.3333]),
        (np.array([123456.0, 1.23456e-7]), [123500.0, 1.235e-7]),
        ([torch.tensor([1.0, 2.0]), torch.tensor([3.0, 4.0])], [[1.0, 2.0], [3.0, 4.0]]),
        (torch.tensor([1.0, torch.inf, -torch.inf, torch.nan]), [1.0, None, None, None]),
        (["<a> & ]]>", "Größe"], ["<a> & ]]>", "Größe"]),
        (0.125, 0.125),
        (True, True),
        ("one", "one"),
    ],
)
def test_what_the_figure_carries(values, packed):
    assert carried(make(values=values)) == {"kind": "line", "values": packed}


def test_images_are_packed():
    images = torch.arange(8, dtype=torch.uint8).reshape(2, 2, 2)
    found = carried(make(images=images))["images"]
    assert found["shape"] == [2, 2, 2]
    assert base64.b64decode(found["bytes"]) == bytes(range(8))


def test_it_is_a_figure_and_says_what_it_holds():
    explorer = make(x=torch.zeros(3), grid=torch.zeros(2, 5), name="a")
    assert repr(explorer) == "Explorer line: x (3,), grid (2, 5), name ()"
    assert explorer._repr_svg_().startswith("<?xml")
    assert explorer._repr_svg_().rstrip().endswith("</svg>")


def test_its_figure_is_closed():
    figure = plt.figure()
    Explorer("line", figure, x=1)
    assert not plt.fignum_exists(figure.number)


def test_the_same_figure_is_the_same_file():
    with plt.rc_context({"svg.hashsalt": "d2l_helpers"}):
        first, second = (make(x=1)._repr_svg_() for _ in range(2))
    assert first == second


@pytest.mark.parametrize(
    ("values", "error", "words"),
    [
        ({}, TypeError, "x must be numbers or texts"),
        (None, TypeError, "x must be numbers or texts"),
        ([[1, 2], [3]], TypeError, "rows of equal length"),
        (1j, TypeError, "complex"),
        (torch.rand(100_000), ValueError, "150000 at most"),
    ],
)
def test_bad_data_is_refused_and_the_figure_closed(values, error, words):
    with pytest.raises(error, match=words):
        make(x=values)
    assert plt.get_fignums() == []


@pytest.mark.parametrize("kind", ["", "Line", "../line", 3])
def test_a_kind_is_a_word(kind):
    with pytest.raises(ValueError, match="kind must be a word"):
        Explorer(kind, plt.figure(), x=1)
    assert plt.get_fignums() == []


def test_a_figure_that_was_refused_can_be_used_again():
    figure = plt.figure()
    with pytest.raises(TypeError):
        Explorer("line", figure, x=None)
    assert carried(Explorer("line", figure, x=1)) == {"kind": "line", "x": 1}


def test_a_figure_that_cannot_be_drawn_is_closed():
    figure = plt.figure()
    figure.text(0, 0, r"$\nothing$")
    with pytest.raises(ValueError, match="nothing"):
        Explorer("line", figure, x=1)
    assert plt.get_fignums() == []


def test_it_needs_a_figure_and_data():
    with pytest.raises(TypeError, match="figure must be a matplotlib Figure, not Axes"):
        Explorer("line", plt.subplots()[1], x=1)
    with pytest.raises(ValueError, match="without data"):
        make()
