"""The explorer of the batch size says the spread of its gradients, and predicts it rightly."""

import math
import re

import pytest
from explorers import choose, explorer

PAGE = "book/labs/learning-rates.html"


@pytest.fixture
def noise(tab, address, site):
    return explorer(tab, site, address + PAGE, "noise")


def test_it_says_the_measured_and_the_predicted_spread(noise):
    box, data = noise
    n = data["sizes"][-1]
    for k, sizes in enumerate(data["clouds"]):
        place, draw = divmod(k, 2)
        centre, s = data["full"][place], data["single"][place]
        for size, (B, cloud) in enumerate(zip(data["sizes"], sizes, strict=True)):
            words = choose(box, place=place, draw=draw, size=size)
            said = re.search(
                r"batches of (\d+), drawn (.+?), (.+?): measured spread (\S+), predicted (\S+)\.",
                words,
            )
            assert (int(said[1]), said[2], said[3]) == (
                B,
                data["draws"][draw],
                data["places"][place],
            )
            measured = math.sqrt(sum(math.dist(point, centre) ** 2 for point in cloud) / len(cloud))
            expected = s / math.sqrt(B) * (math.sqrt((n - B) / (n - 1)) if draw else 1)
            assert math.isclose(float(said[4]), measured, rel_tol=6e-3, abs_tol=1e-9)
            assert math.isclose(float(said[5]), expected, rel_tol=6e-3)
            assert math.isclose(measured, expected, rel_tol=0.25, abs_tol=1e-9)


def test_the_whole_set_without_replacement_has_no_noise(noise):
    box, data = noise
    words = choose(box, draw=1, size=len(data["sizes"]) - 1)
    assert "measured spread 0, predicted 0." in words
    plots = box.locator(".explorer-plots svg")
    for plot in plots.all():
        assert not re.search("NaN|Infinity", plot.inner_html())


def test_the_cloud_shrinks(noise):
    box, _ = noise
    widths = []
    for size in (0, 4, 8):
        choose(box, size=size)
        cloud = box.locator(".explorer-plots svg").first.locator("g[fill-opacity='0.5']")
        assert cloud.locator("circle, path").count() == 100
        widths.append(cloud.evaluate("(cloud) => cloud.getBBox().width"))
    assert widths == sorted(widths, reverse=True)
