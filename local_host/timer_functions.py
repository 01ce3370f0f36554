"""Fires timer functions as the Functions host does: in UTC, one invocation at a time, a missed one late."""

import asyncio
import inspect
import json
import logging
import os
import re
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from azure.functions.decorators.function_app import Function
from azure.functions.timer import TimerRequest
from croniter import CroniterError, croniter

# The monotonic clock stops while a laptop sleeps, so the wall clock is read this often.
LONGEST_SLEEP_SECONDS = 30.0
PAST_DUE_AFTER_SECONDS = 5.0
# The times that are due next, kept beside the app for the next start.
STATE_FILE = Path(".local_host") / "timers.json"

logger = logging.getLogger(__name__)


class ScheduleError(Exception):
    """A timer's schedule is missing or not an NCRONTAB expression. The message names function and setting."""


@dataclass
class TimerFunction:
    """One timer-triggered function and when it is due next."""

    name: str
    schedule: str
    run: Callable[[TimerRequest], Any]
    executor: Executor
    invoking: asyncio.Lock = field(default_factory=asyncio.Lock)

    @classmethod
    def from_function(cls, function: Function, executor: Executor) -> "TimerFunction":
        """Reads the function's schedule. Raises ScheduleError."""
        name = str(function.get_function_name())
        declared = str(getattr(function.get_trigger(), "schedule", ""))
        setting = re.fullmatch(r"%(.+)%", declared)
        schedule = os.environ.get(setting[1], "") if setting else declared
        try:
            _schedule_from(schedule, datetime.now(UTC))
        except (CroniterError, ValueError) as error:
            raise ScheduleError(
                f"{name}: {setting[1] if setting else 'its schedule'} must be an NCRONTAB expression of six fields, "
                f"like '0 0 6 * * *', but it is {schedule!r}."
            ) from error
        return cls(name, schedule, function.get_user_function(), executor)

    def next_after(self, moment: datetime) -> datetime:
        next_moment: datetime = _schedule_from(self.schedule, moment).get_next(datetime)
        return next_moment

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
            except Exception:
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
                group.create_task(self._run_timer(timer))

    async def _run_timer(self, timer: TimerFunction) -> None:
        due = self._due_on_record(timer) or timer.next_after(datetime.now(UTC))
        while True:
            self._record(timer, due)
            while (late_seconds := (datetime.now(UTC) - due).total_seconds()) < 0:
                await asyncio.sleep(min(-late_seconds, LONGEST_SLEEP_SECONDS))
            due = timer.next_after(datetime.now(UTC))
            self._record(timer, due)
            await asyncio.shield(self.fire(timer, past_due=late_seconds > PAST_DUE_AFTER_SECONDS))

    def _due_on_record(self, timer: TimerFunction) -> datetime | None:
        """Returns the next time on record, unless the schedule has changed since."""
        return self._next.get(f"{timer.name} {timer.schedule}")

    def _record(self, timer: TimerFunction, due: datetime) -> None:
        self._next[f"{timer.name} {timer.schedule}"] = due
        state = {key: next_due.isoformat() for key, next_due in self._next.items()}
        try:
            self._state_file.parent.mkdir(parents=True, exist_ok=True)
            self._state_file.write_text(json.dumps(state, indent=2), encoding="utf-8")
        except OSError as error:
            logger.warning("%s may be missed while the host is down: %s", timer.name, error)


def _schedule_from(schedule: str, moment: datetime) -> croniter:
    """Reads NCRONTAB: six fields, seconds first. The day of the month and the day of the week must both match."""
    if len(schedule.split()) != 6:
        raise ValueError("An NCRONTAB expression has six fields.")
    return croniter(schedule, moment, second_at_beginning=True, day_or=False)


def _read_state(state_file: Path) -> dict[str, datetime]:
    """Returns the next times on record. A missing or damaged file counts as empty."""
    try:
        state = json.loads(state_file.read_text(encoding="utf-8"))
        return {key: datetime.fromisoformat(due).astimezone(UTC) for key, due in state.items()}
    except (OSError, ValueError, TypeError, AttributeError):
        return {}
