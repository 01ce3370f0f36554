"""Finds the connector that the settings name for a platform. A vendor's module is loaded only if it is used."""

from contextlib import AbstractAsyncContextManager
from typing import TYPE_CHECKING

from access.platforms.platform import Platform
from config.settings import Settings

if TYPE_CHECKING:
    from access.connectors.connector import Connector

RECORD = "record"


def removes_access(settings: Settings, platform: Platform) -> bool:
    """Returns whether revoking also removes the grant at the platform, instead of only recording it."""
    return _named(settings, platform) != RECORD


def open_connector(settings: Settings, platform: Platform) -> "AbstractAsyncContextManager[Connector]":
    """Opens the platform's connector. Raises ValueError if access is only recorded."""
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
