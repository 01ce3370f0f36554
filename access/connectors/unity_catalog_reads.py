"""UnityCatalogReads: what Unity Catalog and its workspace say, each asked once a run where it lasts that long."""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, TypeVar
from urllib.parse import quote

from pydantic import BaseModel, ValidationError

from access.connectors.connector import NotKnown, Resource
from access.connectors.platform_api import Answer, PlatformApi
from access.connectors.unity_catalog_shapes import (
    EffectivePermissions,
    GivenPrivilege,
    Owned,
    OwnedTables,
    Permissions,
    Person,
    ScimRecord,
    ScimRecords,
)
from access.same_person import ascii_lower, same_person_key
from api.remote_answer import plain_line
from sql.deadline import Deadline

PATH = "/api/2.1/unity-catalog"
_SCIM = "/api/2.0/preview/scim/v2"
_NO_SUCH_TABLE = frozenset({"TABLE_DOES_NOT_EXIST", "SCHEMA_DOES_NOT_EXIST", "CATALOG_DOES_NOT_EXIST"})
# So many tables of a schema are asked for their owner one by one. From then on, the whole schema is listed.
_TABLES_ONE_BY_ONE = 5
# A larger schema is not read to its end. Its other tables are asked for one by one.
_MAX_PAGES_OF_SCHEMA = 20
_MAX_NAME_CHARACTERS = 300

Known = TypeVar("Known")
Shape = TypeVar("Shape", bound=BaseModel)


class UnityCatalogReads:
    def __init__(self, api: PlatformApi) -> None:
        self._api = api
        self._known: dict[object, Any] = {}
        self._locks: dict[object, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._tables_of: dict[Resource, set[Resource]] = defaultdict(set)
        self._tells_people = True

    async def permissions(
        self, resource: Resource, deadline: Deadline, principal: str | None = None
    ) -> Permissions | NotKnown:
        """Returns the effective privileges of each principal on a table, or only those of one.

        Returns NotKnown if the platform does not know the table or the principal. Raises ConnectorError.
        """
        unknown: list[NotKnown] = []
        query = {"max_results": "0", **({"principal": principal} if principal else {})}

        async def ask(token: str | None) -> EffectivePermissions | None:
            page_query = {**query, **({"page_token": token} if token else {})}
            answer = await self._api.call("GET", path, deadline, query=page_query)
            if answer.is_success:
                return self._api.understood(answer, EffectivePermissions)
            if is_unknown_table(answer):
                unknown.append(NotKnown(_not_known("table", ".".join(resource), answer)))
                return None
            if principal and is_unknown_principal(answer):
                unknown.append(unknown_person(principal))
                return None
            raise self._api.refusal(answer)

        path = f"{PATH}/effective-permissions/table/{path_name(resource)}"
        listed: dict[str, list[GivenPrivilege]] = defaultdict(list)
        # An empty page may have a next one.
        async for page in self._api.pages(ask):
            for assignment in page.privilege_assignments:
                listed[assignment.principal] += assignment.privileges
        return unknown[0] if unknown else listed

    async def own_record(self, deadline: Deadline) -> ScimRecord | None:
        """Returns this app's own record, or None if the workspace does not tell it."""

        async def ask() -> ScimRecord | None:
            return await self._told(f"{_SCIM}/Me", {}, ScimRecord, deadline)

        return await self._once("me", ask)

    async def person(self, email: str, deadline: Deadline) -> Person | NotKnown | None:
        """Returns the workspace's record of a person, or None if it does not tell its records."""

        async def ask() -> Person | NotKnown | None:
            records: Sequence[ScimRecord] = ()
            for spelling in dict.fromkeys((ascii_lower(email), email)):
                value = spelling.replace("\\", "\\\\").replace('"', '\\"')
                query = {"filter": f'userName eq "{value}"', "attributes": "id,userName,active,groups"}
                found = await self._told(f"{_SCIM}/Users", query, ScimRecords, deadline)
                if found is None:
                    self._tells_people = False  # nor will it tell the next one
                    return None
                if records := found.Resources:
                    break
            return _only(email, records)

        return await self._once(("person", same_person_key(email)), ask) if self._tells_people else None

    async def owners(self, resource: Resource, deadline: Deadline) -> dict[str, str | None]:
        """Returns the owners of a table, its schema and its catalog. None stands for one that is not told."""
        catalog, schema, _ = resource
        names = await asyncio.gather(
            self._owner_of_table(resource, deadline),
            self._owner(f"schemas/{path_name((catalog, schema))}", deadline),
            self._owner(f"catalogs/{path_name((catalog,))}", deadline),
        )
        return dict(zip(("table", "schema", "catalog"), names, strict=True))

    async def metastore_admin(self, deadline: Deadline) -> str | None:
        """Returns the person or group that is admin of the metastore, or None if that is not told."""
        return await self._owner("metastore_summary", deadline)

    async def _owner_of_table(self, resource: Resource, deadline: Deadline) -> str | None:
        schema = resource[:2]
        self._tables_of[schema].add(resource)
        if len(self._tables_of[schema]) > _TABLES_ONE_BY_ONE:
            listed = await self._owners_in_schema(schema, deadline)
            if owner := listed.get(resource[2]):
                return owner
        return await self._owner(f"tables/{path_name(resource)}", deadline)

    async def _owners_in_schema(self, schema: Resource, deadline: Deadline) -> Mapping[str, str]:
        query = {"catalog_name": schema[0], "schema_name": schema[1], "max_results": "0"}
        query |= {"omit_columns": "true", "omit_properties": "true"}

        async def ask() -> dict[str, str]:
            owners: dict[str, str] = {}
            token: str | None = None
            for _ in range(_MAX_PAGES_OF_SCHEMA):
                page_query = {**query, **({"page_token": token} if token else {})}
                page = await self._told(f"{PATH}/tables", page_query, OwnedTables, deadline)
                owners |= {table.name: table.owner for table in page.tables if table.name} if page else {}
                token = page.next_page_token if page else None
                if not token:
                    break
            return owners

        return await self._once(schema, ask)

    async def _owner(self, path: str, deadline: Deadline) -> str | None:
        async def ask() -> str | None:
            owned = await self._told(f"{PATH}/{path}", {}, Owned, deadline)
            return owned.owner if owned else None

        return await self._once(path, ask)

    async def _told(self, path: str, query: Mapping[str, str], shape: type[Shape], deadline: Deadline) -> Shape | None:
        """Returns the answer, or None if the platform refuses it or says something else. The verdict tells that.

        Raises UnreachableError if it does not answer, since the next run may learn more.
        """
        answer = await self._api.call("GET", path, deadline, query=query)
        try:
            return shape.model_validate(answer.body) if answer.is_success else None
        except ValidationError:
            return None

    async def _once(self, key: object, ask: Callable[[], Awaitable[Known]]) -> Known:
        """Returns the first answer to a question, also to those who ask while it is under way."""
        async with self._locks[key]:
            if ("asked", key) not in self._known:
                self._known["asked", key] = await ask()
            answer: Known = self._known["asked", key]
            return answer


def path_name(resource: Resource) -> str:
    """Returns the full name of a catalog, a schema or a table for a path."""
    return ".".join(quote(part, safe="") for part in resource)


def is_unknown_table(answer: Answer) -> bool:
    """Tells whether the platform does not know the table. Any other 404 comes from a wrong host or a proxy."""
    return answer.status == 404 and str((answer.body or {}).get("error_code", "")) in _NO_SUCH_TABLE


def is_unknown_principal(answer: Answer) -> bool:
    error = answer.body or {}
    code, message = str(error.get("error_code", "")), str(error.get("message", ""))
    is_unknown = code == "PRINCIPAL_DOES_NOT_EXIST" or _names_no_principal(message)
    return answer.status == 404 and is_unknown


def unknown_person(email: str) -> NotKnown:
    name = plain_line(email, _MAX_NAME_CHARACTERS)
    return NotKnown(f"Databricks does not know {name}. Look for another spelling there, and end the access by hand.")


def _not_known(kind: str, name: str, answer: Answer) -> str:
    said = plain_line(str((answer.body or {}).get("message", "")), _MAX_NAME_CHARACTERS).rstrip(".")
    words = f" ({said})" if said else ""
    return (
        f"Databricks shows this app no {kind} {plain_line(name, _MAX_NAME_CHARACTERS)}{words}. It may have another "
        "name now, or be hidden from this app."
    )


def _only(email: str, records: Sequence[ScimRecord]) -> Person | NotKnown:
    """Returns the one record of the person. No record, two, or one of another person proves nothing."""
    if not records:
        return unknown_person(email)
    own = [each for each in records if each.userName and same_person_key(each.userName) == same_person_key(email)]
    if len(records) > 1 or not own:
        name = plain_line(email, _MAX_NAME_CHARACTERS)
        return NotKnown(f"Databricks does not tell who {name} is: it answers with other people, or with several.")
    return Person(own[0].userName or email, own[0].active, own[0].group_names)


def _names_no_principal(message: str) -> bool:
    """Tells whether the message says that the person does not exist, in time proportional to its length."""
    said = message.casefold()
    _, principal, rest = said.partition("principal")
    return "could not find principal" in said or (bool(principal) and " does not exist" in rest)
