"""The engine of every run: plan → perform → record.

A flow plans groups of items, each group when its turn comes. The engine performs the items in parallel, outside any
database transaction, and one failure does not stop the others. It records their outcomes in groups, each in one
transaction that begins with the fence. An item keeps its slot until it is on record, or must be tried later. While
records cannot be written, no more items start than there are slots.
"""

import asyncio
import logging
import time
from collections import deque
from collections.abc import Awaitable, Sequence
from typing import Generic, NamedTuple, Protocol

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from api.errors import as_app_error
from config.log_text import words_of_cause
from config.server_stop import server_stop
from jobs.models import StopCode
from jobs.run_records.ending import StopReason
from jobs.runs.errors import DoneBeforeError, ItemFailedError, NoLongerDueError, RecordsRefusedError
from jobs.runs.held_run import HeldRun, RunMustStopError, TryLaterError
from jobs.runs.outcomes import FailedItem, Item, Tally, WaitingRoom
from jobs.runs.postponed import Postponed

MAX_GROUP_SIZE = 1000
# So many items start in one go. Then other tasks of this process get their turn.
START_GROUP_SIZE = 250
CUT_OFF = "The run's time was up before this was done. It may or may not have taken effect."
CUT_OFF_BY_STOP = "The server was stopped before this was done. It may or may not have taken effect."
# After so many refused records, and none accepted, no more items start.
MAX_REFUSED = 20
RECORDS_REFUSED = StopReason(StopCode.RECORDS_REFUSED)

logger = logging.getLogger(__name__)


class Recorded(NamedTuple):
    """The numbers that a group of outcomes adds to the run's counts. One item may stand for several requests.

    `no_longer_due` counts requests that needed no record.
    """

    processed: int
    failed: int
    no_longer_due: int = 0


class Flow(Protocol[Item]):
    """The work of a job. The engine decides when it is done.

    `max_concurrency` limits the items under way at once. None means any number. `not_recorded` is the reason for an
    item that was done, but that the database refuses to record.
    """

    max_concurrency: int | None
    not_recorded: str

    def next_group(self) -> Sequence[Item]:
        """Returns items that are due now, or none if nothing is left. Called on a thread, never twice at once."""

    def perform(self, item: Item) -> Awaitable[None]:
        """Does the item's work.

        Raises ItemFailedError with a sentence for people, TryLaterError if the item must wait, and RunMustStopError if
        no more items may start. Raises DoneBeforeError if only the record is missing, and NoLongerDueError if there is
        nothing to do. Any other exception is logged as a defect.
        """

    def parts(self, item: Item) -> Sequence[Item]:
        """Returns the single requests of an item that cannot be recorded, or the item itself if it is one."""

    def record(self, connection: Connection, done: Sequence[Item], failed: Sequence[FailedItem[Item]]) -> Recorded:
        """Writes outcomes inside the caller's transaction. The call may be repeated."""


async def run_flow(run: HeldRun, flow: Flow[Item]) -> Tally[Item]:
    """Works until nothing is left or the run must stop.

    Raises JobLockLostError if another run takes over, and DatabaseUnavailableError if records could not be written in
    time. Both cancel the items under way, and keep all records. Raises RecordsRefusedError at the end if the database
    has refused several records and accepted none.
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
        self._planned: deque[Item] = deque()
        self._all_planned = False
        self._started_count = 0
        self._postponed = Postponed[Item](run)
        run.slots = self._slots
        self._under_way: set[Item] = set()
        self._done_before: set[Item] = set()
        self._refused_count = 0
        self._outcomes = WaitingRoom[Item](min(flow.max_concurrency or MAX_GROUP_SIZE, MAX_GROUP_SIZE))

    async def run(self) -> None:
        loop, lost = asyncio.get_running_loop(), asyncio.Event()
        self._run.when_lost(lambda: loop.call_soon_threadsafe(lost.set))
        try:
            await asyncio.to_thread(self._run.write, self._run.report)  # the amount of work
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
                reason = CUT_OFF_BY_STOP if server_stop.is_requested else CUT_OFF
                self._outcomes.add(FailedItem(item, reason, was_cut_off=True))
        self.tally.waiting_stop = self._postponed.stop

    async def _start_all(self, tasks: asyncio.TaskGroup) -> None:
        """Waits for postponed items without a slot, which an item under way may have lent and want back."""
        while await self._may_start():
            item = self._postponed.pop_due() or await self._next_planned()
            if item is None or self.tally.stop:
                self._free_slot()
                if self.tally.stop or not await self._is_next_due():
                    return
                continue
            self._under_way.add(item)
            tasks.create_task(self._perform(item))
            self._started_count += 1
            if self._started_count % START_GROUP_SIZE == 1:
                await asyncio.sleep(0.001)

    async def _is_next_due(self) -> bool:
        try:
            return await self._postponed.wait_for_next(self._under_way, lambda: self.tally.stop is not None)
        except RunMustStopError as error:
            self.tally.stop = self.tally.stop or error.stop
            return False

    async def _next_planned(self) -> Item | None:
        """Plans a group only when its first item has a slot, so that the plan is fresh."""
        if not self._planned and not self._all_planned:
            self._planned.extend(await asyncio.to_thread(self._plan))
            self._all_planned = not self._planned
        return self._planned.popleft() if self._planned else None

    def _plan(self) -> Sequence[Item]:
        with self._run.telemetry.span("plan group", {}):
            return self._flow.next_group()

    async def _may_start(self) -> bool:
        """Waits for a free slot. Returns False if the run must stop."""
        if self._slots:
            await self._slots.acquire()
        self.tally.stop = self.tally.stop or (RECORDS_REFUSED if self._is_refused else self._run.stop_reason())
        if self.tally.stop:
            self._free_slot()
        return self.tally.stop is None

    def _free_slot(self) -> None:
        if self._slots:
            self._slots.release()

    async def _perform(self, item: Item) -> None:
        started = time.monotonic()
        outcome: Item | FailedItem[Item] = item
        try:
            await self._flow.perform(item)
        except RunMustStopError as error:
            self.tally.stop = self.tally.stop or error.stop
            self._leave(item)
            return
        except TryLaterError as error:
            logger.info("%s is tried again later: %s", item, words_of_cause(error), extra=self._run.log_context())
            self.tally.perform_seconds += time.monotonic() - started
            self._postponed.add(item, error.not_before, error.stop)
            self._leave(item)
            return
        except NoLongerDueError as error:
            self._run.drop_no_longer_due(error.count)
            self._leave(item)
            return
        except DoneBeforeError:
            self._done_before.add(item)
        except ItemFailedError as error:
            logger.warning("%s failed: %s", item, words_of_cause(error), extra=self._run.log_context())
            outcome = FailedItem(item, str(error))
        except Exception as error:
            outcome = FailedItem(item, str(as_app_error(error)))
        self.tally.perform_seconds += time.monotonic() - started
        self._end(item)
        self._outcomes.add(outcome)

    def _end(self, item: Item) -> None:
        self._under_way.discard(item)
        self._postponed.note_change()

    def _leave(self, item: Item) -> None:
        """Frees the slot of an item without an outcome."""
        self._end(item)
        self._free_slot()

    async def _record_all(self) -> None:
        while group := await self._outcomes.next_group():
            await asyncio.to_thread(self._record, group)
            if self._slots:
                for _ in group:
                    self._slots.release()

    def _record(self, outcomes: Sequence[Item | FailedItem[Item]]) -> None:
        """Records all in one transaction, or by halves if the database refuses that, to find the refused ones."""
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
        """Returns the smaller groups to try instead of a refused one, or none if it is one request."""
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
