"""The explorer of the batch size says the spread of its gradients, and predicts it rightly."""

import math
import re
from itertools import product

from figures import number

WORDS = re.compile(
    r"A hundred batches of (\d+), drawn (.+?), (.+?): measured spread (\S+), predicted (\S+)\. "
    r"Single samples have (\S+); the gradient of all (\d+) has length (\S+)\."
)


def test_it_says_the_measured_and_the_predicted_spread(figures):
    data = figures["noise"].data
    n = data["sizes"][-1]
    cases = list(product(range(len(data["places"])), range(2), range(len(data["sizes"]))))
    moves = [{"place": place, "draw": draw, "size": size} for place, draw, size in cases]
    for (place, draw, size), said in zip(cases, figures["noise"].say(*moves), strict=True):
        B, centre, s = data["sizes"][size], data["full"][place], data["single"][place]
        cloud = data["clouds"][2 * place + draw][size]
        assert len(cloud) == 100
        measured = math.sqrt(sum(math.dist(point, centre) ** 2 for point in cloud) / 100)
        expected = s / math.sqrt(B) * (math.sqrt((n - B) / (n - 1)) if draw else 1)
        found = WORDS.fullmatch(said.words).groups()
        assert found[:3] == (str(B), data["draws"][draw], data["places"][place])
        assert found[6] == str(n)
        numbers = [number(text) for text in (*found[3:6], found[7])]
        for told, wanted in zip(numbers, (measured, expected, s, math.hypot(*centre)), strict=True):
            assert math.isclose(told, wanted if wanted > 1e-9 else 0, rel_tol=6e-3)
        assert math.isclose(measured, expected, rel_tol=0.25, abs_tol=1e-9)
        assert said.texts["size"] == f"{B} of {n}"


def test_the_whole_set_without_replacement_has_no_noise(figures):
    last = len(figures["noise"].data["sizes"]) - 1
    (said,) = figures["noise"].say({"draw": 1, "size": last})
    assert "measured spread 0, predicted 0." in said.words
