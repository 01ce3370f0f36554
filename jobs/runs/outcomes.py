"""The outcomes of a run's items, until they are recorded."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from jobs.run_records.ending import StopReason

# Outcomes that come within this time are recorded together.
GATHER_SECONDS = 0.02

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class FailedItem(Generic[Item]):
    """An item that failed. `reason` is a sentence for people.

    If it `was_performed`, only its record is missing, because the database refuses it. If it `was_cut_off`, the run had
    to stop before it was done.
    """

    item: Item
    reason: str
    was_performed: bool = False
    was_cut_off: bool = False


class WaitingRoom(Generic[Item]):
    """Holds outcomes until they are recorded. A full group has as many as can come at once."""

    def __init__(self, full_size: int) -> None:
        self._full_size = full_size
        self._waiting: list[Item | FailedItem[Item]] = []
        self._changed = asyncio.Event()
        self._closed = False

    def add(self, outcome: Item | FailedItem[Item]) -> None:
        self._waiting.append(outcome)
        if len(self._waiting) in (1, self._full_size):
            self._changed.set()

    def close(self) -> None:
        """Says that nothing more will be added."""
        self._closed = True
        self._changed.set()

    async def next_group(self) -> list[Item | FailedItem[Item]]:
        """Returns a full group at once, or the outcomes of GATHER_SECONDS. Returns none after the last."""
        await self._wait_for(1)
        with suppress(TimeoutError):
            async with asyncio.timeout(GATHER_SECONDS):
                await self._wait_for(self._full_size)
        group, self._waiting = self._waiting[: self._full_size], self._waiting[self._full_size :]
        return group

    async def _wait_for(self, count: int) -> None:
        while len(self._waiting) < count and not self._closed:
            self._changed.clear()
            await self._changed.wait()


@dataclass
class Tally(Generic[Item]):
    """The outcomes of the items, and the reason why no more were started.

    `waiting_stop` is the reason why the waiting items were not tried again, with the wait for the soonest.
    """

    done: list[Item] = field(default_factory=list)
    failed: list[FailedItem[Item]] = field(default_factory=list)
    stop: StopReason | None = None
    waiting_stop: StopReason | None = None
    perform_seconds: float = 0.0
    elapsed_seconds: float = 0.0
