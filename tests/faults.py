"""Faults of the world around the product, at exact moments: answers that get lost, and statements that wait."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from threading import Event
from typing import Any

from sqlalchemy import Connection, event, text

from access.platforms import Platform
from sql.database import Database

WAIT_SECONDS = 60


@contextmanager
def lost_commit_answers(database: Database, *, after_commit: bool, times: int = 1, skip: int = 0) -> Iterator[None]:
    """The connection breaks at the next commits (after `skip` others): after the database has committed, or before."""
    dialect = database.engine.dialect
    commit, number = dialect.do_commit, 0

    def commit_and_break(connection: Any) -> None:
        nonlocal number
        number += 1
        breaks = skip < number <= skip + times
        if after_commit or not breaks:
            commit(connection)
        if breaks:
            raise _broken_connection(database)

    dialect.do_commit = commit_and_break  # type: ignore[assignment, method-assign]  # the fault
    try:
        yield
    finally:
        del dialect.do_commit


@contextmanager
def after_next_commit(database: Database, action: Callable[[], object], *, skip: int = 0) -> Iterator[None]:
    """Does `action` when the database has committed once more (after `skip` others), before the committer goes on."""
    dialect = database.engine.dialect
    commit, left = dialect.do_commit, skip

    def commit_and_act(connection: Any) -> None:
        nonlocal left
        commit(connection)
        left -= 1
        if left == -1:
            action()

    dialect.do_commit = commit_and_act  # type: ignore[assignment, method-assign]  # the fault
    try:
        yield
    finally:
        del dialect.do_commit


@contextmanager
def after_statement(database: Database, part: str, action: Callable[[], object], *, skip: int = 0) -> Iterator[None]:
    """Does `action` when the database has answered a statement with this part (after `skip` others)."""
    left = skip

    def act(_connection: Connection, _cursor: Any, sql: str, *_: Any) -> None:
        nonlocal left
        if part in sql:
            left -= 1
            if left == -1:
                action()

    event.listen(database.engine, "after_cursor_execute", act)
    try:
        yield
    finally:
        event.remove(database.engine, "after_cursor_execute", act)


@contextmanager
def after_commits_of(database: Database, part: str, action: Callable[[], object], *, times: int = 1) -> Iterator[None]:
    """Does `action` when the database has committed a transaction that has a statement with this part."""
    dialect = database.engine.dialect
    commit, left = dialect.do_commit, times
    wrote: set[int] = set()

    def note(connection: Connection, _cursor: Any, sql: str, *_: Any) -> None:
        if part in sql:
            wrote.add(id(connection.connection.dbapi_connection))

    def commit_and_act(connection: Any) -> None:
        nonlocal left
        commit(connection)
        if left and id(connection.dbapi_connection) in wrote:
            left -= 1
            wrote.clear()
            action()

    event.listen(database.engine, "after_cursor_execute", note)
    dialect.do_commit = commit_and_act  # type: ignore[assignment, method-assign]  # the fault
    try:
        yield
    finally:
        del dialect.do_commit
        event.remove(database.engine, "after_cursor_execute", note)


def _broken_connection(database: Database) -> Exception:
    if database.engine.dialect.name == "sqlite":
        error = sqlite3.OperationalError("disk I/O error")
        error.sqlite_errorcode = sqlite3.SQLITE_IOERR
        return error
    import pyodbc

    broken: Exception = pyodbc.Error("08S01", "[08S01] Communication link failure")
    return broken


def refused_email(database: Database, platform: Platform, email: str) -> AbstractContextManager[None]:
    """The database refuses every record of a reminder to this address."""
    return refused_rows(database, platform.notifications, f"Notified_Email = '{email}'")


@contextmanager
def refused_rows(
    database: Database,
    table: str,
    condition: str = "1 = 1",
    *,
    change: str = "INSERT",
    why: str = "refused by a trigger",
) -> Iterator[None]:
    """The database refuses every row that would be inserted, or updated, so that `condition` holds."""
    if database.engine.dialect.name == "sqlite":
        trigger = (
            f"CREATE TRIGGER refuse AFTER {change} ON {table} "
            f"WHEN EXISTS (SELECT 1 FROM {table} WHERE rowid = NEW.rowid AND {condition}) "
            f"BEGIN SELECT RAISE(ABORT, '{why}'); END"
        )
    else:
        trigger = (
            f"CREATE TRIGGER refuse ON {table} AFTER {change} AS "
            f"IF EXISTS (SELECT 1 FROM inserted WHERE {condition}) "
            f"THROW 50001, '{why}', 1"
        )
    execute(database, trigger)
    try:
        yield
    finally:
        execute(database, "DROP TRIGGER refuse")


def take_address(database: Database, platform: Platform, request_id: int | str) -> None:
    """The request has no address, as a table that somebody else made may allow."""
    column = platform.columns["requested_by_email"]
    with database.transaction() as connection:
        connection.exec_driver_sql("PRAGMA writable_schema = ON")
        connection.execute(
            text("UPDATE sqlite_schema SET sql = replace(sql, :strict, :lax) WHERE name = :table"),
            {"strict": f"{column} TEXT NOT NULL", "lax": f"{column} TEXT", "table": platform.requests},
        )
    database.engine.dispose()  # connections read the schema when they open
    with database.transaction() as connection:
        clause = text(f"UPDATE {platform.requests} SET {column} = NULL WHERE {platform.columns['id']} = :id")
        connection.execute(clause, {"id": request_id})


def execute(database: Database, statement: str) -> None:
    with database.transaction() as connection:
        connection.exec_driver_sql(statement)


@contextmanager
def failing_statements(database: Database, fragment: str, error: Exception) -> Iterator[None]:
    """Every statement that contains `fragment` fails before the database sees it."""

    def fail(_connection: Connection, _cursor: Any, sql: str, *_: Any) -> None:
        if fragment in sql:
            raise error

    event.listen(database.engine, "before_cursor_execute", fail)
    try:
        yield
    finally:
        event.remove(database.engine, "before_cursor_execute", fail)


@contextmanager
def misread_statements(database: Database, part: str, instead: str) -> Iterator[None]:
    """The database gets another statement instead of every one with this part."""

    def replace(_connection: Connection, _cursor: Any, sql: str, parameters: Any, *_: Any) -> tuple[str, Any]:
        return (instead, ()) if part in sql else (sql, parameters)

    event.listen(database.engine, "before_cursor_execute", replace, retval=True)
    try:
        yield
    finally:
        event.remove(database.engine, "before_cursor_execute", replace)


@contextmanager
def statements_seen(database: Database) -> Iterator[list[str]]:
    """Collects every statement that is sent while the block runs."""
    seen: list[str] = []

    def note(_connection: Connection, _cursor: Any, sql: str, *_: Any) -> None:
        seen.append(sql)

    event.listen(database.engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(database.engine, "before_cursor_execute", note)


class Pause:
    """Holds the first thread that comes here until it is let go."""

    def __init__(self) -> None:
        self._arrived = Event()
        self._let_go = Event()

    def wait_here(self) -> None:
        if not self._arrived.is_set():
            self._arrived.set()
            assert self._let_go.wait(WAIT_SECONDS), "nobody ended the pause"

    def wait_for_arrival(self) -> None:
        assert self._arrived.wait(WAIT_SECONDS), "nobody came to the pause"

    def end(self) -> None:
        self._let_go.set()


@contextmanager
def pause_before_commit(database: Database) -> Iterator[Pause]:
    """The next transaction of this pool waits just before it commits."""
    pause = Pause()

    def on_commit(_connection: Connection) -> None:
        pause.wait_here()

    event.listen(database.engine, "commit", on_commit)
    try:
        yield pause
    finally:
        pause.end()
        event.remove(database.engine, "commit", on_commit)
