"""A stopwatch."""

import time
from itertools import accumulate


class Timer:
    """Measure stretches of time; `sec:fashion-mnist` times loaders with it.

    A timer runs from its creation on. `times` holds the measured stretches in seconds.

    >>> timer = d2l.Timer()
    >>> total = sum(range(1000))
    >>> seconds = timer.stop()
    >>> seconds == timer.times[0] == timer.sum() == timer.avg()
    True
    """

    def __init__(self) -> None:
        self.times: list[float] = []
        self.start()

    def start(self) -> None:
        """Begin a stretch."""
        self._began = time.perf_counter()

    def stop(self) -> float:
        """Record the seconds since the last `start`, and return them."""
        self.times.append(time.perf_counter() - self._began)
        return self.times[-1]

    def avg(self) -> float:
        """The mean stretch in seconds; ValueError if none has been recorded."""
        if not self.times:
            raise ValueError("nothing recorded yet: call stop() first")
        return self.sum() / len(self.times)

    def sum(self) -> float:
        """All stretches together, in seconds."""
        return sum(self.times)

    def cumsum(self) -> list[float]:
        """The seconds recorded up to the end of each stretch."""
        return list(accumulate(self.times))
