"""Databricks' Unity Catalog: privileges on tables, removed in one call for many people on one table."""

import asyncio
import re
from collections import defaultdict
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from pydantic import BaseModel, model_validator

from access.addresses import without_blanks
from access.connectors.connector import Connector, CurrentGrant, Grant, LookFailed, Resource
from access.connectors.errors import RefusedError
from access.connectors.grouped_connector import GroupedConnector
from access.connectors.platform_api import Answer, Page, PlatformApi
from access.connectors.sign_in import AzureIdentity, ClientCredentials, GivenToken, SignIn
from api.remote_answer import plain_line
from config.settings import Settings
from sql.deadline import Deadline

if TYPE_CHECKING:
    from aiohttp import ClientSession

TITLE = "Databricks"
# Azure Databricks as a resource of Entra ID, the same in every tenant.
AZURE_SCOPE = "2ff814a6-3304-4ab8-85cb-cd0e6f879c1d/.default"
ALL_PRIVILEGES = "ALL_PRIVILEGES"
_PATH = "/api/2.1/unity-catalog"
_NO_SUCH_TABLE = frozenset({"TABLE_DOES_NOT_EXIST", "SCHEMA_DOES_NOT_EXIST", "CATALOG_DOES_NOT_EXIST"})
# No name of Unity Catalog has these characters, and they would change the path.
_NOT_IN_A_NAME = re.compile(r"[./\s\x00-\x1f]")
_MAX_NAME_CHARACTERS = 300


class GivenPrivilege(BaseModel):
    privilege: str
    inherited_from_type: str | None = None
    inherited_from_name: str | None = None


class Assignment(BaseModel):
    principal: str
    privileges: list[GivenPrivilege]


class EffectivePermissions(Page):
    """A page of permissions. The body is an empty object if no one has a privilege."""

    privilege_assignments: tuple[Assignment, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _refuse_other_objects(cls, body: Any) -> Any:
        if isinstance(body, dict) and body and not body.keys() & cls.model_fields.keys():
            raise ValueError("this object is not a page of permissions")
        return body


@asynccontextmanager
async def open_unity_catalog(settings: Settings) -> AsyncIterator[Connector]:
    import aiohttp

    async with AsyncExitStack() as stack:
        session = await stack.enter_async_context(aiohttp.ClientSession())
        sign_in = await _sign_in(settings, session, stack)
        api = PlatformApi(TITLE, settings.databricks_host or "", session, sign_in, settings, error_text="message")
        yield UnityCatalogConnector(api, settings.connector_max_concurrency)


async def _sign_in(settings: Settings, session: "ClientSession", stack: AsyncExitStack) -> SignIn:
    if settings.databricks_token:
        return GivenToken(settings.databricks_token.get_secret_value())
    if settings.databricks_client_id and settings.databricks_client_secret:
        return ClientCredentials(
            TITLE,
            session,
            f"{settings.databricks_host}/oidc/v1/token",
            client_id=settings.databricks_client_id,
            client_secret=settings.databricks_client_secret.get_secret_value(),
            scope="all-apis",
        )
    from azure.identity.aio import DefaultAzureCredential

    # PlatformApi does the retries.
    credential = await stack.enter_async_context(DefaultAzureCredential(retry_total=0))
    return AzureIdentity(credential, AZURE_SCOPE)


class UnityCatalogConnector(GroupedConnector):
    def __init__(self, api: PlatformApi, max_concurrency: int) -> None:
        super().__init__(max_concurrency)
        self._api = api

    async def look(
        self, resource: Resource, grants: Sequence[Grant], deadline: Deadline
    ) -> Mapping[Grant, CurrentGrant | LookFailed]:
        """Reads the effective permissions, which include those from the schema and the catalog.

        The list of all permissions does not name the members of groups. If others have the same privilege, it asks
        about each person alone.
        """
        emails = {grant.email.casefold() for grant in grants}
        if len(emails) == 1:
            privileges = await self._privileges_of(grants[0].email, resource, deadline)
            return {grant: _current_grant(grant, privileges) for grant in grants}
        listed: dict[str, list[GivenPrivilege]] = defaultdict(list)
        async for assignment in self._assignments(resource, {}, deadline):
            listed[without_blanks(assignment.principal).casefold()] += assignment.privileges
        of_others = [given for principal in listed.keys() - emails for given in listed[principal]]
        found: dict[Grant, CurrentGrant | LookFailed] = {}
        unsure: dict[str, list[Grant]] = defaultdict(list)
        for grant in grants:
            found[grant] = current = _current_grant(grant, listed[grant.email.casefold()])
            if current.is_gone and not _current_grant(grant, of_others).is_gone:
                unsure[grant.email.casefold()].append(grant)
        for of_one in await asyncio.gather(*(self._look(resource, group, deadline) for group in unsure.values())):
            found |= of_one
        return found

    async def _privileges_of(self, email: str, resource: Resource, deadline: Deadline) -> list[GivenPrivilege]:
        privileges: list[GivenPrivilege] = []
        async for assignment in self._assignments(resource, {"principal": email}, deadline):
            given = assignment.privileges
            if without_blanks(assignment.principal).casefold() != email.casefold():  # a group that lets this person in
                through = {"inherited_from_type": "group", "inherited_from_name": assignment.principal}
                given = [each.model_copy(update=through) for each in given]
            privileges += given
        return privileges

    async def remove_from(self, resource: Resource, grants: Sequence[Grant], deadline: Deadline) -> str | None:
        removals: dict[str, set[str]] = defaultdict(set)
        for grant in grants:
            removals[grant.email.casefold()].add(_privilege(grant))
        changes = [{"principal": email, "remove": sorted(privileges)} for email, privileges in removals.items()]
        body = {"changes": changes, "omit_permissions_in_response": True}
        answer = await self._api.call("PATCH", f"{_PATH}/permissions/table/{_name(resource)}", deadline, body=body)
        if answer.is_success or _is_gone(answer, among=len(grants)):
            return answer.request_id
        raise self._api.refusal(answer, concerns_one=answer.status in (400, 404))

    async def _assignments(
        self, resource: Resource, query: Mapping[str, str], deadline: Deadline
    ) -> AsyncIterator[Assignment]:
        """Yields the assignments of every page, since an empty page may have a next one."""

        async def ask(token: str | None) -> EffectivePermissions | None:
            page_query = {**query, "max_results": "0", **({"page_token": token} if token else {})}
            answer = await self._api.call("GET", path, deadline, query=page_query)
            if answer.is_success:
                return self._api.understood(answer, EffectivePermissions)
            if _is_gone(answer):
                return None
            raise self._api.refusal(answer)

        path = f"{_PATH}/effective-permissions/table/{_name(resource)}"
        async for page in self._api.pages(ask):
            for assignment in page.privilege_assignments:
                yield assignment


def _name(resource: Resource) -> str:
    if any(_NOT_IN_A_NAME.search(part) for part in resource):
        raise RefusedError("The request does not name a table of Unity Catalog.")
    return ".".join(quote(part, safe="") for part in resource)


def _privilege(grant: Grant) -> str:
    """Returns the API's spelling, which is ALL_PRIVILEGES for the requests' ALL PRIVILEGES."""
    return grant.access.strip().upper().replace(" ", "_")


def _current_grant(grant: Grant, privileges: Sequence[GivenPrivilege]) -> CurrentGrant:
    """Returns the person's access. ALL PRIVILEGES count as well, since they include every other privilege."""
    is_direct, through = False, None
    for given in privileges:
        source, name = given.inherited_from_type, plain_line(given.inherited_from_name or "", _MAX_NAME_CHARACTERS)
        if given.privilege == _privilege(grant):
            if name:
                through = f"{str(source or 'parent').lower()} {name}"
            else:
                is_direct = True
        elif given.privilege == ALL_PRIVILEGES:
            place = f"{str(source or 'parent').lower()} {name}" if name else "the table itself"
            through = through or f"ALL PRIVILEGES on {place}"
    return CurrentGrant(is_direct, through)


def _is_gone(answer: Answer, among: int = 1) -> bool:
    """Tells whether the table does not exist, or the only person of the call does not exist.

    Any other 404, such as that of a wrong host, says nothing about a grant.
    """
    error = answer.body or {}
    code, message = str(error.get("error_code", "")), str(error.get("message", ""))
    is_unknown_person = code == "PRINCIPAL_DOES_NOT_EXIST" or _names_no_principal(message)
    return answer.status == 404 and (code in _NO_SUCH_TABLE or (is_unknown_person and among == 1))


def _names_no_principal(message: str) -> bool:
    """Tells whether the message says that the person does not exist, in time proportional to its length."""
    said = message.casefold()
    _, principal, rest = said.partition("principal")
    return "could not find principal" in said or (bool(principal) and " does not exist" in rest)
