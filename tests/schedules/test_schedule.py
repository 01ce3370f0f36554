"""Schedules: what the Functions host reads, and when a timer fires, also where the clock shifts."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from schedules.schedule import ScheduleError, read_schedule, read_time_span

PACIFIC = ZoneInfo("America/Los_Angeles")
MOMENT = datetime(2026, 12, 1, 12, tzinfo=UTC)  # a Tuesday


def times(text: str, start: str, count: int) -> list[str]:
    """The next times in Los Angeles; each is also the last one before the moment after it."""
    schedule, moment, found = read_schedule(text, PACIFIC), datetime.fromisoformat(start), list[str]()
    for _ in range(count):
        following = schedule.next_after(moment)
        assert following
        assert schedule.last_before(following + timedelta(microseconds=1)) == following
        found.append(following.astimezone(PACIFIC).isoformat())
        moment = following
    return found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0 0 6 * * *", "2026-12-02T06:00:00"),
        ("0 6 * * *", "2026-12-02T06:00:00"),
        ("  */5    * *      * * *", "2026-12-01T12:00:05"),
        ("5/20 * * * * *", "2026-12-01T12:00:05"),
        ("*/0 * * * * *", "2026-12-01T12:00:01"),
        ("0 0 6 * * MON-FRI", "2026-12-02T06:00:00"),
        ("0 0 6 * * sunday", "2026-12-06T06:00:00"),
        ("0 0 6 * * 0", "2026-12-06T06:00:00"),
        ("0 0 6 * * 5-4", "2026-12-03T06:00:00"),
        ("0 0 6 * J *", "2027-01-01T06:00:00"),
        ("0 0 6 * jan,FEBRUARY Mo", "2027-01-04T06:00:00"),
        ("0 0 0 29 2 *", "2028-02-29T00:00:00"),
        ("0 0 0 29 2 1", "2044-02-29T00:00:00"),
        ("0 0 0 31 * *", "2026-12-31T00:00:00"),
        ("0 0 0 13 * FRI", "2027-08-13T00:00:00"),
    ],
)
def test_next_time_is_the_hosts(text: str, expected: str) -> None:
    assert read_schedule(text).next_after(MOMENT) == datetime.fromisoformat(expected).replace(tzinfo=UTC)


@pytest.mark.parametrize("text", ["0 0 0 31 2 *", "0 0 0 30 FEB *", "0 0 0 31 4,6,9,11 *", "0 0 0 30-31 2 MON"])
def test_day_that_never_comes_has_no_time(text: str) -> None:
    schedule = read_schedule(text)
    assert (schedule.next_after(MOMENT), schedule.last_before(MOMENT)) == (None, None)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "six fields"),
        ("daily", "six fields"),
        ("@daily", "six fields"),
        ("%OTHER%", "six fields"),
        ("0 0 6 * * * 2027", "six fields"),
        ("24:00", "six fields"),
        ("-01:00:00", "six fields"),
        ("00:00:00", "interval is 0"),
        ("0 0 25 * * *", "hour is 0 to 23, not 25"),
        ("0 60 6 * * *", "minute is 0 to 59, not 60"),
        ("0 0 6 0 * *", "day of the month is 1 to 31, not 0"),
        ("0 0 6 * 13 *", "month is 1 to 12, not 13"),
        ("0 0 6 * * 7", "day of the week is 0 to 6, not 7"),
        ("0 0 6 ? * *", "'?'"),
        ("0 0 6 L * *", "'L'"),
        ("0 0 6 15W * *", "'15W'"),
        ("0 0 6 * * MON#1", "'MON#1'"),
        ("0 0 6 1, * *", "''"),
        ("0 0 6 /2 * *", "''"),
        ("H 0 6 * * *", "'H'"),
        ("٣ 0 6 * * *", "'٣'"),
        ("0\t0 6 * * * *", r"'0\\t0'"),
        ("*/99999999999 * * * * *", "'99999999999'"),
    ],
)
def test_what_the_host_refuses_is_refused_with_the_reason(text: str, reason: str) -> None:
    with pytest.raises(ScheduleError, match=reason.replace("?", r"\?")):
        read_schedule(text)


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("01:00:00", timedelta(hours=1)),
        ("00:05", timedelta(minutes=5)),
        ("00:00:00.5", timedelta(seconds=0.5)),
        ("1.00:00:00", timedelta(days=1)),
        ("1.00:00", timedelta(days=1)),
        ("24:00:00", timedelta(days=24)),
        ("5", timedelta(days=5)),
        ("00:60:00", None),
        ("24:00", None),
        ("1:", None),
    ],
)
def test_time_span_is_read_as_dotnet_reads_it(text: str, span: timedelta | None) -> None:
    assert read_time_span(text) == span


def test_interval_fires_after_the_invocation_before() -> None:
    schedule = read_schedule("01:30:00")
    assert schedule.next_after(MOMENT) == MOMENT + timedelta(hours=1.5)
    assert schedule.last_before(MOMENT) == MOMENT - timedelta(hours=1.5)


def test_time_that_the_clock_leaves_out_fires_an_hour_later() -> None:
    assert times("0 30 2 * * *", "2018-03-10T00:00:00-08:00", 3) == [
        "2018-03-10T02:30:00-08:00",
        "2018-03-11T03:30:00-07:00",
        "2018-03-12T02:30:00-07:00",
    ]
    assert times("0 30 2 * * *", "2018-03-11T03:10:00-07:00", 1) == ["2018-03-11T03:30:00-07:00"]


def test_single_time_fires_once_where_the_clock_shows_it_twice() -> None:
    expected = ["2018-11-04T01:30:00-07:00", "2018-11-05T01:30:00-08:00"]
    assert times("0 30 1 * * *", "2018-11-03T12:00:00-07:00", 2) == expected
    assert times("0 30 1 * * *", "2018-11-04T01:10:00-08:00", 1) == expected[1:]


def test_repetition_continues_where_the_clock_shows_an_hour_twice() -> None:
    assert times("0 */20 * * * *", "2018-11-04T00:50:00-07:00", 7) == [
        *(f"2018-11-04T01:{minute}:00-07:00" for minute in ("00", "20", "40")),
        *(f"2018-11-04T01:{minute}:00-08:00" for minute in ("00", "20", "40")),
        "2018-11-04T02:00:00-08:00",
    ]


def test_repetition_leaves_out_the_hour_that_the_clock_leaves_out() -> None:
    assert times("0 30 * * * *", "2018-03-11T01:00:00-08:00", 2) == [
        "2018-03-11T01:30:00-08:00",
        "2018-03-11T03:30:00-07:00",
    ]


@pytest.mark.parametrize(
    "moment", [datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)], ids=["first", "last"]
)
@pytest.mark.parametrize("text", ["0 0 6 * * *", "* * * * * *", "5", "0 0 0 31 2 *"])
def test_ends_of_the_calendar_are_no_failure(text: str, moment: datetime) -> None:
    schedule = read_schedule(text, PACIFIC)
    for found in (schedule.next_after(moment), schedule.last_before(moment)):
        assert found is None or found.tzinfo is UTC
