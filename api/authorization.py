"""Identifies the caller and checks the caller's app roles.

The platform's header is trusted only where its authentication is on. A bearer token is verified by the app itself.
"""

import base64
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from api.errors import MalformedRequestError, NotAuthenticatedError, NotPermittedError

PRINCIPAL_HEADER = "x-ms-client-principal"
LOCAL_CALLER_NAME = "local user"
# Hosts in front of the app accept no longer headers. A platform's header names each claim by a URL.
MAX_TOKEN_CHARACTERS = 16 * 1024
MAX_PRINCIPAL_CHARACTERS = 64 * 1024
MAX_NAME_CHARACTERS = 320
# A sign-in name or an id identifies a person. Several people may have the same display name.
SIGN_IN_NAME_CLAIMS = ("preferred_username", "upn", "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn")
ID_CLAIMS = ("oid", "http://schemas.microsoft.com/identity/claims/objectidentifier")
SCOPE_CLAIM = "http://schemas.microsoft.com/identity/claims/scope"
_CONTROL_CHARACTER = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
Claim = tuple[str, str]
VerifyToken = Callable[[str], Sequence[Claim]]


class Permission(StrEnum):
    """The app roles. Each of the last two includes reading. The role to create does not."""

    READ = "read"  # see the lists and the state of the jobs
    CREATE = "create"  # create access requests whose end also removes access that the person had before
    REQUEST = "request"  # create access requests, and decide about one's own
    OPERATE = "operate"  # run the jobs, and decide about all requests


READING = frozenset({Permission.READ, Permission.REQUEST, Permission.OPERATE})


@dataclass(frozen=True)
class Caller:
    name: str
    roles: frozenset[str] = frozenset()
    is_application: bool = False

    @property
    def address(self) -> str | None:
        """Returns the email address that a person signs in with. None for applications and for other kinds of names."""
        return self.name if "@" in self.name and not self.is_application else None

    def require(self, *permissions: Permission) -> None:
        """Raises NotPermittedError unless one of the caller's app roles grants one of the permissions."""
        granting = set(permissions) | (READING if Permission.READ in permissions else set())
        if not self.roles & granting:
            wanted = " or ".join(f"'{permission}'" for permission in permissions)
            raise NotPermittedError(f"This needs the app role {wanted}. Ask an administrator for it.")


ANYBODY = Caller("anybody")


def identify_caller(
    headers: Mapping[str, str], *, required: bool, platform_authenticates: bool, verify_token: VerifyToken | None
) -> Caller:
    """Returns the caller that the platform's header names, or a bearer token where its issuer is known.

    Every caller may do everything if authorization is not required. Raises MalformedRequestError for a header that
    cannot be trusted, NotAuthenticatedError when the caller did not sign in, and the errors of `verify_token`.
    """
    header = headers.get(PRINCIPAL_HEADER)
    if header and platform_authenticates:
        return _with_readable_name(_from_principal(header))
    scheme, _, token = headers.get("authorization", "").partition(" ")
    if verify_token and scheme.lower() == "bearer":
        if len(token) > MAX_TOKEN_CHARACTERS:
            raise NotAuthenticatedError("This token is too long. Get a new one for this app.")
        return _with_readable_name(_from_claims(verify_token(token.strip())))
    if header:
        raise MalformedRequestError(f"The header {PRINCIPAL_HEADER} cannot be trusted here. Remove it.")
    if required:
        raise NotAuthenticatedError("You are not signed in. Sign in first.")
    return Caller(LOCAL_CALLER_NAME, frozenset(Permission))


def _from_principal(header: str) -> Caller:
    """Reads App Service's claims or Static Web Apps' userDetails and userRoles."""
    try:
        if len(header) > MAX_PRINCIPAL_CHARACTERS:
            raise ValueError("too long")
        principal: dict[str, Any] = json.loads(base64.b64decode(header, validate=True))
        if "userRoles" in principal:
            return Caller(str(principal["userDetails"]), frozenset(_list_of_text(principal["userRoles"])))
        claims = [(claim["typ"], str(claim["val"])) for claim in principal["claims"]]
        return _from_claims(claims, role_type=principal.get("role_typ") or "roles")
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise NotAuthenticatedError(f"The header {PRINCIPAL_HEADER} cannot be read. Sign in again.") from error


def _from_claims(claims: Sequence[Claim], role_type: str = "roles") -> Caller:
    roles = frozenset(value for kind, value in claims if kind in (role_type, "roles"))
    sign_in_names = _values(claims, *SIGN_IN_NAME_CLAIMS)
    applications = _values(claims, "azp", "appid")
    # A token for a person carries scopes. An application's own token has none, and names no person.
    of_person = [*sign_in_names, *_values(claims, "name", "scp", SCOPE_CLAIM)]
    is_application = bool(applications) and not of_person
    ids = [*applications, *_values(claims, *ID_CLAIMS)] if is_application else _values(claims, *ID_CLAIMS)
    return Caller([*sign_in_names, *ids, *applications, "unnamed caller"][0], roles, is_application)


def _list_of_text(values: Any) -> list[str]:
    """Returns the values. Raises TypeError for anything else: the letters of a text would count as roles."""
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        raise TypeError
    return values


def _with_readable_name(caller: Caller) -> Caller:
    """Refuses a name that is too long, or has control characters or half a character.

    JSON can hold them, but no database can store half a character and no answer repeat it.
    """
    try:
        caller.name.encode()
        if len(caller.name) > MAX_NAME_CHARACTERS or _CONTROL_CHARACTER.search(caller.name):
            raise ValueError("too long, or more than one line")
    except ValueError as error:
        raise NotAuthenticatedError("Your sign-in name cannot be read. Ask an administrator to correct it.") from error
    return caller


def _values(claims: Sequence[Claim], *types: str) -> list[str]:
    """Returns the values of these types, in the order of the types."""
    return [value for wanted in types for kind, value in claims if wanted == kind]
