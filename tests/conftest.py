"""The fixtures that every test shares: a fresh database per test, and either platform.

Tests run on SQLite always, and on SQL Server too when TEST_MSSQL_URL names a database for them.
"""

import gc
import importlib
import os
import shutil
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from types import ModuleType

import pytest
from azure.functions.decorators.function_app import Function
from sqlalchemy import make_url

from access.platforms import PLATFORMS, Platform
from config.context import GARBAGE_COLLECTION_THRESHOLD, AppContext
from config.settings import Settings, read_settings
from sql.database import Database
from sql.schema import StepOutcome, apply_schema
from tests.connected_requests import Requests
from tests.fake_platforms.connected import Connected, connected_to
from tests.queues import azurite, stand_in
from tests.rows import empty_tables

MSSQL_URL = os.environ.get("TEST_MSSQL_URL")
ENGINES = ["sqlite", "mssql"] if MSSQL_URL else ["sqlite"]
MEMORY = Path("/dev/shm")
ROOM_BYTES = 4 * 1024**3
# Their tests start the product, or parts of it, as processes, and wait for them.
SLOW_FOLDERS = ("tests/benchmarks/", "tests/demo/", "tests/local_host/")


def pytest_configure() -> None:
    gc.set_threshold(GARBAGE_COLLECTION_THRESHOLD)  # as the app has it: else collecting the tests takes a third longer
    os.environ["AZURE_FUNCTIONS_ENVIRONMENT"] = "Development"
    os.environ.pop("AzureWebJobsStorage", None)  # nothing is sent to anybody's queues
    # in memory where it has room: waiting for a disk at each commit is most of what the tests would do
    if MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ROOM_BYTES:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))
    if MSSQL_URL and not (make_url(MSSQL_URL).database or "").endswith("_test"):
        message = "TEST_MSSQL_URL must name a database that ends in _test, because the tests empty every table in it."
        raise pytest.UsageError(message)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.nodeid.startswith(SLOW_FOLDERS):
            item.add_marker("slow")


@pytest.fixture(scope="session")
def mssql_database() -> Iterator[Database]:
    """The test database on SQL Server: with the schema, and with row versions for readers, as Azure SQL has."""
    if not MSSQL_URL:
        pytest.skip("only SQL Server can show it")
    database = Database(MSSQL_URL)
    failed = [result for result in apply_schema(database.transaction) if result.outcome is StepOutcome.FAILED]
    connection = database.engine.raw_connection()
    connection.dbapi_connection.autocommit = True  # type: ignore[union-attr]
    # Refused by other T-SQL engines, and while other sessions are connected; then it was set before.
    with suppress(Exception):
        connection.cursor().execute("ALTER DATABASE CURRENT SET READ_COMMITTED_SNAPSHOT ON WITH NO_WAIT")
    connection.detach()
    connection.close()
    assert failed == []
    yield database
    database.close()


@pytest.fixture(scope="session")
def empty_sqlite_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Has the schema: a copy of it is there sooner than a schema of its own for each test."""
    file = tmp_path_factory.mktemp("schema") / "access.db"
    Database(f"sqlite:///{file}").close()
    return file


@pytest.fixture(params=ENGINES)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database with the schema applied."""
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("empty_sqlite_file"), tmp_path / "access.db")
        return f"sqlite:///{tmp_path}/access.db"
    assert MSSQL_URL
    empty_tables(request.getfixturevalue("mssql_database"))
    return MSSQL_URL


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    database = Database(database_url, pool_size=10, apply_missing_schema=False)
    yield database
    database.close()


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A database that stays away is given up at once, for tests of what is said then."""
    monkeypatch.setattr("sql.database.PATIENCE_SECONDS", 0.1)
    monkeypatch.setattr("jobs.runs.held_run.CALLER_PATIENCE_SECONDS", 0.1)


@pytest.fixture(params=PLATFORMS, ids=lambda platform: platform.key)
def platform(request: pytest.FixtureRequest) -> Platform:
    platform: Platform = request.param
    return platform


@pytest.fixture(scope="session")
def settings_without_delays() -> Settings:
    """Read once, since that takes longer than many a test."""
    return read_settings(simulated_email_seconds=0, revoke_delay_seconds=0, allow_test_simulation=True)


@pytest.fixture
def context(settings_without_delays: Settings, database_url: str, database: Database) -> AppContext:
    """Settings without delays on the test's own database."""
    settings = settings_without_delays.model_copy(update={"database_url": database_url})
    return AppContext(settings, database, database)


@pytest.fixture
def sqlite_database(tmp_path: Path) -> Iterator[Database]:
    database = Database(f"sqlite:///{tmp_path}/access.db")
    yield database
    database.close()


@pytest.fixture
def connected(platform: Platform) -> Iterator[Connected]:
    """A fake of the platform, whose calls are tried again without waiting."""
    with connected_to(platform) as connected:
        yield connected


@pytest.fixture
def requests(database_url: str, database: Database, platform: Platform, connected: Connected) -> Requests:
    settings = read_settings(database_url=database_url, revoke_delay_seconds=0, **connected.settings)
    return Requests(AppContext(settings, database, database), platform, connected)


@pytest.fixture(scope="session")
def azurite_accounts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Iterator[str]]:
    with azurite(tmp_path_factory.mktemp("azurite")) as accounts:
        yield accounts


@pytest.fixture
def storage() -> Iterator[str]:
    """The connection string of queues that only this test uses."""
    with stand_in() as connection_string:
        yield connection_string


@pytest.fixture(scope="session")
def function_app(tmp_path_factory: pytest.TempPathFactory) -> ModuleType:
    """The app as the Functions host loads it, on a database of its own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DATABASE_URL", f"sqlite:///{tmp_path_factory.mktemp('app')}/access.db")
        return importlib.import_module("function_app")


@pytest.fixture(scope="session")
def functions(function_app: ModuleType) -> list[Function]:
    """What it registers; the SDK answers only once in a process."""
    registered: list[Function] = function_app.app.get_functions()
    return registered
