"""The product in local hosts that all tests of a session share, on one database that each test finds empty."""

import shutil
from collections.abc import Iterator
from typing import Any

import pytest

from sql.database import Database
from tests.conftest import ENGINES, MSSQL_URL
from tests.local_host.processes import EXAMPLE, HOST_JSON, LocalHost, running_local_host
from tests.rows import empty_tables


@pytest.fixture(scope="session", params=ENGINES)
def served_url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path_factory.mktemp('served')}/access.db"
    assert MSSQL_URL
    return MSSQL_URL


@pytest.fixture(scope="session")
def fast_host(served_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalHost]:
    """Nothing takes time, failures may be simulated."""
    folder = tmp_path_factory.mktemp("fast")
    shutil.copy(EXAMPLE, folder)
    shutil.copy(HOST_JSON, folder)
    settings: dict[str, Any] = {
        "SIMULATED_EMAIL_SECONDS": "0",
        "REVOKE_DELAY_SECONDS": "0",
        "ALLOW_TEST_SIMULATION": "true",
    }
    with running_local_host(folder, DATABASE_URL=served_url, **settings) as host:
        yield host


@pytest.fixture(scope="session")
def slow_host(served_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalHost]:
    """Every job takes seconds, failures may not be simulated."""
    folder = tmp_path_factory.mktemp("slow")
    shutil.copy(EXAMPLE, folder)
    shutil.copy(HOST_JSON, folder)
    settings: dict[str, Any] = {
        "SIMULATED_EMAIL_SECONDS": "5",
        "REVOKE_DELAY_SECONDS": "5",
        "ALLOW_TEST_SIMULATION": "false",
    }
    with running_local_host(folder, DATABASE_URL=served_url, **settings) as host:
        yield host


@pytest.fixture
def served_database(served_url: str) -> Iterator[Database]:
    database = Database(served_url)
    empty_tables(database)
    yield database
    database.close()
