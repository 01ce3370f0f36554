"""Everything that one person has or had, over all platforms."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from access.operations import list_requests_of_person
from access.platforms import DATABRICKS, PALANTIR, PLATFORMS, Platform
from config.context import AppContext
from sql.column_types import NEVER_EXPIRES
from tests.calls import Query, call_operation, read_all_pages
from tests.rows import add_request, add_revocation

ALICE = "alice@test.com"


def found(query: Query) -> list[dict[str, Any]]:
    page = call_operation(list_requests_of_person, query).json
    assert page["total"] == len(page["items"])
    items: list[dict[str, Any]] = page["items"]
    return items


@pytest.fixture
def rows(context: AppContext) -> list[tuple[str, int | str]]:
    """What Alice has, by urgency."""
    now = context.database.utc_now()
    rows: list[tuple[Platform, str, datetime]] = [
        (PALANTIR, "Active", now - timedelta(days=3)),
        (DATABRICKS, "Active", now + timedelta(days=1)),
        (PALANTIR, "Active", now + timedelta(days=2)),
        (DATABRICKS, "Active", NEVER_EXPIRES),
        (DATABRICKS, "Revoked", now - timedelta(days=9)),
        (PALANTIR, "Revoked", now - timedelta(days=8)),
    ]
    for platform in PLATFORMS:
        add_request(context.database, platform, email="alice@test.com.example")
    return [
        (platform.key, add_request(context.database, platform, status=status, expires_on=expires_on))
        for platform, status, expires_on in rows
    ]


def test_everything_a_person_has_is_listed_by_urgency(rows: list[tuple[str, int | str]]) -> None:
    assert [(item["platform"], item["id"]) for item in found({"email": ALICE})] == rows


@pytest.mark.parametrize("sort", ["urgency", "requestedOn", "-requestedOn"])
@pytest.mark.parametrize("limit", [1, 4])
def test_pages_return_every_request_once(rows: list[tuple[str, int | str]], sort: str, limit: int) -> None:
    items = read_all_pages(list_requests_of_person, {"email": ALICE, "sort": sort}, limit)
    assert sorted((item["platform"], str(item["id"])) for item in items) == sorted((key, str(id_)) for key, id_ in rows)


def test_address_is_found_in_capitals_too(rows: list[tuple[str, int | str]]) -> None:
    assert len(found({"email": ALICE.upper()})) == len(rows)


def test_only_a_status_can_be_asked_for(rows: list[tuple[str, int | str]]) -> None:
    assert [(item["platform"], item["id"]) for item in found({"email": ALICE, "status": "Revoked"})] == rows[4:]


def test_request_tells_what_it_is_for_and_its_latest_revocation(context: AppContext, platform: Platform) -> None:
    request_id = add_request(context.database, platform, status="Revoked", expires_on=datetime(2090, 1, 1, tzinfo=UTC))
    add_revocation(context.database, platform, request_id, revoked_by="first")
    add_revocation(context.database, platform, request_id, revoked_by="second")
    (item,) = found({"email": ALICE})
    assert (
        item["resource"]
        == {
            DATABRICKS: "sales.orders.lines (SELECT)",
            PALANTIR: "ri.foundry.main.dataset.0a1b (Viewer)",
        }[platform]
    )
    assert (item["expiresOn"], item["revokedBy"]) == ("2090-01-01T00:00:00Z", "second")


def test_person_without_requests_has_an_empty_list() -> None:
    assert found({"email": "nobody@test.com"}) == []


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("", "email"),
        ("email=", "email"),
        ("email=a%00b", "email"),
        ("email=a@b&sort=id", "sort"),
        ("email=a@b&q=b", "q"),
    ],
)
def test_unusable_query_is_refused_by_name(query: str, field: str) -> None:
    reply = call_operation(list_requests_of_person, query)
    assert (reply.status, reply.wrong_fields) == (422, [field])


def test_cursor_of_another_person_is_refused(rows: list[tuple[str, int | str]]) -> None:
    cursor = call_operation(list_requests_of_person, {"email": ALICE, "limit": 1}).json["nextCursor"]
    reply = call_operation(list_requests_of_person, {"email": "bob@test.com", "cursor": cursor})
    assert (reply.status, reply.wrong_fields) == (422, ["cursor"])
