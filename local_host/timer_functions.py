"""Fires timer functions as the Functions host does: one invocation at a time, a missed one late.

Schedules are in UTC, or in the zone that WEBSITE_TIME_ZONE names. No timer stops another.
"""

import asyncio
import inspect
import json
import logging
import os
import re
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from azure.functions.decorators.function_app import Function
from azure.functions.timer import TimerRequest

from schedules.schedule import Schedule, ScheduleError, read_schedule
from schedules.time_zones import TimeZoneError, time_zone

# The monotonic clock stops while a laptop sleeps, so the wall clock is read this often.
LONGEST_SLEEP_SECONDS = 30.0
PAST_DUE_AFTER_SECONDS = 5.0
# A clock that is set back further makes a timer find its next time again. Less may only correct a drift.
CLOCK_SET_BACK = timedelta(minutes=1)
# A timer that stops unexpectedly starts again after this time.
RESTART_SECONDS = 30.0
TIME_ZONE = "WEBSITE_TIME_ZONE"
# The times that are due next, kept beside the app for the next start.
STATE_FILE = Path(".local_host") / "timers.json"

logger = logging.getLogger(__name__)


class TimerError(Exception):
    """A timer's schedule or the time zone cannot be read. The message names function and setting."""


@dataclass
class TimerFunction:
    """One timer-triggered function and when it is due next."""

    name: str
    schedule_text: str
    schedule: Schedule
    run: Callable[[TimerRequest], Any]
    executor: Executor
    invoking: asyncio.Lock = field(default_factory=asyncio.Lock)

    @classmethod
    def from_function(cls, function: Function, executor: Executor) -> "TimerFunction":
        """Reads the function's schedule. Raises TimerError."""
        name = str(function.get_function_name())
        declared = str(getattr(function.get_trigger(), "schedule", ""))
        setting = re.fullmatch(r"%(.+)%", declared)
        text = os.environ.get(setting[1], "") if setting else declared
        zone_name = os.environ.get(TIME_ZONE, "").strip()
        try:
            zone = time_zone(zone_name)
        except TimeZoneError as error:
            raise TimerError(f"{TIME_ZONE}: {error}, but it is {zone_name!r}.") from error
        try:
            schedule = read_schedule(text, zone)
        except ScheduleError as error:
            subject = setting[1] if setting else "Its schedule"
            raise TimerError(f"{name}: {subject}: {error}, but it is {text!r}.") from error
        return cls(name, f"{text} {zone_name}".strip(), schedule, function.get_user_function(), executor)

    async def invoke(self, *, past_due: bool) -> None:
        """Runs the function. A failure is logged and does not stop the schedule."""
        request = TimerRequest(past_due=past_due)
        async with self.invoking:
            logger.info("%s fires", self.name)
            try:
                if inspect.iscoroutinefunction(self.run):
                    await self.run(request)
                else:
                    await asyncio.get_running_loop().run_in_executor(self.executor, self.run, request)
            except (Exception, SystemExit):  # an exit would end all of this host
                logger.exception("%s failed", self.name)


class TimerFunctions:
    """Fires timers on schedule. A file keeps the next times, so a timer missed while the host is down is late."""

    def __init__(self, timers: list[TimerFunction], state_file: Path) -> None:
        self._timers = {timer.name.casefold(): timer for timer in timers}
        self._state_file = state_file
        self._next = _read_state(state_file)
        self._invocations: set[asyncio.Task[None]] = set()

    def get(self, name: str) -> TimerFunction | None:
        return self._timers.get(name.casefold())

    def fire(self, timer: TimerFunction, *, past_due: bool) -> "asyncio.Task[None]":
        """Starts an invocation, which continues when the timers are cancelled."""
        invocation = asyncio.create_task(timer.invoke(past_due=past_due))
        self._invocations.add(invocation)
        invocation.add_done_callback(self._invocations.discard)
        return invocation

    async def wait_for_invocations(self, seconds: float) -> None:
        if self._invocations:
            await asyncio.wait(self._invocations, timeout=seconds)

    async def run(self) -> None:
        """Runs until cancelled."""
        async with asyncio.TaskGroup() as group:
            for timer in self._timers.values():
                group.create_task(self._keep_running(timer))

    async def _keep_running(self, timer: TimerFunction) -> None:
        while True:
            try:
                await self._run_timer(timer)
            except Exception:
                logger.exception("The timer of %s stopped and starts again soon", timer.name)
                await asyncio.sleep(RESTART_SECONDS)
            else:
                logger.warning("%s never fires: no moment fits its schedule, %s", timer.name, timer.schedule_text)
                return

    async def _run_timer(self, timer: TimerFunction) -> None:
        """Runs as long as the schedule has a next time."""
        now = datetime.now(UTC)
        due = self._first_due(timer, now)
        while due:
            self._record(timer, due)
            seen, now = now, datetime.now(UTC)
            if now < seen - CLOCK_SET_BACK:
                due = timer.schedule.next_after(now)
            elif now < due:
                await asyncio.sleep(min((due - now).total_seconds(), LONGEST_SLEEP_SECONDS))
            else:
                late_seconds = (now - due).total_seconds()
                due = timer.schedule.next_after(now)
                if due:
                    self._record(timer, due)
                await asyncio.wait([self.fire(timer, past_due=late_seconds > PAST_DUE_AFTER_SECONDS)])

    def _first_due(self, timer: TimerFunction, now: datetime) -> datetime | None:
        """Returns the next time on record, unless a clock that was ahead has put it too late."""
        due = timer.schedule.next_after(now)
        on_record = self._next.get(_key(timer))
        return min(due, on_record) if due and on_record else due

    def _record(self, timer: TimerFunction, due: datetime) -> None:
        if self._next.get(_key(timer)) == due:
            return
        self._next[_key(timer)] = due
        state = {key: next_due.isoformat() for key, next_due in self._next.items()}
        try:
            self._state_file.parent.mkdir(parents=True, exist_ok=True)
            self._state_file.write_text(json.dumps(state, indent=2), encoding="utf-8")
        except OSError as error:
            logger.warning("%s may be missed while the host is down: %s", timer.name, error)


def _key(timer: TimerFunction) -> str:
    """Returns the timer's key on record. A changed schedule forgets what the old one missed."""
    return f"{timer.name} {timer.schedule_text}"


def _read_state(state_file: Path) -> dict[str, datetime]:
    """Returns the next times on record. A missing or damaged file counts as empty."""
    try:
        state = json.loads(state_file.read_text(encoding="utf-8"))
        return {key: datetime.fromisoformat(due).astimezone(UTC) for key, due in state.items()}
    except (OSError, ValueError, TypeError, AttributeError, OverflowError, RecursionError):
        return {}
