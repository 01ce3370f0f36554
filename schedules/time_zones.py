"""Finds the time zone that WEBSITE_TIME_ZONE names: by its IANA name, or by its name on Windows."""

from datetime import UTC, tzinfo
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo, available_timezones

# The name of each zone on Windows, and a place that keeps its time.
_WINDOWS_NAMES = Path(__file__).with_name("windows_time_zones.txt")


class TimeZoneError(ValueError):
    """The time zone is unknown. The message is completed by its name."""


@cache
def time_zone(name: str | None) -> tzinfo:
    """Returns the zone of this name, or UTC without a name. Raises TimeZoneError."""
    name = (name or "").strip()
    if not name:
        return UTC
    windows_names = (line.partition("=") for line in _WINDOWS_NAMES.read_text(encoding="utf-8").splitlines())
    by_windows_name = {windows.casefold(): iana for windows, _, iana in windows_names}
    iana_name = by_windows_name.get(name.casefold(), name)
    if iana_name not in available_timezones():
        raise TimeZoneError("Write the name of a time zone, like Europe/Berlin or W. Europe Standard Time")
    return ZoneInfo(iana_name)
