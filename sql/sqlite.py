"""The embedded database: a SQLite file in WAL mode whose connections understand T-SQL's date functions."""

import os
import shutil
import sqlite3
import time
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Self

from sqlalchemy import URL, Connection, Engine, QueuePool, create_engine, event

from sql.errors import DatabaseUnavailableError, DatabaseUrlError, is_busy_file, unavailable_database_errors
from sql.statements import statement
from sql.tsql_functions import register_tsql_functions

LOCK_TIMEOUT_SECONDS = 5
# A caller waits this long for a connection while all are in use.
POOL_TIMEOUT_SECONDS = 5
# The limit for each connection. The pages of a large transaction stay in memory until they are written, once.
PAGE_CACHE_KIBIBYTES = 32_000
# A write that succeeded proves for so long that the next one can, unless one fails. Probes then write nothing.
WRITE_PROVED_SECONDS = 60.0
# A run writes more than this, so a disk with less counts as full.
LEAST_FREE_BYTES = 256 * 1024
# A table is counted again when it has this many times the rows that the planner knows of.
MUCH_GROWTH = 2


def create_sqlite_engine(url: URL, pool_size: int, *, read_only: bool = False) -> Engine:
    """Returns an engine on the file. Raises DatabaseUrlError when it is `read_only` and missing.

    Write transactions begin IMMEDIATE. A reader that turns writer would fail on a stale snapshot instead of waiting.
    """
    if read_only and not Path(str(url.database)).is_file():
        raise DatabaseUrlError(f"The file {url.database} does not exist.")
    engine = create_engine(
        _read_only(url) if read_only else url,
        poolclass=QueuePool,
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=POOL_TIMEOUT_SECONDS,
        hide_parameters=True,
        connect_args={
            "timeout": LOCK_TIMEOUT_SECONDS,
            "check_same_thread": False,
            "isolation_level": None,
        },
    )
    event.listen(engine, "connect", _prepare_connection)
    if not read_only:
        event.listen(engine, "connect", _use_write_ahead_log)
    event.listen(engine, "begin", _begin_transaction)
    return engine


def _prepare_connection(connection: sqlite3.Connection, _record: object) -> None:
    register_tsql_functions(connection)
    connection.execute(f"PRAGMA cache_size = -{PAGE_CACHE_KIBIBYTES}")


def _use_write_ahead_log(connection: sqlite3.Connection, _record: object) -> None:
    connection.execute("PRAGMA journal_mode = WAL")


def _read_only(url: URL) -> URL:
    """Returns the URL for reading only. A file that is not in use is read as immutable, so no log appears beside it."""
    file = Path(str(url.database)).resolve()
    is_in_use = any(file.with_name(f"{file.name}{suffix}").exists() for suffix in ("-wal", "-journal"))
    options = {"uri": "true", "mode": "ro", "immutable": str(int(not is_in_use))}
    return url.set(database=file.as_uri()).update_query_dict(options)


def _begin_transaction(connection: Connection) -> None:
    options = connection.get_execution_options()
    if options.get("read_only", False):
        connection.exec_driver_sql("BEGIN")
        return
    milliseconds = int(1000 * options.get("lock_timeout_seconds", LOCK_TIMEOUT_SECONDS))
    connection.exec_driver_sql(f"PRAGMA busy_timeout = {milliseconds}")
    connection.exec_driver_sql("BEGIN IMMEDIATE")


@dataclass
class ProvedWrite:
    """The file that the connections have open, whatever is at its path by now, and the last proof of a write."""

    path: Path
    identity: tuple[int, int]
    proves_until: float = 0.0

    @classmethod
    def on(cls, engine: Engine) -> Self:
        path = Path(str(engine.url.database)).resolve()
        return cls(path, _identity(path))


def prove_write(engine: Engine, writer: Lock, last: ProvedWrite) -> None:
    """Raises DatabaseUnavailableError if a write cannot succeed now.

    Looks at the file and its disk each time, and writes one page if the last proof is old. A writer at work proves as
    much, so this waits for none.
    """
    _require_usable_file(last)
    if time.monotonic() < last.proves_until or not writer.acquire(blocking=False):
        return
    try:
        with unavailable_database_errors(), engine.connect() as connection:
            connection.execution_options(lock_timeout_seconds=0)
            with connection.begin():
                _write_one_page(connection)
        last.proves_until = time.monotonic() + WRITE_PROVED_SECONDS
    except DatabaseUnavailableError as error:
        if not is_busy_file(error):
            raise
    finally:
        writer.release()


def _require_usable_file(known: ProvedWrite) -> None:
    path = known.path
    try:
        same = _identity(path) == known.identity
        free_bytes = shutil.disk_usage(path.parent).free
    except OSError as error:
        raise DatabaseUnavailableError("The database file is gone. Put it back, and restart the app.") from error
    if not same:
        raise DatabaseUnavailableError("Another file has replaced the database file. Restart the app.")
    log = path.with_name(f"{path.name}-wal")
    if not all(os.access(file, os.W_OK) for file in (path, log) if file.exists()):
        raise DatabaseUnavailableError("The database file is read-only.")
    if free_bytes < LEAST_FREE_BYTES:
        raise DatabaseUnavailableError("The disk of the database file is full.")


def _identity(path: Path) -> tuple[int, int]:
    found = path.stat()
    return found.st_dev, found.st_ino


def _write_one_page(connection: Connection) -> None:
    """Writes a number that SQLite keeps for its users, unchanged. The commit then writes one page of the file."""
    number = connection.exec_driver_sql("PRAGMA user_version").scalar_one()
    connection.exec_driver_sql(f"PRAGMA user_version = {number}")


def have_grown(connection: Connection) -> bool:
    """Returns whether a table has many more rows than the planner knows of."""
    counted: dict[str, int] = {}
    if connection.execute(statement("find_table", connection), {"table_name": "sqlite_stat1"}).scalar():
        counted = {row.tbl: row.counted for row in connection.execute(statement("list_counted_rows", connection))}
    tables = connection.execute(statement("list_tables", connection)).scalars().all()
    return any(_last_row(connection, table) > MUCH_GROWTH * counted.get(table, 0) for table in tables)


def refresh_statistics(connection: Connection) -> None:
    """Counts all tables again for the planner, inside a write transaction.

    The table of the counts is dropped and created again, since other connections notice only a change of the schema.
    """
    connection.exec_driver_sql("DROP TABLE IF EXISTS sqlite_stat1")
    connection.exec_driver_sql("ANALYZE")


def _last_row(connection: Connection, table: str) -> int:
    return connection.execute(statement("find_last_row", connection, table=table)).scalar() or 0
