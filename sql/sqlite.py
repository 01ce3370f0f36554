"""The embedded database: a SQLite file in WAL mode whose connections understand T-SQL's date functions."""

import sqlite3
from pathlib import Path

from sqlalchemy import URL, Connection, Engine, QueuePool, create_engine, event

from sql.errors import DatabaseUrlError
from sql.statements import statement
from sql.tsql_functions import register_tsql_functions

LOCK_TIMEOUT_SECONDS = 5
# A caller waits this long for a connection while all are in use.
POOL_TIMEOUT_SECONDS = 5
# The limit for each connection. The pages of a large transaction stay in memory until they are written, once.
PAGE_CACHE_KIBIBYTES = 32_000
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
