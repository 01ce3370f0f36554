"""Reads NCRONTAB expressions as the Functions host's library does, and finds their next times on a clock."""

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import MAXYEAR, date, datetime, time, timedelta
from itertools import pairwise


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
