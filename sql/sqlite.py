"""The embedded database: a SQLite file in WAL mode whose connections understand T-SQL's date functions."""

import sqlite3

from sqlalchemy import URL, Connection, Engine, QueuePool, create_engine, event

from sql.tsql_functions import register_tsql_functions

LOCK_TIMEOUT_SECONDS = 5
# How long a caller waits for a connection while all are in use.
POOL_TIMEOUT_SECONDS = 5
# At most, per connection: the pages of a large transaction stay in memory until they are written, once.
PAGE_CACHE_KIBIBYTES = 32_000


def create_sqlite_engine(url: URL, pool_size: int) -> Engine:
    """An engine on the file.

    Write transactions begin IMMEDIATE: a reader that turned writer would fail on a stale snapshot instead of waiting.
    """
    engine = create_engine(
        url,
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
    event.listen(engine, "begin", _begin_transaction)
    return engine


def _prepare_connection(connection: sqlite3.Connection, _record: object) -> None:
    register_tsql_functions(connection)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute(f"PRAGMA cache_size = -{PAGE_CACHE_KIBIBYTES}")


def _begin_transaction(connection: Connection) -> None:
    options = connection.get_execution_options()
    if options.get("read_only", False):
        connection.exec_driver_sql("BEGIN")
        return
    milliseconds = int(1000 * options.get("lock_timeout_seconds", LOCK_TIMEOUT_SECONDS))
    connection.exec_driver_sql(f"PRAGMA busy_timeout = {milliseconds}")
    connection.exec_driver_sql("BEGIN IMMEDIATE")
