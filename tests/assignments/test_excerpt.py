"""Excerpts: what the exercises of a chapter need of it, and nothing else."""

from excerpt import excerpt

FIRST = "import torch"


def kept(chapter, *exercises):
    """What is kept beside the first cell."""
    return excerpt([FIRST, *chapter], list(exercises)).removeprefix(FIRST).strip().split("\n")


def test_keeps_what_is_needed_as_it_is_written_and_in_its_order():
    chapter = ["x = 1  # (1,)\nprint(x)", "unused = x", "y = (\n    x + 1\n)"]
    assert kept(chapter, "y") == ["x = 1  # (1,)", "y = (", "    x + 1", ")"]


def test_keeps_the_last_meaning_of_a_name():
    assert kept(["x = 1", "x = 2"], "x") == ["x = 2"]
    assert kept(["x = 1", "x += 1"], "x") == ["x = 1", "x += 1"]
    assert kept(["x = 0\nfor i in range(3):\n    x = x + i", "i = 5"], "x") == [
        *("x = 0", "for i in range(3):", "    x = x + i"),
    ]


def test_keeps_what_functions_use_and_not_what_is_their_own():
    chapter = ["a, b = 1, 2", "b = 3", "def f(b):\n    return [a for c in b]", "c = 4"]
    assert kept(chapter, "def g():\n    return f([])") == [
        *("a, b = 1, 2", "", "", "def f(b):", "    return [a for c in b]"),
    ]


def test_what_exercises_bind_themselves_is_not_needed():
    assert kept(["x = 1", "y = 2"], "x = 3", "x + y") == ["y = 2"]


def test_keeps_what_trains_the_net_and_what_fills_a_list():
    chapter = ["net = new()", "net(1)", "history = train(net)", "net.weight.zero_()"]
    assert kept(chapter, "net") == ["net = new()", "history = train(net)", "net.weight.zero_()"]
    chapter = ["found = []", "for i in range(3):\n    found.append(i)", "len(found)"]
    assert kept(chapter, "found") == ["found = []", "for i in range(3):", "    found.append(i)"]
