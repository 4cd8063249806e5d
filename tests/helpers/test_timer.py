from types import SimpleNamespace

import pytest

from d2l_helpers import Timer


@pytest.fixture
def clock(monkeypatch):
    """Let the stopwatch read these times, one after the other: no other clock is there."""

    def read(*times):
        stub = SimpleNamespace(perf_counter=iter(times).__next__)
        monkeypatch.setattr("d2l_helpers.timer.time", stub)

    return read


def test_stretches(clock):
    clock(10.0, 12.0, 20.0, 21.0, 30.0, 36.0)
    timer = Timer()
    stretches = [timer.stop()]
    for _ in range(2):
        timer.start()
        stretches.append(timer.stop())
    assert stretches == timer.times == [2, 1, 6]
    assert timer.sum() == 9
    assert timer.avg() == 3
    assert timer.cumsum() == [2, 3, 9]


def test_stop_twice_counts_from_the_same_start(clock):
    clock(10.0, 12.0, 15.0)
    timer = Timer()
    assert [timer.stop(), timer.stop()] == [2, 5]


def test_nothing_recorded():
    timer = Timer()
    assert timer.times == timer.cumsum() == []
    assert timer.sum() == 0
    with pytest.raises(ValueError, match="nothing recorded yet"):
        timer.avg()
