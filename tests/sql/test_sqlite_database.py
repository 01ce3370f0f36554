"""What only the embedded database does: its file, its locks, its snapshots."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import IntegrityError

from access.platforms import DATABRICKS
from sql.database import Database, retry_while_unavailable, transaction_on
from sql.deadline import Deadline
from sql.errors import DatabaseUnavailableError
from tests.processes import run_in_processes
from tests.rows import add_request

PROCESSES = 20
COUNT_ACTIVE = text("SELECT COUNT(*) FROM DataAccessDeltaRequests WHERE Status = 'Active'")
COUNT_REVOCATIONS = text("SELECT COUNT(*) FROM RevokedAccess_Databricks")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "access.db"


@pytest.fixture
def sqlite_database(path: Path) -> Iterator[Database]:
    database = Database(f"sqlite:///{path}", pool_size=4)
    yield database
    database.close()


def open_and_write(url: str, email: str) -> str:
    """What a starting server does, whose caller sends a request again while others wait for the file as well."""
    database = Database(url)
    retry_while_unavailable(
        lambda: add_request(database, DATABRICKS, email=email), repeatable=False, deadline=Deadline.after(60)
    )
    database.close()
    return email


def test_processes_that_open_a_new_file_at_once_make_one_schema(path: Path) -> None:
    emails = [f"{number}@test.com" for number in range(PROCESSES)]
    assert run_in_processes(open_and_write, [(f"sqlite:///{path}", email) for email in emails]) == emails
    database = Database(f"sqlite:///{path}")
    with database.read() as connection:
        assert connection.execute(COUNT_ACTIVE).scalar_one() == PROCESSES
    database.close()


@pytest.mark.usefixtures("impatient")
def test_file_that_is_no_database_is_unavailable(path: Path) -> None:
    path.write_bytes(b"no database" * 200)
    with pytest.raises(DatabaseUnavailableError, match="not a database"):
        Database(f"sqlite:///{path}")


@pytest.mark.slow
def test_file_that_stays_locked_is_unavailable_and_usable_once_it_is_free(
    path: Path, sqlite_database: Database
) -> None:
    with sqlite_database.connect() as connection:
        connection.connection.cursor().execute("PRAGMA busy_timeout = 50")
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(DatabaseUnavailableError, match="locked"), transaction_on(connection):
            pass
        other.close()
        with transaction_on(connection):
            assert connection.execute(COUNT_ACTIVE).scalar_one() == 0


def test_write_transaction_keeps_other_writers_out_from_its_beginning(path: Path, sqlite_database: Database) -> None:
    with sqlite_database.transaction():
        other = sqlite3.connect(path, isolation_level=None, timeout=0)
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            other.execute("BEGIN IMMEDIATE")
    other.execute("BEGIN IMMEDIATE")
    other.close()


def test_reader_sees_one_snapshot_while_a_writer_commits(sqlite_database: Database) -> None:
    add_request(sqlite_database, DATABRICKS)
    with sqlite_database.read() as reader:
        assert reader.execute(COUNT_ACTIVE).scalar_one() == 1
        with sqlite_database.transaction() as writer:
            writer.execute(text("UPDATE DataAccessDeltaRequests SET Status = 'Revoked'"))
        assert reader.execute(COUNT_ACTIVE).scalar_one() == 1
    with sqlite_database.read() as reader:
        assert reader.execute(COUNT_ACTIVE).scalar_one() == 0


UUID = "6f1c4f0e-2d8a-4c55-9b1e-0a1b2c3d4e5f"


def violate_at_commit(connection: Connection) -> None:
    connection.exec_driver_sql("CREATE TABLE parent (id INTEGER PRIMARY KEY)")
    connection.exec_driver_sql("CREATE TABLE child (id INTEGER REFERENCES parent (id) DEFERRABLE INITIALLY DEFERRED)")
    connection.exec_driver_sql("INSERT INTO child VALUES (7)")
    connection.execute(
        text(
            "INSERT INTO RevokedAccess_Databricks (DeltaRequestId, Revoked_Dt, Revoked_By) VALUES (7, '2030-01-31', '')"
        )
    )


def test_commit_that_failed_leaves_no_lock_and_a_usable_connection(sqlite_database: Database) -> None:
    with sqlite_database.connect() as kept:
        kept.connection.cursor().execute("PRAGMA foreign_keys = ON")
        with pytest.raises(IntegrityError, match="FOREIGN KEY"), transaction_on(kept):
            violate_at_commit(kept)
        with sqlite_database.transaction() as other:
            assert other.execute(COUNT_REVOCATIONS).scalar_one() == 0
        with transaction_on(kept):
            assert kept.execute(COUNT_REVOCATIONS).scalar_one() == 0


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO RevokedAccess_Databricks (DeltaRequestId, Revoked_Dt) VALUES (7, '2030-01-31')",
        "INSERT INTO ExpiryNotification_Palantir (PalantirRequestId, Notification_Type, Notified_Email, Notified_Dt) "
        f"VALUES ('{UUID}', '', '', '2030-01-31'), ('{UUID}', '', '', '2030-01-31')",
    ],
)
def test_constraint_refuses_a_row_that_makes_no_sense(sqlite_database: Database, statement: str) -> None:
    with pytest.raises(IntegrityError), sqlite_database.transaction() as connection:
        connection.execute(text(statement))
