"""Handlers of these tests work on the test's own database."""

from collections.abc import Iterator

import pytest

from config.context import AppContext
from tests.calls import calls_on


@pytest.fixture(autouse=True)
def _calls_on_test_database(context: AppContext) -> Iterator[None]:
    with calls_on(context):
        yield
