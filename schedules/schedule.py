"""The moments at which a timer fires. The overview and the local host ask the same schedule.

NCRONTAB expressions are read as the Functions host's library does, and time spans as .NET writes them.
"""

import re
from abc import ABC, abstractmethod
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import MAXYEAR, UTC, date, datetime, time, timedelta, tzinfo
from functools import cache
from itertools import pairwise

_SECONDS = r"(?P<seconds>\d{1,2}(?:\.\d{1,7})?)"
# The host reads 24:00:00 as 24 days: hours end at 23, and then the first number counts days.
_FORMS = (
    rf"(?P<hours>\d{{1,2}}):(?P<minutes>\d{{1,2}})(?::{_SECONDS})?",
    rf"(?P<days>\d{{1,7}})[.:](?P<hours>\d{{1,2}}):(?P<minutes>\d{{1,2}})(?::{_SECONDS})?",
    r"(?P<days>\d{1,7})",
)
# A clock is set forward or back by an hour at most, which it shows twice or leaves out.
CLOCK_SHIFT = timedelta(hours=1)
FIRST_MOMENT = datetime.min.replace(tzinfo=UTC)
# The 29th of February falls on each day of the week at least once in so many days.
LONGEST_PAUSE = timedelta(days=80 * 366)


class ScheduleError(ValueError):
    """The schedule cannot be read. The message is completed by its text."""


@dataclass(frozen=True)
class _Field:
    name: str
    first: int
    last: int
    names: tuple[str, ...] = ()


_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_WEEKDAYS = ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")
_FIELDS = (
    _Field("second", 0, 59),
    _Field("minute", 0, 59),
    _Field("hour", 0, 23),
    _Field("day of the month", 1, 31),
    _Field("month", 1, 12, _MONTHS),
    _Field("day of the week", 0, 6, _WEEKDAYS),
)
_DAYS_OF_SHORT_MONTHS = {2: 29, 4: 30, 6: 30, 9: 30, 11: 30}


@dataclass(frozen=True)
class Ncrontab:
    """The values of each field in order. A day must fit the day of the month and the day of the week."""

    seconds: tuple[int, ...]
    minutes: tuple[int, ...]
    hours: tuple[int, ...]
    days: tuple[int, ...]
    months: tuple[int, ...]
    weekdays: tuple[int, ...]

    @property
    def can_come(self) -> bool:
        """Tells whether there is such a day. 31 February never comes, and people switch a timer off by it."""
        return any(self.days[0] <= _DAYS_OF_SHORT_MONTHS.get(month, 31) for month in self.months)

    @property
    def is_interval(self) -> bool:
        """Tells whether the host takes it for a repetition, which also fires in an hour that a clock shows twice."""
        return any(b - a == 1 for times in (self.seconds, self.minutes, self.hours) for a, b in pairwise(times))

    def next_after(self, moment: datetime) -> datetime | None:
        """Returns the next time on the clock, or None when none comes before the year 10000."""
        if not self.can_come:
            return None
        try:
            start = moment.replace(microsecond=0) + timedelta(seconds=1)
        except OverflowError:
            return None
        for day in self._days_from(start.date()):
            if found := self._first_time_from(max(start, datetime.combine(day, time.min))):
                return found
        return None

    def _days_from(self, first: date) -> Iterator[date]:
        for year in range(first.year, MAXYEAR + 1):
            for month in self.months:
                if (year, month) >= (first.year, first.month):
                    length = monthrange(year, month)[1]
                    days = (date(year, month, number) for number in self.days if number <= length)
                    yield from (day for day in days if day >= first and day.isoweekday() % 7 in self.weekdays)

    def _first_time_from(self, start: datetime) -> datetime | None:
        """Returns the first time of that day that is not before `start`."""
        times = (
            (hour, minute, second)
            for hour in self.hours
            if hour >= start.hour
            for minute in self.minutes
            if (hour, minute) >= (start.hour, start.minute)
            for second in self.seconds
        )
        earliest = (start.hour, start.minute, start.second)
        found = next((each for each in times if each >= earliest), None)
        return found and start.replace(hour=found[0], minute=found[1], second=found[2])


def read_ncrontab(text: str) -> Ncrontab:
    """Reads six fields, or five without seconds, parted by blanks. Raises ScheduleError."""
    parts = [part for part in text.split(" ") if part]
    if len(parts) == len(_FIELDS) - 1:
        parts.insert(0, "0")
    if len(parts) != len(_FIELDS):
        raise ScheduleError("it does not have six fields")
    return Ncrontab(*(tuple(sorted(_values(field, part))) for field, part in zip(_FIELDS, parts, strict=True)))


def _values(field: _Field, text: str) -> set[int]:
    if "," in text:
        return set().union(*(_values(field, part) for part in text.split(",")))
    span, slash, step_text = text.partition("/")
    step = max(_number(field, step_text), 1) if slash else 1
    if span == "*":
        return set(range(field.first, field.last + 1, step))
    first_text, dash, last_text = span.partition("-")
    first = _value(field, first_text)
    if dash:
        first, last = sorted((first, _value(field, last_text)))
    else:
        last = field.last if slash else first
    return set(range(first, last + 1, step))


def _value(field: _Field, text: str) -> int:
    """Reads a number, or the beginning of a name, as the host does: MON, monday and Mo are the same."""
    if text[:1].isdecimal():
        number = _number(field, text)
        if not field.first <= number <= field.last:
            raise ScheduleError(f"its {field.name} is {field.first} to {field.last}, not {number}")
        return number
    for number, name in enumerate(field.names, field.first):
        if text and name.casefold().startswith(text.casefold()):
            return number
    raise ScheduleError(f"its {field.name} cannot be {text!r}")


def _number(field: _Field, text: str) -> int:
    if not re.fullmatch(r"[+-]?[0-9]{1,9}", text):
        raise ScheduleError(f"its {field.name} cannot be {text!r}")
    return int(text)


def read_time_span(text: str) -> timedelta | None:
    """Returns the span of hh:mm, hh:mm:ss, d.hh:mm:ss or days, or None for another text."""
    for form in _FORMS:
        match = re.fullmatch(form, text.strip(), re.ASCII)
        parts = {name: float(number or 0) for name, number in match.groupdict().items()} if match else {}
        if match and parts.get("hours", 0) < 24 and parts.get("minutes", 0) < 60 and parts.get("seconds", 0) < 60:
            return timedelta(**parts)
    return None


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
        for shown in self._times_after(clock - CLOCK_SHIFT if self._shifts_near(clock) else clock):
            if until and shown > until:
                break
            later = (each for each in self._moments_of(shown) if each > moment)
            found = min((each for each in (found, *later) if each), default=None)
            if found and not until:
                if not self._shifts_near(shown):
                    break
                until = shown + CLOCK_SHIFT
        return found

    def _times_after(self, clock: datetime) -> Iterator[datetime]:
        shown = self.times.next_after(clock)
        while shown:
            yield shown
            shown = self.times.next_after(shown)

    def _moments_of(self, shown: datetime) -> list[datetime]:
        first, second = (shown.replace(tzinfo=self.zone, fold=fold).astimezone(UTC) for fold in (0, 1))
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
