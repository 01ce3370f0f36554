"""Palantir's Foundry: roles on resources, removed or given in one call for many people on one resource."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import TypeVar

from access.connectors.connector import (
    Connector,
    CurrentGrant,
    Found,
    Grant,
    Holder,
    LookFailed,
    NotKnown,
    PrincipalKind,
    Resource,
    Survey,
)
from access.connectors.description import Place, Right, Rights
from access.connectors.errors import ConnectorError, ConnectorStoppedError, RefusedError, UnreachableError
from access.connectors.foundry_reads import FoundryReads, error_name, roles_path
from access.connectors.foundry_shapes import EVERYONE, Everyone, GrantedRole, User
from access.connectors.grouped_connector import GroupedConnector
from access.connectors.names import in_foundry, never_in_foundry
from access.connectors.platform_api import PlatformApi
from access.connectors.sign_in import ClientCredentials
from access.same_person import same_person_key
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
NO_ACCOUNT = "Foundry has no account in use with this email address. Nothing can be given to it."
SEVERAL_ACCOUNTS = "Foundry has several accounts with this email address. Give the role by hand to the one in use."
_MAX_ID_CHARACTERS = 200

logger = logging.getLogger(__name__)

Known = TypeVar("Known")
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
        super().__init__(max_concurrency, api.usage)
        self._read_as = f"application {client_id}" if client_id else "this app"
        self._changed: set[Resource] = set()
        self._api = api
        self._reads = FoundryReads(api)
        self._role_ids = role_ids

    def in_own_words(self, grant: Grant) -> Grant | NotKnown:
        own = in_foundry(grant, frozenset(self._role_ids))
        wrong = never_in_foundry(own)
        return NotKnown(f"Foundry cannot hold this grant. {next(iter(wrong.values()))}") if wrong else own

    async def look(
        self, resource: Resource, grants: Sequence[Grant], deadline: Deadline, *, with_holders: bool = False
    ) -> Survey:
        """Asks a second time only about roles that someone has, to tell direct from inherited ones.

        A role that is on the first list only was inherited, or removed meanwhile. A third list tells which. Asks for
        a person's groups only if a group has the same role.
        """
        people, failures = await self._find_people(grants, deadline)
        roles = await self._all_roles(resource, deadline)
        if isinstance(roles, NotKnown):
            return Survey(failures | dict.fromkeys(people, roles), None)
        granted = _pairs(roles)
        wanted = {(person, self._role_ids[grant.access]) for grant, ids in people.items() for person in ids}
        direct_roles: Sequence[GrantedRole] | None = ()
        if wanted & granted or with_holders:
            direct_roles = await self._reads.roles(resource, deadline, include_inherited=False)
        direct = _pairs(direct_roles or ())
        if wanted & granted - direct:
            roles = await self._all_roles(resource, deadline)
            if isinstance(roles, NotKnown):
                return Survey(failures | dict.fromkeys(people, roles), None)
            granted = _pairs(roles)
        found = failures | {grant: self._current_grant(grant, ids, granted, direct) for grant, ids in people.items()}
        of_groups = _pairs(role for role in roles if role.is_of_group)
        unsure = [grant for grant in people if found[grant] == CurrentGrant() and self._could_be(grant, of_groups)]
        through_groups = (self._through_groups(grant, people[grant], of_groups, deadline) for grant in unsure)
        found |= dict(zip(unsure, await asyncio.gather(*through_groups), strict=True))
        return Survey(found, await self._holders(direct_roles, deadline) if with_holders else None)

    async def read_as(self, deadline: Deadline) -> str | None:
        return self._read_as

    async def signed_in_as(self, deadline: Deadline) -> str | None:
        own = await self._told(self._reads.own_user(deadline))
        return f"{self._read_as}, user {plain_line(own.id, _MAX_ID_CHARACTERS)}" if own else None

    async def places_of(self, places: Sequence[Place], deadline: Deadline) -> Sequence[Place]:
        return await self._reads.projects_of(places, deadline)

    async def rights_on(self, resource: Resource, deadline: Deadline) -> Rights:
        own = self.in_own_words(Grant(0, "", resource, ""))
        if isinstance(own, NotKnown):
            return Rights.not_known(own.reason)
        roles = await self._reads.roles(own.resource, deadline, include_inherited=True)
        if roles is None:
            return Rights.not_known(NO_SUCH_RESOURCE)
        if not roles:
            return replace(Rights.not_known(BLIND), may_see=Right("no", BLIND))
        return await self._reads.rights(roles, {role_id: role for role, role_id in self._role_ids.items()}, deadline)

    async def remove_from(self, resource: Resource, grants: Sequence[Grant], deadline: Deadline) -> str | None:
        people, _ = await self._find_people(grants, deadline)
        roles = {(person, self._role_ids[grant.access]) for grant, ids in people.items() for person in ids}
        try:
            request_id = await self._change("remove", resource, roles, deadline)
        except UnreachableError:
            self._changed.add(resource)  # it may have taken effect
            raise
        self._changed.add(resource)
        return request_id

    async def give_on(self, resource: Resource, grants: Sequence[Grant], deadline: Deadline) -> str | None:
        """Gives the roles to the one account of each person. Raises RefusedError for a person with none, or several."""
        people, _ = await self._find_people(grants, deadline)
        roles: set[RoleOf] = set()
        for grant in grants:
            living = [person for person in people.get(grant, ()) if person not in self._reads.deleted]
            if len(living) != 1:
                reason = SEVERAL_ACCOUNTS if living else NO_ACCOUNT
                raise RefusedError(reason, concerns_one=True)
            roles.add((living[0], self._role_ids[grant.access]))
        return await self._change("add", resource, roles, deadline)

    async def _change(self, act: str, resource: Resource, roles: Iterable[RoleOf], deadline: Deadline) -> str | None:
        body = {
            "roles": [
                {"resourceRolePrincipal": {"type": "principalIdOnly", "principalId": person}, "roleId": role_id}
                for person, role_id in sorted(roles)
            ]
        }
        answer = await self._api.call("POST", f"{roles_path(resource)}/{act}", deadline, body=body)
        if not answer.is_success:
            concerns_one = error_name(answer) in ("PrincipalNotFound", "InvalidRoleIds")
            raise self._reads.refusal(answer, concerns_one=concerns_one)
        return answer.request_id

    async def _holders(self, roles: Sequence[GrantedRole] | None, deadline: Deadline) -> Sequence[Holder] | None:
        """Returns the principals that have a role on the resource itself, without this app."""
        if roles is None:
            return None
        ids = {role.principal_id for role in roles if role.is_of_user}
        users = await self._told(self._reads.users(ids, deadline)) or {}
        own = await self._told(self._reads.own_user(deadline)) if ids else None
        names = {role_id: role for role, role_id in self._role_ids.items()}
        return [
            _holder(role, users.get(role.principal_id), names.get(role.role_id, role.role_id))
            for role in roles
            if not own or role.principal_id != own.id
        ]

    async def _told(self, question: Awaitable[Known]) -> Known | None:
        """Returns the answer, or None if there is none. Only the names and kinds of holders depend on it."""
        try:
            return await question
        except ConnectorStoppedError:
            raise
        except ConnectorError as error:
            logger.info("Foundry did not tell who has roles: %s", error)
            return None

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
        deleted = "" if set(people) - self._reads.deleted else " The person's account is deleted."
        return CurrentGrant(scope=f"All roles on the resource read as {self._read_as}. {groups}{deleted}")

    def _could_be(self, grant: Grant, of_groups: set[RoleOf]) -> bool:
        """Tells whether a group has the role in question, or one that could be the same role."""
        others = set(self._role_ids.values()) - {self._role_ids[grant.access]}
        return any(role_id not in others for _, role_id in of_groups)

    async def _through_groups(
        self, grant: Grant, people: Sequence[str], of_groups: set[RoleOf], deadline: Deadline
    ) -> Found:
        try:
            groups = {group for person in people for group in await self._reads.groups_of(person, deadline)}
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

    async def _all_roles(self, resource: Resource, deadline: Deadline) -> list[GrantedRole] | NotKnown:
        """Returns the roles of each principal, inherited ones too, or the reason why the list proves nothing."""
        roles = await self._reads.roles(resource, deadline, include_inherited=True)
        if roles is None:
            return NotKnown(NO_SUCH_RESOURCE)
        return roles if roles or resource in self._changed else NotKnown(BLIND)

    async def _find_people(
        self, grants: Sequence[Grant], deadline: Deadline
    ) -> tuple[dict[Grant, tuple[str, ...]], dict[Grant, Found]]:
        """Returns the ids of each grant's person, and the reasons for grants without any."""
        people: dict[Grant, tuple[str, ...]] = {}
        failures: dict[Grant, Found] = {}
        emails = {same_person_key(grant.email): grant.email for grant in grants}
        persons = await asyncio.gather(*(self._reads.person(email, deadline) for email in emails.values()))
        found = dict(zip(emails, persons, strict=True))
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


def _pairs(roles: Iterable[GrantedRole]) -> set[RoleOf]:
    return {(role.principal_id, role.role_id) for role in roles}


def _holder(role: GrantedRole, user: User | None, role_name: str) -> Holder:
    """Returns the holder of a role. Service users are users too, so only their record tells them apart."""
    principal = role.resource_role_principal
    if isinstance(principal, Everyone):
        return Holder(EVERYONE, "group", role_name)
    kinds: dict[str, PrincipalKind] = {"USER": "person", "GROUP": "group"}
    kind = kinds.get(principal.principal_type, "unknown")
    if user and user.is_service_user:
        kind = "servicePrincipal"
    return Holder(user.email if user and user.email else principal.principal_id, kind, role_name)
