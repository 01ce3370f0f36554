"""SQLite's planner knows how many rows there are: from when a file is opened, and again when it has grown."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from access.platforms import PALANTIR
from demo.data import load_demo_data
from jobs.run_records.retention import prune_history
from sql.database import Database
from sql.deadline import Deadline
from tests.rows import add_requests

ROWS = 400


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "access.db"


@pytest.fixture
def database(path: Path) -> Iterator[Database]:
    """An empty file."""
    database = Database(f"sqlite:///{path}")
    yield database
    database.close()


def counted_requests(database: Database) -> int | None:
    """What the planner was told; None where it was told nothing."""
    with database.read() as connection:
        if not connection.execute(text("SELECT 1 FROM sqlite_master WHERE name = 'sqlite_stat1'")).scalar():
            return None
        counted = text("SELECT MAX(CAST(stat AS INTEGER)) FROM sqlite_stat1 WHERE tbl = :table")
        return connection.execute(counted, {"table": PALANTIR.requests}).scalar()


def add_many(database: Database, count: int) -> None:
    add_requests(database, PALANTIR, [{} for _ in range(count)])


def test_empty_file_has_nothing_to_count(database: Database) -> None:
    assert counted_requests(database) is None


def test_rows_are_counted_when_a_file_is_opened(path: Path, database: Database) -> None:
    add_many(database, ROWS)
    Database(f"sqlite:///{path}").close()
    assert counted_requests(database) == ROWS


def test_rows_are_not_counted_when_a_file_is_only_read(path: Path, database: Database) -> None:
    add_many(database, ROWS)
    Database(f"sqlite:///{path}", read_only_file=True).close()
    assert counted_requests(database) is None


def test_rows_are_counted_when_a_run_has_ended(database: Database) -> None:
    add_many(database, ROWS)
    prune_history(database, 30, Deadline.after(60))
    assert counted_requests(database) == ROWS


def test_rows_of_the_demo_are_counted_when_they_are_loaded(database: Database) -> None:
    load_demo_data(database)
    assert counted_requests(database)


@pytest.mark.parametrize(("added", "counted"), [(ROWS, ROWS), (ROWS + 1, 2 * ROWS + 1)])
def test_rows_are_counted_again_when_they_have_more_than_doubled(database: Database, added: int, counted: int) -> None:
    add_many(database, ROWS)
    database.refresh_statistics()
    add_many(database, added)
    database.refresh_statistics()
    assert counted_requests(database) == counted


def plan(connection: Connection, day: str) -> str:
    """Of a statement with a text of its own: the driver keeps those that it has prepared."""
    columns = PALANTIR.columns
    rows = f"* FROM {PALANTIR.requests} WHERE {columns['status']} = 'Active' AND {columns['requested_on']} > '{day}'"
    connection.execute(text(f"SELECT {rows}")).all()
    return " ".join(row.detail for row in connection.execute(text(f"EXPLAIN QUERY PLAN SELECT {rows}")))


def test_connection_that_is_open_plans_by_the_new_counts(path: Path, database: Database) -> None:
    add_requests(database, PALANTIR, [{"status": f"status {number}"} for number in range(100)])
    database.refresh_statistics()
    with database.transaction() as connection:
        connection.execute(text(f"DELETE FROM {PALANTIR.requests}"))
    add_many(database, ROWS)
    other = Database(f"sqlite:///{path}", apply_missing_schema=False)
    with other.read() as connection:  # goes back to the pool, and stays open
        before = plan(connection, "2026-01-01")
    database.refresh_statistics()
    with other.read() as connection:
        after = plan(connection, "2026-01-02")
    other.close()
    assert "(RequestStatus=?)" in before
    assert "(RequestedOn>?)" in after
