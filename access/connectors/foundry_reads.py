"""FoundryReads: what Foundry says about resources and people, each person asked for once a run."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any
from urllib.parse import quote

from access.connectors.connector import LookFailed, Resource
from access.connectors.description import Place, Right, Rights
from access.connectors.errors import ConnectorError, ConnectorStoppedError, RefusedError
from access.connectors.foundry_shapes import (
    EVERYONE,
    FoundryResource,
    FoundUsers,
    GrantedRole,
    GrantedRoles,
    GroupMemberships,
    ResourcesByRid,
    User,
    UsersById,
)
from access.connectors.platform_api import Answer, PlatformApi
from access.same_person import ascii_lower, same_person_key
from api.remote_answer import plain_line
from sql.deadline import Deadline

PATH = "/api/v2"
# So many people are asked for in one call, as the vendor allows.
_MAX_BATCH = 500
_MAX_NAME_CHARACTERS = 300


class FoundryReads:
    """`deleted` are the ids of the accounts that were found and no longer exist."""

    def __init__(self, api: PlatformApi) -> None:
        self._api = api
        self.deleted: set[str] = set()
        self._people: dict[str, tuple[str, ...]] = {}
        self._groups: dict[str, set[str]] = {}
        self._users: dict[str, User | None] = {}
        self._own: User | None = None

    async def roles(
        self, resource: Resource, deadline: Deadline, *, include_inherited: bool
    ) -> list[GrantedRole] | None:
        """Returns the roles that each principal has, or None if Foundry does not know the resource."""
        is_unknown = False
        query = {"includeInherited": str(include_inherited).lower()}
        path = roles_path(resource)

        async def ask(token: str | None) -> GrantedRoles | None:
            nonlocal is_unknown
            page_query = {**query, "pageToken": token} if token else query
            answer = await self._api.call("GET", path, deadline, query=page_query)
            if answer.is_success:
                return self._api.understood(answer, GrantedRoles)
            if answer.status == 404 and error_name(answer) == "ResourceNotFound":
                is_unknown = True
                return None
            raise self.refusal(answer)

        roles = [role async for page in self._api.pages(ask) for role in page.data]
        return None if is_unknown else roles

    async def groups_of(self, person: str, deadline: Deadline) -> set[str]:
        """Returns all groups of the person, also those through another group. Asks once for all grants."""
        if person not in self._groups:
            path = f"{PATH}/admin/users/{quote(person, safe='')}/groupMemberships"

            async def ask(token: str | None) -> GroupMemberships:
                query = {"transitive": "true", **({"pageToken": token} if token else {})}
                answer = await self._api.call("GET", path, deadline, query=query)
                if not answer.is_success:
                    raise self.refusal(answer)
                return self._api.understood(answer, GroupMemberships)

            self._groups[person] = {each.group_id async for page in self._api.pages(ask) for each in page.data}
        return self._groups[person]

    async def person(self, email: str, deadline: Deadline) -> tuple[str, ...] | LookFailed:
        """Returns the ids of the person, found once for all grants. Several accounts may share an address."""
        key = same_person_key(email)
        if key not in self._people:
            try:
                self._people[key] = await self._search(ascii_lower(email), deadline)
            except ConnectorStoppedError:
                raise
            except ConnectorError as error:
                return LookFailed(f"The person could not be looked up. {error}")
        return self._people[key]

    async def users(self, ids: Collection[str], deadline: Deadline) -> Mapping[str, User | None]:
        """Returns the record of each user, or None for one that Foundry does not tell. Asks once for each."""
        unknown = sorted(set(ids) - self._users.keys())
        for start in range(0, len(unknown), _MAX_BATCH):
            batch = unknown[start : start + _MAX_BATCH]
            body = [{"userId": each} for each in batch]
            answer = await self._api.call("POST", f"{PATH}/admin/users/getBatch", deadline, body=body)
            told = self._api.understood(answer, UsersById).data if answer.is_success else {}
            self._users |= {each: told.get(each) for each in batch}
        return {each: self._users[each] for each in ids}

    async def own_user(self, deadline: Deadline) -> User:
        """Returns the user as whom this app is signed in. Raises ConnectorError."""
        if self._own is None:
            answer = await self._api.call("GET", f"{PATH}/admin/users/getCurrent", deadline)
            if not answer.is_success:
                raise self.refusal(answer)
            self._own = self._api.understood(answer, User)
        return self._own

    async def projects_of(self, places: Sequence[Place], deadline: Deadline) -> Sequence[Place]:
        """Returns the projects of these resources. A resource whose project is not told is a place of its own."""
        resources = await self._resources([place.name for place in places], deadline)
        members: dict[str, list[Place]] = defaultdict(list)
        for place in places:
            resource = resources.get(place.name)
            members[resource.project_rid if resource else place.name].append(place)
        projects = await self._resources(sorted({each.project_rid for each in resources.values()}), deadline)
        return [
            Place(
                plain_line(projects[rid].path if rid in projects else rid, _MAX_NAME_CHARACTERS),
                sum(place.request_count for place in group),
                tuple(sample for place in group for sample in place.samples),
                tuple(name for place in group for name in place.names),
            )
            for rid, group in members.items()
        ]

    async def _resources(self, rids: Sequence[str], deadline: Deadline) -> dict[str, FoundryResource]:
        """Returns what Foundry tells about these resources. It leaves out those that it does not show."""
        told: dict[str, FoundryResource] = {}
        for start in range(0, len(rids), _MAX_BATCH):
            body = [{"resourceRid": rid} for rid in rids[start : start + _MAX_BATCH]]
            try:
                answer = await self._api.call("POST", f"{PATH}/filesystem/resources/getBatch", deadline, body=body)
                told |= self._api.understood(answer, ResourcesByRid).data if answer.is_success else {}
            except ConnectorStoppedError:
                raise
            except ConnectorError:
                return told
        return told

    async def rights(self, roles: Sequence[GrantedRole], role_names: Mapping[str, str], deadline: Deadline) -> Rights:
        """Returns what the app may do on a resource with these roles.

        Foundry does not tell whether a role may change roles. `role_names` are the names of the roles by their ids.
        """
        own = await self.own_user(deadline)
        everywhere = {own.id, EVERYONE}
        try:
            everywhere |= await self.groups_of(own.id, deadline)
        except ConnectorStoppedError:
            raise
        except ConnectorError:
            pass  # then only the roles that it has itself are named
        held = sorted({role_names.get(each.role_id, each.role_id) for each in roles if each.principal_id in everywhere})
        seen = Right("yes", f"Foundry lists {len(roles)} roles there.")
        names = plain_line(", ".join(held), _MAX_NAME_CHARACTERS)
        has = f"The app has the role {names} there." if held else "No role of the app itself was seen there."
        return Rights(seen, Right("notKnown", f"{has} Foundry does not tell whether it may change roles."))

    def refusal(self, answer: Answer, *, concerns_one: bool = False) -> RefusedError:
        if answer.status == 404 and answer.is_empty:
            return RefusedError("This Foundry instance does not offer the call that removes roles (empty 404).")
        return self._api.refusal(answer, concerns_one=concerns_one)

    async def _search(self, email: str, deadline: Deadline) -> tuple[str, ...]:
        search: dict[str, Any] = {"where": {"type": "queryString", "value": email}}

        async def ask(token: str | None) -> FoundUsers:
            body = {**search, "pageToken": token} if token else search
            answer = await self._api.call("POST", f"{PATH}/admin/users/search", deadline, body=body)
            if not answer.is_success:
                raise self.refusal(answer)
            return self._api.understood(answer, FoundUsers)

        users = [user async for page in self._api.pages(ask) for user in page.data]
        own = [user for user in users if user.email and same_person_key(user.email) == same_person_key(email)]
        self.deleted |= {user.id for user in own if user.status == "DELETED"}
        self._users |= {user.id: user for user in own}
        return tuple(user.id for user in own)


def roles_path(resource: Resource) -> str:
    return f"{PATH}/filesystem/resources/{quote(resource[0], safe='')}/roles"


def error_name(answer: Answer) -> str:
    return "" if answer.is_success else str((answer.body or {}).get("errorName", ""))
