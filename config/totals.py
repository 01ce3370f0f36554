"""Totals of long lists, remembered for a short while so that a page of a million rows costs a page."""

import time
from collections.abc import Callable, Hashable
from threading import Lock

# A total is trusted for this many times as long as it took to count: counting never takes more than 2 % of the time.
TRUST_FACTOR = 50
# What is counted faster than this is counted afresh each time.
ALWAYS_FRESH_BELOW_SECONDS = 0.002
MAX_REMEMBERED = 500


class Totals:
    """Counts that several threads share; `forget` after a write, so that one's own changes show at once."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = Lock()
        self._remembered: dict[Hashable, tuple[int, float]] = {}
        self._generation = 0

    def get(self, key: Hashable, count: Callable[[], int]) -> int:
        with self._lock:
            generation = self._generation
            total, trusted_until = self._remembered.get(key, (0, 0.0))
        started = self._clock()
        if started < trusted_until:
            return total
        total = count()
        finished = self._clock()
        if finished - started >= ALWAYS_FRESH_BELOW_SECONDS:
            with self._lock:
                if generation == self._generation:
                    if len(self._remembered) >= MAX_REMEMBERED:
                        self._remembered.clear()
                    self._remembered[key] = (total, finished + (finished - started) * TRUST_FACTOR)
        return total

    def forget(self) -> None:
        with self._lock:
            self._generation += 1
            self._remembered.clear()
