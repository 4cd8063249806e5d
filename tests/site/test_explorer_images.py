"""The explorer of pictures says what the chapter's model computed."""

from itertools import product
from types import SimpleNamespace

import numpy as np
import pytest


@pytest.fixture(scope="module")
def data(figures):
    found = figures["images"].data
    return SimpleNamespace(**found | {"labels": np.array(found["labels"])})


def passing(data, epoch: int, true: int, guess: int) -> list[int]:
    """The numbers of the pictures that pass the filter; a class k is k + 1, and 0 is any."""
    fits_true = (data.labels == true - 1) | (true == 0)
    fits_guess = (data.called[epoch] == guess - 1) | (guess == 0)
    return (fits_true & fits_guess).nonzero()[0].tolist()


def share(percent: int) -> str:
    return "less than 1 %" if percent < 1 else "more than 99 %" if percent > 99 else f"{percent} %"


def after(epoch: int) -> str:
    return f"After {epoch} epoch{'s' * (epoch > 1)}" if epoch else "Before training"


def words(data, epoch: int, wanted: list[int], place: int) -> str:
    """What is said of the picture at a place among those wanted."""
    i = wanted[place]
    percent, label, called = data.percent[epoch, i], data.labels[i], data.called[epoch, i]
    rest = "" if label == called else f"; the true class has {share(percent[label])}"
    return (
        f"Picture {i}, true class: {data.names[label]}. {after(epoch)}, the predicted class "
        f"is {data.names[called]}, with a probability of {share(percent[called])}{rest}. "
    ) + (
        "Of 120 pictures, only this one passes the filter."
        if len(wanted) == 1
        else f"{len(wanted)} of 120 pictures pass the filter; this is number {place + 1} of them."
    )


def test_the_data_hold_together(data):
    assert data.pictures.shape == (120, 28, 28)
    assert data.weights.shape == (11, 10, 28, 28)
    assert set(data.labels) == set(range(10))
    assert len(data.names) == 10
    best = np.take_along_axis(data.percent, data.called[..., None].astype(int), 2)[..., 0]
    assert (best == data.percent.max(2)).all()
    assert (abs(data.percent.sum(2, dtype=int) - 100) <= 5).all()


def test_it_begins_with_what_the_figure_shows_and_leads_through_all(data, figures):
    everything = list(range(120))
    for n, said in enumerate(figures["images"].say(*({"next": n} for n in everything))):
        assert said.words == words(data, 10, everything, (data.chosen + n) % 120)
    assert data.labels[data.chosen] != data.called[10, data.chosen]


@pytest.mark.parametrize("epoch", [0, 1, 10])
def test_filters(data, figures, epoch):
    filters = list(product(range(11), repeat=2))
    moves = [{"epoch": epoch, "true": true, "guess": guess} for true, guess in filters]
    counts = []
    for (true, guess), said in zip(filters, figures["images"].say(*moves), strict=True):
        wanted = passing(data, epoch, true, guess)
        counts.append(min(len(wanted), 2))
        if wanted:
            shown = next((i for i in wanted if i >= data.chosen), wanted[0])
            assert said.words == words(data, epoch, wanted, wanted.index(shown))
        else:
            which = f"true class {data.names[true - 1]} and the " if true else ""
            which += f"predicted class {data.names[guess - 1]}"
            told = f"{after(epoch)}, no picture passes: none of the 120 has the {which}."
            assert said.words == told
    assert min(counts.count(kind) for kind in (0, 1, 2)) > 5  # nothing, one or several pass


def test_next_and_previous_go_round(data, figures):
    mistakes = [pair for pair in product(range(1, 11), repeat=2) if pair[0] != pair[1]]
    true, guess = max(mistakes, key=lambda pair: len(passing(data, 10, *pair)))
    wanted = passing(data, 10, true, guess)
    assert len(wanted) >= 3
    first = next((place for place, i in enumerate(wanted) if i >= data.chosen), 0)
    pair = {"epoch": 10, "true": true, "guess": guess}
    presses = range(len(wanted) + 1)
    forth = figures["images"].say(*(pair | {"next": n} for n in presses))
    back = figures["images"].say(*(pair | {"previous": n} for n in presses))
    for n in presses:
        assert forth[n].words == words(data, 10, wanted, (first + n) % len(wanted))
        assert back[n].words == words(data, 10, wanted, (first - n) % len(wanted))


def test_next_does_nothing_where_nothing_passes(data, figures):
    empty = next(
        {"epoch": 10, "true": true, "guess": guess}
        for true, guess in product(range(1, 11), repeat=2)
        if not passing(data, 10, true, guess)
    )
    before, after = figures["images"].say(empty, empty | {"next": 1, "previous": 1})
    assert before == after
