"""Which connector the settings name for a platform. Vendors' modules are loaded only where they are used."""

from contextlib import AbstractAsyncContextManager
from typing import TYPE_CHECKING

from access.platforms import Platform
from config.settings import Settings

if TYPE_CHECKING:
    from access.connectors.connector import Connector

RECORD = "record"


def takes_access_away(settings: Settings, platform: Platform) -> bool:
    """Whether revoking means more than recording."""
    return _named(settings, platform) != RECORD


def open_connector(settings: Settings, platform: Platform) -> "AbstractAsyncContextManager[Connector]":
    """Only where one `takes_access_away`."""
    match _named(settings, platform):
        case "unity-catalog":
            from access.connectors.unity_catalog import open_unity_catalog

            return open_unity_catalog(settings)
        case "foundry":
            from access.connectors.foundry import open_foundry

            return open_foundry(settings)
    raise ValueError(f"Access on {platform.title} is only recorded.")


def _named(settings: Settings, platform: Platform) -> str:
    name: str = getattr(settings, platform.setting("access"))
    return name
