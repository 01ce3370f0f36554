"""Callers as the platforms hand them over, and an app that believes them."""

import base64
import json
from typing import Any

from api.authorization import PRINCIPAL_HEADER
from config.context import AppContext
from config.settings import read_settings
from tests.calls import use_context

CLAIM_TYPE_OF_ROLES = "http://schemas.microsoft.com/ws/2008/06/identity/claims/role"


def serve_with(context: AppContext, *, required: bool, platform_authenticates: bool) -> None:
    settings = read_settings(
        database_url=context.settings.database_url,
        revoke_delay_seconds=0,
        require_authorization=required,
        website_auth_enabled=platform_authenticates,
    )
    use_context(AppContext(settings, context.database, context.database))


def encoded(principal: Any) -> dict[str, str]:
    return {PRINCIPAL_HEADER: base64.b64encode(json.dumps(principal).encode()).decode()}


def easy_auth(*roles: str, **changes: Any) -> dict[str, str]:
    """What App Service Authentication hands over."""
    claims = [{"typ": "name", "val": "Alice"}, {"typ": "preferred_username", "val": "alice@test.com"}]
    claims += [{"typ": CLAIM_TYPE_OF_ROLES, "val": role} for role in roles]
    principal = {"auth_typ": "aad", "claims": claims, "name_typ": "upn", "role_typ": CLAIM_TYPE_OF_ROLES}
    return encoded({**principal, **changes})


def claiming(**claims: str) -> dict[str, str]:
    """An operator with these claims only."""
    given = {"roles": "operate", **claims}
    return easy_auth(claims=[{"typ": kind, "val": value} for kind, value in given.items()], role_typ=None)


def static_web_app(*roles: str) -> dict[str, str]:
    """What a linked Static Web App hands over."""
    return encoded(
        {
            "identityProvider": "aad",
            "userId": "4f0b",
            "userDetails": "alice@test.com",
            "userRoles": ["anonymous", "authenticated", *roles],
        }
    )
