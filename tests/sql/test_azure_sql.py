"""How a DATABASE_URL becomes a connection of the Microsoft driver, and what bounds its waits."""

import socket
import struct
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from azure.core.exceptions import ClientAuthenticationError, ServiceRequestError
from azure.identity import CredentialUnavailableError
from sqlalchemy import URL, Engine, ExceptionContext, QueuePool, create_engine, event, make_url, text
from sqlalchemy.exc import DBAPIError

import sql.azure_sql
from sql.azure_sql import (
    SQL_COPT_SS_ACCESS_TOKEN,
    TOKEN_SCOPE,
    connect,
    create_azure_sql_engine,
    default_credential,
    judge_connection,
    odbc_connection_string,
    pack_token,
)
from sql.database import Database
from sql.errors import DatabaseUnavailableError, DatabaseUrlError, unavailable_database_errors
from sql.odbc_driver import DRIVER_NAME, find_driver, import_pyodbc
from tests.conftest import MSSQL_URL
from tests.cutting_proxy import cutting_proxy
from tests.odbc import NO_DRIVER_MANAGER
from tests.ports import closed_port
from tests.rows import empty_tables

pyodbc = pytest.importorskip("pyodbc", reason=NO_DRIVER_MANAGER, exc_type=ImportError)

AZURE_IDLE_CUT_SECONDS = 30 * 60


def connection_string(url: str, *, require_tls: bool = False) -> str:
    return odbc_connection_string(make_url(url), DRIVER_NAME, require_tls=require_tls)


def test_url_with_login_becomes_an_encrypted_checked_connection() -> None:
    assert connection_string("mssql+pyodbc://app:secret@db.example:1444/access") == (
        "Driver={ODBC Driver 18 for SQL Server};Server={tcp:db.example,1444};Database={access};"
        "encrypt={yes};trustservercertificate={no};UID={app};PWD={secret}"
    )


def test_url_without_user_names_no_login() -> None:
    attributes = connection_string("mssql+pyodbc://db.example/access")
    assert "UID" not in attributes
    assert "Trusted_Connection" not in attributes


def test_password_with_special_characters_stays_one_value() -> None:
    attributes = connection_string("mssql+pyodbc://app:a%7D%3BEncrypt%3Dno%3B%7B@db.example/access")
    assert attributes.endswith("PWD={a}};Encrypt=no;{}")


def test_other_attributes_of_the_driver_are_passed_on() -> None:
    assert "applicationintent={ReadOnly}" in connection_string("mssql+pyodbc://db/access?ApplicationIntent=ReadOnly")


@pytest.mark.parametrize("weakness", ["TrustServerCertificate=yes", "Encrypt=no", "encrypt=optional"])
def test_weakened_connection_is_possible_on_a_laptop_but_refused_where_tls_is_required(weakness: str) -> None:
    url = f"mssql+pyodbc://app:secret@db/access?{weakness}"
    assert weakness.partition("=")[2] in connection_string(url)
    with pytest.raises(DatabaseUrlError, match=weakness.partition("=")[0].casefold()):
        connection_string(url, require_tls=True)


def test_last_value_of_a_repeated_attribute_counts() -> None:
    url = "mssql+pyodbc://app:secret@db/access?Encrypt=yes&Encrypt=no"
    assert "encrypt={no}" in connection_string(url)
    with pytest.raises(DatabaseUrlError, match="encrypt"):
        connection_string(url, require_tls=True)


def test_strict_encryption_is_accepted_where_tls_is_required() -> None:
    assert "encrypt={strict}" in connection_string(
        "mssql+pyodbc://app:secret@db/access?Encrypt=strict", require_tls=True
    )


@pytest.mark.parametrize("url", ["mssql+pyodbc://db", "mssql+pyodbc:///access", "mssql+pyodbc://?odbc_connect=x"])
def test_url_without_server_or_database_says_what_to_write(url: str) -> None:
    with pytest.raises(DatabaseUrlError, match="must name a server and a database"):
        connection_string(url)


def test_token_is_packed_as_a_length_and_utf_16() -> None:
    packed = pack_token("tökén")
    length = struct.unpack_from("<I", packed)[0]
    assert length == len(packed) - 4
    assert packed[4:].decode("utf-16-le") == "tökén"


@dataclass
class Credential:
    tokens: list[str | Exception]
    scopes: list[str] = field(default_factory=list)

    def get_token(self, *scopes: str) -> Any:
        self.scopes += scopes
        token = self.tokens.pop(0)
        if isinstance(token, Exception):
            raise token
        return type("Token", (), {"token": token})()


@dataclass
class Driver:
    """Stands where pyodbc.connect does: fails as often as it has errors, then connects."""

    errors: list[Exception] = field(default_factory=list)
    attributes: list[dict[int, bytes]] = field(default_factory=list)

    def __call__(self, _connection_string: str, *, timeout: int, attrs_before: dict[int, bytes]) -> Any:
        self.attributes.append(attrs_before)
        if self.errors:
            raise self.errors.pop(0)
        return type("Connection", (), {"maxwrite": 0})()


ASLEEP = pyodbc.ProgrammingError(
    "42000", "[42000] [Microsoft][ODBC Driver 18 for SQL Server][SQL Server]Database 'x' is not available. (40613)"
)


def test_every_connection_gets_a_token_of_its_own() -> None:
    driver, credential = Driver(), Credential(["first", "second"])
    connect(driver, "", credential)
    connect(driver, "", credential)
    tokens = [before[SQL_COPT_SS_ACCESS_TOKEN] for before in driver.attributes]
    assert tokens == [pack_token("first"), pack_token("second")]
    assert credential.scopes == [TOKEN_SCOPE] * 2


def test_connection_with_login_asks_for_no_token() -> None:
    driver = Driver()
    connect(driver, "", None)
    assert driver.attributes == [{}]


def test_database_that_is_asleep_is_asked_once() -> None:
    driver = Driver([ASLEEP, ASLEEP])
    with pytest.raises(pyodbc.ProgrammingError):
        connect(driver, "", None)
    assert len(driver.attributes) == 1


def engine_of(url: str, **options: Any) -> Engine:
    return create_azure_sql_engine(
        make_url(url), 1, True, statement_timeout_seconds=1, lock_timeout_seconds=1, **options
    )


@pytest.mark.parametrize(
    "failure",
    [
        CredentialUnavailableError("no managed identity here"),
        ClientAuthenticationError("refused"),
        ServiceRequestError("the token endpoint does not answer"),
        OSError("no network"),
    ],
    ids=lambda failure: type(failure).__name__,
)
def test_token_that_cannot_be_fetched_is_an_unavailable_database(failure: Exception) -> None:
    engine = engine_of("mssql+pyodbc://db.example/access", find_credential=lambda: Credential([failure]))
    with pytest.raises(DatabaseUnavailableError, match="A token to sign in") as raised:
        engine.connect()
    assert raised.value.__cause__ is failure
    engine.dispose()


@pytest.fixture
def other_identity(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """This process signs in by what its environment says from here on."""
    default_credential.cache_clear()
    yield monkeypatch
    default_credential.cache_clear()


@pytest.mark.usefixtures("impatient")
def test_identity_that_is_not_there_is_an_unavailable_database(other_identity: pytest.MonkeyPatch) -> None:
    other_identity.setenv("AZURE_TOKEN_CREDENTIALS", "EnvironmentCredential")
    database = Database("mssql+pyodbc://db.example/access")
    with pytest.raises(DatabaseUnavailableError, match="A token to sign in"), database.read():
        pass
    database.close()


@pytest.mark.slow
def test_identity_that_is_silent_is_an_unavailable_database_in_time(other_identity: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        other_identity.setenv("IDENTITY_ENDPOINT", f"http://127.0.0.1:{silent.getsockname()[1]}/msi/token")
        other_identity.setenv("IDENTITY_HEADER", "secret")
        other_identity.setenv("AZURE_TOKEN_CREDENTIALS", "ManagedIdentityCredential")
        engine = engine_of("mssql+pyodbc://db.example/access")
        started = time.monotonic()
        with pytest.raises(DatabaseUnavailableError, match="A token to sign in"):
            engine.connect()
        assert time.monotonic() - started < 15
        engine.dispose()


@pytest.mark.usefixtures("impatient")
def test_closed_port_is_reported_as_unavailable_by_the_real_driver(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sql.azure_sql, "LOGIN_TIMEOUT_SECONDS", 1)
    database = Database(f"mssql+pyodbc://app:secret@127.0.0.1:{closed_port()}/access")
    with pytest.raises(DatabaseUnavailableError, match=r"(?i)timeout|connection"), database.read():
        pass
    database.close()


@pytest.fixture
def silent_port() -> Iterator[int]:
    """Of a server that accepts connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0), backlog=100) as server:
        yield server.getsockname()[1]


@pytest.mark.slow
def test_more_callers_than_connections_learn_within_30_seconds_that_the_database_does_not_answer(
    silent_port: int,
) -> None:
    database = Database(f"mssql+pyodbc://app:secret@127.0.0.1:{silent_port}/access", pool_size=5)

    def seconds_until_refused(_caller: int) -> float:
        started = time.monotonic()
        with pytest.raises(DatabaseUnavailableError), database.read():
            pass
        return time.monotonic() - started

    callers = 20
    with ThreadPoolExecutor(callers) as threads:
        assert max(threads.map(seconds_until_refused, range(callers))) < 30
    database.close()


def test_pool_pings_renews_and_bounds_its_connections() -> None:
    database = Database("mssql+pyodbc://app:secret@db.example/access", pool_size=7)
    pool = database.engine.pool
    assert isinstance(pool, QueuePool)
    assert pool._pre_ping
    assert pool._recycle < AZURE_IDLE_CUT_SECONDS
    assert (pool.size(), pool._max_overflow) == (7, 0)
    database.close()


@pytest.mark.parametrize(
    ("code", "message", "renewed"),
    [
        ("HYT00", "[HYT00] Query timeout expired (0) (SQLExecDirectW)", 1),
        ("HYT00", "[HYT00] Lock request time out period exceeded. (1222) (SQLExecDirectW)", 0),
        ("08S01", "[08S01] Communication link failure (0) (SQLExecDirectW)", 5),
        ("42000", "[42000] Incorrect syntax (102) (SQLExecDirectW)", 0),
    ],
    ids=["statement timed out", "lock timed out", "connection broke", "statement is wrong"],
)
def test_pool_renews_no_more_than_an_error_tells_of(code: str, message: str, renewed: int) -> None:
    """On SQLAlchemy's own pool; only SQL Server raises such an error."""
    opened: list[object] = []

    def fail(_cursor: object, statement: str, *_: object) -> None:
        if statement == "SELECT 1 AS fails":
            raise pyodbc.OperationalError(code, message)

    def say_what_the_dialect_says(context: ExceptionContext) -> None:
        context.is_disconnect = code in ("HYT00", "08S01")

    engine = create_engine("sqlite://", poolclass=QueuePool, pool_size=5)
    event.listen(engine, "connect", lambda *_: opened.append(1))
    event.listen(engine, "do_execute", fail)
    event.listen(engine, "handle_error", say_what_the_dialect_says)
    event.listen(engine, "handle_error", judge_connection)
    for _ in range(2):
        before = len(opened)
        with ExitStack() as stack:
            connections = [stack.enter_context(engine.connect()) for _ in range(5)]
            if not before:
                with pytest.raises(pyodbc.OperationalError):
                    connections[0].execute(text("SELECT 1 AS fails"))
    assert len(opened) - before == renewed
    engine.dispose()


def test_pooling_of_the_driver_manager_is_off() -> None:
    assert import_pyodbc().pooling is False


def test_registered_driver_is_preferred() -> None:
    registered = type("pyodbc", (), {"drivers": staticmethod(lambda: ["FreeTDS", DRIVER_NAME])})
    assert find_driver(registered) == DRIVER_NAME  # type: ignore[arg-type]


def test_driver_of_the_wheel_is_found_where_none_is_registered() -> None:
    nothing_registered = type("pyodbc", (), {"drivers": staticmethod(lambda: [])})
    assert Path(find_driver(nothing_registered)).is_file()  # type: ignore[arg-type]


def test_missing_driver_is_reported_with_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "mssql_python_odbc", None)  # as where it is not installed
    nothing_registered = type("pyodbc", (), {"drivers": staticmethod(lambda: [])})
    with pytest.raises(DatabaseUrlError, match="Install Microsoft's package msodbcsql18"):
        find_driver(nothing_registered)  # type: ignore[arg-type]


@pytest.fixture
def mssql_url(mssql_database: Database) -> URL:
    empty_tables(mssql_database)
    assert MSSQL_URL
    return make_url(MSSQL_URL)


@pytest.mark.parametrize("cut_before", range(1, 22))
def test_connection_that_breaks_early_is_unavailable_and_spoils_no_later_one(mssql_url: URL, cut_before: int) -> None:
    with cutting_proxy(mssql_url.host or "", mssql_url.port or 1433) as proxy:
        proxied = mssql_url.set(host="127.0.0.1", port=proxy.port).update_query_dict({"APP": f"cut {cut_before}"})
        database = Database(proxied.render_as_string(hide_password=False), pool_size=1)
        proxy.cut_before = cut_before
        with suppress(DatabaseUnavailableError), database.read() as connection:
            connection.execute(text("SELECT 1"))
        proxy.cut_before = None
        database.engine.dispose()
        with database.read() as connection:
            assert connection.execute(text("SELECT LEN(:long)"), {"long": "x" * 4000}).scalar_one() == 4000
        database.close()


def test_lock_that_is_held_too_long_fails_the_statement_and_keeps_the_connection(mssql_url: URL) -> None:
    engine = create_azure_sql_engine(mssql_url, 2, False, statement_timeout_seconds=60, lock_timeout_seconds=1)
    with engine.begin() as connection:
        columns = "Job_Id, Job_Type, Status, Started_At, Started_By"
        connection.execute(text(f"INSERT INTO JobRun ({columns}) VALUES (NEWID(), 'T', 'x', '20250101', '')"))
    change = text("UPDATE JobRun SET Status = 'y'")
    with engine.connect() as holder, engine.connect() as waiter:
        holder.execute(change)
        session = waiter.execute(text("SELECT @@SPID")).scalar_one()
        with pytest.raises(DatabaseUnavailableError), unavailable_database_errors():
            waiter.execute(change)
        holder.rollback()
        waiter.rollback()
        waiter.execute(change)
        assert waiter.execute(text("SELECT @@SPID")).scalar_one() == session
    engine.dispose()


def test_statement_that_takes_too_long_is_ended(mssql_url: URL) -> None:
    engine = create_azure_sql_engine(mssql_url, 1, False, statement_timeout_seconds=1, lock_timeout_seconds=0)
    slow = text("SELECT COUNT(*) FROM sys.all_columns a, sys.all_columns b, sys.all_columns c")
    with (
        pytest.raises(DatabaseUnavailableError, match=r"(?i)timeout"),
        unavailable_database_errors(),
        engine.connect() as connection,
    ):
        connection.execute(slow)
    engine.dispose()


def test_statement_that_fails_ends_its_transaction(mssql_url: URL) -> None:
    engine = create_azure_sql_engine(mssql_url, 1, False, statement_timeout_seconds=60, lock_timeout_seconds=5)
    with engine.connect() as connection:
        connection.execute(text("INSERT INTO JobRunFailure VALUES (NEWID(), '1', 'a', NULL, 'b', '20250101')"))
        with pytest.raises(DBAPIError):
            connection.execute(text("INSERT INTO JobRunFailure VALUES (NULL, '1', 'a', NULL, 'b', '20250101')"))
        assert connection.execute(text("SELECT COUNT(*) FROM JobRunFailure")).scalar_one() == 0
    engine.dispose()


def test_texts_read_as_dates_whatever_the_language_of_the_login(mssql_url: URL) -> None:
    engine = create_azure_sql_engine(mssql_url, 1, False, statement_timeout_seconds=60, lock_timeout_seconds=5)
    read = "SELECT date_format FROM sys.dm_exec_sessions WHERE session_id = @@SPID"
    with engine.connect() as connection:
        assert connection.execute(text(read)).scalar_one() == "ymd"
    engine.dispose()


def test_limits_of_zero_are_none(mssql_url: URL) -> None:
    engine = create_azure_sql_engine(mssql_url, 1, False, statement_timeout_seconds=0, lock_timeout_seconds=0)
    with engine.connect() as connection:
        assert connection.execute(text("SELECT @@LOCK_TIMEOUT")).scalar_one() == -1
        assert connection.connection.dbapi_connection.timeout == 0  # type: ignore[union-attr]
    engine.dispose()
