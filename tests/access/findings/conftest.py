"""Handlers of these tests work on a database that is connected to a fake platform."""

from collections.abc import Iterator

import pytest

from tests.calls import calls_on
from tests.connected_requests import Requests


@pytest.fixture(autouse=True)
def calls_on_connected_platform(requests: Requests) -> Iterator[None]:
    with calls_on(requests.context):
        yield
