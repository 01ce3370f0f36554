"""The names of time zones that WEBSITE_TIME_ZONE takes."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from schedules.time_zones import _WINDOWS_NAMES, TimeZoneError, time_zone


@pytest.mark.parametrize(
    "name", ["Europe/Berlin", " Europe/Berlin\n", "W. Europe Standard Time", "w. europe standard time"]
)
def test_zone_is_found_by_its_iana_name_and_by_its_name_on_windows(name: str) -> None:
    assert time_zone(name) == ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize("name", [None, "", " "])
def test_no_name_means_utc(name: str | None) -> None:
    assert time_zone(name) is UTC


def test_every_zone_of_windows_is_known_here() -> None:
    names = [line.partition("=")[0] for line in _WINDOWS_NAMES.read_text(encoding="utf-8").splitlines()]
    assert len(names) > 130
    for name in names:
        offset = time_zone(name).utcoffset(datetime(2026, 12, 1, tzinfo=UTC).replace(tzinfo=None))
        assert offset is not None
        assert abs(offset) <= timedelta(hours=14)


@pytest.mark.parametrize(
    "name",
    [
        "Mars/Phobos",
        "Europe",
        "europe/berlin",
        "CET-1CEST,M3.5.0,M10.5.0/3",
        "GMT+2",
        "+01:00",
        "../UTC",
        "/etc/localtime",
        "right/Europe/Berlin",
        "zone.tab",
        "x" * 5000,
        "\udcfc",
        "a\0b",
    ],
    ids=ascii,
)
def test_unknown_name_is_refused(name: str) -> None:
    with pytest.raises(TimeZoneError, match=r"^Write the name of a time zone"):
        time_zone(name)
