"""The moments at which a timer fires. The overview and the local host ask the same schedule."""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from functools import cache

from schedules.ncrontab import Ncrontab, ScheduleError, read_ncrontab
from schedules.time_spans import read_time_span

# A clock is set forward or back by an hour at most, which it shows twice or leaves out.
CLOCK_SHIFT = timedelta(hours=1)
FIRST_MOMENT = datetime.min.replace(tzinfo=UTC)
# The 29th of February falls on each day of the week at least once in so many days.
LONGEST_PAUSE = timedelta(days=80 * 366)


class Schedule(ABC):
    """Moments are in UTC."""

    @abstractmethod
    def next_after(self, moment: datetime) -> datetime | None:
        """Returns when the timer fires next, or None when it never fires."""

    @abstractmethod
    def last_before(self, moment: datetime) -> datetime | None:
        """Returns until when the timer has fired at the latest, or None when it never fires."""


@dataclass(frozen=True)
class IntervalSchedule(Schedule):
    """Fires an interval after it fired before, so only the host knows when that is."""

    interval: timedelta

    def next_after(self, moment: datetime) -> datetime | None:
        """Returns the end of an interval that begins at `moment`."""
        try:
            return moment + self.interval
        except OverflowError:
            return None

    def last_before(self, moment: datetime) -> datetime | None:
        """Returns the beginning of an interval that ends at `moment`: the timer has fired in it."""
        try:
            return moment - self.interval
        except OverflowError:
            return None


@dataclass(frozen=True)
class ClockSchedule(Schedule):
    """Fires when the clock of a time zone shows the times of an NCRONTAB expression.

    A time that the clock leaves out fires that much later. In an hour that it shows twice, a repetition fires twice as
    often, and a single time fires once, the first time.
    """

    times: Ncrontab
    zone: tzinfo

    def next_after(self, moment: datetime) -> datetime | None:
        try:
            return self._next_after(moment)
        except OverflowError:
            return None

    def last_before(self, moment: datetime) -> datetime | None:
        """Searches by halves with `next_after`, so that one rule decides where the clock shifts."""
        pause, last = timedelta(seconds=1), None
        while last is None and pause <= min(LONGEST_PAUSE, moment - FIRST_MOMENT):
            found = self.next_after(moment - pause)
            last = found if found and found < moment else None
            pause *= 2
        none_since = moment
        while last and none_since - last >= timedelta(seconds=1):
            middle = last + (none_since - last) / 2
            found = self.next_after(middle)
            last, none_since = (found, none_since) if found and found < moment else (last, middle)
        return last

    def _next_after(self, moment: datetime) -> datetime | None:
        clock = moment.astimezone(self.zone).replace(tzinfo=None)
        found: datetime | None = None
        until: datetime | None = None
        for time in self._times_after(clock - CLOCK_SHIFT if self._shifts_near(clock) else clock):
            if until and time > until:
                break
            later = (each for each in self._moments_of(time) if each > moment)
            found = min((each for each in (found, *later) if each), default=None)
            if found and not until:
                if not self._shifts_near(time):
                    break
                until = time + CLOCK_SHIFT
        return found

    def _times_after(self, clock: datetime) -> Iterator[datetime]:
        time = self.times.next_after(clock)
        while time:
            yield time
            time = self.times.next_after(time)

    def _moments_of(self, time: datetime) -> list[datetime]:
        first, second = (time.replace(tzinfo=self.zone, fold=fold).astimezone(UTC) for fold in (0, 1))
        is_shown_twice = first < second
        return [first, second] if is_shown_twice and self.times.is_interval else [first]

    def _shifts_near(self, clock: datetime) -> bool:
        before, after = clock - CLOCK_SHIFT, clock + CLOCK_SHIFT
        return self.zone.utcoffset(before) != self.zone.utcoffset(after.replace(fold=1))


@cache
def read_schedule(text: str, zone: tzinfo = UTC) -> Schedule:
    """Reads NCRONTAB or a time span, like 01:00:00. Raises ScheduleError."""
    interval = read_time_span(text)
    if interval:
        return IntervalSchedule(interval)
    try:
        if interval is not None:
            raise ScheduleError("its interval is 0")
        return ClockSchedule(read_ncrontab(text), zone)
    except ScheduleError as error:
        advice = "Write NCRONTAB with seconds first, like '0 0 6 * * *', or an interval like '01:00:00'"
        raise ScheduleError(f"{advice} ({error})") from error
