"""The explorer of the softmax says what the chapter's code computed, and moves as it is told."""

import math
import re
from itertools import product

import pytest


def computed(o: list[float], y: int, T: float) -> list[float]:
    """The probabilities, the loss, and the gradient in each logit."""
    exps = [math.exp((logit - max(o)) / T) for logit in o]
    p = [value / sum(exps) for value in exps]
    loss = (max(o) - o[y]) / T + math.log(sum(exps))
    return [*p, loss, *((value - (j == y)) / T for j, value in enumerate(p))]


def told(data, said) -> list[float]:
    """The same numbers from the words, which name the classes in their order."""
    each = ", ".join(rf"{name} (\S+)" for name in data["names"])
    label = data["names"][said.state["truth"]]
    pattern = rf"Probabilities: {each}\. Cross-entropy for {label}: (\S+) nats\. Gradient: {each}\."
    return list(map(float, re.fullmatch(pattern, said.words.replace("−", "-")).groups()))


def expect(numbers: list[float], wanted: list[float], T: float) -> None:
    assert numbers[:4] == pytest.approx(wanted[:4], abs=6e-4, rel=1e-4)
    assert numbers[4:] == pytest.approx(wanted[4:], abs=6e-5 if T > 10 else 6e-4, rel=1e-4)


def place(data, logits, temperature: float, truth: int) -> dict:
    logits = dict(zip(data["names"], logits, strict=True))
    return logits | {"temperature": temperature, "truth": truth}


def test_it_agrees_with_the_chapter(figures):
    """Probabilities, losses and gradients are those that the chapter's code has computed."""
    data = figures["softmax"].data
    cases = list(product(enumerate(data["temperatures"]), range(len(data["logits"]))))
    moves = [
        place(data, data["logits"][leaf], round(math.log10(T), 2), data["labels"][leaf])
        for (_, T), leaf in cases
    ]
    for ((i, T), leaf), said in zip(cases, figures["softmax"].say(*moves), strict=True):
        p, gradient = data["probabilities"][i][leaf], data["gradients"][i][leaf]
        wanted = [*p, data["losses"][i][leaf], *gradient]
        expect(told(data, said), wanted, T)
        expect(computed(data["logits"][leaf], data["labels"][leaf], T), wanted, T)


def test_it_starts_with_the_leaf(figures):
    data = figures["softmax"].data
    (said,) = figures["softmax"].say({})
    expect(told(data, said), computed(data["leaf"], data["truth"], 1), 1)
    assert list(said.texts.values()) == ["−4.0", "3.0", "1.0", "1"]


@pytest.mark.parametrize("temperature", [-1, 0.35, 2])
def test_extreme_logits_do_not_overflow(figures, temperature):
    data, logits, T = figures["softmax"].data, [-8, 8, 7.9], 10**temperature
    moves = [place(data, logits, temperature, y) for y in range(3)]
    for y, said in enumerate(figures["softmax"].say(*moves)):
        expect(told(data, said), computed(logits, y, T), T)


def test_the_button_restores_the_logits_and_nothing_else(figures):
    data = figures["softmax"].data
    moved = place(data, [5, -3.2, 0], 0.5, 1)
    (said,) = figures["softmax"].say(moved | {"leaf": 1})
    assert said.state == place(data, data["leaf"], 0.5, 1)
