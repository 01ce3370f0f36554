"""Reads time spans as .NET writes them, in schedules and in host.json."""

import re
from datetime import timedelta

_SECONDS = r"(?P<seconds>\d{1,2}(?:\.\d{1,7})?)"
# The host reads 24:00:00 as 24 days: hours end at 23, and then the first number counts days.
_FORMS = (
    rf"(?P<hours>\d{{1,2}}):(?P<minutes>\d{{1,2}})(?::{_SECONDS})?",
    rf"(?P<days>\d{{1,7}})[.:](?P<hours>\d{{1,2}}):(?P<minutes>\d{{1,2}})(?::{_SECONDS})?",
    r"(?P<days>\d{1,7})",
)


def read_time_span(text: str) -> timedelta | None:
    """Returns the span of hh:mm, hh:mm:ss, d.hh:mm:ss or days, or None for another text."""
    for form in _FORMS:
        match = re.fullmatch(form, text.strip(), re.ASCII)
        parts = {name: float(number or 0) for name, number in match.groupdict().items()} if match else {}
        if match and parts.get("hours", 0) < 24 and parts.get("minutes", 0) < 60 and parts.get("seconds", 0) < 60:
            return timedelta(**parts)
    return None
