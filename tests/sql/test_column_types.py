"""Values go into a column and come out as the same value, on every database."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import text

from access.platforms import DATABRICKS, PALANTIR, Platform
from sql.column_types import NEVER_EXPIRES, from_sql_time, from_sql_time_or_none, from_sql_uuid, to_sql_time
from sql.database import Database
from tests.rows import add_request

MOMENTS = [
    datetime(2025, 1, 31, 12, 30, 45, 123000, tzinfo=UTC),
    datetime(2024, 2, 29, tzinfo=UTC),
    datetime(2025, 12, 31, 23, 59, 59, 999000, tzinfo=UTC),
    NEVER_EXPIRES,
]


def stored_expiries(database: Database, platform: Platform) -> list[object]:
    column = platform.columns["expires_on"]
    with database.read() as connection:
        return list(connection.execute(text(f"SELECT {column} FROM {platform.requests} ORDER BY {column}")).scalars())


@pytest.mark.parametrize("moment", MOMENTS)
def test_time_comes_back_as_it_went_in(database: Database, platform: Platform, moment: datetime) -> None:
    add_request(database, platform, expires_on=moment)
    assert [from_sql_time(value) for value in stored_expiries(database, platform)] == [moment]


def test_times_sort_as_moments_do(database: Database, platform: Platform) -> None:
    for moment in reversed(MOMENTS):
        add_request(database, platform, expires_on=moment)
    assert [from_sql_time(value) for value in stored_expiries(database, platform)] == sorted(MOMENTS)


def test_uuid_comes_back_in_lower_case(database: Database) -> None:
    request_id = add_request(database, PALANTIR)
    with database.read() as connection:
        stored = connection.execute(text(f"SELECT RequestId FROM {PALANTIR.requests}")).scalar_one()
    assert from_sql_uuid(stored) == request_id


@pytest.mark.parametrize("value", ["ABCDEF01-2345-6789-ABCD-EF0123456789", "{abcdef01-2345-6789-abcd-ef0123456789}"])
def test_uuid_of_any_spelling_is_lower_case_text(value: str) -> None:
    assert from_sql_uuid(value) == "abcdef01-2345-6789-abcd-ef0123456789"


def test_email_is_found_in_any_case(database: Database) -> None:
    add_request(database, DATABRICKS, email="Alice@Test.com")
    with database.read() as connection:
        found = connection.execute(
            text("SELECT COUNT(*) FROM DataAccessDeltaRequests WHERE requested_by_email = 'alice@test.COM'")
        )
        assert found.scalar_one() == 1


def test_time_of_another_zone_is_stored_in_utc() -> None:
    in_tokyo = datetime(2025, 1, 1, 8, 30, tzinfo=timezone(timedelta(hours=9)))
    assert to_sql_time(in_tokyo) == "2024-12-31 23:30:00.000"


def test_naive_time_counts_as_utc() -> None:
    assert to_sql_time(datetime(2025, 1, 1, 8, 30)) == "2025-01-01 08:30:00.000"  # noqa: DTZ001


def test_time_finer_than_a_millisecond_is_cut_not_rounded() -> None:
    assert to_sql_time(datetime(2025, 12, 31, 23, 59, 59, 999999, tzinfo=UTC)) == "2025-12-31 23:59:59.999"


def test_missing_time_stays_missing() -> None:
    assert from_sql_time_or_none(None) is None
