"""Who is calling, and what may they do. The platform authenticates; its header is believed only where it is on."""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from api.errors import MalformedRequestError, NotAuthenticatedError, NotPermittedError

PRINCIPAL_HEADER = "x-ms-client-principal"
LOCAL_CALLER_NAME = "local user"
SCOPE_CLAIM = "http://schemas.microsoft.com/identity/claims/scope"


class Permission(StrEnum):
    """The app roles; each of the last two includes reading."""

    READ = "read"  # see the lists and the state of the jobs
    REQUEST = "request"  # create access requests
    OPERATE = "operate"  # run the jobs


@dataclass(frozen=True)
class Caller:
    name: str
    roles: frozenset[str] = frozenset()
    is_application: bool = False

    def require(self, permission: Permission) -> None:
        """Raises NotPermittedError unless one of the caller's app roles grants the permission."""
        granting = set(Permission) if permission is Permission.READ else {permission}
        if not self.roles & granting:
            raise NotPermittedError(f"This needs the app role '{permission}'. Ask an administrator for it.")


ANYBODY = Caller("anybody")


def identify_caller(headers: Mapping[str, str], *, required: bool, platform_authenticates: bool) -> Caller:
    """The caller by the platform's header; everybody may do everything where authorization is not required.

    Raises MalformedRequestError for a header that nothing vouches for, NotAuthenticatedError without one.
    """
    header = headers.get(PRINCIPAL_HEADER)
    if header and not platform_authenticates:
        raise MalformedRequestError(f"Leave out {PRINCIPAL_HEADER}: here no platform authentication vouches for it.")
    if not required:
        return _principal(header) if header else Caller(LOCAL_CALLER_NAME, frozenset(Permission))
    if not header:
        raise NotAuthenticatedError("Sign in first.")
    return _principal(header)


def _principal(header: str) -> Caller:
    """Reads App Service's claims or Static Web Apps' userDetails and userRoles."""
    try:
        principal: dict[str, Any] = json.loads(base64.b64decode(header, validate=True))
        if "userRoles" in principal:
            return Caller(str(principal["userDetails"]), frozenset(principal["userRoles"]))
        claims = [(claim["typ"], str(claim["val"])) for claim in principal["claims"]]
        role_type = principal.get("role_typ") or "roles"
        roles = frozenset(value for kind, value in claims if kind in (role_type, "roles"))
        names = _values(claims, principal.get("name_typ"), "preferred_username", "name")
        applications = _values(claims, "azp", "appid")
        # A token that a person's client asked for carries its scopes; an application's own has none.
        is_application = bool(applications and not names and not _values(claims, "scp", SCOPE_CLAIM))
        return Caller([*names, *applications, "unnamed caller"][0], roles, is_application)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise NotAuthenticatedError(f"{PRINCIPAL_HEADER} cannot be read.") from error


def _values(claims: list[tuple[str, str]], *types: str | None) -> list[str]:
    """In the order of the types."""
    return [value for wanted in types for kind, value in claims if wanted == kind]
