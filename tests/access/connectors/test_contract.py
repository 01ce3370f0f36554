"""The vendors' own SDKs drive the fakes: what the connectors are tested against speaks the vendors' API."""

import warnings
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests.fake_platforms import unity_catalog as databricks
from tests.fake_platforms.connected import foundry_settings, unity_catalog_settings
from tests.fake_platforms.foundry import APP, CLIENT_ID, CLIENT_SECRET, ROLE_IDS, FakeFoundry
from tests.fake_platforms.unity_catalog import FakeUnityCatalog

# The SDKs take more than a second to import, which not every test process shall wait for.
pytestmark = pytest.mark.slow
if TYPE_CHECKING:
    from databricks.sdk import WorkspaceClient

TABLE, ALICE = "main.sales.orders", "alice@test.com"
RID = "ri.foundry.main.dataset.0c2f6a7e-1111-4222-8333-444455556666"


@pytest.fixture(params=["token", "client secret"])
def workspace(
    request: pytest.FixtureRequest, unity_catalog: FakeUnityCatalog, monkeypatch: pytest.MonkeyPatch
) -> "Iterator[WorkspaceClient]":
    from databricks.sdk import WorkspaceClient

    monkeypatch.setenv("DATABRICKS_CONFIG_FILE", "/dev/null")
    with unity_catalog_settings(unity_catalog) as settings:
        if request.param == "token":
            yield WorkspaceClient(host=settings["databricks_host"], token=databricks.TOKEN, auth_type="pat")
        else:
            yield WorkspaceClient(
                host=settings["databricks_host"],
                client_id=databricks.CLIENT_ID,
                client_secret=databricks.CLIENT_SECRET,
                auth_type="oauth-m2m",
            )


def test_databricks_sdk_grants_reads_and_removes(unity_catalog: FakeUnityCatalog, workspace: "WorkspaceClient") -> None:
    from databricks.sdk.service.catalog import PermissionsChange, Privilege, SecurableType

    unity_catalog.grant(ALICE, "main", "ALL_PRIVILEGES")
    unity_catalog.tables.add(TABLE)
    table = SecurableType.TABLE.value.lower()
    workspace.grants.update(table, TABLE, changes=[PermissionsChange(add=[Privilege.SELECT], principal=ALICE.upper())])
    page = workspace.grants.get_effective(table, TABLE, principal=ALICE, max_results=0)
    [assignment] = page.privilege_assignments or []
    found = {(given.privilege, given.inherited_from_name) for given in assignment.privileges or []}
    assert assignment.principal == ALICE
    assert found == {(Privilege.SELECT, None), (Privilege.ALL_PRIVILEGES, "main")}
    workspace.grants.update(table, TABLE, changes=[PermissionsChange(remove=[Privilege.SELECT], principal=ALICE)])
    assert not unity_catalog.has_grant(ALICE, TABLE)


def test_databricks_sdk_reads_every_page(unity_catalog: FakeUnityCatalog, workspace: "WorkspaceClient") -> None:
    for number in range(3):
        unity_catalog.grant(f"person{number}@test.com", TABLE)
    unity_catalog.page_size, unity_catalog.has_empty_pages = 2, True
    sizes, token = [], None
    while True:
        page = workspace.grants.get_effective("table", TABLE, max_results=0, page_token=token)
        sizes.append(len(page.privilege_assignments or []))
        token = page.next_page_token
        if not token:
            break
    assert sizes == [0, 2, 1]


def test_databricks_sdk_understands_what_is_not_found(
    unity_catalog: FakeUnityCatalog, workspace: "WorkspaceClient"
) -> None:
    from databricks.sdk.errors import NotFound
    from databricks.sdk.service.catalog import PermissionsChange, Privilege

    unity_catalog.tables.add(TABLE)
    with pytest.raises(NotFound, match="does not exist"):
        workspace.grants.get_effective("table", "main.sales.nothing")
    with pytest.raises(NotFound, match="Could not find principal"):
        workspace.grants.update("table", TABLE, changes=[PermissionsChange(remove=[Privilege.SELECT], principal="x")])


def test_databricks_sdk_reads_people_and_owners(unity_catalog: FakeUnityCatalog, workspace: "WorkspaceClient") -> None:
    unity_catalog.grant(ALICE, TABLE)
    unity_catalog.groups["Analysts"].add(ALICE)
    unity_catalog.inactive.add(ALICE)
    unity_catalog.owners.update({TABLE: ALICE, "main.sales": "Analysts", "main": databricks.APP})
    assert workspace.current_user.me().user_name == databricks.APP
    [found] = workspace.users.list(filter=f'userName eq "{ALICE}"', attributes="id,userName,active,groups")
    assert (found.user_name, found.active, [group.display for group in found.groups or []]) == (
        ALICE,
        False,
        ["Analysts"],
    )
    assert list(workspace.users.list(filter='userName eq "x@test.com"')) == []
    assert workspace.tables.get(TABLE).owner == ALICE
    [table] = workspace.tables.list("main", "sales", omit_columns=True, omit_properties=True)
    assert (table.name, table.owner) == ("orders", ALICE)
    assert workspace.schemas.get("main.sales").owner == "Analysts"
    assert workspace.catalogs.get("main").owner == databricks.APP
    assert workspace.metastores.summary().owner == databricks.APP


def test_foundry_sdk_finds_people_and_adds_lists_and_removes_roles(foundry: FakeFoundry) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import foundry_sdk
        from foundry_sdk.v2 import FoundryClient
        from foundry_sdk.v2.admin.errors import PrincipalNotFound
        from foundry_sdk.v2.filesystem.errors import InvalidRoleIds, ResourceNotFound
    with foundry_settings(foundry) as settings:
        host = settings["foundry_hostname"].removeprefix("http://")
        config = foundry_sdk.Config(scheme="http", max_retries=0)
        auth = foundry_sdk.ConfidentialClientAuth(CLIENT_ID, CLIENT_SECRET, should_refresh=False)
        client = FoundryClient(auth=auth, hostname=host, config=config)
        person = foundry.add_person(ALICE)
        foundry.folder_of[RID] = None
        found = client.admin.User.search(where={"type": "queryString", "value": ALICE})
        assert [user.id for user in found.data] == [person]

        batch = client.admin.User.get_batch([{"userId": person}, {"userId": APP}])
        assert {key: (user.email, bool(user.organization)) for key, user in batch.data.items()} == {
            person: (ALICE, True),
            APP: (None, False),
        }
        assert client.admin.User.get_current().id == APP

        project = foundry.project_of[RID] = "ri.compass.main.folder.sales"
        told = client.filesystem.Resource.get_batch([{"resourceRid": RID}]).data[RID]
        assert (told.path, told.project_rid) == (f"/Space/sales/{RID.rpartition('.')[2]}", project)

        group = "0b6a1f0e-3333-4444-8555-666677778888"
        foundry.grant_to_group(group, RID, members=[ALICE])
        memberships = list(client.admin.User.GroupMembership.list(person, transitive=True))
        assert [membership.group_id for membership in memberships] == [group]
        foundry.granted[RID].clear()

        def role(person: str, role_id: str) -> dict[str, object]:
            principal = {"type": "principalIdOnly", "principalId": person}
            return {"resourceRolePrincipal": principal, "roleId": role_id}

        viewer, roles = ROLE_IDS["Viewer"], client.filesystem.Resource.Role
        roles.add(RID, roles=[role(person, viewer)])
        foundry.grant("everyone", RID, "Editor")
        foundry.page_size = 1
        listed = list(roles.list(RID, include_inherited=True))
        assert {entry.role_id for entry in listed} == {viewer, ROLE_IDS["Editor"], ROLE_IDS["Owner"]}
        assert {entry.resource_role_principal.type for entry in listed} == {"principalWithId", "everyone"}
        roles.remove(RID, roles=[role(person, viewer)])
        assert not foundry.has_grant(ALICE, RID)
        nobody = "00000000-0000-4000-8000-000000000000"
        for error, rid, asked in (
            (ResourceNotFound, "ri.foundry.main.dataset.nothing", role(person, viewer)),
            (PrincipalNotFound, RID, role(nobody, viewer)),
            (InvalidRoleIds, RID, role(person, nobody)),
        ):
            with pytest.raises(error):
                roles.remove(rid, roles=[asked])
