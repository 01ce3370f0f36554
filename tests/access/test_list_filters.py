"""What a list may be asked for: filters that match literally, limits, and parameters that are refused."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest

from access.list_query import RequestListQuery
from access.operations import list_pending_expiry, list_requests
from access.platforms import DATABRICKS, PALANTIR, PLATFORMS, Platform
from api.listing import DEFAULT_LIMIT, MAX_LIMIT
from config.context import AppContext
from sql.column_types import NEVER_EXPIRES
from tests.calls import Query, call
from tests.rows import add_request, add_requests


def found(platform: Platform, query: Query) -> list[int | str]:
    page = call(list_requests, platform, query).json
    assert page["total"] == len(page["items"])
    return [item["id"] for item in page["items"]]


def test_status_filter_keeps_only_that_status(context: AppContext, platform: Platform) -> None:
    add_request(context.database, platform)
    revoked = add_request(context.database, platform, status="Revoked")
    assert found(platform, "status=Revoked") == [revoked]
    assert found(platform, "status=revoked") == [revoked]
    assert found(platform, "status=Nothing") == []


@pytest.mark.parametrize(
    ("platform", "field"),
    [(platform, field) for platform in PLATFORMS for field in platform.field_names],
    ids=lambda value: value.key if isinstance(value, Platform) else value,
)
def test_free_text_finds_part_of_any_text_field(context: AppContext, platform: Platform, field: str) -> None:
    fields: dict[str, Any] = {"email" if field == "requested_by_email" else field: "some needle here"}
    wanted = add_request(context.database, platform, **fields)
    add_request(context.database, platform)
    assert found(platform, "q=needle") == [wanted]
    assert found(platform, "q=NEEDLE") == [wanted]


@pytest.mark.parametrize("character", [*"%_[]^-'\"\\;*?#&+", "--", "[a-z]", "\\%", "'; DROP TABLE JobRun; --"])
def test_special_characters_in_free_text_match_only_themselves(
    context: AppContext, platform: Platform, character: str
) -> None:
    wanted = add_request(context.database, platform, business_reason=f"a{character}b")
    add_requests(context.database, platform, [{"business_reason": "axb"}, {"business_reason": "ab"}])
    assert found(platform, {"q": f"a{character}b"}) == [wanted]


def test_pattern_escapes_what_either_database_reads_as_a_wildcard(platform: Platform) -> None:
    filters = RequestListQuery(q="100%_[a]\\").filters(platform)
    assert filters.parameters["pattern"] == "%100\\%\\_\\[a]\\\\%"


def test_address_is_found_by_its_beginning(context: AppContext, platform: Platform) -> None:
    emails = ["ana@test.com", "Ana@test.org", "joana@test.com", "ana_@test.com"]
    ids = add_requests(context.database, platform, [{"email": email, "business_reason": "ana@"} for email in emails])
    assert found(platform, {"q": "ana@", "sort": "requestedByEmail"}) == ids[:2]
    assert found(platform, {"q": "ANA@TEST.C"}) == ids[:1]
    assert found(platform, {"q": "ana_@"}) == ids[3:]
    assert set(found(platform, {"q": "@test.com"})) == {ids[0], ids[2], ids[3]}


def test_filters_together_must_all_match(context: AppContext, platform: Platform) -> None:
    rows = [
        {"business_reason": reason, "status": status}
        for reason in ("audit", "report")
        for status in ("Active", "Revoked")
    ]
    ids = add_requests(context.database, platform, rows)
    assert found(platform, "q=report&status=Active") == [ids[2]]
    assert found(platform, {"q": "report", "status": "Active", "id": ids[3]}) == []


def test_filters_narrow_the_pending_lists_too(context: AppContext, platform: Platform) -> None:
    expired = context.database.utc_now().replace(year=2020, month=1, day=1)
    rows = [{"expires_on": expired, "business_reason": reason} for reason in ("audit", "report")]
    ids = add_requests(context.database, platform, rows)
    page = call(list_pending_expiry, platform, "q=audit").json
    assert ([item["id"] for item in page["items"]], page["total"]) == ([ids[0]], 1)


def test_id_filter_finds_one_request(context: AppContext, platform: Platform) -> None:
    ids = add_requests(context.database, platform, [{}, {}])
    assert found(platform, {"id": ids[1]}) == [ids[1]]


def test_id_that_no_request_has_finds_nothing(platform: Platform) -> None:
    assert found(platform, {"id": 4711 if platform is DATABRICKS else uuid4()}) == []


def test_uuid_in_capitals_is_found_and_answered_in_lower_case(context: AppContext) -> None:
    request_id = add_request(context.database, PALANTIR)
    assert found(PALANTIR, {"id": str(request_id).upper()}) == [request_id]


@pytest.mark.parametrize(
    ("platform", "request_id"),
    [
        (DATABRICKS, "one"),
        (DATABRICKS, "1 OR 1=1"),
        (DATABRICKS, "1.0"),
        (DATABRICKS, "2147483648"),
        (DATABRICKS, "9" * 300),
        (PALANTIR, "7"),
        (PALANTIR, "not-a-uuid"),
    ],
    ids=lambda value: value.key if isinstance(value, Platform) else value[:12],
)
def test_text_that_is_no_id_is_refused(platform: Platform, request_id: str) -> None:
    reply = call(list_requests, platform, {"id": request_id})
    assert (reply.status, reply.wrong_fields) == (422, ["id"])


@pytest.mark.parametrize("limit", ["0", "-1", str(MAX_LIMIT + 1), "many", "1.5", "9" * 30, "1" * 5000])
def test_limit_out_of_bounds_is_refused(platform: Platform, limit: str) -> None:
    reply = call(list_requests, platform, {"limit": limit})
    assert (reply.status, reply.wrong_fields) == (422, ["limit"])


@pytest.mark.parametrize(("query", "length"), [("", DEFAULT_LIMIT), ("limit=1", 1), (f"limit={MAX_LIMIT}", MAX_LIMIT)])
def test_page_holds_as_many_items_as_its_limit(
    context: AppContext, platform: Platform, query: str, length: int
) -> None:
    add_requests(context.database, platform, [{}] * (MAX_LIMIT + 1))
    assert len(call(list_requests, platform, query).json["items"]) == length


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("colour=red", "colour"),
        ("colour=", "colour"),
        ("Limit=5", "Limit"),
        ("sort=colour", "sort"),
        ("sort=%2BexpiresOn", "sort"),
        ("sort=expiresOn;DROP", "sort"),
        ("sort=--id", "sort"),
        ("q=ab", "q"),
        (f"q={'x' * 321}", "q"),
        (f"status={'x' * 321}", "status"),
        (f"cursor={'x' * 2001}", "cursor"),
    ],
    ids=lambda value: value[:20],
)
def test_unknown_or_unusable_parameter_is_refused_by_name(platform: Platform, query: str, field: str) -> None:
    reply = call(list_requests, platform, query)
    assert (reply.status, reply.wrong_fields) == (422, [field])


@pytest.mark.parametrize("name", ["limit", "cursor", "sort", "status", "q", "id"])
def test_blank_value_counts_as_absent(context: AppContext, platform: Platform, name: str) -> None:
    request_id = add_request(context.database, platform)
    assert found(platform, f"{name}=") == [request_id]


def test_last_of_repeated_values_counts(context: AppContext, platform: Platform) -> None:
    request_id = add_request(context.database, platform)
    assert found(platform, "status=Revoked&status=Active") == [request_id]


def test_function_key_in_the_query_is_not_the_lists_business(context: AppContext, platform: Platform) -> None:
    request_id = add_request(context.database, platform)
    assert found(platform, "code=secret%3D%3D") == [request_id]


@pytest.mark.parametrize("query", ["q=%ff%ff%ff", "q=%ED%A0%80", "q=%07%07%07", "q=🙂🙂🙂"])
def test_odd_bytes_in_the_query_find_nothing(context: AppContext, platform: Platform, query: str) -> None:
    add_request(context.database, platform)
    assert found(platform, query) == []


@pytest.mark.parametrize("name", ["q", "status", "id"])
def test_nul_character_is_refused(platform: Platform, name: str) -> None:
    reply = call(list_requests, platform, f"{name}=a%00b")
    assert (reply.status, reply.wrong_fields) == (422, [name])


MOMENTS = [datetime(2090, 1, 1, tzinfo=UTC), datetime(2090, 1, 2, tzinfo=UTC), NEVER_EXPIRES]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("expiresFrom=2090-01-01", [0, 1]),
        ("expiresFrom=2090-01-01T00:00:00.001Z", [1]),
        ("expiresTo=2090-01-02", [0]),
        ("expiresTo=2090-01-02T02:00:00%2B01:00", [0, 1]),
        ("expiresFrom=2090-01-01&expiresTo=2090-01-02T00:00:01", [0, 1]),
        ("expiresFrom=2090-01-03&expiresTo=2090-01-02", []),
    ],
)
def test_expiry_is_filtered_from_a_moment_up_to_before_another(
    context: AppContext, platform: Platform, query: str, expected: list[int]
) -> None:
    ids = add_requests(context.database, platform, [{"expires_on": moment} for moment in MOMENTS])
    assert found(platform, query) == [ids[index] for index in expected]


def test_time_of_request_is_filtered_from_a_moment_up_to_before_another(
    context: AppContext, platform: Platform
) -> None:
    request_id = add_request(context.database, platform)
    requested_on = call(list_requests, platform).json["items"][0]["requestedOn"]
    assert found(platform, {"requestedFrom": requested_on}) == [request_id]
    assert found(platform, {"requestedTo": requested_on}) == []


@pytest.mark.parametrize("name", ["expiresFrom", "expiresTo", "requestedFrom", "requestedTo"])
@pytest.mark.parametrize("value", ["tomorrow", "2030", "1900000000", "2030-13-01", "2030-01-31T25:00:00Z", "a\0b"])
def test_text_that_is_no_moment_is_refused(platform: Platform, name: str, value: str) -> None:
    reply = call(list_requests, platform, {name: value})
    assert (reply.status, reply.wrong_fields) == (422, [name])


def test_grant_filter_goes_by_the_platforms_own_name(context: AppContext, platform: Platform) -> None:
    [wanted] = add_requests(context.database, platform, [{platform.grant_field: "Wanted"}])
    add_request(context.database, platform)
    assert found(platform, f"{platform.grant_field}=Wanted") == [wanted]
    other = PALANTIR if platform is DATABRICKS else DATABRICKS
    reply = call(list_requests, other, f"{platform.grant_field}=Wanted")
    assert (reply.status, reply.wrong_fields) == (422, [platform.grant_field])


@pytest.mark.parametrize("name", ["grant", "expires_from"])
def test_parameter_goes_by_its_name_on_the_wire_only(platform: Platform, name: str) -> None:
    assert call(list_requests, platform, f"{name}=2090-01-01").wrong_fields == [name]
