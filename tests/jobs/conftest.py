"""Handlers of these tests work on the test's own database."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from access.platforms import Platform
from config.context import AppContext
from config.settings import read_settings
from sql.database import Database
from tests.calls import calls_on
from tests.fake_platforms.connected import Connected, connected_to
from tests.jobs.connected_requests import Requests


@pytest.fixture(autouse=True)
def _calls_on_test_database(context: AppContext) -> Iterator[None]:
    with calls_on(context):
        yield


@pytest.fixture
def sqlite_database(tmp_path: Path) -> Iterator[Database]:
    database = Database(f"sqlite:///{tmp_path}/access.db")
    yield database
    database.close()


@pytest.fixture
def connected(platform: Platform, monkeypatch: pytest.MonkeyPatch) -> Iterator[Connected]:
    """A fake of the platform, whose calls are tried again without waiting."""
    monkeypatch.setattr("access.connectors.platform_api._WAIT", lambda _state: 0.01)
    with connected_to(platform) as connected:
        yield connected


@pytest.fixture
def requests(database_url: str, database: Database, platform: Platform, connected: Connected) -> Requests:
    settings = read_settings(database_url=database_url, revoke_delay_seconds=0, **connected.settings)
    return Requests(AppContext(settings, database, database), platform, connected)
