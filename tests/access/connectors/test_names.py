"""Names are compared by one rule in Python, and by the same rule in the database."""

from datetime import timedelta

import pytest

from access.connectors.connector import Grant
from access.connectors.names import in_unity_catalog
from access.platforms import DATABRICKS
from access.revocations.records import find_grants_to_end
from sql.database import Database
from tests.rows import add_request

ORDERS = ("main", "sales", "orders", "SELECT")


@pytest.mark.parametrize(
    "other",
    [
        ("MAIN", "Sales", "orders", "SELECT"),
        ("`main`", "sales", "`orders`", "select"),
        (" main", "sales ", "orders", " SELECT "),
        ("main", "sales", "orders_v2", "SELECT"),
        ("main", "sales", "orders", "MODIFY"),
        ("main", "sales", "orders", "ALL PRIVILEGES"),
        ("main.sales", "orders", "", "SELECT"),
        ("main", "sales", "orders\t", "SELECT"),
    ],
)
def test_database_and_connector_agree_on_what_is_the_same(database: Database, other: tuple[str, ...]) -> None:
    now = database.utc_now()

    def add(names: tuple[str, ...], days: int) -> int | str:
        fields = dict(zip(DATABRICKS.resource_fields, names, strict=True))
        expires_on = now + timedelta(days=days)
        return add_request(database, DATABRICKS, email="ann@test.com", expires_on=expires_on, **fields)

    ended = add(ORDERS, -1)
    add(other, 20)
    with database.read() as connection:
        [found] = find_grants_to_end(connection, DATABRICKS, [ended])
    same = in_unity_catalog(Grant(1, "a", ORDERS[:3], ORDERS[3])) == in_unity_catalog(
        Grant(1, "a", other[:3], other[3])
    )
    assert (found.superseded_by is not None) == same


@pytest.mark.parametrize("spelling", ["ALL PRIVILEGES", "ALL_PRIVILEGES", "all privileges"])
def test_two_spellings_of_all_privileges_are_one(database: Database, spelling: str) -> None:
    fields = {"catalog_name": "main", "schema_name": "sales", "table_name": "orders"}
    now = database.utc_now()
    past, later = (now + timedelta(days=days) for days in (-1, 20))
    ended = add_request(database, DATABRICKS, expires_on=past, privilege="ALL PRIVILEGES", **fields)
    add_request(database, DATABRICKS, expires_on=later, privilege=spelling, **fields)
    with database.read() as connection:
        [found] = find_grants_to_end(connection, DATABRICKS, [ended])
    assert found.superseded_by is not None
