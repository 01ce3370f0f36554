"""Finds the connector that the settings name for a platform. A vendor's module is loaded only if it is used."""

from collections.abc import Mapping
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


def names_never_held(settings: Settings, platform: Platform, fields: Mapping[str, str]) -> Mapping[str, str]:
    """Returns the fields of a request that the platform can never hold, each with a sentence.

    There are none if access is only recorded.
    """
    if not removes_access(settings, platform):
        return {}
    from access.connectors.connector import Grant
    from access.connectors.names import in_foundry, in_unity_catalog, never_in_foundry, never_in_unity_catalog

    grant = Grant.of_new_request(platform, fields)
    if _named(settings, platform) == "unity-catalog":
        return never_in_unity_catalog(in_unity_catalog(grant))
    return never_in_foundry(in_foundry(grant, frozenset(settings.foundry_role_ids)))


def _named(settings: Settings, platform: Platform) -> str:
    name: str = getattr(settings, platform.setting("access"))
    return name
