"""Handlers of these tests work on the test's own database."""

from tests.calls import calls_on_test_database

__all__ = ["calls_on_test_database"]
