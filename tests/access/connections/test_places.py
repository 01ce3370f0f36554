"""The places of requests: catalogs of Unity Catalog with the app's right there, and projects of Foundry."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from access.connections.operations import check_connection_again
from access.platforms import DATABRICKS, PALANTIR
from config.context import AppContext
from config.settings import read_settings
from sql.database import Database
from tests.calls import call_operation, calls_on
from tests.fake_platforms.connected import foundry_settings, unity_catalog_settings
from tests.fake_platforms.foundry import FakeFoundry
from tests.fake_platforms.unity_catalog import APP, FakeUnityCatalog
from tests.rows import add_request

ALICE = "alice@test.com"


class Catalogs:
    """Requests for tables, and the workspace that knows them."""

    def __init__(self, database: Database, fake: FakeUnityCatalog) -> None:
        self.database, self.fake = database, fake
        fake.metastore_admin = "somebody@test.com"

    def add(self, table: str, *, is_known: bool = True) -> None:
        catalog, schema, name = table.split(".")
        if is_known:
            self.fake.tables.add(table.replace("`", "").lower())
        fields = {"catalog_name": catalog, "schema_name": schema, "table_name": name, "privilege": "SELECT"}
        ends = self.database.utc_now() + timedelta(days=5)
        add_request(self.database, DATABRICKS, email=ALICE, expires_on=ends, **fields)

    def check(self) -> dict[str, dict[str, Any]]:
        reply = call_operation(check_connection_again(DATABRICKS)).json["lastCheck"]
        self.left_out = reply["leftOut"]
        return {place["name"]: place for place in reply["places"]}


@pytest.fixture
def catalogs(database: Database) -> Iterator[Catalogs]:
    fake = FakeUnityCatalog()
    with unity_catalog_settings(fake) as settings:
        context = AppContext(read_settings(**settings), database, database)
        with calls_on(context):
            yield Catalogs(database, fake)


def answers(place: dict[str, Any]) -> tuple[str, str]:
    return place["maySee"]["answer"], place["mayRemove"]["answer"]


@pytest.mark.parametrize("right", ["admin", "owner", "manage", "group owner", "group manage", "schema", "table"])
def test_right_is_named_by_which_the_app_may_remove(catalogs: Catalogs, right: str) -> None:
    fake = catalogs.fake
    catalogs.add("main.sales.orders")
    fake.groups["Apps"].add(APP)
    match right:
        case "admin":
            fake.metastore_admin = APP
        case "owner" | "group owner":
            fake.owners["main"] = APP if right == "owner" else "Apps"
        case "schema":
            fake.owners["main.sales"] = APP
        case "table":
            fake.grant(APP, "main.sales.orders", "MANAGE")
        case _:
            fake.grant(APP if right == "manage" else "Apps", "main", "MANAGE")
    place = catalogs.check()["main"]
    assert answers(place) == ("yes", "yes")
    words = {"admin": "admin of the metastore", "schema": "owns the schema main.sales", "table": "table main.sales."}
    assert words.get(right, "catalog main") in place["mayRemove"]["why"]


def test_catalog_without_any_right_is_told_apart_from_the_others(catalogs: Catalogs) -> None:
    catalogs.add("main.sales.orders")
    catalogs.add("finance.books.ledger")
    catalogs.fake.grant(APP, "main", "MANAGE")
    found = catalogs.check()
    assert answers(found["main"]) == ("yes", "yes")
    assert answers(found["finance"]) == ("no", "no")


def test_right_on_one_table_only_is_no_right_on_the_catalog(catalogs: Catalogs) -> None:
    catalogs.add("main.sales.orders")
    catalogs.add("main.sales.customers")
    catalogs.fake.grant(APP, "main.sales.orders", "MANAGE")
    place = catalogs.check()["main"]
    assert answers(place) == ("notKnown", "notKnown")
    assert "main.sales.orders" in place["maySee"]["why"]
    assert "main.sales.customers" in place["maySee"]["why"]


def test_group_that_everyone_is_in_gives_the_app_no_ownership(catalogs: Catalogs) -> None:
    catalogs.add("main.sales.orders")
    catalogs.fake.owners["main"] = "account users"
    assert answers(catalogs.check()["main"]) == ("no", "no")


def test_deleted_table_leaves_the_answer_to_the_next_one(catalogs: Catalogs) -> None:
    catalogs.add("main.sales.orders", is_known=False)
    catalogs.add("main.sales.orders", is_known=False)
    catalogs.add("main.sales.customers")
    catalogs.fake.owners["main"] = APP
    assert answers(catalogs.check()["main"]) == ("yes", "yes")


def test_spellings_of_one_catalog_are_one_place(catalogs: Catalogs) -> None:
    for table in ("main.sales.orders", "MAIN.sales.orders", "`main`.sales.orders"):
        catalogs.add(table)
    [place] = catalogs.check().values()
    assert (place["name"], place["activeRequests"]) == ("main", 3)


def test_catalog_that_is_governed_elsewhere_is_not_known(catalogs: Catalogs) -> None:
    catalogs.add("hive_metastore.sales.orders")
    place = catalogs.check()["hive_metastore"]
    assert answers(place) == ("notKnown", "notKnown")
    assert "does not govern" in place["maySee"]["why"]


def test_catalogs_beyond_the_limit_are_counted(catalogs: Catalogs) -> None:
    for number in range(23):
        catalogs.add(f"catalog{number}.sales.orders")
    catalogs.add("busy.sales.orders")
    catalogs.add("busy.sales.customers")
    found = catalogs.check()
    assert (len(found), catalogs.left_out) == (20, 4)
    assert next(iter(found)) == "busy"
    assert catalogs.fake.server.most_at_once <= 4


def test_app_that_is_not_told_its_name_knows_only_what_lists_show(catalogs: Catalogs) -> None:
    from tests.fake_platforms.server import Answers, Fault

    catalogs.add("main.sales.orders")
    catalogs.fake.server.faults = [Fault(Answers(403, {}), "GET", "/Me")]
    assert answers(catalogs.check()["main"]) == ("notKnown", "notKnown")
    catalogs.fake.metastore_admin = APP
    catalogs.fake.grant(ALICE, "main.sales.orders")
    catalogs.fake.grant("bob@test.com", "main.sales.orders")
    assert answers(catalogs.check()["main"]) == ("yes", "notKnown")


def test_resources_of_foundry_are_grouped_into_their_projects(database: Database) -> None:
    fake = FakeFoundry()
    with foundry_settings(fake) as settings, calls_on(AppContext(read_settings(**settings), database, database)):
        ends = database.utc_now() + timedelta(days=5)
        for number in range(4):
            rid = f"ri.foundry.main.dataset.{number}"
            fake.folder_of[rid] = None
            if number < 3:
                fake.project_of[rid] = "ri.compass.main.folder.sales"
            add_request(database, PALANTIR, email=ALICE, expires_on=ends, resource_rid=rid, role="Viewer")
        found = call_operation(check_connection_again(PALANTIR)).json["lastCheck"]["places"]
        told = {place["name"]: place["activeRequests"] for place in found}
        assert told == {"/Space/sales": 3, "ri.foundry.main.dataset.3": 1}
        assert found[0]["mayRemove"] == {
            "answer": "notKnown",
            "why": "The app has the role Owner there. Foundry does not tell whether it may change roles.",
        }
