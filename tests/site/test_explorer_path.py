"""The explorer of the learning rate says what its data hold, for every rate."""

import math
import re
from itertools import product

from figures import number

WORDS = re.compile(
    r"The rate (\S+) is (\S+) times (\S+), the limit 2/λmax for all (\d+) houses\. "
    r"After (\d+) steps? the loss is (.+?), of which (.+?) is excess\. "
    r"The run (diverges|does not diverge): after (\d+) steps its loss is (no )?lower than at the start\."
)


def test_the_data_span_two_decades_and_the_limit(figures):
    data = figures["path"].data
    rates = data["rates"]
    assert len(rates) >= 9
    assert rates == sorted(rates)
    assert rates[-1] >= 100 * rates[0]
    assert rates[0] < data["limit"] < rates[-1]
    starts = {tuple(run[0]) for runs in data["paths"] for run in runs}
    assert starts == {(0, 0)}


def test_it_says_the_loss_the_limit_and_whether_a_run_diverges(figures):
    data = figures["path"].data
    cases = list(product(range(3), range(len(data["rates"])), (0, 1, 7, 100)))
    moves = [{"batch": batch, "rate": rate, "steps": steps} for batch, rate, steps in cases]
    for (batch, rate, steps), said in zip(cases, figures["path"].say(*moves), strict=True):
        own, run = data["rates"][rate], data["excess"][batch][rate]
        found = WORDS.fullmatch(said.words).groups()
        assert [float(found[0]), int(found[3]), int(found[4])] == [own, data["batches"][-1], steps]
        assert int(found[8]) == len(run) - 1 == 100
        told = [number(found[i]) for i in (1, 2, 5, 6)]
        wanted = own / data["limit"], data["limit"], run[steps] + data["smallest"], run[steps]
        for one, other in zip(told, wanted, strict=True):
            assert math.isclose(one, other, rel_tol=6e-3)
        assert (found[7], found[9]) == (
            ("diverges", "no ") if run[100] >= run[0] else ("does not diverge", None)
        )
        assert said.texts == {"rate": str(own), "steps": str(steps)}
