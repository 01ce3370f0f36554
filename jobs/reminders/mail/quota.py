"""Keeps the provider's limits on emails across all runs and instances, by the tries on record."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

from sqlalchemy import Connection

from access.addresses import split_address, without_blanks
from access.platforms import PLATFORMS
from access.same_person import same_person_key
from config.settings import Settings
from jobs.models import StopCode
from jobs.run_records.ending import StopReason
from jobs.runs.held_run import HeldRun, RunMustStopError
from sql.statements import statement, union_all

# A run sees the tries of other runs this late.
LOOK_AGAIN_SECONDS = 1.0
# A run ends rather than wait longer than this. Its follow-up run sends the rest.
MAX_WAIT_SECONDS = 60.0
NO_RUN = "00000000-0000-0000-0000-000000000000"


@dataclass(frozen=True)
class Limit:
    """At most `count` tries within any `minutes`."""

    count: int
    minutes: int

    def __str__(self) -> str:
        return f"{self.count} emails {'a minute' if self.minutes == 1 else 'an hour'}"

    def seconds_until_room(self, tried_at: Sequence[float], now: float) -> float:
        """Returns the wait before the next try. `tried_at` is in order of time."""
        if len(tried_at) < self.count:
            return 0.0
        return tried_at[-self.count] + 60 * self.minutes - now

    def seconds_until_last(self, mail_count: int, tried_at: Sequence[float], now: float) -> float:
        """Returns the wait before the last of `mail_count` mails, if each leaves as soon as there is room."""
        periods, taken = divmod(mail_count - 1, self.count)
        wait = Limit(self.count - taken, self.minutes).seconds_until_room(tried_at, now)
        return periods * 60 * self.minutes + max(0.0, wait)


def limits_of(settings: Settings) -> list[Limit]:
    """Returns the limits, the hour's first, so that a run does not wait for the minute's in vain."""
    counts = {60: settings.emails_per_hour, 1: settings.emails_per_minute}
    return [Limit(count, minutes) for minutes, count in counts.items() if count is not None]


class Wait(NamedTuple):
    """The time that mails have to wait for room within a limit."""

    seconds: float
    limit: Limit


class SendingQuota:
    """Counts every try of this run, and the recorded tries of other runs. It misses their tries under way."""

    def __init__(self, run: HeldRun) -> None:
        self._limits = limits_of(run.settings)
        self._run = run
        self._own_tries: list[float] = []
        self._all_tries: list[float] = []
        self._looked_at: float | None = None
        self._turn = asyncio.Lock()

    async def take(self) -> float:
        """Waits until one more try is within the limits, and counts it. Returns the moment that it counted.

        Raises RunMustStopError, with the time to continue, if that takes too long.
        """
        async with self._turn:
            for limit in self._limits:
                while (seconds := await self._seconds_until_room(limit)) > 0:
                    stop = StopReason(StopCode.EMAIL_LIMIT_REACHED, str(limit), seconds)
                    if seconds > MAX_WAIT_SECONDS:
                        raise RunMustStopError(stop)
                    await self._run.wait(seconds, stop)
            now = self._run.clock()
            self._own_tries.append(now)
            self._all_tries.append(now)
            return now

    def give_back(self, moment: float) -> None:
        """Removes a try that was counted at that moment, but was not made."""
        for tries in (self._own_tries, self._all_tries):
            tries.remove(moment)

    async def _seconds_until_room(self, limit: Limit) -> float:
        now = self._run.clock()
        if self._looked_at is None or now - self._looked_at >= LOOK_AGAIN_SECONDS:
            read = partial(
                read_ages_of_tries,
                limits=self._limits,
                one_mail_per_person=self._run.settings.email_digest,
                not_of_run=self._run.job_id,
            )
            ages = await asyncio.to_thread(self._run.read, read)
            self._looked_at = now
            self._all_tries = sorted([*self._own_tries, *(now - age for age in ages)])
        return limit.seconds_until_room(self._all_tries, now)


def wait_of_last_mail(connection: Connection, settings: Settings, mail_count: int) -> Wait | None:
    """Returns how long the limits delay the last of so many mails, or None. Other runs' unrecorded tries do not count.

    Each mail leaves as soon as there is room.
    """
    limits = limits_of(settings)
    if not (limits and mail_count):
        return None
    ages = read_ages_of_tries(connection, limits, one_mail_per_person=settings.email_digest)
    tried_at = sorted(-age for age in ages)
    waits = [Wait(limit.seconds_until_last(mail_count, tried_at, now=0.0), limit) for limit in limits]
    longest = max(waits, key=lambda wait: wait.seconds)
    return longest if longest.seconds else None


def read_ages_of_tries(
    connection: Connection, limits: Sequence[Limit], *, one_mail_per_person: bool, not_of_run: str = NO_RUN
) -> list[float]:
    """Returns the ages, in seconds, of the recorded tries that count for one of the limits."""
    clause = statement(
        "list_tries", connection, tries=union_all("tries_on_platform", [each.sql_names for each in PLATFORMS])
    )
    parameters = {"minutes": -max(limit.minutes for limit in limits), "job_id": not_of_run}
    ages: dict[object, float] = {}
    for number, row in enumerate(connection.execute(clause, parameters)):
        address = without_blanks(row.email)
        if split_address(address):  # no mail is tried to anything else
            mail = (row.job_id, same_person_key(address)) if one_mail_per_person else number
            ages[mail] = row.age_milliseconds / 1000
    return list(ages.values())
