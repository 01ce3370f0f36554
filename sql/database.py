"""Connections and transactions on Azure SQL or SQLite, chosen by one URL."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from typing import TYPE_CHECKING, TypeVar

from sqlalchemy import Connection, Engine, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError
from tenacity import RetryCallState, Retrying, retry_if_exception, wait_random_exponential

from sql.column_types import from_sql_time
from sql.deadline import Deadline
from sql.errors import (
    CommitUnknownError,
    DatabaseUnavailableError,
    DatabaseUrlError,
    unavailable_database_errors,
)
from sql.read_limit import read_limit
from sql.schema import StepOutcome, StepResult, apply_schema, check_schema
from sql.statements import statement

if TYPE_CHECKING:
    from sql.sqlite import ProvedWrite

# A caller waits this long for a database that is unavailable, unless it has a deadline of its own.
PATIENCE_SECONDS = 5.0
# Other processes may be adding the schema to the same SQLite file.
SCHEMA_PATIENCE_SECONDS = 30.0
LOCK_TIMEOUT_SECONDS = 5
STATEMENT_TIMEOUT_SECONDS = 15
_URL_EXAMPLES = "sqlite:///access_requests.db or mssql+pyodbc://server/database"
_WAIT = wait_random_exponential(multiplier=0.1, max=5)
Result = TypeVar("Result")


class Database:
    """One pool of connections to the database that `url` names.

    Raises DatabaseUrlError when the URL is neither `sqlite:///file` nor `mssql+pyodbc://…`. With `require_tls`, it also
    raises it for a URL that turns off encryption or the certificate check.

    On SQLite, a missing schema is applied at once. With `read_only_file` the file is never created or changed, and a
    missing one is a DatabaseUrlError.

    On SQL Server, a statement fails after its time limit, and after LOCK_TIMEOUT_SECONDS at a lock. 0 means no limits.
    """

    def __init__(
        self,
        url: str,
        *,
        pool_size: int = 10,
        require_tls: bool = False,
        apply_missing_schema: bool = True,
        read_only_file: bool = False,
        statement_timeout_seconds: int = STATEMENT_TIMEOUT_SECONDS,
    ) -> None:
        self.engine = _create_engine(url, pool_size, require_tls, read_only_file, statement_timeout_seconds)
        self._writer = threading.Lock() if self.engine.dialect.name == "sqlite" else None
        self._last_write: ProvedWrite | None = None
        if apply_missing_schema and self.engine.dialect.name == "sqlite":
            self._apply_missing_schema()
            if not read_only_file:
                self.refresh_statistics()
                self._last_write = self._open_file()

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Yields a connection for reading: one snapshot on SQLite, READ COMMITTED on SQL Server."""
        with self.connect() as connection:
            yield connection.execution_options(read_only=True)

    @contextmanager
    def read_within(self, seconds: float) -> Iterator[Connection]:
        """Yields a connection for reading that ends its statements after this time. Raises ReadTooSlowError."""
        with self.read() as connection, read_limit(connection, seconds):
            yield connection

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """Yields a connection in a write transaction. Commits at the end of the block, rolls back on any error.

        Raises CommitUnknownError when the database could not say whether it committed.
        """
        patience = Deadline.after(PATIENCE_SECONDS)
        with self._writing(patience), self.connect(patience) as connection:
            connection.execution_options(lock_timeout_seconds=patience.seconds_left)
            try:
                with transaction_on(connection):
                    yield connection
            except DatabaseUnavailableError:
                if self._last_write:
                    self._last_write.proves_until = 0.0
                raise

    def run_read(self, work: Callable[[Connection], Result], deadline: Deadline) -> Result:
        """Calls `work` with a connection for reading, and again from its start while the database is unavailable."""

        def run_once() -> Result:
            with self.read() as connection:
                return work(connection)

        return retry_while_unavailable(run_once, repeatable=True, deadline=deadline)

    def run_transaction(
        self, work: Callable[[Connection], Result], *, repeatable: bool = False, deadline: Deadline | None = None
    ) -> Result:
        """Runs `work` in a write transaction, and again from its start while the database is unavailable.

        A transaction whose commit may have happened is run again only if `work` is `repeatable`.
        Raises DatabaseUnavailableError when it did not succeed before the deadline.
        """

        def run_once() -> Result:
            with self.transaction() as connection:
                return work(connection)

        return retry_while_unavailable(run_once, repeatable=repeatable, deadline=deadline)

    @contextmanager
    def connect(self, deadline: Deadline | None = None) -> Iterator[Connection]:
        """Yields a connection outside any transaction, to keep for long. `transaction_on` begins one on it."""

        def open_connection() -> Connection:
            with unavailable_database_errors():
                return self.engine.connect()

        connection = retry_while_unavailable(open_connection, repeatable=True, deadline=deadline)
        with unavailable_database_errors(), connection:
            yield connection

    def utc_now(self) -> datetime:
        """Reads the database's clock, which all instances share."""
        with self.read() as connection:
            return from_sql_time(connection.execute(statement("read_clock", connection)).scalar_one())

    def refresh_statistics(self) -> None:
        """Tells SQLite's planner how many rows the tables have now. SQL Server finds out by itself.

        Called when a pool is opened, and after many rows may have been added. If no table has grown much, it takes a
        millisecond and writes nothing. While another process writes for long, it is left to the next call.
        """
        if self._writer is None:
            return
        from sql.sqlite import have_grown, refresh_statistics

        with self.read() as connection:
            if not have_grown(connection):
                return
        with suppress(DatabaseUnavailableError), self.transaction() as connection:
            refresh_statistics(connection)

    def require_writable(self) -> None:
        """Raises DatabaseUnavailableError if a write cannot succeed now. Waits for no writer, and seldom writes."""
        if self._writer is None:
            with self.read() as connection:
                if refusal := connection.execute(statement("find_write_refusal", connection)).scalar_one():
                    raise DatabaseUnavailableError(refusal)
            return
        from sql.sqlite import prove_write

        self._last_write = self._last_write or self._open_file()
        prove_write(self.engine, self._writer, self._last_write)

    def _open_file(self) -> "ProvedWrite":
        """Returns the SQLite file, not yet proved. As any first use does, it creates a missing file."""
        from sql.sqlite import ProvedWrite

        with self.connect():
            return ProvedWrite.on(self.engine)

    def close(self) -> None:
        self.engine.dispose()

    @contextmanager
    def _writing(self, patience: Deadline) -> Iterator[None]:
        """Waits for this process's turn to write. SQLite has one writer, and those who wait must hold no connection."""
        if self._writer is None:
            yield
        elif self._writer.acquire(timeout=patience.seconds_left):
            try:
                yield
            finally:
                self._writer.release()
        else:
            raise DatabaseUnavailableError("Another transaction of this process kept the database locked.")

    def _apply_missing_schema(self) -> None:
        with self.read() as connection:
            if all(result.outcome is StepOutcome.EXISTS for result in check_schema(connection)):
                return

        def apply(connection: Connection) -> list[StepResult]:
            @contextmanager
            def savepoint() -> Iterator[Connection]:
                with connection.begin_nested():
                    yield connection

            return list(apply_schema(savepoint))

        # In one transaction, so that processes that open a new file at once wait for one another only once.
        patience = Deadline.after(SCHEMA_PATIENCE_SECONDS)
        for result in self.run_transaction(apply, repeatable=True, deadline=patience):
            if result.outcome is StepOutcome.FAILED:
                raise DatabaseUrlError(f"Its schema lacks {result.step}, which cannot be added: {result.error}")


def retry_while_unavailable(
    work: Callable[[], Result], *, repeatable: bool, deadline: Deadline | None = None
) -> Result:
    """Calls `work` again while it raises DatabaseUnavailableError. No attempt begins after the deadline.

    After a CommitUnknownError it is called again only if it is `repeatable`.
    """
    until = deadline or Deadline.after(PATIENCE_SECONDS)

    def may_try_again(error: BaseException) -> bool:
        unknown = isinstance(error, CommitUnknownError)
        return isinstance(error, DatabaseUnavailableError) and (repeatable or not unknown)

    def wait_seconds(state: RetryCallState) -> float:
        return min(_WAIT(state), until.seconds_left)

    retrying = Retrying(
        retry=retry_if_exception(may_try_again),
        wait=wait_seconds,
        stop=lambda _state: until.has_passed,
        reraise=True,
    )
    return retrying(work)


@contextmanager
def snapshot_on(connection: Connection) -> Iterator[None]:
    """Opens a transaction for reading on a connection that is kept. On SQLite it does not wait for writers."""
    connection.execution_options(read_only=True)
    try:
        with transaction_on(connection):
            yield
    finally:
        connection.execution_options(read_only=False)


@contextmanager
def transaction_on(connection: Connection) -> Iterator[None]:
    """Opens a transaction on a connection that is kept. Commits at the end of the block, rolls back on any error.

    Raises CommitUnknownError when the database could not say whether it committed.
    """
    with unavailable_database_errors():
        transaction = connection.begin()
        try:
            yield
        except BaseException:
            try:
                transaction.rollback()
            except DBAPIError:
                connection.invalidate()  # the caller must see the first error, not this one
            raise
    try:
        with unavailable_database_errors():
            transaction.commit()
    except Exception as error:
        # A failed commit may leave the transaction and its locks open at the database. Only closing ends it.
        transaction.close()
        connection.invalidate(error)
        if isinstance(error, DatabaseUnavailableError):
            raise CommitUnknownError(str(error)) from error.__cause__
        raise


def _create_engine(
    url: str, pool_size: int, require_tls: bool, read_only_file: bool, statement_timeout_seconds: int
) -> Engine:
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):  # repeats a wrong port, which may be part of the password
        raise DatabaseUrlError(f"It must be like {_URL_EXAMPLES}.") from None
    if parsed.get_backend_name() == "sqlite":
        from sql.sqlite import create_sqlite_engine

        if not parsed.database or parsed.database == ":memory:":
            raise DatabaseUrlError("SQLite needs a file that all connections share, like sqlite:///access_requests.db.")
        return create_sqlite_engine(parsed, pool_size, read_only=read_only_file)
    if parsed.drivername == "mssql+pyodbc":
        from sql.azure_sql import create_azure_sql_engine

        return create_azure_sql_engine(
            parsed,
            pool_size,
            require_tls,
            statement_timeout_seconds=statement_timeout_seconds,
            lock_timeout_seconds=min(LOCK_TIMEOUT_SECONDS, statement_timeout_seconds),
        )
    raise DatabaseUrlError(f"{parsed.drivername} is not supported. Use {_URL_EXAMPLES}.")
