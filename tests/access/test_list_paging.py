"""Pages of a list: every row exactly once in every order, also while rows change between two pages."""

import base64
import json
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest

from access.operations import list_pending_expiry, list_pending_notifications, list_requests
from access.platforms import DATABRICKS, PALANTIR, Platform
from api.listing import MAX_LIMIT
from config.context import AppContext
from sql.column_types import NEVER_EXPIRES
from tests.calls import call, read_all
from tests.rows import add_request, add_requests, delete_request

FIELDS = ("expiresOn", "requestedOn", "requestedByEmail", "id")
ORDERS = [*FIELDS, *(f"-{field}" for field in FIELDS)]
URGENCY = "urgency"
FAR = datetime(2090, 1, 1, tzinfo=UTC)


@pytest.fixture
def ids(context: AppContext, platform: Platform) -> set[int | str]:
    """Many ties: 3 expiries, 2 addresses that differ in case too, one time of request."""
    expiries = [FAR, FAR + timedelta(days=1), NEVER_EXPIRES]
    emails = ["Bob@test.com", "bob@test.com", "alice@test.com"]
    rows = [{"expires_on": expiries[n % 3], "email": emails[n % 7 % 3]} for n in range(23)]
    return set(add_requests(context.database, platform, rows))


def sort_key(item: dict[str, Any], field: str) -> Any:
    if field == "expiresOn":
        return item[field] or "9999-12-31"
    return item[field].casefold() if isinstance(item[field], str) else item[field]


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("limit", [1, 5, 23])
def test_paging_returns_every_row_once_in_order(
    platform: Platform, ids: set[int | str], order: str, limit: int
) -> None:
    items = read_all(list_requests, platform, {"sort": order}, limit)
    assert len(items) == len(ids)
    assert {item["id"] for item in items} == ids
    if order.removeprefix("-") != "id" or platform is DATABRICKS:  # each database orders UUIDs in its own way
        keys = [sort_key(item, order.removeprefix("-")) for item in items]
        assert keys == sorted(keys, reverse=order.startswith("-"))


@pytest.mark.parametrize("field", FIELDS)
def test_descending_order_is_the_ascending_one_reversed(platform: Platform, ids: set[int | str], field: str) -> None:
    ascending = read_all(list_requests, platform, {"sort": field}, 5)
    assert read_all(list_requests, platform, {"sort": f"-{field}"}, 5) == ascending[::-1]


def test_soonest_expiry_comes_first_by_default(platform: Platform, ids: set[int | str]) -> None:
    assert call(list_requests, platform).json == call(list_requests, platform, "sort=expiresOn").json


@pytest.mark.parametrize("order", ["expiresOn", "-expiresOn", "requestedByEmail", "-id"])
def test_rows_that_change_between_pages_do_not_disturb_the_others(
    context: AppContext, platform: Platform, ids: set[int | str], order: str
) -> None:
    first = call(list_requests, platform, {"sort": order, "limit": 8}).json
    seen = [item["id"] for item in first["items"]]
    delete_request(context.database, platform, seen[0])
    delete_request(context.database, platform, seen[-1])  # the very row at which the cursor points
    for expires_on in (FAR - timedelta(days=1), FAR, NEVER_EXPIRES):
        add_request(context.database, platform, expires_on=expires_on)
    rest = call(list_requests, platform, {"sort": order, "limit": MAX_LIMIT, "cursor": first["nextCursor"]}).json
    later = [item["id"] for item in rest["items"]]
    assert len(set(later)) == len(later)
    assert not set(seen) & set(later)
    assert ids <= {*seen, *later}


@pytest.mark.parametrize("order", ["expiresOn", "-id", URGENCY])
@pytest.mark.parametrize("left_count", [0, 4, 8, 12])
def test_page_that_has_been_emptied_says_what_is_left_and_leads_back_to_it(
    context: AppContext, platform: Platform, ids: set[int | str], order: str, left_count: int
) -> None:
    """As when everything on a later page, or on others before it too, is revoked and the page is read again."""
    query = {"sort": order, "limit": 4}
    items = read_all(list_requests, platform, {"sort": order}, 4)
    cursor = None
    for _ in range(0, 12, 4):
        cursor = call(list_requests, platform, query | ({"cursor": cursor} if cursor else {})).json["nextCursor"]
    for item in items[left_count:]:
        delete_request(context.database, platform, item["id"])
    page = call(list_requests, platform, {**query, "cursor": cursor}).json
    assert (page["items"], page["total"], page["nextCursor"]) == ([], left_count, None)
    seen: list[int | str] = []
    while page["prevCursor"]:
        page = call(list_requests, platform, {**query, "cursor": page["prevCursor"]}).json
        assert page["total"] == left_count
        seen = [*(item["id"] for item in page["items"]), *seen]
    assert seen == [item["id"] for item in items[:left_count]]


def test_total_counts_the_whole_list_on_every_page(platform: Platform, ids: set[int | str]) -> None:
    first = call(list_requests, platform, "limit=10").json
    second = call(list_requests, platform, {"limit": 10, "cursor": first["nextCursor"]}).json
    assert (first["total"], second["total"]) == (23, 23)


@pytest.mark.parametrize(("limit", "has_next"), [(22, True), (23, False), (24, False)])
def test_last_page_has_no_next_cursor(platform: Platform, ids: set[int | str], limit: int, has_next: bool) -> None:
    page = call(list_requests, platform, {"limit": limit}).json
    assert (page["nextCursor"] is not None) is has_next


@pytest.mark.parametrize("handler", [list_requests, list_pending_expiry, list_pending_notifications])
def test_empty_list_is_one_empty_page(platform: Platform, handler: Any) -> None:
    assert call(handler, platform).json == {
        "items": [],
        "total": 0,
        "totalIsExact": True,
        "nextCursor": None,
        "prevCursor": None,
    }


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize(
    ("handler", "expires_in_days"), [(list_pending_expiry, -5), (list_pending_notifications, 5)], ids=["expiry", "due"]
)
def test_pending_lists_page_as_well(
    context: AppContext, platform: Platform, handler: Any, expires_in_days: int, order: str
) -> None:
    expires_on = context.database.utc_now() + timedelta(days=expires_in_days)
    rows = [{"expires_on": expires_on + timedelta(hours=n % 3)} for n in range(11)]
    ids = add_requests(context.database, platform, rows)
    items = read_all(handler, platform, {"sort": order}, 3)
    assert len(items) == len(ids)
    assert {item["id"] for item in items} == set(ids)


@pytest.mark.parametrize(
    "other_query",
    [{"sort": "-expiresOn"}, {"status": "Active"}, {"q": "sales"}, {"sort": "id"}],
    ids=str,
)
def test_cursor_of_another_filter_or_order_is_refused(
    platform: Platform, ids: set[int | str], other_query: dict[str, str]
) -> None:
    cursor = call(list_requests, platform, "limit=5").json["nextCursor"]
    reply = call(list_requests, platform, {**other_query, "cursor": cursor})
    assert (reply.status, reply.wrong_fields) == (422, ["cursor"])


def test_cursor_of_another_list_or_platform_is_refused(platform: Platform, ids: set[int | str]) -> None:
    query = {"cursor": call(list_requests, platform, "limit=5").json["nextCursor"]}
    other_platform = PALANTIR if platform is DATABRICKS else DATABRICKS
    assert call(list_pending_expiry, platform, query).wrong_fields == ["cursor"]
    assert call(list_requests, other_platform, query).wrong_fields == ["cursor"]


def test_cursor_serves_pages_of_another_size(platform: Platform, ids: set[int | str]) -> None:
    cursor = call(list_requests, platform, "limit=5").json["nextCursor"]
    assert len(call(list_requests, platform, {"limit": 500, "cursor": cursor}).json["items"]) == 18


@pytest.mark.parametrize(
    "cursor",
    ["x", "!!!!", "WyJ4Il0=", "bnVsbA==", "e30=", "ü", "\x00", base64.urlsafe_b64encode(b"[" * 1400).decode()],
    ids=lambda cursor: repr(cursor[:10]),
)
def test_garbage_cursor_is_refused(platform: Platform, ids: set[int | str], cursor: str) -> None:
    reply = call(list_requests, platform, {"cursor": cursor})
    assert (reply.status, reply.wrong_fields) == (422, ["cursor"])


# Where the parts of a cursor stand in it.
DIRECTION, SECTION, AT, TOTAL = 1, 2, 3, 4


@pytest.mark.parametrize("value", [None, [], {"a": 1}, 1.5, 7, -1, "x' OR 1=1 --"], ids=repr)
@pytest.mark.parametrize("part", [DIRECTION, SECTION, AT])
def test_forged_cursor_is_refused(platform: Platform, ids: set[int | str], part: int, value: object) -> None:
    assert forged(platform, "expiresOn", [part], value).wrong_fields == ["cursor"]


@pytest.mark.parametrize("value", [None, [], {"a": 1}, 1.5, True, "x' OR 1=1 --"], ids=repr)
@pytest.mark.parametrize("where", [[AT, 1], [TOTAL]], ids=["id", "total"])
def test_forged_id_or_total_is_refused(
    platform: Platform, ids: set[int | str], where: list[int], value: object
) -> None:
    assert forged(platform, "expiresOn", where, value).wrong_fields == ["cursor"]


def test_forged_id_beyond_its_column_is_refused(platform: Platform, ids: set[int | str]) -> None:
    assert forged(platform, "id", [AT, 0], 10**30).wrong_fields == ["cursor"]


@pytest.mark.parametrize(
    "value", [[], {"a": 1}, 1.5, True, 10**30, "tomorrow", "2025-13-01", "2025-01-01' --"], ids=repr
)
@pytest.mark.parametrize("order", ["expiresOn", "-requestedOn"])
def test_forged_time_in_a_cursor_is_refused(platform: Platform, ids: set[int | str], order: str, value: object) -> None:
    assert forged(platform, order, [AT, 0], value).wrong_fields == ["cursor"]


def forged(platform: Platform, order: str, where: list[int], value: object) -> Any:
    cursor = call(list_requests, platform, {"limit": 5, "sort": order}).json["nextCursor"]
    parts = json.loads(base64.urlsafe_b64decode(cursor))
    *folders, last = where
    part = parts
    for index in folders:
        part = part[index]
    part[last] = value
    return call(
        list_requests, platform, {"sort": order, "cursor": base64.urlsafe_b64encode(json.dumps(parts).encode())}
    )


def pages(platform: Platform, order: str, limit: int) -> list[dict[str, Any]]:
    """Every page from the first to the last."""
    read = [call(list_requests, platform, {"sort": order, "limit": limit}).json]
    while read[-1]["nextCursor"]:
        query = {"sort": order, "limit": limit, "cursor": read[-1]["nextCursor"]}
        read.append(call(list_requests, platform, query).json)
    return read


@pytest.mark.parametrize("order", [*ORDERS, URGENCY])
def test_every_page_leads_back_to_the_one_before(platform: Platform, ids: set[int | str], order: str) -> None:
    read = pages(platform, order, 5)
    assert read[0]["prevCursor"] is None
    for before, page in pairwise(read):
        query = {"sort": order, "limit": 5, "cursor": page["prevCursor"]}
        assert call(list_requests, platform, query).json["items"] == before["items"]


def test_way_back_that_ends_early_leads_to_a_full_first_page(platform: Platform, ids: set[int | str]) -> None:
    second = pages(platform, "expiresOn", 5)[1]
    back = call(list_requests, platform, {"limit": 8, "cursor": second["prevCursor"]}).json
    assert back == call(list_requests, platform, {"limit": 8}).json


def test_page_on_the_way_back_leads_forward_again(platform: Platform, ids: set[int | str]) -> None:
    read = pages(platform, "expiresOn", 5)
    back = call(list_requests, platform, {"limit": 5, "cursor": read[2]["prevCursor"]}).json
    forward = call(list_requests, platform, {"limit": 5, "cursor": back["nextCursor"]}).json
    assert forward["items"] == read[2]["items"]


@pytest.fixture
def statuses(context: AppContext, platform: Platform) -> list[int | str]:
    """Ids by urgency."""
    now = context.database.utc_now()
    overdue, soon = now - timedelta(days=9), now + timedelta(days=2)
    rows = [
        ("Active", overdue),
        ("Active", now - timedelta(hours=1)),
        ("Active", soon),
        ("Active", NEVER_EXPIRES),
        ("Abandoned", soon),
        ("Revoked", overdue - timedelta(days=300)),
        ("Revoked", soon),
    ]
    requests = [{"status": status, "expires_on": expires_on} for status, expires_on in rows]
    return list(reversed(add_requests(context.database, platform, list(reversed(requests)))))


@pytest.mark.parametrize("limit", [1, 2, 3, 7])
def test_most_urgent_comes_first_and_what_is_not_active_last(
    platform: Platform, statuses: list[int | str], limit: int
) -> None:
    items = read_all(list_requests, platform, {"sort": URGENCY}, limit)
    assert [item["id"] for item in items] == statuses


def test_urgency_of_one_status_is_its_expiry(platform: Platform, statuses: list[int | str]) -> None:
    items = read_all(list_requests, platform, {"sort": URGENCY, "status": "Revoked"}, 1)
    assert [item["id"] for item in items] == statuses[-2:]
    overdue = read_all(list_pending_expiry, platform, {"sort": URGENCY}, 1)
    assert [item["id"] for item in overdue] == statuses[:2]
