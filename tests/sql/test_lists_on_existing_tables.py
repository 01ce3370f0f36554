"""Lists and jobs on tables that a database had before the app came: other types of column, NULLs and triggers."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from sqlalchemy import text

from access.operations import create_request, list_pending_expiry, list_requests
from access.platforms import DATABRICKS, Platform
from config.context import AppContext
from config.settings import Settings
from jobs.revocations.run import run_revoke_expired
from reports.operations import list_audit
from sql.database import Database
from tests.calls import VALID_REQUESTS, call, call_operation, calls_on, read_all
from tests.existing_tables import execute, existing_table
from tests.jobs.run_requests import revoke_run
from tests.rows import add_requests, empty_tables, revocation_count, status_of

ORDERS = (
    *("expiresOn", "-expiresOn", "requestedOn", "-requestedOn", "requestedByEmail", "-requestedByEmail", "id", "-id"),
    "urgency",
)
# Many requests of one millisecond, and every column NULL in some of them.
FIRST = datetime(2024, 5, 1, 12, 30, 15, 123000)  # noqa: DTZ001  as a column stores it
ROWS = [
    {
        "id": f"{n:08d}-1111-4222-8333-444455556666",
        "email": None if n % 6 == 0 else f"person{n % 3}@test.com",
        "status": "Active" if n % 2 else "Revoked",
        "requested_on": None if n % 7 == 0 else (FIRST + timedelta(microseconds=n * 5 % 11)).isoformat(sep=" "),
        "expires_on": None if n % 5 == 0 else (FIRST + timedelta(microseconds=n * 7 % 13)).isoformat(sep=" "),
    }
    for n in range(23)
]


@contextmanager
def filled_table(database: Database, platform: Platform, time_type: str) -> Iterator[None]:
    """The platform's requests in a table of the user's own, which allows NULL wherever it can."""
    columns = platform.columns
    sqlite = database.engine.dialect.name == "sqlite"
    id_type = {True: "INTEGER" if sqlite else "int IDENTITY(1,1)", False: "TEXT" if sqlite else "uniqueidentifier"}
    ddl = (
        f"CREATE TABLE {platform.requests} ({columns['id']} {id_type[platform is DATABRICKS]} NOT NULL PRIMARY KEY, "
        f"{columns['requested_by_email']} varchar(320) NULL, {columns['status']} varchar(20) NOT NULL, "
        f"{columns['requested_on']} {time_type} NULL, {columns['expires_on']} {time_type} NULL"
        + "".join(f", {columns[field]} varchar(255) NULL" for field in (*platform.resource_fields, "business_reason"))
        + ")"
    )
    # With as many digits of a second as the type reads from a text.
    digits = {"datetime": 3, "smalldatetime": 0, "date": 0}.get(time_type, 6)
    moment = "{}" if sqlite else f"CAST(CONVERT(nvarchar(33), CAST({{}} AS datetime2({digits})), 126) AS {time_type})"
    values = {
        **({} if platform is DATABRICKS else {"id": ":id"}),
        "requested_by_email": ":email",
        "status": ":status",
        "requested_on": moment.format(":requested_on"),
        "expires_on": moment.format(":expires_on"),
    }
    names = ", ".join(columns[field] for field in values)
    insert = text(f"INSERT INTO {platform.requests} ({names}) VALUES ({', '.join(values.values())})")
    with existing_table(database, platform.requests, ddl):
        with database.transaction() as connection:
            connection.execute(insert, ROWS)
        yield


@pytest.fixture
def nulls(context: AppContext, platform: Platform) -> Iterator[None]:
    sqlite = context.database.engine.dialect.name == "sqlite"
    with filled_table(context.database, platform, "TEXT" if sqlite else "datetime2(6)"), calls_on(context):
        yield


@pytest.mark.usefixtures("nulls")
@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("limit", [1, 4])
def test_every_row_stands_on_one_page_whatever_is_null(platform: Platform, order: str, limit: int) -> None:
    items = read_all(list_requests, platform, {"sort": order}, limit)
    assert len({item["id"] for item in items}) == len(items) == len(ROWS)


@pytest.mark.usefixtures("nulls")
@pytest.mark.parametrize("order", ORDERS)
def test_pages_lead_back_to_where_they_came_from_whatever_is_null(platform: Platform, order: str) -> None:
    pages, query = [], {"sort": order, "limit": 4}
    pages.append(call(list_requests, platform, query).json)
    while pages[-1]["nextCursor"]:
        pages.append(call(list_requests, platform, {**query, "cursor": pages[-1]["nextCursor"]}).json)
    for page, following in pairwise(pages):
        back = call(list_requests, platform, {**query, "cursor": following["prevCursor"]}).json
        assert back["items"] == page["items"]


@pytest.mark.usefixtures("nulls")
def test_request_without_expiry_never_expires_and_comes_after_those_that_do(platform: Platform) -> None:
    shown = [item["expiresOn"] for item in call(list_requests, platform, "sort=expiresOn").json["items"]]
    without = sum(row["expires_on"] is None for row in ROWS)
    assert shown[-without:] == [None] * without
    assert None not in shown[:-without]
    assert shown[:-without] == sorted(shown[:-without])


@pytest.mark.usefixtures("nulls")
def test_missing_texts_are_empty_and_a_missing_time_of_request_is_null(platform: Platform) -> None:
    items = read_all(list_requests, platform, {"sort": "id"}, 500)
    assert sum(item["requestedByEmail"] == "" for item in items) == sum(row["email"] is None for row in ROWS)
    assert sum(item["requestedOn"] is None for item in items) == sum(row["requested_on"] is None for row in ROWS)
    assert {item["businessReason"] for item in items} == {""}


@pytest.mark.usefixtures("nulls")
def test_request_without_expiry_is_not_revoked(context: AppContext, platform: Platform) -> None:
    response = run_revoke_expired(context, revoke_run(platform))
    expired = [row for row in ROWS if row["status"] == "Active" and row["expires_on"] is not None]
    assert response.revoked_count == len(expired)
    assert call(list_pending_expiry, platform).json["total"] == 0
    assert call(list_requests, platform, "status=Active").json["total"] > 0


@pytest.fixture
def mssql_context(mssql_database: Database) -> Iterator[AppContext]:
    empty_tables(mssql_database)
    settings = Settings(revoke_delay_seconds=0, simulated_email_seconds=0)
    context = AppContext(settings, mssql_database, mssql_database)
    with calls_on(context):
        yield context


@pytest.mark.parametrize("time_type", ["datetime2(7)", "datetime", "smalldatetime", "date", "datetimeoffset"])
def test_every_row_stands_on_one_page_whatever_its_type_of_time(
    mssql_context: AppContext, platform: Platform, time_type: str
) -> None:
    with filled_table(mssql_context.database, platform, time_type):
        for order in ORDERS:
            items = read_all(list_requests, platform, {"sort": order}, 4)
            assert len({item["id"] for item in items}) == len(items) == len(ROWS), order


def test_time_with_an_offset_is_shown_in_utc(mssql_context: AppContext, platform: Platform) -> None:
    columns, database = platform.columns, mssql_context.database
    with filled_table(database, platform, "datetimeoffset"):
        execute(database, f"UPDATE {platform.requests} SET {columns['expires_on']} = '2090-01-01T01:30:00+02:00'")
        items = call(list_requests, platform).json["items"]
    assert {item["expiresOn"] for item in items} == {"2089-12-31T23:30:00Z"}


@pytest.mark.parametrize("time_type", ["datetime2(7)", "datetime", "date"])
def test_audit_tells_every_revocation_once_whatever_its_type_of_time(
    mssql_context: AppContext, platform: Platform, time_type: str
) -> None:
    database = mssql_context.database
    [request_id] = add_requests(database, platform, [{}])
    ddl = (
        f"CREATE TABLE {platform.revocations} (id int IDENTITY(1,1) NOT NULL PRIMARY KEY, "
        f"{platform.revoked_request} {platform.id_type} NOT NULL, Revoked_Dt {time_type} NOT NULL, "
        "Revoked_By nvarchar(100) NOT NULL)"
    )
    with existing_table(database, platform.revocations, ddl):
        for _ in range(5):
            revoke = f"INSERT INTO {platform.revocations} ({platform.revoked_request}, Revoked_Dt, Revoked_By) VALUES "
            execute(
                database, f"{revoke} ('{request_id}', CAST('2026-03-01T10:11:12.1234567' AS datetime2(7)), 'System')"
            )
        items, query = [], {"from": "2026-03-01", "to": "2026-03-02", "event": "revoked", "limit": 2}
        page: dict[str, Any] = {"nextCursor": ""}
        for _ in range(4):
            page = call_operation(list_audit, {**query, "cursor": page["nextCursor"]}).json
            items += page["items"]
            if not page["nextCursor"]:
                break
    assert page["nextCursor"] is None
    assert len(items) == 5


@pytest.fixture
def triggers(mssql_context: AppContext, platform: Platform) -> Iterator[AppContext]:
    """Something of the user's own happens with every change."""
    tables = (platform.requests, platform.revocations)
    for table in tables:
        body = "AFTER INSERT, UPDATE AS SET NOCOUNT ON"
        execute(mssql_context.database, f"CREATE TRIGGER Audit_{table} ON {table} {body}")
    yield mssql_context
    for table in tables:
        execute(mssql_context.database, f"DROP TRIGGER Audit_{table}")


def test_table_with_triggers_takes_requests_and_revocations(triggers: AppContext, platform: Platform) -> None:
    created: dict[str, Any] = call(create_request, platform, body=VALID_REQUESTS[platform]).json
    execute(triggers.database, f"UPDATE {platform.requests} SET {platform.columns['expires_on']} = '20250101'")
    assert run_revoke_expired(triggers, revoke_run(platform)).revoked_count == 1
    assert status_of(triggers.database, platform, created["id"]) == "Revoked"
    assert revocation_count(triggers.database, platform, created["id"]) == 1
