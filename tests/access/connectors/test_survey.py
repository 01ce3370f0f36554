"""A survey tells each grant as a look does, and everyone who holds something directly, without more calls."""

import pytest

from access.connectors.connector import CurrentGrant, Holder, LookFailed, NotKnown, Survey
from tests.access.connectors.asking import Asked, on_resource, on_table
from tests.fake_platforms.foundry import APP as FOUNDRY_APP
from tests.fake_platforms.foundry import ROLE_IDS, FakeFoundry
from tests.fake_platforms.server import Answers, Fault
from tests.fake_platforms.unity_catalog import APP, FakeUnityCatalog

ALICE, BOB = "alice@test.com", "bob@test.com"
TABLE, RID = "main.sales.orders", "ri.foundry.main.dataset.0"
SERVICE = "22222222-3333-4444-8555-666677778888"
GROUP = "0b6a1f0e-3333-4444-8555-666677778888"


def test_kinds_of_holders_of_a_table_are_told_apart(unity_catalog: FakeUnityCatalog, databricks: Asked) -> None:
    unity_catalog.groups["Analysts"].add(BOB)
    for principal in (ALICE, SERVICE, "Analysts", "account users"):
        unity_catalog.grant(principal, TABLE)
    unity_catalog.grant(ALICE, TABLE, "MODIFY")
    survey = databricks.survey(on_table(ALICE), on_table(BOB, access="MODIFY", request_id=2))
    assert survey.found[on_table(ALICE)] == CurrentGrant(is_direct=True)
    assert survey.holders is not None
    assert set(survey.holders) == {
        Holder(ALICE, "person", "SELECT"),
        Holder(ALICE, "person", "MODIFY"),
        Holder(SERVICE, "servicePrincipal", "SELECT"),
        Holder("Analysts", "group", "SELECT"),
        Holder("account users", "group", "SELECT"),
    }


def test_only_grants_on_the_table_itself_make_a_holder_and_never_those_of_the_app(
    unity_catalog: FakeUnityCatalog, databricks: Asked
) -> None:
    unity_catalog.grant(ALICE, TABLE)
    unity_catalog.grant(BOB, "main")
    unity_catalog.grant(BOB, "main.sales", "ALL_PRIVILEGES")
    unity_catalog.grant(APP, TABLE, "MANAGE")
    assert databricks.survey(on_table(ALICE)).holders == [Holder(ALICE, "person", "SELECT")]


def test_table_whose_grants_are_all_there_is_surveyed_with_one_listing(
    unity_catalog: FakeUnityCatalog, databricks: Asked
) -> None:
    grants = [on_table(f"person{number}@test.com", request_id=number) for number in range(50)]
    for grant in grants:
        unity_catalog.grant(grant.email, TABLE)
    survey = databricks.survey(*grants)
    assert len(survey.holders or ()) == 50
    calls = [call.path.rsplit("/", 2)[-2:] for call in unity_catalog.server.called("GET")]
    assert calls == [["table", TABLE], ["v2", "Me"]]


def test_table_that_hides_others_from_the_app_has_unknown_holders(
    unity_catalog: FakeUnityCatalog, databricks: Asked
) -> None:
    unity_catalog.grant(BOB, TABLE)
    unity_catalog.people.add(ALICE)
    unity_catalog.metastore_admin = "someone else"
    unity_catalog.grant(APP, TABLE)
    survey = databricks.survey(on_table(ALICE))
    assert isinstance(survey.found[on_table(ALICE)], NotKnown)
    assert survey.holders is None


def test_person_alone_on_a_table_does_not_prove_that_all_are_listed(
    unity_catalog: FakeUnityCatalog, databricks: Asked
) -> None:
    """The workspace does not tell the app's name, so the one who is listed may be the app."""
    unity_catalog.grant(ALICE, TABLE)
    unity_catalog.server.faults.append(Fault(Answers(403, {}), "GET", "/scim/v2/Me"))
    survey = databricks.survey(on_table(ALICE))
    assert survey.found[on_table(ALICE)] == CurrentGrant(is_direct=True)
    assert survey.holders is None


def test_workspace_that_does_not_answer_leaves_the_grants_known(
    unity_catalog: FakeUnityCatalog, databricks: Asked
) -> None:
    unity_catalog.grant(ALICE, TABLE)
    unity_catalog.server.faults.append(Fault(Answers(503), "GET", "/scim/v2/Me"))
    survey = databricks.survey(on_table(ALICE))
    assert survey.found[on_table(ALICE)] == CurrentGrant(is_direct=True)
    assert survey.holders is None


def test_table_that_is_unknown_or_cannot_be_listed_has_unknown_holders(
    unity_catalog: FakeUnityCatalog, databricks: Asked
) -> None:
    assert isinstance(databricks.survey(on_table(ALICE)).found[on_table(ALICE)], NotKnown)
    assert databricks.survey(on_table(ALICE)).holders is None
    unity_catalog.server.faults.append(Fault(Answers(403, {}), "GET", "/effective-permissions"))
    survey = databricks.survey(on_table(ALICE))
    assert isinstance(survey.found[on_table(ALICE)], LookFailed)
    assert survey.holders is None


def test_every_page_of_holders_is_read(unity_catalog: FakeUnityCatalog, databricks: Asked) -> None:
    unity_catalog.page_size, unity_catalog.has_empty_pages = 7, True
    for number in range(30):
        unity_catalog.grant(f"person{number}@test.com", TABLE)
    assert len(databricks.survey(on_table("person3@test.com")).holders or ()) == 30


def test_survey_of_nothing_is_empty(databricks: Asked, palantir: Asked) -> None:
    assert databricks.survey() == palantir.survey() == Survey({}, None)


def test_kinds_of_holders_of_a_resource_are_told_apart(foundry: FakeFoundry, palantir: Asked) -> None:
    foundry.grant(ALICE, RID)
    foundry.grant(BOB, RID, "Owner")
    foundry.grant("everyone", RID, "Discoverer")
    foundry.grant_to_group(GROUP, RID, "Editor")
    foundry.service_users.add(SERVICE)
    foundry.granted[RID] |= {(SERVICE, ROLE_IDS["Viewer"]), (FOUNDRY_APP, ROLE_IDS["Owner"]), (SERVICE, "role-x")}
    survey = palantir.survey(on_resource(ALICE, RID))
    assert survey.found[on_resource(ALICE, RID)] == CurrentGrant(is_direct=True)
    assert survey.holders is not None
    assert set(survey.holders) == {
        Holder(ALICE, "person", "Viewer"),
        Holder(BOB, "person", "Owner"),
        Holder("everyone", "group", "Discoverer"),
        Holder(GROUP, "group", "Editor"),
        Holder(SERVICE, "servicePrincipal", "Viewer"),
        Holder(SERVICE, "servicePrincipal", "role-x"),
    }


def test_inherited_roles_make_no_holder(foundry: FakeFoundry, palantir: Asked) -> None:
    foundry.grant(ALICE, RID, folder="ri.compass.main.folder.1")
    survey = palantir.survey(on_resource(ALICE, RID))
    assert survey == Survey({on_resource(ALICE, RID): CurrentGrant(through="a folder or project above")}, [])


def test_resource_is_surveyed_with_the_two_lists_of_a_look_and_people_are_asked_for_once(
    foundry: FakeFoundry, palantir: Asked
) -> None:
    foundry.grant(ALICE, RID)
    for number in range(600):
        foundry.grant(f"person{number}@test.com", RID)
    assert len(palantir.survey(on_resource(ALICE, RID)).holders or ()) == 601
    assert len(foundry.server.called("GET", "/roles")) == 2
    assert [len(call.body) for call in foundry.server.called("POST", "/getBatch")] == [500, 100]


@pytest.mark.parametrize("path", ["/getBatch", "/getCurrent"])
def test_people_whom_foundry_does_not_tell_are_named_by_their_ids(
    foundry: FakeFoundry, palantir: Asked, path: str
) -> None:
    foundry.grant(ALICE, RID)
    bob = foundry.add_person(BOB)
    foundry.grant(BOB, RID)
    foundry.server.faults.append(Fault(Answers(403, {}), "", path))
    holders = palantir.survey(on_resource(ALICE, RID)).holders
    assert holders is not None
    names = {holder.principal for holder in holders}
    assert names == {ALICE, bob if path == "/getBatch" else BOB}


def test_resource_that_hides_roles_or_is_unknown_has_unknown_holders(foundry: FakeFoundry, palantir: Asked) -> None:
    foundry.add_person(ALICE)
    assert palantir.survey(on_resource(ALICE, RID)).holders is None
    foundry.grant(ALICE, RID)
    foundry.hides_roles = True
    survey = palantir.survey(on_resource(ALICE, RID))
    assert isinstance(survey.found[on_resource(ALICE, RID)], NotKnown)
    assert survey.holders is None
