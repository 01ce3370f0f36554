"""Values of other programs in a SQLite file: those that can be read get the app's own form, and others are refused."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from access.platforms import DATABRICKS
from sql.column_types import from_sql_time_or_none, unreadable_as_written
from sql.database import Database
from sql.schema import sqlite_types
from sql.statements import render
from tests.sql.test_schema import run_tool
from tests.unreadable import READABLE, UNREADABLE, add_delta_request, without_triggers

UUID = "0a1b2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d"


@pytest.fixture
def file(sqlite_database: Database) -> Iterator[sqlite3.Connection]:
    """The file as another program opens it, without the app's own functions."""
    with closing(sqlite3.connect(str(sqlite_database.engine.url.database), isolation_level=None)) as connection:
        yield connection


def expiry_of(file: sqlite3.Connection, request_id: int) -> object:
    return file.execute("SELECT Expires_On FROM DataAccessDeltaRequests WHERE id = ?", [request_id]).fetchone()[0]


@pytest.mark.parametrize(("written", "stored"), READABLE.items())
def test_time_that_can_be_read_is_stored_as_the_app_writes_it(
    file: sqlite3.Connection, written: str, stored: str
) -> None:
    request_id = add_delta_request(file, written)
    assert expiry_of(file, request_id) == stored
    file.execute("UPDATE DataAccessDeltaRequests SET Expires_On = '2031-01-01'")
    file.execute("UPDATE DataAccessDeltaRequests SET Expires_On = ?", [written])
    assert expiry_of(file, request_id) == stored


@pytest.mark.parametrize("written", UNREADABLE, ids=repr)
def test_time_that_cannot_be_read_is_refused_by_column(file: sqlite3.Connection, written: object) -> None:
    with pytest.raises(sqlite3.IntegrityError, match=r"DataAccessDeltaRequests\.Expires_On has a value that cannot be"):
        add_delta_request(file, written)
    request_id = add_delta_request(file, "2031-01-01")
    with pytest.raises(sqlite3.IntegrityError, match="cannot be read as a time"):
        file.execute("UPDATE DataAccessDeltaRequests SET Expires_On = ?", [written])
    assert expiry_of(file, request_id) == "2031-01-01 00:00:00.000"


@pytest.mark.parametrize("written", [*READABLE.values(), *READABLE, *UNREADABLE], ids=repr)
def test_python_and_the_statements_agree_on_what_can_be_read(file: sqlite3.Connection, written: object) -> None:
    without_triggers(file)
    request_id = add_delta_request(file, written)
    count = render("count_unreadable_expiries", "sqlite", frozenset(DATABRICKS.sql_names.items()))
    found = file.execute(count).fetchone()[0]
    stored = expiry_of(file, request_id)
    assert (unreadable_as_written(stored) is not None) is bool(found)
    assert (from_sql_time_or_none(stored) is None) is bool(found)


def test_every_column_of_times_is_kept_to_its_type(file: sqlite3.Connection) -> None:
    kept = {
        f"{table.name}.{column}"
        for table in sqlite_types()
        for column, type_name in table.columns.items()
        if type_name == "datetime2"
    }
    columns = file.execute(
        "SELECT t.name || '.' || c.name FROM sqlite_master t JOIN pragma_table_info(t.name) c WHERE t.type = 'table' "
        "AND (c.name LIKE '%\\_On' ESCAPE '\\' OR c.name LIKE '%\\_Dt' ESCAPE '\\' OR c.name LIKE '%\\_At' ESCAPE '\\' "
        "OR c.name IN ('RequestedOn', 'ExpirationDate', 'Ignored_Until'))"
    )
    assert {name for (name,) in columns} == kept
    assert len(kept) > 20


@pytest.mark.parametrize("written", [UUID.upper(), f"{{{UUID}}}", UUID.replace("-", ""), f" {UUID}\r\n"])
def test_uuid_of_any_spelling_is_stored_in_lower_case(file: sqlite3.Connection, written: str) -> None:
    add_palantir_request(file, written)
    assert file.execute("SELECT RequestId FROM DataAccessPalantirRequests").fetchone()[0] == UUID


@pytest.mark.parametrize("written", ["nope", "", 7, b"0123456789abcdef", UUID + "0"], ids=repr)
def test_id_that_is_not_a_uuid_is_refused(file: sqlite3.Connection, written: object) -> None:
    with pytest.raises(sqlite3.IntegrityError, match="RequestId has a value that cannot be read as a UUID"):
        add_palantir_request(file, written)


@pytest.mark.parametrize("written", ["abc", 1.5, b"1"], ids=repr)
def test_text_in_a_column_of_whole_numbers_is_refused(file: sqlite3.Connection, written: object) -> None:
    with pytest.raises(sqlite3.IntegrityError, match="DeltaRequestId has a value that cannot be read as a whole"):
        file.execute(
            "INSERT INTO ExpiryNotification_Databricks "
            "(DeltaRequestId, Notification_Type, Notified_Email, Notified_Dt) "
            "VALUES (?, '30-Day Reminder', 'a@test.com', '2030-01-01')",
            [written],
        )


def add_palantir_request(file: sqlite3.Connection, request_id: object) -> None:
    file.execute(
        "INSERT INTO DataAccessPalantirRequests (RequestId, RequesterEmail, ResourceRid, Role, BusinessReason, "
        "RequestedOn) VALUES (?, 'a@test.com', 'r', 'Viewer', 'why', '2026-01-01T00:00Z')",
        [request_id],
    )


def test_row_with_an_unreadable_date_can_still_be_changed_elsewhere(file: sqlite3.Connection) -> None:
    triggers = without_triggers(file)
    request_id = add_delta_request(file, "soon")
    for definition in triggers:
        file.execute(definition)
    file.execute("UPDATE DataAccessDeltaRequests SET Status = 'Revoked', Requested_On = '2026-01-01T00:00Z'")
    assert expiry_of(file, request_id) == "soon"


def test_old_file_is_rewritten_where_it_can_be_read_when_the_app_opens_it(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/old.db"
    Database(url).close()
    with closing(sqlite3.connect(tmp_path / "old.db", isolation_level=None)) as file:
        without_triggers(file)
        readable, unreadable = (add_delta_request(file, text) for text in ("2026-01-05T10:00:00+02:00", "01/05/2026"))
        Database(url).close()
        assert (expiry_of(file, readable), expiry_of(file, unreadable)) == ("2026-01-05 08:00:00.000", "01/05/2026")
        with pytest.raises(sqlite3.IntegrityError):
            add_delta_request(file, "01/05/2026")


@pytest.mark.slow
def test_tool_rewrites_what_it_can_read_and_names_the_other_rows_without_their_values(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/old.db"
    Database(url).close()
    with closing(sqlite3.connect(tmp_path / "old.db", isolation_level=None)) as file:
        triggers = without_triggers(file)
        for text in ("2026-01-05T10:00:00Z", "secret words"):
            add_delta_request(file, text)
        for definition in triggers:
            file.execute(definition)
    note = "note     DataAccessDeltaRequests.Expires_On has values (rows: 1) that cannot be read as a time."
    assert note in run_tool(url, "--check").stdout
    tool = run_tool(url)
    assert "rewrote  DataAccessDeltaRequests: rows with times or ids of other programs: 1" in tool.stdout
    assert note in tool.stdout
    assert "rowid 2." in tool.stdout
    assert "secret" not in tool.stdout
