"""The engine of every run: plan → perform → record.

A flow plans groups of items, each group fitted to the moment; its items are performed in parallel, outside any database
transaction and each guarded on its own; their outcomes are recorded in groups, each in one transaction that begins with
the fence. An item's slot is free again once it is on record: while records cannot be written, no more is performed than
there are slots.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Sequence
from dataclasses import dataclass, field
from typing import Generic, NamedTuple, Protocol

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from api.errors import as_app_error
from config.server_stop import server_stop
from jobs.models import StopCode
from jobs.run_records.ending import StopReason
from jobs.runs.errors import DoneBeforeError, ItemFailedError, NoLongerDueError, RecordsRefusedError
from jobs.runs.held_run import HeldRun, RunMustStopError
from jobs.runs.outcomes import FailedItem, Item, WaitingRoom

MAX_GROUP_SIZE = 1000
# How many items start in one go; then others of this process get their turn.
START_GROUP_SIZE = 250
CUT_OFF = "The time of the run was up before this was done; whether it took effect is not known."
CUT_OFF_BY_STOP = "Its server was stopped before this was done; whether it took effect is not known."
# After so many refused records, and none accepted, nothing more is done that could not be recorded either.
MAX_REFUSED = 20
RECORDS_REFUSED = StopReason(StopCode.RECORDS_REFUSED)

logger = logging.getLogger(__name__)


class Recorded(NamedTuple):
    """What a group of outcomes adds to the run's counts. One item may stand for several requests.

    `no_longer_due` counts those that turned out to need no record.
    """

    processed: int
    failed: int
    no_longer_due: int = 0


class Flow(Protocol[Item]):
    """What a job does; the engine decides when.

    `max_concurrency` is how many items may be under way at once; None means any number. `not_recorded` is the failure
    of an item that was done, but which the database refuses to record.
    """

    max_concurrency: int | None
    not_recorded: str

    def next_group(self) -> Sequence[Item]:
        """Returns items that are due now, or none when nothing is left. Called on a thread, never twice at once."""

    def perform(self, item: Item) -> Awaitable[None]:
        """Does the item's work.

        Raises ItemFailedError with a sentence for people, RunMustStopError when neither this item nor any other may
        start, DoneBeforeError when only its record is missing, and NoLongerDueError when there is nothing to do. Any
        other exception is logged as a defect.
        """

    def parts(self, item: Item) -> Sequence[Item]:
        """Returns the single requests of an item that cannot be recorded, or the item itself if it is one."""

    def record(self, connection: Connection, done: Sequence[Item], failed: Sequence[FailedItem[Item]]) -> Recorded:
        """Writes outcomes inside the caller's transaction. The call may be repeated."""


@dataclass
class Tally(Generic[Item]):
    """What became of the items, and why no more were started."""

    done: list[Item] = field(default_factory=list)
    failed: list[FailedItem[Item]] = field(default_factory=list)
    stop: StopReason | None = None
    perform_seconds: float = 0.0
    elapsed_seconds: float = 0.0


async def run_flow(run: HeldRun, flow: Flow[Item]) -> Tally[Item]:
    """Works until nothing is left or the run must stop.

    Raises JobLockLostError when another run takes over, DatabaseUnavailableError when records could not be written
    in time; what is under way is then cancelled, and what was recorded stays. Raises RecordsRefusedError at its end
    when the database has refused several records and accepted none.
    """
    started = time.monotonic()
    engine = _Engine(run, flow)
    try:
        await engine.run()
    except BaseExceptionGroup as errors:
        raise _first(errors) from errors
    engine.tally.elapsed_seconds = time.monotonic() - started
    return engine.tally


def _first(error: BaseException) -> BaseException:
    return _first(error.exceptions[0]) if isinstance(error, BaseExceptionGroup) else error


class _Engine(Generic[Item]):
    def __init__(self, run: HeldRun, flow: Flow[Item]) -> None:
        self.tally: Tally[Item] = Tally()
        self._run = run
        self._flow = flow
        self._slots = asyncio.Semaphore(flow.max_concurrency) if flow.max_concurrency else None
        self._under_way: set[Item] = set()
        self._done_before: set[Item] = set()
        self._refused_count = 0
        self._outcomes = WaitingRoom[Item](min(flow.max_concurrency or MAX_GROUP_SIZE, MAX_GROUP_SIZE))

    async def run(self) -> None:
        loop, lost = asyncio.get_running_loop(), asyncio.Event()
        self._run.when_lost(lambda: loop.call_soon_threadsafe(lost.set))
        try:
            await asyncio.to_thread(self._run.write, self._run.report)  # how much there is to do
            async with asyncio.TaskGroup() as tasks:
                watching = tasks.create_task(self._raise_when(lost))
                recording = tasks.create_task(self._record_all())
                await self._perform_all()
                self._outcomes.close()
                await recording
                watching.cancel()
        finally:
            self._run.when_lost(None)
        if self._refused_count > 1 and not self.tally.done:  # a single one says nothing about the others
            raise RecordsRefusedError

    async def _raise_when(self, lost: asyncio.Event) -> None:
        await lost.wait()
        raise self._run.lock_lost_error()

    async def _perform_all(self) -> None:
        try:
            async with asyncio.timeout(self._run.perform_until.seconds_left) as limit:
                hurrying = asyncio.create_task(server_stop.hurry(limit))
                try:
                    async with asyncio.TaskGroup() as tasks:
                        await self._start_all(tasks)
                finally:
                    hurrying.cancel()
        except TimeoutError:
            self.tally.stop = self.tally.stop or self._run.stop_reason()
            for item in self._under_way:
                self._outcomes.add(FailedItem(item, CUT_OFF_BY_STOP if server_stop.is_requested else CUT_OFF))

    async def _start_all(self, tasks: asyncio.TaskGroup) -> None:
        """A group is planned when its first item has a slot, so that it fits the moment."""
        while await self._may_start():
            group = await asyncio.to_thread(self._plan)
            if not group:
                return
            for number, item in enumerate(group):
                if number and not await self._may_start():
                    return
                self._under_way.add(item)
                tasks.create_task(self._perform(item))
                if number % START_GROUP_SIZE == 0:
                    await asyncio.sleep(0.001)

    def _plan(self) -> Sequence[Item]:
        with self._run.telemetry.span("plan group", {}):
            return self._flow.next_group()

    async def _may_start(self) -> bool:
        """Waits for a free slot; False when the run must stop."""
        if self._slots:
            await self._slots.acquire()
        self.tally.stop = self.tally.stop or (RECORDS_REFUSED if self._is_refused else self._run.stop_reason())
        return self.tally.stop is None

    async def _perform(self, item: Item) -> None:
        started = time.monotonic()
        outcome: Item | FailedItem[Item] = item
        try:
            await self._flow.perform(item)
        except RunMustStopError as error:
            self.tally.stop = self.tally.stop or error.stop
            self._leave(item)
            return
        except NoLongerDueError as error:
            self._run.drop_no_longer_due(error.count)
            self._leave(item)
            return
        except DoneBeforeError:
            self._done_before.add(item)
        except ItemFailedError as error:
            logger.warning("%s failed: %s", item, error.__cause__ or error, extra=self._run.log_context())
            outcome = FailedItem(item, str(error))
        except Exception as error:
            outcome = FailedItem(item, str(as_app_error(error)))
        self.tally.perform_seconds += time.monotonic() - started
        self._under_way.discard(item)
        self._outcomes.add(outcome)

    def _leave(self, item: Item) -> None:
        """Gives the item's slot back; the item has no outcome."""
        self._under_way.discard(item)
        if self._slots:
            self._slots.release()

    async def _record_all(self) -> None:
        while group := await self._outcomes.next_group():
            await asyncio.to_thread(self._record, group)
            if self._slots:
                for _ in group:
                    self._slots.release()

    def _record(self, outcomes: Sequence[Item | FailedItem[Item]]) -> None:
        """Records all in one transaction, or by halves if the database refuses that, so that one failure fails one."""
        try:
            self._write(outcomes)
        except DBAPIError as error:
            smaller = self._smaller(outcomes)
            if smaller and not self._is_refused:
                for group in smaller:
                    self._record(group)
                return
            refused = [outcome for outcome in outcomes if not isinstance(outcome, FailedItem)]
            if not refused:
                raise
            logger.error("%s could not record what it did", self._run, exc_info=error, extra=self._run.log_context())
            failed = [outcome for outcome in outcomes if isinstance(outcome, FailedItem)]
            self._write([*failed, *(FailedItem(item, self._flow.not_recorded, was_performed=True) for item in refused)])
            self._refused_count += len(set(refused) - self._done_before)

    def _smaller(self, outcomes: Sequence[Item | FailedItem[Item]]) -> list[Sequence[Item | FailedItem[Item]]]:
        """Returns what to try instead of a refused group; nothing if it is one request."""
        if half := len(outcomes) // 2:
            return [outcomes[:half], outcomes[half:]]
        [outcome] = outcomes
        if isinstance(outcome, FailedItem):
            return []
        parts = self._flow.parts(outcome)
        return [] if list(parts) == [outcome] else [parts]

    @property
    def _is_refused(self) -> bool:
        return self._refused_count >= MAX_REFUSED and not self.tally.done

    def _write(self, outcomes: Sequence[Item | FailedItem[Item]]) -> None:
        failed = [outcome for outcome in outcomes if isinstance(outcome, FailedItem)]
        done = [outcome for outcome in outcomes if not isinstance(outcome, FailedItem)]

        def write(connection: Connection) -> Recorded:
            recorded = self._flow.record(connection, done, failed)
            self._run.report(connection, processed=recorded.processed, failed=recorded.failed)
            return recorded

        with self._run.telemetry.span("record group", {"items": len(outcomes)}):
            recorded = self._run.write(write)
        self._run.count(recorded.processed, recorded.failed)
        self._run.drop_no_longer_due(recorded.no_longer_due)
        self._run.processed_count += recorded.processed
        self._run.failed_count += recorded.failed
        self.tally.done += done
        self.tally.failed += failed
