"""Handlers of these tests work on the test's own database."""

import pytest

from access.app_context import AppContext
from tests.calls import use_context


@pytest.fixture(autouse=True)
def handlers(context: AppContext, monkeypatch: pytest.MonkeyPatch) -> None:
    use_context(monkeypatch, context)
