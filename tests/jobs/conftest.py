"""Handlers of these tests work on the test's own database."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from config.context import AppContext
from sql.database import Database
from tests.calls import calls_on


@pytest.fixture(autouse=True)
def _calls_on_test_database(context: AppContext) -> Iterator[None]:
    with calls_on(context):
        yield


@pytest.fixture
def sqlite_database(tmp_path: Path) -> Iterator[Database]:
    database = Database(f"sqlite:///{tmp_path}/access.db")
    yield database
    database.close()
