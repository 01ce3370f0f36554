"""Connects to Azure SQL through pyodbc: encrypted, with a token where the URL names no user, every wait limited."""

import struct
from collections.abc import Callable
from functools import cache
from typing import Any, Protocol

from sqlalchemy import URL, Engine, ExceptionContext, create_engine, event

from sql.errors import (
    TIMED_OUT_SQLSTATE,
    DatabaseUnavailableError,
    DatabaseUrlError,
    breaks_connection,
    spares_connection,
    sqlstate,
)
from sql.idle_connections import close_idle_connections
from sql.odbc_driver import find_driver, import_pyodbc

SQL_COPT_SS_ACCESS_TOKEN = 1256  # msodbcsql.h
TOKEN_SCOPE = "https://database.windows.net/.default"  # noqa: S105  a public name

LOGIN_TIMEOUT_SECONDS = 10
# A caller waits for a token as for a login. Without limits, the identity's client would try for minutes.
TOKEN_LIMITS: dict[str, Any] = {"connection_timeout": 2, "read_timeout": 3, "retry_total": 0}
# How long a caller waits for a connection while all are in use, or are still being opened.
POOL_TIMEOUT_SECONDS = 5
NO_LOCK_TIMEOUT = -1
# Longer texts are streamed. Without this, pyodbc asks only the first connection for the limit. If that connection
# breaks too early, every later text over 2,000 characters is refused.
MAX_BOUND_BYTES = 4000
# Azure cuts connections that were idle for 30 minutes, and a token lives for an hour.
RECYCLE_SECONDS = 1500
IDLE_SECONDS = 300

_SECURITY_ATTRIBUTES = {"encrypt": "yes", "trustservercertificate": "no"}


class Token(Protocol):
    @property
    def token(self) -> str: ...


class TokenCredential(Protocol):
    def get_token(self, *scopes: str) -> Token: ...


@cache
def default_credential() -> TokenCredential:
    """Returns the one of this process, loaded at the first connection. It caches its token until that nears expiry."""
    from azure.identity import DefaultAzureCredential

    credential: TokenCredential = DefaultAzureCredential(**TOKEN_LIMITS)
    return credential


def create_azure_sql_engine(
    url: URL,
    pool_size: int,
    require_tls: bool,
    *,
    statement_timeout_seconds: int,
    lock_timeout_seconds: int,
    find_credential: Callable[[], TokenCredential] = default_credential,
) -> Engine:
    """Returns a pooled engine. Its statements fail when they run, or wait for a lock, for too long; 0 means no limit.

    Raises DatabaseUrlError. The isolation level is named because some T-SQL engines cannot report their default.
    """
    pyodbc = import_pyodbc()
    driver = str(url.query.get("driver") or "") or find_driver(pyodbc)
    connection_string = odbc_connection_string(url, driver, require_tls=require_tls)
    passwordless = url.username is None

    def open_connection() -> Any:
        connection = connect(pyodbc.connect, connection_string, find_credential() if passwordless else None)
        prepare_session(connection, statement_timeout_seconds, lock_timeout_seconds)
        return connection

    engine = create_engine(
        "mssql+pyodbc://",
        creator=open_connection,
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=POOL_TIMEOUT_SECONDS,
        pool_pre_ping=True,
        pool_recycle=RECYCLE_SECONDS,
        isolation_level="READ COMMITTED",
        fast_executemany=True,
        hide_parameters=True,
    )
    event.listen(engine, "handle_error", judge_connection)
    close_idle_connections(engine, IDLE_SECONDS)
    return engine


def odbc_connection_string(url: URL, driver: str, *, require_tls: bool) -> str:
    """Returns the ODBC connection string for a `mssql+pyodbc://user:password@server:port/database?…` URL.

    The URL's query may hold more attributes of the driver. Raises DatabaseUrlError when something is missing, or when
    `require_tls` is set and encryption or the certificate check is turned off.
    """
    if not url.host or not url.database:
        raise DatabaseUrlError("It must name a server and a database, like mssql+pyodbc://server/database.")
    given = {
        key.casefold(): value if isinstance(value, str) else value[-1]
        for key, value in url.query.items()
        if key.casefold() != "driver"
    }
    attributes: dict[str, Any] = {
        "Driver": driver,
        "Server": f"tcp:{url.host},{url.port or 1433}",
        "Database": url.database,
        **_SECURITY_ATTRIBUTES,
        **given,
    }
    if url.username is not None:
        attributes |= {"UID": url.username, "PWD": str(url.password or "")}
    weakened = [key for key, safe in _SECURITY_ATTRIBUTES.items() if attributes[key].casefold() != safe]
    if require_tls and weakened and attributes["encrypt"].casefold() != "strict":
        raise DatabaseUrlError(
            f"Remove {' and '.join(weakened)}. In Azure the connection must be encrypted and checked."
        )
    return ";".join(f"{key}={_quote(str(value))}" for key, value in attributes.items())


def connect(open_connection: Callable[..., Any], connection_string: str, credential: TokenCredential | None) -> Any:
    """Opens a connection of the driver in one attempt, with its own token where there is a credential.

    Raises the driver's errors, and DatabaseUnavailableError when no token can be fetched.
    """
    before = {SQL_COPT_SS_ACCESS_TOKEN: pack_token(_fetch_token(credential))} if credential else {}
    connection = open_connection(connection_string, timeout=LOGIN_TIMEOUT_SECONDS, attrs_before=before)
    connection.maxwrite = MAX_BOUND_BYTES
    return connection


def prepare_session(connection: Any, statement_timeout_seconds: int, lock_timeout_seconds: int) -> None:
    """Limits how long a statement may run, and how long it may wait for a lock; 0 means no limit.

    A statement that fails ends its transaction. Dates in texts are read the same in every language of a login.
    """
    connection.timeout = statement_timeout_seconds
    lock_timeout = lock_timeout_seconds * 1000 or NO_LOCK_TIMEOUT
    connection.execute(f"SET XACT_ABORT ON; SET DATEFORMAT ymd; SET LOCK_TIMEOUT {lock_timeout}")
    connection.commit()


def pack_token(token: str) -> bytes:
    """Returns the token as the driver expects it: a length in bytes, then UTF-16."""
    encoded = token.encode("utf-16-le")
    return struct.pack(f"<I{len(encoded)}s", len(encoded), encoded)


def _fetch_token(credential: TokenCredential) -> str:
    from azure.core.exceptions import AzureError

    try:
        return credential.get_token(TOKEN_SCOPE).token
    except (AzureError, OSError) as error:
        raise DatabaseUnavailableError("A token to sign in to the database could not be fetched.") from error


def _quote(value: str) -> str:
    """Quotes an attribute's value in braces, which keep it together whatever its characters."""
    return "{" + value.replace("}", "}}") + "}"


def judge_connection(context: ExceptionContext) -> None:
    """Judges by the error's number too: SQLAlchemy itself renews all connections after one statement's timeout."""
    error = context.original_exception
    if error is None:
        return
    if breaks_connection(error):
        context.is_disconnect = True
    elif spares_connection(error):
        context.is_disconnect = False
    if sqlstate(error) == TIMED_OUT_SQLSTATE and not context.is_pre_ping:
        context.invalidate_pool_on_disconnect = False
