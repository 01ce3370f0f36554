"""Azure SQL through pyodbc: encrypted, passwordless where the URL names no user, patient while the database wakes."""

import struct
from collections.abc import Callable
from functools import cache
from typing import Any, Protocol

from sqlalchemy import URL, Engine, ExceptionContext, create_engine, event
from tenacity import Retrying, retry_if_exception, stop_after_delay, wait_random_exponential

from sql.errors import DatabaseUrlError, breaks_connection
from sql.idle_connections import close_idle_connections
from sql.odbc_driver import find_driver, import_pyodbc

SQL_COPT_SS_ACCESS_TOKEN = 1256  # msodbcsql.h
TOKEN_SCOPE = "https://database.windows.net/.default"  # noqa: S105  a public name

# A serverless database takes about a minute to wake from auto-pause.
CONNECT_RETRY_SECONDS = 90
LOGIN_TIMEOUT_SECONDS = 15
# A blocked or runaway statement fails after this long, well before a lock goes stale.
STATEMENT_TIMEOUT_SECONDS = 120
# Azure cuts connections that were idle for 30 minutes, and a token lives for an hour.
RECYCLE_SECONDS = 1500
IDLE_SECONDS = 300

_SECURITY_ATTRIBUTES = {"encrypt": "yes", "trustservercertificate": "no"}


class Token(Protocol):
    @property
    def token(self) -> str: ...


class TokenCredential(Protocol):
    def get_token(self, *scopes: str) -> Token: ...


def create_azure_sql_engine(url: URL, pool_size: int, require_tls: bool) -> Engine:
    """A pooled engine. Raises DatabaseUrlError.

    The isolation level is named because some T-SQL engines cannot report their default.
    """
    pyodbc = import_pyodbc()
    driver = str(url.query.get("driver") or "") or find_driver(pyodbc)
    connection_string = odbc_connection_string(url, driver, require_tls=require_tls)
    passwordless = url.username is None
    engine = create_engine(
        "mssql+pyodbc://",
        creator=lambda: connect(pyodbc.connect, connection_string, _default_credential() if passwordless else None),
        pool_size=pool_size,
        max_overflow=0,
        pool_pre_ping=True,
        pool_recycle=RECYCLE_SECONDS,
        isolation_level="READ COMMITTED",
        fast_executemany=True,
    )
    event.listen(engine, "handle_error", _invalidate_broken_connection)
    close_idle_connections(engine, IDLE_SECONDS)
    return engine


def odbc_connection_string(url: URL, driver: str, *, require_tls: bool) -> str:
    """The ODBC connection string that a `mssql+pyodbc://user:password@server:port/database?…` URL stands for.

    Other attributes of the driver may stand in the URL's query. Raises DatabaseUrlError when something is missing, or
    when encryption or the certificate check is turned off although `require_tls`.
    """
    if not url.host or not url.database:
        raise DatabaseUrlError("It must name server and database, like mssql+pyodbc://server/database.")
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
            f"Remove {' and '.join(weakened)}: in Azure the connection must be encrypted and checked."
        )
    return ";".join(f"{key}={_quote(str(value))}" for key, value in attributes.items())


def connect(open_connection: Callable[..., Any], connection_string: str, credential: TokenCredential | None) -> Any:
    """A new connection of the driver, tried again while the server says "not now"; with a token of its own."""

    def connect_once() -> Any:
        before: dict[int, bytes] = {}
        if credential:
            before[SQL_COPT_SS_ACCESS_TOKEN] = pack_token(credential.get_token(TOKEN_SCOPE).token)
        connection = open_connection(connection_string, timeout=LOGIN_TIMEOUT_SECONDS, attrs_before=before)
        connection.timeout = STATEMENT_TIMEOUT_SECONDS
        return connection

    retrying = Retrying(
        retry=retry_if_exception(breaks_connection),
        wait=wait_random_exponential(multiplier=0.5, max=10),
        stop=stop_after_delay(CONNECT_RETRY_SECONDS),
        reraise=True,
    )
    return retrying(connect_once)


def pack_token(token: str) -> bytes:
    """The token as the driver wants it: a length in bytes, then UTF-16."""
    encoded = token.encode("utf-16-le")
    return struct.pack(f"<I{len(encoded)}s", len(encoded), encoded)


@cache
def _default_credential() -> TokenCredential:
    """One for the process, loaded at the first connection: it caches its token until that nears expiry."""
    from azure.identity import DefaultAzureCredential

    credential: TokenCredential = DefaultAzureCredential()
    return credential


def _quote(value: str) -> str:
    """Braces keep an attribute's value together, whatever characters it has."""
    return "{" + value.replace("}", "}}") + "}"


def _invalidate_broken_connection(context: ExceptionContext) -> None:
    if context.original_exception and breaks_connection(context.original_exception):
        context.is_disconnect = True
