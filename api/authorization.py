"""Who is calling, and what may they do.

The platform's header is believed only where its authentication is on; a bearer token is verified here.
"""

import base64
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from api.errors import MalformedRequestError, NotAuthenticatedError, NotPermittedError

PRINCIPAL_HEADER = "x-ms-client-principal"
LOCAL_CALLER_NAME = "local user"
# People are told apart by what they sign in with, or else by their id: a display name could be anybody's.
SIGN_IN_NAME_CLAIMS = ("preferred_username", "upn", "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn")
ID_CLAIMS = ("oid", "http://schemas.microsoft.com/identity/claims/objectidentifier")
SCOPE_CLAIM = "http://schemas.microsoft.com/identity/claims/scope"
Claim = tuple[str, str]
VerifyToken = Callable[[str], Sequence[Claim]]


class Permission(StrEnum):
    """The app roles; each of the last two includes reading."""

    READ = "read"  # see the lists and the state of the jobs
    REQUEST = "request"  # create access requests, and decide about one's own
    OPERATE = "operate"  # run the jobs, and decide about everybody's requests


@dataclass(frozen=True)
class Caller:
    name: str
    roles: frozenset[str] = frozenset()
    is_application: bool = False

    @property
    def address(self) -> str | None:
        """The email address by which a person signs in; None for an application, and where it is none."""
        return self.name if "@" in self.name and not self.is_application else None

    def require(self, *permissions: Permission) -> None:
        """Raises NotPermittedError unless one of the caller's app roles grants one of the permissions."""
        granting = set(Permission) if Permission.READ in permissions else set(permissions)
        if not self.roles & granting:
            wanted = " or ".join(f"'{permission}'" for permission in permissions)
            raise NotPermittedError(f"This needs the app role {wanted}. Ask an administrator for it.")

    def is_at(self, address: str) -> bool:
        """Whether this person's email address is that one, in capitals or not.

        Only ASCII letters count as alike: other ones that look or fold alike may be somebody else's.
        """
        return self.address is not None and _in_lower_case(self.address) == _in_lower_case(address)


ANYBODY = Caller("anybody")


def identify_caller(
    headers: Mapping[str, str], *, required: bool, platform_authenticates: bool, verify_token: VerifyToken | None
) -> Caller:
    """The caller by the platform's header, or by a bearer token where its issuer is known.

    Everybody may do everything where authorization is not required. Raises MalformedRequestError for a header that
    nothing vouches for, NotAuthenticatedError for nobody, and what `verify_token` raises.
    """
    header = headers.get(PRINCIPAL_HEADER)
    if header and platform_authenticates:
        return _with_readable_name(_from_principal(header))
    scheme, _, token = headers.get("authorization", "").partition(" ")
    if verify_token and scheme.lower() == "bearer":
        return _with_readable_name(_from_claims(verify_token(token.strip())))
    if header:
        raise MalformedRequestError(f"Leave out {PRINCIPAL_HEADER}: here no platform authentication vouches for it.")
    if required:
        raise NotAuthenticatedError("Sign in first.")
    return Caller(LOCAL_CALLER_NAME, frozenset(Permission))


def _from_principal(header: str) -> Caller:
    """Reads App Service's claims or Static Web Apps' userDetails and userRoles."""
    try:
        principal: dict[str, Any] = json.loads(base64.b64decode(header, validate=True))
        if "userRoles" in principal:
            return Caller(str(principal["userDetails"]), frozenset(principal["userRoles"]))
        claims = [(claim["typ"], str(claim["val"])) for claim in principal["claims"]]
        return _from_claims(claims, role_type=principal.get("role_typ") or "roles")
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise NotAuthenticatedError(f"{PRINCIPAL_HEADER} cannot be read.") from error


def _from_claims(claims: Sequence[Claim], role_type: str = "roles") -> Caller:
    roles = frozenset(value for kind, value in claims if kind in (role_type, "roles"))
    sign_in_names = _values(claims, *SIGN_IN_NAME_CLAIMS)
    applications = _values(claims, "azp", "appid")
    # A token that a person's client asked for carries its scopes; an application's own has none, and names nobody.
    of_person = [*sign_in_names, *_values(claims, "name", "scp", SCOPE_CLAIM)]
    is_application = bool(applications) and not of_person
    ids = [*applications, *_values(claims, *ID_CLAIMS)] if is_application else _values(claims, *ID_CLAIMS)
    return Caller([*sign_in_names, *ids, *applications, "unnamed caller"][0], roles, is_application)


def _with_readable_name(caller: Caller) -> Caller:
    """JSON can hold halves of characters, which no database stores and no answer repeats."""
    try:
        caller.name.encode()
    except UnicodeEncodeError as error:
        raise NotAuthenticatedError("The name that you sign in with cannot be read.") from error
    return caller


def _in_lower_case(address: str) -> bytes:
    return address.strip().encode("utf-8", "surrogatepass").lower()


def _values(claims: Sequence[Claim], *types: str) -> list[str]:
    """In the order of the types."""
    return [value for wanted in types for kind, value in claims if wanted == kind]
