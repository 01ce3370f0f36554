"""Foundry of Palantir: roles on resources, taken away in one call for many people on one resource."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any, Final, Literal
from urllib.parse import quote

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel

from access.connectors.connector import Connector, Failed, Grant, Holding
from access.connectors.errors import ConnectorError, ConnectorStoppedError, RefusedError
from access.connectors.grouped_connector import GroupedConnector, Resource
from access.connectors.platform_api import Answer, Page, PlatformApi
from access.connectors.sign_in import ClientCredentials
from api.plain_line import plain_line
from config.settings import Settings
from sql.deadline import Deadline

TITLE = "Foundry"
SCOPES = "api:admin-read api:filesystem-read api:filesystem-write"
EVERYONE: Final = "everyone"
_PATH = "/api/v2"
_MAX_ID_CHARACTERS = 200

RoleOf = tuple[str, str]  # a principal's id and a role's


class FoundryModel(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel)


class Everyone(FoundryModel):
    type: Literal["everyone"]
    principal_id: Literal["everyone"] = EVERYONE


class Principal(FoundryModel):
    principal_id: str
    principal_type: str = ""


class HeldRole(FoundryModel):
    resource_role_principal: Everyone | Principal
    role_id: str

    @property
    def is_of_group(self) -> bool:
        """Or of what is no single person for another reason."""
        principal = self.resource_role_principal
        return isinstance(principal, Principal) and principal.principal_type != "USER"


class HeldRoles(FoundryModel, Page):
    data: list[HeldRole]


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
    ) -> Mapping[Grant, Holding | Failed]:
        """Only what is held at all is asked for twice: whether by the resource itself or from above it.

        Whose groups somebody is in is asked where a group holds the same.
        """
        people, failures = await self._find_people(grants, deadline)
        roles = await self._roles(resource, deadline, include_inherited=True)
        held = _pairs(roles)
        wanted = {(person, self._role_ids[grant.access]) for grant, ids in people.items() for person in ids}
        direct = _pairs(await self._roles(resource, deadline, include_inherited=False)) if wanted & held else set()
        found = failures | {grant: self._holding(grant, ids, held, direct) for grant, ids in people.items()}
        of_groups = _pairs(role for role in roles if role.is_of_group)
        unsure = [grant for grant in people if found[grant] == Holding() and self._could_be(grant, of_groups)]
        through_groups = (self._through_groups(grant, people[grant], of_groups, deadline) for grant in unsure)
        return found | dict(zip(unsure, await asyncio.gather(*through_groups), strict=True))

    async def take_away(self, resource: Resource, grants: Sequence[Grant], deadline: Deadline) -> str | None:
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

    def _holding(self, grant: Grant, people: Sequence[str], held: set[RoleOf], direct: set[RoleOf]) -> Holding | Failed:
        """A role that no setting names could be the one in question under another id: then nobody can say "gone"."""
        role_id = self._role_ids[grant.access]
        if any((person, role_id) in direct for person in people):
            return Holding(is_direct=True, through=None)
        if any((person, role_id) in held for person in people):
            return Holding(through="a folder or project above")
        if (EVERYONE, role_id) in held:
            return Holding(through="a role that everyone has")
        unknown = sorted(role for person, role in held if person in people and role not in self._role_ids.values())
        if unknown:
            role_id = plain_line(unknown[0], _MAX_ID_CHARACTERS)
            return Failed(f"The person holds the role {role_id}, which FOUNDRY_ROLE_IDS does not name.")
        return Holding()

    def _could_be(self, grant: Grant, of_groups: set[RoleOf]) -> bool:
        """Whether a group holds the role in question, or one that could be it."""
        others = set(self._role_ids.values()) - {self._role_ids[grant.access]}
        return any(role_id not in others for _, role_id in of_groups)

    async def _through_groups(
        self, grant: Grant, people: Sequence[str], of_groups: set[RoleOf], deadline: Deadline
    ) -> Holding | Failed:
        try:
            groups = {group for person in people for group in await self._groups_of(person, deadline)}
        except ConnectorStoppedError:
            raise
        except ConnectorError as error:
            return Failed(f"Whether a group gives the person this role could not be found out. {error}")
        theirs = sorted((group, role_id) for group, role_id in of_groups if group in groups)
        for group, role_id in theirs:
            if role_id == self._role_ids[grant.access]:
                return Holding(through=f"the group {plain_line(group, _MAX_ID_CHARACTERS)}")
        for _, role_id in theirs:
            if role_id not in self._role_ids.values():
                role = plain_line(role_id, _MAX_ID_CHARACTERS)
                reason = f"A group of the person holds the role {role}, which FOUNDRY_ROLE_IDS does not name."
                return Failed(reason)
        return Holding()

    async def _groups_of(self, person: str, deadline: Deadline) -> set[str]:
        """Those that they are in by another group too; asked once for all grants."""
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

    async def _roles(self, resource: Resource, deadline: Deadline, *, include_inherited: bool) -> list[HeldRole]:
        """Who holds what; nobody on a resource that does not exist."""
        query = {"includeInherited": str(include_inherited).lower()}
        path = f"{_PATH}/filesystem/resources/{quote(resource[0], safe='')}/roles"

        async def ask(token: str | None) -> HeldRoles | None:
            page_query = {**query, "pageToken": token} if token else query
            answer = await self._api.call("GET", path, deadline, query=page_query)
            if answer.is_success:
                return self._api.understood(answer, HeldRoles)
            if answer.status == 404 and _error_name(answer) == "ResourceNotFound":
                return None
            raise self._refusal(answer)

        return [role async for page in self._api.pages(ask) for role in page.data]

    async def _find_people(
        self, grants: Sequence[Grant], deadline: Deadline
    ) -> tuple[dict[Grant, tuple[str, ...]], dict[Grant, Holding | Failed]]:
        """The ids of each grant's person, and why the others' are not known."""
        people: dict[Grant, tuple[str, ...]] = {}
        failures: dict[Grant, Holding | Failed] = {}
        emails = {grant.email.casefold() for grant in grants}
        found = dict(
            zip(emails, await asyncio.gather(*(self._person(email, deadline) for email in emails)), strict=True)
        )
        for grant in grants:
            match found[grant.email.casefold()]:
                case Failed() as failed:
                    failures[grant] = failed
                case ():
                    failures[grant] = Failed("Foundry knows nobody with this email address.")
                case ids if grant.access in self._role_ids:
                    people[grant] = ids
                case _:
                    failures[grant] = Failed(f"FOUNDRY_ROLE_IDS does not name the role {grant.access}.")
        return people, failures

    async def _person(self, email: str, deadline: Deadline) -> tuple[str, ...] | Failed:
        """Found once for all grants; several accounts may share an address."""
        if email not in self._people:
            try:
                self._people[email] = await self._search(email, deadline)
            except ConnectorStoppedError:
                raise
            except ConnectorError as error:
                return Failed(f"The person could not be looked up. {error}")
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
        return tuple(user.id for user in users if (user.email or "").casefold() == email.casefold())

    def _refusal(self, answer: Answer, *, concerns_one: bool = False) -> RefusedError:
        if answer.status == 404 and answer.is_empty:
            return RefusedError("This Foundry instance does not offer what is needed to take roles away (empty 404).")
        return self._api.refusal(answer, concerns_one=concerns_one)


def _pairs(roles: Iterable[HeldRole]) -> set[RoleOf]:
    return {(role.resource_role_principal.principal_id, role.role_id) for role in roles}


def _error_name(answer: Answer) -> str:
    return "" if answer.is_success else str((answer.body or {}).get("errorName", ""))
