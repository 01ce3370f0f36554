"""Postponed: the items of a run that wait for another try. They hold no slot, and nothing else waits for them."""

import asyncio
import heapq
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from itertools import count
from typing import Generic, Protocol

from jobs.run_records.ending import StopReason
from jobs.runs.outcomes import Item
from sql.deadline import Deadline

# A run notices within this time that no more items may start.
LOOK_AGAIN_SECONDS = 1.0


@dataclass(order=True, frozen=True, slots=True)
class _Entry(Generic[Item]):
    not_before: float
    number: int
    item: Item = field(compare=False)
    stop: StopReason = field(compare=False)


class RunTime(Protocol):
    """The clock and the budget of a run."""

    clock: Callable[[], float]
    start_until: Deadline

    async def wait(self, seconds: float, or_stop: StopReason) -> None:
        """Raises RunMustStopError as soon as the run must stop."""


class Postponed(Generic[Item]):
    """Gives each item back when its time has come, the soonest first."""

    def __init__(self, run: RunTime) -> None:
        self._run = run
        self._heap: list[_Entry[Item]] = []
        self._numbers = count()
        self._changed = asyncio.Event()

    def add(self, item: Item, not_before: float, stop: StopReason) -> None:
        """Adds an item for that moment of the run's clock. `stop` is the reason if the run ends earlier."""
        heapq.heappush(self._heap, _Entry(not_before, next(self._numbers), item, stop))
        self.note_change()

    def note_change(self) -> None:
        """Notes that an item is no longer under way, for `wait_for_next`."""
        self._changed.set()

    def pop_due(self) -> Item | None:
        """Returns an item whose time has come."""
        if self._heap and self._heap[0].not_before <= self._run.clock():
            return heapq.heappop(self._heap).item
        return None

    async def wait_for_next(self, under_way: set[Item], must_stop: Callable[[], bool]) -> bool:
        """Waits until an item's time has come, also that of one that is still `under_way`.

        Returns False if no item's time comes within the run's budget. Raises RunMustStopError.
        """
        while not must_stop():
            seconds = self._heap[0].not_before - self._run.clock() if self._heap else float("inf")
            if seconds <= 0:
                return True
            if seconds < self._run.start_until.seconds_left:
                await self._run.wait(min(seconds, LOOK_AGAIN_SECONDS), self._heap[0].stop)
            elif under_way:
                self._changed.clear()
                await self._changed.wait()
            else:
                return False
        return False

    def __len__(self) -> int:
        return len(self._heap)

    @property
    def stop(self) -> StopReason | None:
        """Returns the reason why a run ends before these items' time, with the wait for the soonest."""
        if not self._heap:
            return None
        seconds = max(1.0, self._heap[0].not_before - self._run.clock())
        return replace(self._heap[0].stop, resume_after_seconds=seconds)
