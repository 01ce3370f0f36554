"""Palantir's Foundry: roles on resources, removed in one call for many people on one resource."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import quote

from access.connectors.connector import Connector, CurrentGrant, Found, Grant, LookFailed, NotKnown, Resource
from access.connectors.errors import ConnectorError, ConnectorStoppedError, RefusedError, UnreachableError
from access.connectors.foundry_shapes import EVERYONE, FoundUsers, GrantedRole, GrantedRoles, GroupMemberships
from access.connectors.grouped_connector import GroupedConnector
from access.connectors.names import in_foundry, never_in_foundry
from access.connectors.platform_api import Answer, PlatformApi
from access.connectors.sign_in import ClientCredentials
from access.same_person import ascii_lower, same_person_key
from api.remote_answer import plain_line
from config.settings import Settings
from sql.deadline import Deadline

TITLE = "Foundry"
SCOPES = "api:admin-read api:filesystem-read api:filesystem-write"
NO_SUCH_PERSON = (
    "Foundry has no user with this email address. Look for another address there, and end the access by hand."
)
NO_SUCH_RESOURCE = "Foundry shows this app no such resource. It may be deleted, or hidden from this app."
BLIND = (
    "Foundry lists no role on this resource, not even one that lets this app see it. So it hides roles from this app. "
    "Let the app see the resource's roles."
)
_PATH = "/api/v2"
_MAX_ID_CHARACTERS = 200

RoleOf = tuple[str, str]  # the ids of a principal and a role


@asynccontextmanager
async def open_foundry(settings: Settings) -> AsyncIterator[Connector]:
    import aiohttp

    secret = settings.foundry_client_secret
    async with aiohttp.ClientSession() as session:
        sign_in = ClientCredentials(
            TITLE,
            session,
            f"{settings.foundry_hostname}/multipass/api/oauth2/token",
            client_id=settings.foundry_client_id or "",
            client_secret=secret.get_secret_value() if secret else "",
            scope=SCOPES,
        )
        api = PlatformApi(TITLE, settings.foundry_hostname or "", session, sign_in, settings, error_text="errorName")
        yield FoundryConnector(
            api, settings.foundry_role_ids, settings.connector_max_concurrency, settings.foundry_client_id
        )


class FoundryConnector(GroupedConnector):
    """`role_ids` maps the names that requests use to the ids of the platform's role sets. `client_id` is the app's own.

    It believes that a role is gone only if Foundry knows the person and the resource, and lists roles on it. To see a
    resource, the app must have a role on it or above it. So an empty list hides something.
    """

    def __init__(
        self, api: PlatformApi, role_ids: Mapping[str, str], max_concurrency: int, client_id: str | None
    ) -> None:
        super().__init__(max_concurrency)
        self._read_as = f"application {client_id}" if client_id else "this app"
        self._changed: set[Resource] = set()
        self._deleted: set[str] = set()
        self._api = api
        self._role_ids = role_ids
        self._people: dict[str, tuple[str, ...]] = {}
        self._groups: dict[str, set[str]] = {}

    def in_own_words(self, grant: Grant) -> Grant | NotKnown:
        own = in_foundry(grant, frozenset(self._role_ids))
        wrong = never_in_foundry(own)
        return NotKnown(f"Foundry cannot hold this grant. {next(iter(wrong.values()))}") if wrong else own

    async def look(self, resource: Resource, grants: Sequence[Grant], deadline: Deadline) -> Mapping[Grant, Found]:
        """Asks a second time only about roles that someone has, to tell direct from inherited ones.

        A role that is on the first list only was inherited, or removed meanwhile. A third list tells which. Asks for
        a person's groups only if a group has the same role.
        """
        people, failures = await self._find_people(grants, deadline)
        roles = await self._all_roles(resource, deadline)
        if isinstance(roles, NotKnown):
            return failures | dict.fromkeys(people, roles)
        granted = _pairs(roles)
        wanted = {(person, self._role_ids[grant.access]) for grant, ids in people.items() for person in ids}
        direct: set[RoleOf] = set()
        if wanted & granted:
            direct = _pairs(await self._roles(resource, deadline, include_inherited=False) or ())
        if wanted & granted - direct:
            roles = await self._all_roles(resource, deadline)
            if isinstance(roles, NotKnown):
                return failures | dict.fromkeys(people, roles)
            granted = _pairs(roles)
        found = failures | {grant: self._current_grant(grant, ids, granted, direct) for grant, ids in people.items()}
        of_groups = _pairs(role for role in roles if role.is_of_group)
        unsure = [grant for grant in people if found[grant] == CurrentGrant() and self._could_be(grant, of_groups)]
        through_groups = (self._through_groups(grant, people[grant], of_groups, deadline) for grant in unsure)
        return found | dict(zip(unsure, await asyncio.gather(*through_groups), strict=True))

    async def remove_from(self, resource: Resource, grants: Sequence[Grant], deadline: Deadline) -> str | None:
        people, _ = await self._find_people(grants, deadline)
        roles = sorted({(person, self._role_ids[grant.access]) for grant, ids in people.items() for person in ids})
        body = {
            "roles": [
                {"resourceRolePrincipal": {"type": "principalIdOnly", "principalId": person}, "roleId": role_id}
                for person, role_id in roles
            ]
        }
        path = f"{_PATH}/filesystem/resources/{quote(resource[0], safe='')}/roles/remove"
        try:
            answer = await self._api.call("POST", path, deadline, body=body)
        except UnreachableError:
            self._changed.add(resource)  # it may have taken effect
            raise
        name = _error_name(answer)
        if not answer.is_success:
            raise self._refusal(answer, concerns_one=name in ("PrincipalNotFound", "InvalidRoleIds"))
        self._changed.add(resource)
        return answer.request_id

    def _current_grant(self, grant: Grant, people: Sequence[str], granted: set[RoleOf], direct: set[RoleOf]) -> Found:
        """Returns the access. It is never "gone" if the person has a role without a name in the settings.

        That role could be the same one under another id.
        """
        role_id = self._role_ids[grant.access]
        if any((person, role_id) in direct for person in people):
            return CurrentGrant(is_direct=True, through=None)
        if any((person, role_id) in granted for person in people):
            return CurrentGrant(through="a folder or project above")
        if (EVERYONE, role_id) in granted:
            return CurrentGrant(through="a role that everyone has")
        unknown = sorted(role for person, role in granted if person in people and role not in self._role_ids.values())
        if unknown:
            role_id = plain_line(unknown[0], _MAX_ID_CHARACTERS)
            return LookFailed(f"The person has the role {role_id}, which FOUNDRY_ROLE_IDS does not name.")
        return self._gone(people, "No group has the role.")

    def _gone(self, people: Sequence[str], groups: str) -> CurrentGrant:
        deleted = "" if set(people) - self._deleted else " The person's account is deleted."
        return CurrentGrant(scope=f"All roles on the resource read as {self._read_as}. {groups}{deleted}")

    def _could_be(self, grant: Grant, of_groups: set[RoleOf]) -> bool:
        """Tells whether a group has the role in question, or one that could be the same role."""
        others = set(self._role_ids.values()) - {self._role_ids[grant.access]}
        return any(role_id not in others for _, role_id in of_groups)

    async def _through_groups(
        self, grant: Grant, people: Sequence[str], of_groups: set[RoleOf], deadline: Deadline
    ) -> Found:
        try:
            groups = {group for person in people for group in await self._groups_of(person, deadline)}
        except ConnectorStoppedError:
            raise
        except ConnectorError as error:
            return LookFailed(f"The groups of the person could not be checked. {error}")
        theirs = sorted((group, role_id) for group, role_id in of_groups if group in groups)
        for group, role_id in theirs:
            if role_id == self._role_ids[grant.access]:
                return CurrentGrant(through=f"the group {plain_line(group, _MAX_ID_CHARACTERS)}")
        for _, role_id in theirs:
            if role_id not in self._role_ids.values():
                role = plain_line(role_id, _MAX_ID_CHARACTERS)
                reason = f"A group of the person has the role {role}, which FOUNDRY_ROLE_IDS does not name."
                return LookFailed(reason)
        return self._gone(people, "Groups checked.")

    async def _groups_of(self, person: str, deadline: Deadline) -> set[str]:
        """Returns all groups of the person, also those through another group. Asks once for all grants."""
        if person not in self._groups:
            path = f"{_PATH}/admin/users/{quote(person, safe='')}/groupMemberships"

            async def ask(token: str | None) -> GroupMemberships:
                query = {"transitive": "true", **({"pageToken": token} if token else {})}
                answer = await self._api.call("GET", path, deadline, query=query)
                if not answer.is_success:
                    raise self._refusal(answer)
                return self._api.understood(answer, GroupMemberships)

            self._groups[person] = {each.group_id async for page in self._api.pages(ask) for each in page.data}
        return self._groups[person]

    async def _all_roles(self, resource: Resource, deadline: Deadline) -> list[GrantedRole] | NotKnown:
        """Returns the roles of each principal, inherited ones too, or the reason why the list proves nothing."""
        roles = await self._roles(resource, deadline, include_inherited=True)
        if roles is None:
            return NotKnown(NO_SUCH_RESOURCE)
        return roles if roles or resource in self._changed else NotKnown(BLIND)

    async def _roles(
        self, resource: Resource, deadline: Deadline, *, include_inherited: bool
    ) -> list[GrantedRole] | None:
        """Returns the roles that each principal has, or None if Foundry does not know the resource."""
        is_unknown = False
        query = {"includeInherited": str(include_inherited).lower()}
        path = f"{_PATH}/filesystem/resources/{quote(resource[0], safe='')}/roles"

        async def ask(token: str | None) -> GrantedRoles | None:
            nonlocal is_unknown
            page_query = {**query, "pageToken": token} if token else query
            answer = await self._api.call("GET", path, deadline, query=page_query)
            if answer.is_success:
                return self._api.understood(answer, GrantedRoles)
            if answer.status == 404 and _error_name(answer) == "ResourceNotFound":
                is_unknown = True
                return None
            raise self._refusal(answer)

        roles = [role async for page in self._api.pages(ask) for role in page.data]
        return None if is_unknown else roles

    async def _find_people(
        self, grants: Sequence[Grant], deadline: Deadline
    ) -> tuple[dict[Grant, tuple[str, ...]], dict[Grant, Found]]:
        """Returns the ids of each grant's person, and the reasons for grants without any."""
        people: dict[Grant, tuple[str, ...]] = {}
        failures: dict[Grant, Found] = {}
        emails = {same_person_key(grant.email): grant.email for grant in grants}
        found = dict(
            zip(
                emails, await asyncio.gather(*(self._person(email, deadline) for email in emails.values())), strict=True
            )
        )
        for grant in grants:
            match found[same_person_key(grant.email)]:
                case LookFailed() as failed:
                    failures[grant] = failed
                case ():
                    failures[grant] = NotKnown(NO_SUCH_PERSON)
                case ids if grant.access in self._role_ids:
                    people[grant] = ids
                case _:
                    failures[grant] = LookFailed(f"FOUNDRY_ROLE_IDS does not name the role {grant.access}.")
        return people, failures

    async def _person(self, email: str, deadline: Deadline) -> tuple[str, ...] | LookFailed:
        """Finds the person once for all grants. Several accounts may share an address."""
        key = same_person_key(email)
        if key not in self._people:
            try:
                self._people[key] = await self._search(ascii_lower(email), deadline)
            except ConnectorStoppedError:
                raise
            except ConnectorError as error:
                return LookFailed(f"The person could not be looked up. {error}")
        return self._people[key]

    async def _search(self, email: str, deadline: Deadline) -> tuple[str, ...]:
        search: dict[str, Any] = {"where": {"type": "queryString", "value": email}}

        async def ask(token: str | None) -> FoundUsers:
            body = {**search, "pageToken": token} if token else search
            answer = await self._api.call("POST", f"{_PATH}/admin/users/search", deadline, body=body)
            if not answer.is_success:
                raise self._refusal(answer)
            return self._api.understood(answer, FoundUsers)

        users = [user async for page in self._api.pages(ask) for user in page.data]
        own = [user for user in users if user.email and same_person_key(user.email) == same_person_key(email)]
        self._deleted |= {user.id for user in own if user.status == "DELETED"}
        return tuple(user.id for user in own)

    def _refusal(self, answer: Answer, *, concerns_one: bool = False) -> RefusedError:
        if answer.status == 404 and answer.is_empty:
            return RefusedError("This Foundry instance does not offer the call that removes roles (empty 404).")
        return self._api.refusal(answer, concerns_one=concerns_one)


def _pairs(roles: Iterable[GrantedRole]) -> set[RoleOf]:
    return {(role.resource_role_principal.principal_id, role.role_id) for role in roles}


def _error_name(answer: Answer) -> str:
    return "" if answer.is_success else str((answer.body or {}).get("errorName", ""))
