"""Connections and transactions on Azure SQL or SQLite, chosen by one URL.

Errors of the driver that mean "the database cannot be used now" leave this module as DatabaseUnavailableError.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TypeVar

from sqlalchemy import Connection, Engine, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from tenacity import Retrying, retry_if_exception_type, stop_after_delay, wait_random_exponential

from sql.column_types import from_sql_time
from sql.statements import statement

RETRY_SECONDS = 60
Result = TypeVar("Result")


class DatabaseUnavailableError(Exception):
    """The database did not answer, refused the connection, or stayed locked for too long."""


class DatabaseUrlError(ValueError):
    """DATABASE_URL names no database that this product can use; the message says what to write."""


class Database:
    """One pool of connections to the database that `url` names.

    Raises DatabaseUrlError when the URL is neither `sqlite:///file` nor `mssql+pyodbc://…`.
    """

    def __init__(self, url: str, *, pool_size: int = 10) -> None:
        self.engine = _create_engine(url, pool_size)

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection for reading: one snapshot on SQLite, READ COMMITTED on SQL Server."""
        with unavailable_database_errors(), self.engine.connect() as connection:
            yield connection.execution_options(read_only=True)

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """A connection in a write transaction: commits at the end of the block, rolls back on any error."""
        with unavailable_database_errors(), self.engine.begin() as connection:
            yield connection

    def run_transaction(self, work: Callable[[Connection], Result]) -> Result:
        """Runs `work` in a write transaction, again from its start while the database is unavailable.

        A commit whose answer got lost may have happened: `work` must be safe to repeat.
        Raises DatabaseUnavailableError when RETRY_SECONDS did not suffice.
        """
        for attempt in Retrying(
            retry=retry_if_exception_type(DatabaseUnavailableError),
            wait=wait_random_exponential(multiplier=0.1, max=5),
            stop=stop_after_delay(RETRY_SECONDS),
            reraise=True,
        ):
            with attempt, self.transaction() as connection:
                return work(connection)
        raise AssertionError("tenacity either returns or raises")

    @contextmanager
    def connect(self) -> Iterator[Connection]:
        """A connection outside any transaction, to be kept for long; `with connection.begin()` is a transaction."""
        with unavailable_database_errors(), self.engine.connect() as connection:
            yield connection

    def utc_now(self) -> datetime:
        """The database's clock, which every instance shares."""
        with self.read() as connection:
            return from_sql_time(connection.execute(statement("read_clock", connection)).scalar_one())

    def close(self) -> None:
        self.engine.dispose()


@contextmanager
def unavailable_database_errors() -> Iterator[None]:
    """Turns the driver's operational errors and lost connections into DatabaseUnavailableError, cause kept."""
    try:
        yield
    except (OperationalError, InterfaceError, PoolTimeoutError) as error:
        raise DatabaseUnavailableError(str(error)) from error
    except DBAPIError as error:
        if not error.connection_invalidated:
            raise
        raise DatabaseUnavailableError(str(error)) from error


def _create_engine(url: str, pool_size: int) -> Engine:
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise DatabaseUrlError("it must be like sqlite:///access_requests.db or mssql+pyodbc://…") from error
    if parsed.get_backend_name() == "sqlite":
        from sql.sqlite import create_sqlite_engine

        if not parsed.database or parsed.database == ":memory:":
            raise DatabaseUrlError("SQLite needs a file that all connections share, like sqlite:///access_requests.db")
        return create_sqlite_engine(parsed, pool_size)
    if parsed.drivername == "mssql+pyodbc":
        from sql.azure_sql import create_azure_sql_engine

        return create_azure_sql_engine(parsed, pool_size)
    raise DatabaseUrlError(f"{parsed.drivername} is not supported: use sqlite:///… or mssql+pyodbc://…")
