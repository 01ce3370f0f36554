"""Tells callers about themselves: who they are, what they may do, and what revoking does here."""

from typing import Literal

from access.connectors.choice import removes_access
from access.platforms import PLATFORMS, PlatformKey
from api.authorization import Caller, Permission
from api.model import ApiModel
from config.settings import Settings


class PlatformOfCaller(ApiModel):
    """One platform's settings. `removesAccess` says whether revoking also removes the grant at the platform."""

    platform: PlatformKey
    removes_access: bool


class CallerRights(ApiModel):
    """The caller. `email` is null if the sign-in name is not an email address. Such a caller has no own requests."""

    name: str
    email: str | None
    roles: list[Literal["read", "create", "request", "operate"]]
    max_extension_days: int
    platforms: list[PlatformOfCaller]


def rights_of(caller: Caller, settings: Settings) -> CallerRights:
    """Returns what the caller may do, and on which platforms that removes access."""
    return CallerRights(
        name=caller.name,
        email=caller.address,
        roles=[permission.value for permission in Permission if permission in caller.roles],
        max_extension_days=settings.max_extension_days,
        platforms=[
            PlatformOfCaller(platform=platform.key, removes_access=removes_access(settings, platform))
            for platform in PLATFORMS
        ],
    )
