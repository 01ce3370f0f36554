"""A grant of Unity Catalog counts as gone only by a full list, in which the person, whom it knows, does not stand."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from access.connectors import grouped_connector
from access.connectors.connector import (
    STAYED,
    AlreadyGone,
    CurrentGrant,
    Grant,
    LookFailed,
    NotKnown,
    RemovalFailed,
    Removed,
    StillEffective,
)
from access.connectors.unity_catalog import BLIND
from tests.access.connectors.asking import Asked, asked_of_databricks, on_table
from tests.fake_platforms.connected import unity_catalog_settings
from tests.fake_platforms.server import Answers, Fault
from tests.fake_platforms.unity_catalog import APP, FakeUnityCatalog
from tests.made_up import seeded

TABLE = "main.sales.orders"
ALICE, BOB, CAROL = (f"{name}@test.com" for name in ("alice", "bob", "carol"))
SOMEBODY = "33333333-2222-4333-8444-555555555555"


@pytest.fixture
def no_rights(unity_catalog: FakeUnityCatalog) -> FakeUnityCatalog:
    """The app is not admin of the metastore, so that it sees only its own grants."""
    unity_catalog.metastore_admin = SOMEBODY
    return unity_catalog


@pytest.mark.parametrize("own", [True, False], ids=["lists the app", "lists no one"])
def test_list_of_an_app_without_the_right_proves_nothing(
    no_rights: FakeUnityCatalog, databricks: Asked, own: bool
) -> None:
    no_rights.grant(ALICE, TABLE)
    if own:
        no_rights.grant(APP, TABLE)
    assert databricks.remove(on_table(ALICE), on_table(BOB, request_id=2)) == [NotKnown(BLIND), NotKnown(BLIND)]
    assert no_rights.server.called("PATCH") == []


def test_members_of_the_apps_own_group_are_no_others(no_rights: FakeUnityCatalog, databricks: Asked) -> None:
    no_rights.groups["automation"].add(APP)
    no_rights.people.add(ALICE)
    listed = {"privilege_assignments": [{"principal": "automation", "privileges": [{"privilege": "SELECT"}]}]}
    no_rights.tables.add(TABLE)
    no_rights.server.faults = [Fault(Answers(200, listed), "GET", "effective-permissions")]
    assert databricks.current_grants(on_table(ALICE, access="MODIFY")) == [NotKnown(BLIND)]


@pytest.mark.parametrize(
    "right",
    [
        "admin",
        "manages the table",
        "manages the schema",
        "manages the catalog",
        "owns",
        "owns the catalog",
        "by a group",
    ],
)
def test_list_of_an_app_with_the_right_proves_that_a_grant_is_gone(
    no_rights: FakeUnityCatalog, databricks: Asked, right: str
) -> None:
    no_rights.tables.add(TABLE)
    no_rights.people.add(ALICE)
    no_rights.groups["automation"].add(APP)
    match right:
        case "admin":
            no_rights.metastore_admin = APP
        case "manages the table":
            no_rights.grant(APP, TABLE, "MANAGE")
        case "manages the schema":
            no_rights.grant(APP, "main.sales", "MANAGE")
        case "manages the catalog":
            no_rights.grant(APP, "main", "MANAGE")
        case "owns":
            no_rights.owners[TABLE] = APP
        case "owns the catalog":
            no_rights.owners["main"] = APP
        case "by a group":
            no_rights.grant("automation", "main", "MANAGE")
    [removal] = databricks.remove(on_table(ALICE))
    assert isinstance(removal, AlreadyGone)
    assert f"read as {APP}" in str(removal.scope)


def test_right_that_is_lost_during_the_removal_is_noticed(no_rights: FakeUnityCatalog, databricks: Asked) -> None:
    """Bob's grant was not removed, and is not listed any longer."""
    no_rights.tables.add(TABLE)
    listed, blind = ({"privilege_assignments": [_of(name) for name in names]} for names in ((ALICE, BOB), (APP,)))
    no_rights.server.faults = [
        Fault(Answers(200, listed), "GET", "effective-permissions", times=1),
        Fault(Answers(200, blind), "GET", "effective-permissions"),
        Fault(Answers(200, {}), "PATCH"),
    ]
    assert databricks.remove(on_table(ALICE)) == [NotKnown(BLIND)]


def _of(person: str) -> dict[str, object]:
    return {"principal": person, "privileges": [{"privilege": "SELECT"}]}


@pytest.mark.parametrize(
    ("listed", "asked"),
    [
        ("plain@corp.com", "Plain@corp.com"),
        ("Plain@Corp.com", "plain@corp.com"),
        ("anna@straße.de", "anna@xn--strae-oqa.de"),
        ("jose\u0301@corp.com", "jos\u00e9@corp.com"),
        ("plain@corp.com", " plain@corp.com "),
    ],
)
@pytest.mark.parametrize("is_exact", [True, False])
def test_person_is_removed_in_the_platforms_own_spelling(
    unity_catalog: FakeUnityCatalog, databricks: Asked, listed: str, asked: str, is_exact: bool
) -> None:
    unity_catalog.is_exact = is_exact
    unity_catalog.grant(listed, TABLE)
    [removal] = databricks.remove(on_table(asked))
    assert isinstance(removal, Removed)
    assert not unity_catalog.has_grant(listed, TABLE)


@pytest.mark.parametrize(
    ("asked", "other"),
    [
        ("\u017fteve@corp.com", "steve@corp.com"),
        ("straße@corp.com", "strasse@corp.com"),
        ("ﬁona@corp.com", "fiona@corp.com"),
        ("İrem@corp.com", "i̇rem@corp.com"),
        ("anna@straße.de", "anna@strasse.de"),
        ("\u212aate@corp.com", "kate@corp.com"),
        ("\uff42ob@corp.com", "bob@corp.com"),
    ],
)
@pytest.mark.parametrize("tells_people", [True, False])
def test_person_who_only_looks_alike_keeps_the_grant(
    unity_catalog: FakeUnityCatalog, databricks: Asked, asked: str, other: str, tells_people: bool
) -> None:
    unity_catalog.tells_people = tells_people
    unity_catalog.is_exact = True
    unity_catalog.grant(other, TABLE)
    [removal] = databricks.remove(on_table(asked))
    assert isinstance(removal, NotKnown)
    unity_catalog.grant(asked, TABLE)
    assert isinstance(databricks.remove(on_table(asked))[0], Removed)
    assert unity_catalog.has_grant(other, TABLE)


@pytest.mark.parametrize(
    ("catalog", "table", "access"),
    [
        ("hive_metastore", "orders", "SELECT"),
        ("HIVE_METASTORE", "orders", "SELECT"),
        ("`hive_metastore`", "orders", "SELECT"),
        ("main", "renamed", "SELECT"),
        ("other", "orders", "SELECT"),
        ("main", "sales.orders", "SELECT"),
        ("main", "or`ders", "SELECT"),
        ("main", "orders\u00a0", "SELECT"),
        ("main", "..", "SELECT"),
        ("main", "o" * 256, "SELECT"),
        ("main", "orders", "READ"),
        ("main", "orders", "ALL  PRIVILEGES"),
    ],
)
def test_name_that_the_platform_does_not_know_is_not_known(
    unity_catalog: FakeUnityCatalog, databricks: Asked, catalog: str, table: str, access: str
) -> None:
    unity_catalog.grant(BOB, TABLE)
    unity_catalog.people.add(ALICE)
    [removal] = databricks.remove(Grant(1, ALICE, (catalog, "sales", table), access))
    assert isinstance(removal, NotKnown)


@pytest.mark.parametrize(
    ("resource", "access"),
    [
        (("Main", "SALES", "Orders"), "select"),
        (("`main`", "sales", "`orders`"), "SELECT"),
        ((" main ", "sales", "orders "), " SELECT "),
    ],
)
def test_names_are_asked_for_as_the_platform_writes_them(
    unity_catalog: FakeUnityCatalog, databricks: Asked, resource: tuple[str, ...], access: str
) -> None:
    unity_catalog.grant(ALICE, TABLE)
    [removal] = databricks.remove(Grant(1, ALICE, resource, access))
    assert isinstance(removal, Removed)


def test_name_of_a_group_is_sent_as_it_is_written(unity_catalog: FakeUnityCatalog, databricks: Asked) -> None:
    unity_catalog.groups["Data-Analysts"].add(BOB)
    unity_catalog.grant("Data-Analysts", TABLE)
    [removal, other] = databricks.remove(on_table("Data-Analysts"), on_table("data-analysts", request_id=2))
    assert isinstance(removal, Removed)
    assert isinstance(other, NotKnown)


@pytest.mark.parametrize("tells_groups_of_one", [True, False])
def test_group_that_holds_the_same_is_asked_of_the_workspace(
    unity_catalog: FakeUnityCatalog, databricks: Asked, tells_groups_of_one: bool
) -> None:
    unity_catalog.tells_groups_of_one = tells_groups_of_one
    unity_catalog.groups["Analysts"].add(ALICE)
    unity_catalog.grant("Analysts", TABLE, "ALL_PRIVILEGES")
    unity_catalog.grant(ALICE, TABLE)
    unity_catalog.grant(BOB, TABLE)
    of_alice, of_bob = databricks.remove(on_table(ALICE), on_table(BOB, request_id=2))
    assert of_alice == StillEffective("group Analysts")
    assert isinstance(of_bob, Removed)
    assert str(of_bob.scope).endswith("Groups checked.")


def test_groups_that_the_workspace_does_not_tell_are_not_called_checked(
    unity_catalog: FakeUnityCatalog, databricks: Asked
) -> None:
    unity_catalog.tells_people = unity_catalog.tells_groups_of_one = False
    unity_catalog.grant("analysts", TABLE)
    unity_catalog.grant(ALICE, TABLE)
    [removal] = databricks.remove(on_table(ALICE))
    assert isinstance(removal, Removed)
    assert str(removal.scope).endswith("Direct grant gone; groups not checked.")


def test_workspace_that_does_not_answer_about_a_person_is_a_failure(
    unity_catalog: FakeUnityCatalog, databricks: Asked
) -> None:
    unity_catalog.grant("analysts", TABLE)
    unity_catalog.people.add(ALICE)
    unity_catalog.server.faults = [Fault(Answers(503), "GET", "/Users")]
    [found] = databricks.current_grants(on_table(ALICE))
    assert isinstance(found, LookFailed)


@pytest.mark.parametrize("records", [[], [{"userName": ALICE}] * 2, [{"userName": BOB}]])
def test_no_record_of_a_person_or_several_is_no_verdict(
    unity_catalog: FakeUnityCatalog, databricks: Asked, records: list[dict[str, str]]
) -> None:
    unity_catalog.grant(BOB, TABLE)
    answer = Answers(200, {"totalResults": len(records), "Resources": records})
    unity_catalog.server.faults = [Fault(answer, "GET", "/Users")]
    assert isinstance(databricks.current_grants(on_table(ALICE))[0], NotKnown)


@pytest.mark.parametrize(
    ("securable", "owner", "through"),
    [
        (TABLE, ALICE, "ownership of the table"),
        ("main.sales", ALICE.upper(), "ownership of the schema"),
        ("main", ALICE, "ownership of the catalog"),
        (TABLE, "Owners", "group Owners, the owner of the table"),
    ],
)
def test_owner_still_holds_everything(
    unity_catalog: FakeUnityCatalog, databricks: Asked, securable: str, owner: str, through: str
) -> None:
    unity_catalog.groups["Owners"].add(ALICE)
    unity_catalog.owners[securable] = owner
    unity_catalog.grant(ALICE, TABLE)
    unity_catalog.grant(BOB, TABLE)
    assert databricks.remove(on_table(ALICE)) == [StillEffective(through)]


def test_owner_who_does_not_answer_is_not_taken_for_somebody_else(
    unity_catalog: FakeUnityCatalog, databricks: Asked
) -> None:
    unity_catalog.owners[TABLE] = ALICE
    unity_catalog.grant(BOB, TABLE)
    unity_catalog.people.add(ALICE)
    unity_catalog.server.faults = [Fault(Answers(500), "GET", f"/tables/{TABLE}")]
    assert isinstance(databricks.current_grants(on_table(ALICE))[0], LookFailed)


def test_deactivated_person_holds_nothing_that_works(unity_catalog: FakeUnityCatalog, databricks: Asked) -> None:
    unity_catalog.groups["analysts"].add(ALICE)
    unity_catalog.grant("analysts", TABLE)
    unity_catalog.grant(ALICE, "main.sales")
    unity_catalog.inactive.add(ALICE)
    [removal] = databricks.remove(on_table(ALICE))
    assert isinstance(removal, AlreadyGone)
    assert str(removal.scope).endswith("The person's account is deactivated.")


def test_removal_that_shows_late_is_looked_at_again(unity_catalog: FakeUnityCatalog, databricks: Asked) -> None:
    unity_catalog.stale_seconds = 0.8
    unity_catalog.grant(ALICE, TABLE)
    unity_catalog.grant(BOB, TABLE)
    [removal] = databricks.remove(on_table(ALICE))
    assert isinstance(removal, Removed)
    assert len(unity_catalog.server.called("PATCH")) == 1


def test_grant_that_stays_is_looked_at_only_while_the_caller_can_wait(
    unity_catalog: FakeUnityCatalog, databricks: Asked
) -> None:
    unity_catalog.stale_seconds = 60
    unity_catalog.grant(ALICE, TABLE)
    started = time.monotonic()
    assert databricks.remove(on_table(ALICE), patience_seconds=6) == [RemovalFailed(STAYED)]
    assert 0.5 <= time.monotonic() - started < 6


def test_owners_of_many_tables_in_a_schema_are_listed_together(
    unity_catalog: FakeUnityCatalog, databricks: Asked
) -> None:
    grants = [on_table(ALICE, f"main.sales.t{number}", request_id=number) for number in range(40)]
    for grant in grants:
        unity_catalog.grant(ALICE, ".".join(grant.resource))
    unity_catalog.owners["main.sales.t39"] = ALICE
    unity_catalog.page_size = 10
    removals = databricks.remove(*grants)
    assert [type(removal) for removal in removals] == [Removed] * 39 + [StillEffective]
    beside = [call for call in unity_catalog.server.calls if "permissions/table" not in call.path]
    assert len(beside) <= 20


PEOPLE = (ALICE, BOB, CAROL)
holders = st.sampled_from([*PEOPLE, "Analysts", "Owners", APP])
securables = st.sampled_from([TABLE, "main.sales", "main"])
held = st.lists(st.tuples(holders, securables, st.sampled_from(["SELECT", "ALL_PRIVILEGES", "MODIFY"])), max_size=6)
owned = st.dictionaries(securables, st.sampled_from([*PEOPLE, "Owners", APP, SOMEBODY]), max_size=2)


@seeded(150)
@given(
    held,
    owned,
    st.sets(st.sampled_from(PEOPLE)),
    st.sets(st.sampled_from(PEOPLE)),
    st.sets(st.sampled_from(PEOPLE)),
    st.sampled_from(["none", "admin", TABLE, "main.sales", "main"]),
    st.booleans(),
    st.booleans(),
)
def test_nothing_counts_as_gone_that_the_platform_still_grants(
    held: list[tuple[str, str, str]],
    owned: dict[str, str],
    analysts: set[str],
    owners: set[str],
    inactive: set[str],
    right: str,
    is_exact: bool,
    tells_people: bool,
) -> None:
    """Where the workspace does not tell who is in a group, the verdict says so."""
    fake = FakeUnityCatalog()
    fake.is_exact, fake.tells_people = is_exact, tells_people
    fake.groups["Analysts"], fake.groups["Owners"] = set(analysts), {*owners, APP}
    fake.tables.add(TABLE)
    fake.people.update(PEOPLE)
    fake.inactive = set(inactive)
    fake.owners = dict(owned)
    fake.metastore_admin = APP if right == "admin" else SOMEBODY
    if right in (TABLE, "main.sales", "main"):
        fake.grant(APP, right, "MANAGE")
    for who, where, privilege in held:
        fake.grant(who, where, privilege)
    grants = [
        on_table(person, access=access, request_id=number)
        for number, (person, access) in enumerate((p, a) for p in PEOPLE for a in ("SELECT", "ALL PRIVILEGES"))
    ]
    with unity_catalog_settings(fake) as settings:
        removals = asked_of_databricks(settings).remove(*grants)
        current = asked_of_databricks(settings).current_grants(*grants)
    for grant, removal, found in zip(grants, removals, current, strict=True):
        privilege = grant.access.replace(" ", "_")
        told_gone = [
            each.scope
            for each in (removal, found)
            if isinstance(each, Removed | AlreadyGone) or (isinstance(each, CurrentGrant) and each.is_gone)
        ]
        if told_gone and fake.still_lets_in(grant.email, TABLE, privilege):
            assert not tells_people
            assert all("groups not checked" in str(scope) for scope in told_gone)
        if told_gone:
            assert not fake.has_grant(grant.email, TABLE, privilege)


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(grouped_connector, "PAUSES_SECONDS", (0.5, 1.0, 2.0, 4.0))
