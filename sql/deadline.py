"""Deadline: the moment by which something must have ended, on a monotonic clock."""

import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Deadline:
    ends_at: float
    clock: Callable[[], float] = time.monotonic

    @classmethod
    def after(cls, seconds: float, clock: Callable[[], float] = time.monotonic) -> "Deadline":
        return cls(clock() + seconds, clock)

    @property
    def seconds_left(self) -> float:
        """Returns the seconds left, never less than 0."""
        return max(0.0, self.ends_at - self.clock())

    @property
    def has_passed(self) -> bool:
        return self.clock() >= self.ends_at
