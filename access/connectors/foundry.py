"""Palantir's Foundry: roles on resources, removed in one call for many people on one resource."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any, Final, Literal
from urllib.parse import quote

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel

from access.addresses import without_blanks
from access.connectors.connector import Connector, CurrentGrant, Grant, LookFailed, Resource
from access.connectors.errors import ConnectorError, ConnectorStoppedError, RefusedError
from access.connectors.grouped_connector import GroupedConnector
from access.connectors.platform_api import Answer, Page, PlatformApi
from access.connectors.sign_in import ClientCredentials
from api.remote_answer import plain_line
from config.settings import Settings
from sql.deadline import Deadline

TITLE = "Foundry"
SCOPES = "api:admin-read api:filesystem-read api:filesystem-write"
EVERYONE: Final = "everyone"
_PATH = "/api/v2"
_MAX_ID_CHARACTERS = 200

RoleOf = tuple[str, str]  # the ids of a principal and a role


class FoundryModel(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel)


class Everyone(FoundryModel):
    type: Literal["everyone"]
    principal_id: Literal["everyone"] = EVERYONE


class Principal(FoundryModel):
    principal_id: str
    principal_type: str = ""


class GrantedRole(FoundryModel):
    resource_role_principal: Everyone | Principal
    role_id: str

    @property
    def is_of_group(self) -> bool:
        """Tells whether the role belongs to neither one person nor everyone, and so perhaps to a group."""
        principal = self.resource_role_principal
        return isinstance(principal, Principal) and principal.principal_type != "USER"


class GrantedRoles(FoundryModel, Page):
    data: list[GrantedRole]


class User(FoundryModel):
    id: str
    email: str | None = None


class FoundUsers(FoundryModel, Page):
    data: list[User]


class GroupMembership(FoundryModel):
    group_id: str


class GroupMemberships(FoundryModel, Page):
    data: list[GroupMembership]


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
        yield FoundryConnector(api, settings.foundry_role_ids, settings.connector_max_concurrency)


class FoundryConnector(GroupedConnector):
    """`role_ids` maps the names that requests use to the ids of the platform's role sets."""

    def __init__(self, api: PlatformApi, role_ids: Mapping[str, str], max_concurrency: int) -> None:
        super().__init__(max_concurrency)
        self._api = api
        self._role_ids = role_ids
        self._people: dict[str, tuple[str, ...]] = {}
        self._groups: dict[str, set[str]] = {}

    async def look(
        self, resource: Resource, grants: Sequence[Grant], deadline: Deadline
    ) -> Mapping[Grant, CurrentGrant | LookFailed]:
        """Asks a second time only about roles that someone has, to tell direct from inherited ones.

        Asks for a person's groups only if a group has the same role.
        """
        people, failures = await self._find_people(grants, deadline)
        roles = await self._roles(resource, deadline, include_inherited=True)
        granted = _pairs(roles)
        wanted = {(person, self._role_ids[grant.access]) for grant, ids in people.items() for person in ids}
        direct = _pairs(await self._roles(resource, deadline, include_inherited=False)) if wanted & granted else set()
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
        answer = await self._api.call("POST", path, deadline, body=body)
        name = _error_name(answer)
        if answer.is_success or name == "ResourceNotFound" or (name == "PrincipalNotFound" and len(roles) == 1):
            return answer.request_id
        raise self._refusal(answer, concerns_one=name in ("PrincipalNotFound", "InvalidRoleIds"))

    def _current_grant(
        self, grant: Grant, people: Sequence[str], granted: set[RoleOf], direct: set[RoleOf]
    ) -> CurrentGrant | LookFailed:
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
        return CurrentGrant()

    def _could_be(self, grant: Grant, of_groups: set[RoleOf]) -> bool:
        """Tells whether a group has the role in question, or one that could be the same role."""
        others = set(self._role_ids.values()) - {self._role_ids[grant.access]}
        return any(role_id not in others for _, role_id in of_groups)

    async def _through_groups(
        self, grant: Grant, people: Sequence[str], of_groups: set[RoleOf], deadline: Deadline
    ) -> CurrentGrant | LookFailed:
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
        return CurrentGrant()

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

    async def _roles(self, resource: Resource, deadline: Deadline, *, include_inherited: bool) -> list[GrantedRole]:
        """Returns the roles that each principal has. The list is empty for a resource that does not exist."""
        query = {"includeInherited": str(include_inherited).lower()}
        path = f"{_PATH}/filesystem/resources/{quote(resource[0], safe='')}/roles"

        async def ask(token: str | None) -> GrantedRoles | None:
            page_query = {**query, "pageToken": token} if token else query
            answer = await self._api.call("GET", path, deadline, query=page_query)
            if answer.is_success:
                return self._api.understood(answer, GrantedRoles)
            if answer.status == 404 and _error_name(answer) == "ResourceNotFound":
                return None
            raise self._refusal(answer)

        return [role async for page in self._api.pages(ask) for role in page.data]

    async def _find_people(
        self, grants: Sequence[Grant], deadline: Deadline
    ) -> tuple[dict[Grant, tuple[str, ...]], dict[Grant, CurrentGrant | LookFailed]]:
        """Returns the ids of each grant's person, and the reasons for grants without any."""
        people: dict[Grant, tuple[str, ...]] = {}
        failures: dict[Grant, CurrentGrant | LookFailed] = {}
        emails = {grant.email.casefold() for grant in grants}
        found = dict(
            zip(emails, await asyncio.gather(*(self._person(email, deadline) for email in emails)), strict=True)
        )
        for grant in grants:
            match found[grant.email.casefold()]:
                case LookFailed() as failed:
                    failures[grant] = failed
                case ():
                    failures[grant] = LookFailed("Foundry has no user with this email address.")
                case ids if grant.access in self._role_ids:
                    people[grant] = ids
                case _:
                    failures[grant] = LookFailed(f"FOUNDRY_ROLE_IDS does not name the role {grant.access}.")
        return people, failures

    async def _person(self, email: str, deadline: Deadline) -> tuple[str, ...] | LookFailed:
        """Finds the person once for all grants. Several accounts may share an address."""
        if email not in self._people:
            try:
                self._people[email] = await self._search(email, deadline)
            except ConnectorStoppedError:
                raise
            except ConnectorError as error:
                return LookFailed(f"The person could not be looked up. {error}")
        return self._people[email]

    async def _search(self, email: str, deadline: Deadline) -> tuple[str, ...]:
        search: dict[str, Any] = {"where": {"type": "queryString", "value": email}}

        async def ask(token: str | None) -> FoundUsers:
            body = {**search, "pageToken": token} if token else search
            answer = await self._api.call("POST", f"{_PATH}/admin/users/search", deadline, body=body)
            if not answer.is_success:
                raise self._refusal(answer)
            return self._api.understood(answer, FoundUsers)

        users = [user async for page in self._api.pages(ask) for user in page.data]
        return tuple(user.id for user in users if without_blanks(user.email).casefold() == email.casefold())

    def _refusal(self, answer: Answer, *, concerns_one: bool = False) -> RefusedError:
        if answer.status == 404 and answer.is_empty:
            return RefusedError("This Foundry instance does not offer the call that removes roles (empty 404).")
        return self._api.refusal(answer, concerns_one=concerns_one)


def _pairs(roles: Iterable[GrantedRole]) -> set[RoleOf]:
    return {(role.resource_role_principal.principal_id, role.role_id) for role in roles}


def _error_name(answer: Answer) -> str:
    return "" if answer.is_success else str((answer.body or {}).get("errorName", ""))
