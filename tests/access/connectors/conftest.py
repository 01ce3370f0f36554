"""Either fake platform, and its connector."""

from collections.abc import Iterator

import pytest

from tests.access.connectors.asking import (
    Asked,
    asked_of_databricks,
    asked_of_foundry,
)
from tests.fake_platforms.connected import foundry_settings, unity_catalog_settings
from tests.fake_platforms.foundry import FakeFoundry
from tests.fake_platforms.unity_catalog import FakeUnityCatalog


@pytest.fixture
def unity_catalog() -> FakeUnityCatalog:
    return FakeUnityCatalog()


@pytest.fixture
def databricks(unity_catalog: FakeUnityCatalog) -> Iterator[Asked]:
    with unity_catalog_settings(unity_catalog) as settings:
        yield asked_of_databricks(settings)


@pytest.fixture
def foundry() -> FakeFoundry:
    return FakeFoundry()


@pytest.fixture
def palantir(foundry: FakeFoundry) -> Iterator[Asked]:
    with foundry_settings(foundry) as settings:
        yield asked_of_foundry(settings)
