"""The explorer of the learning rate says and draws what its data hold, for every rate."""

import math
import re

import pytest
from explorers import choose, explorer

PAGE = "book/labs/learning-rates.html"


@pytest.fixture
def path(tab, address, site):
    return explorer(tab, site, address + PAGE, "path")


def number(text: str) -> float:
    """The number that the words write as 12 300 or as 1.23 · 10⁴⁵."""
    digits = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻−", "0123456789--")
    return float(re.sub(r"\s", "", text).translate(digits).replace("·10", "e"))


def test_the_data_span_two_decades_and_the_limit(path):
    _, data = path
    rates = data["rates"]
    assert len(rates) >= 9
    assert rates == sorted(rates)
    assert rates[-1] >= 100 * rates[0]
    assert rates[0] < data["limit"] < rates[-1]
    starts = {tuple(run[0]) for runs in data["paths"] for run in runs}
    assert starts == {(0, 0)}


def test_it_says_the_loss_the_limit_and_whether_a_run_diverges(path):
    box, data = path
    for batch, runs in enumerate(data["excess"]):
        for rate, run in enumerate(runs):
            for steps in (0, 7, 100) if rate % 3 == 0 else (100,):
                words = choose(box, batch=batch, rate=rate, steps=steps)
                said = re.search(r"After (\d+) steps the loss is (.+?), of which (.+?) is", words)
                share = re.search(r"is (\S+) times (\S+), the limit", words)
                assert int(said[1]) == steps
                assert math.isclose(number(said[3]), run[steps], rel_tol=6e-3, abs_tol=1e-12)
                loss = run[steps] + data["smallest"]
                assert math.isclose(number(said[2]), loss, rel_tol=6e-3)
                expected = data["rates"][rate] / data["limit"]
                assert math.isclose(number(share[1]), expected, rel_tol=6e-3)
                assert math.isclose(number(share[2]), data["limit"], rel_tol=6e-3)
                assert ("The run diverges" in words) == (run[100] >= run[0])


def test_no_run_breaks_the_plots(path, tab):
    wrong = []
    tab.on("console", lambda message: message.type == "error" and wrong.append(message.text))
    box, data = path
    plots = box.locator(".explorer-plots svg")
    for batch in range(3):
        for rate in (0, len(data["rates"]) - 1):
            choose(box, batch=batch, rate=rate)
            assert plots.count() == 2
            for plot in plots.all():
                assert not re.search("NaN|Infinity", plot.inner_html())
    assert not wrong


def test_play_runs_through_the_steps(path, tab):
    box, _ = path
    choose(box, steps=96)
    box.get_by_role("button", name="Play").click()
    steps = box.locator("[name=steps]")
    tab.wait_for_function("steps => steps.value === '100'", arg=steps.element_handle())
    box.get_by_role("button", name="Play").wait_for()
    assert "After 100 steps" in box.locator(".explorer-words").inner_text()
