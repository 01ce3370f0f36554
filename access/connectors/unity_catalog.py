"""Databricks' Unity Catalog: privileges on tables, removed or given in one call for many people on one table."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from typing import TYPE_CHECKING

from access.connectors.connector import (
    Connector,
    CurrentGrant,
    Found,
    Grant,
    Holder,
    LookFailed,
    NotKnown,
    Resource,
    Survey,
)
from access.connectors.description import Rights
from access.connectors.errors import ConnectorError, ConnectorStoppedError, UnreachableError
from access.connectors.grouped_connector import GroupedConnector
from access.connectors.names import TABLE_PRIVILEGES, in_unity_catalog, never_in_unity_catalog
from access.connectors.platform_api import PlatformApi
from access.connectors.sign_in import AzureIdentity, ClientCredentials, GivenToken, SignIn
from access.connectors.unity_catalog_reads import PATH, UnityCatalogReads, path_name
from access.connectors.unity_catalog_shapes import Permissions, Person
from access.connectors.unity_catalog_table import (
    EVERYONE,
    MANAGE,
    TableView,
    current_grant,
    direct_holders,
    groups_checked,
    is_same_principal,
    lists_others,
    of_person,
    own_names,
    rights_by_view,
)
from api.remote_answer import plain_line
from config.settings import Settings
from sql.deadline import Deadline

if TYPE_CHECKING:
    from aiohttp import ClientSession

TITLE = "Databricks"
# Azure Databricks as a resource of Entra ID, the same in every tenant.
AZURE_SCOPE = "2ff814a6-3304-4ab8-85cb-cd0e6f879c1d/.default"
BLIND = (
    "Databricks shows this app only its own grants on this table. It needs MANAGE on the catalog, the schema or the "
    "table before it can say that a grant is gone."
)


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
    """Believes that a grant is gone only if it may see all grants of the table, and the person is known and not listed.

    `_seen` are the principals that it has listed on each table, `_changed` those whose grants it has removed.
    """

    def __init__(self, api: PlatformApi, max_concurrency: int) -> None:
        super().__init__(max_concurrency, api.usage)
        self._api = api
        self._reads = UnityCatalogReads(api)
        self._seen: dict[Resource, set[str]] = defaultdict(set)
        self._changed: dict[Resource, frozenset[str]] = {}

    def in_own_words(self, grant: Grant) -> Grant | NotKnown:
        own = in_unity_catalog(grant)
        wrong = never_in_unity_catalog(own)
        return NotKnown(f"Databricks cannot hold this grant. {next(iter(wrong.values()))}") if wrong else own

    async def look(
        self, resource: Resource, grants: Sequence[Grant], deadline: Deadline, *, with_holders: bool = False
    ) -> Survey:
        """Reads the effective permissions of all, which include those from the schema and the catalog.

        The list does not name the members of groups. So it looks up a person who is not listed, and one whose grant is
        gone while another principal has the same.
        """
        permissions = await self._reads.permissions(resource, deadline)
        if isinstance(permissions, NotKnown):
            return Survey(dict.fromkeys(grants, permissions), None)
        self._seen[resource] |= permissions.keys()
        found: dict[Grant, Found] = {
            grant: current_grant(grant, of_person(grant.email, permissions)) for grant in grants
        }
        closer = [grant for grant in grants if not _is_direct(found[grant])]
        if not closer:
            return Survey(found, await self._holders(resource, permissions, deadline) if with_holders else None)
        table = await self._table(resource, permissions, deadline)
        if not await self._may_see_all(table, deadline):
            not_known = {grant: NotKnown(BLIND) for grant in closer if found[grant] == CurrentGrant()}
            return Survey(found | not_known, None)
        looks = (self._look_closer(table, grant, deadline) for grant in closer)
        found |= dict(zip(closer, await asyncio.gather(*looks), strict=True))
        return Survey(found, await self._holders(resource, permissions, deadline) if with_holders else None)

    async def read_as(self, deadline: Deadline) -> str | None:
        me = await self._reads.own_record(deadline)
        return plain_line(me.name) if me and me.name else None

    async def rights_on(self, resource: Resource, deadline: Deadline) -> Rights:
        own = self.in_own_words(Grant(0, "", resource, MANAGE))
        if isinstance(own, NotKnown):
            return Rights.not_known(own.reason)
        permissions = await self._reads.permissions(own.resource, deadline)
        if isinstance(permissions, NotKnown):
            return Rights.not_known(permissions.reason)
        table = await self._table(own.resource, permissions, deadline)
        me, admin = await self._reads.own_record(deadline), await self._reads.metastore_admin(deadline)
        return rights_by_view(table, me, admin)

    async def remove_from(self, resource: Resource, grants: Sequence[Grant], deadline: Deadline) -> str | None:
        """Names each person as the platform lists the person."""
        removals: dict[str, set[str]] = defaultdict(set)
        for grant in grants:
            for name in self._names_of(resource, grant) or [grant.email]:
                removals[name].add(grant.access)
        changes = [{"principal": name, "remove": sorted(privileges)} for name, privileges in sorted(removals.items())]
        try:
            request_id = await self._change(resource, changes, deadline)
        except UnreachableError:  # it may have taken effect
            self._changed[resource] = self._changed.get(resource, frozenset()) | removals.keys()
            raise
        self._changed[resource] = self._changed.get(resource, frozenset()) | removals.keys()
        return request_id

    async def give_on(self, resource: Resource, grants: Sequence[Grant], deadline: Deadline) -> str | None:
        """Names each person as the platform lists the person, or as the workspace's record does."""
        given: dict[str, set[str]] = defaultdict(set)
        for grant in grants:
            name = next(iter(self._names_of(resource, grant)), None)
            person = None if name else await self._person(grant.email, deadline)
            given[name or (person.name if isinstance(person, Person) else grant.email)].add(grant.access)
        changes = [{"principal": name, "add": sorted(privileges)} for name, privileges in sorted(given.items())]
        return await self._change(resource, changes, deadline)

    async def _change(
        self, resource: Resource, changes: Sequence[Mapping[str, Sequence[str]]], deadline: Deadline
    ) -> str | None:
        body = {"changes": changes, "omit_permissions_in_response": True}
        path = f"{PATH}/permissions/table/{path_name(resource)}"
        answer = await self._api.call("PATCH", path, deadline, body=body)
        if not answer.is_success:
            raise self._api.refusal(answer, concerns_one=answer.status in (400, 404))
        return answer.request_id

    def _names_of(self, resource: Resource, grant: Grant) -> list[str]:
        """Returns the names under which the table has listed the grant's person."""
        return sorted(name for name in self._seen[resource] if is_same_principal(name, grant.email))

    async def _table(self, resource: Resource, permissions: Permissions, deadline: Deadline) -> TableView:
        me = await self._reads.own_record(deadline)
        owners = await self._reads.owners(resource, deadline)
        named = [owner for owner in owners.values() if owner and "@" in owner]
        people = {owner for owner in named if isinstance(await self._reads.person(owner, deadline), Person)}
        return TableView(resource, permissions, owners, people, me.name if me else None)

    async def _holders(
        self, resource: Resource, permissions: Permissions, deadline: Deadline
    ) -> Sequence[Holder] | None:
        """Returns the direct holders, or None if the platform may hide some. Asks no more than it must to know that."""
        try:
            me = await self._reads.own_record(deadline)
            if not lists_others(permissions, me):
                table = await self._table(resource, permissions, deadline)
                if not await self._may_see_all(table, deadline):
                    return None
        except ConnectorStoppedError:
            raise
        except ConnectorError:
            return None
        return direct_holders(permissions, me.names if me else ())

    async def _look_closer(self, table: TableView, grant: Grant, deadline: Deadline) -> Found:
        try:
            return await self._closer(table, grant, deadline)
        except ConnectorStoppedError:
            raise
        except ConnectorError as error:
            return LookFailed(f"The person could not be looked up. {error}")

    async def _closer(self, table: TableView, grant: Grant, deadline: Deadline) -> Found:
        """Returns the verdict on a grant that is not listed itself. An inactive account can use nothing else."""
        listed = self._names_of(table.resource, grant)
        if grant.access not in TABLE_PRIVILEGES:
            return NotKnown(f"Databricks has no privilege {plain_line(grant.access)} on tables.")
        through = current_grant(grant, of_person(grant.email, table.permissions)).through
        through = through or table.owned_by(grant.email)
        may_hold = table.may_hold_through(grant)
        if listed and not through and not may_hold:
            return CurrentGrant(scope=table.scope("No group has the same."))
        person = await self._person(listed[0] if listed else grant.email, deadline)
        if isinstance(person, Person) and not person.is_active:
            return CurrentGrant(scope=table.scope(groups_checked(person)))
        if through:
            return CurrentGrant(through=through)
        if isinstance(person, Person):
            through = table.through_groups(grant, person.groups)
            return CurrentGrant(through=through, scope=None if through else table.scope(groups_checked(person)))
        if isinstance(person, NotKnown) and not listed:
            return person
        return await self._asked_alone(table, grant, listed, deadline)

    async def _person(self, name: str, deadline: Deadline) -> Person | NotKnown | None:
        """Returns the workspace's record of a person. It has none of a group, whose name is not an address."""
        return await self._reads.person(name, deadline) if "@" in name else None

    async def _asked_alone(
        self, table: TableView, grant: Grant, listed: Sequence[str], deadline: Deadline
    ) -> CurrentGrant | NotKnown:
        """Asks for the permissions of one principal, which tells at least whether the platform knows the name."""
        name = listed[0] if listed else grant.email
        of_one = await self._reads.permissions(table.resource, deadline, name)
        if isinstance(of_one, NotKnown):
            return CurrentGrant(scope=table.scope(groups_checked(None))) if listed else of_one
        own = current_grant(grant, of_person(name, of_one))
        if own != CurrentGrant():
            return own
        groups = [each for each, given in of_one.items() if current_grant(grant, given) != CurrentGrant()]
        through = table.through_groups(grant, frozenset(groups)) or (f"group {groups[0]}" if groups else None)
        return CurrentGrant(through=through, scope=None if through else table.scope(groups_checked(None)))

    async def _may_see_all(self, table: TableView, deadline: Deadline) -> bool:
        """Tells whether the platform shows this app the grants of others on the table.

        Without that right, it lists only the app's own grants, and does not say so. The right is seen if it lists
        others, or if the app manages or owns the table or what is above it. It is also seen if the app could just
        change the table. Then those that it did not remove must still be listed.
        """
        me = await self._reads.own_record(deadline)
        if lists_others(table.permissions, me):
            return True
        own, groups = own_names(me)
        if any(given.privilege == MANAGE for name in own | groups for given in of_person(name, table.permissions)):
            return True
        admin = await self._reads.metastore_admin(deadline) if me else None
        rulers = {name for name in (*table.owners.values(), admin) if name}
        if rulers & groups - {EVERYONE} or any(is_same_principal(ruler, each) for ruler in rulers for each in own):
            return True
        changed = self._changed.get(table.resource)
        if changed is None:
            return False
        left = self._seen[table.resource] - changed - own - groups
        return not left or bool(left & table.permissions.keys())


def _is_direct(found: Found) -> bool:
    return isinstance(found, CurrentGrant) and found.is_direct
