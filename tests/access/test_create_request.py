"""Creating a request: what is stored, and what is refused with nothing stored."""

import json
import re
from datetime import timedelta
from typing import Any

import pytest

from access.operations import create_request, show_request
from access.platforms import DATABRICKS, PALANTIR, Platform
from api.call import MAX_BODY_BYTES
from config.context import AppContext
from sql.database import Database
from tests.calls import VALID_REQUESTS, call, stored_count
from tests.existing_tables import execute
from tests.faults import lost_commit_answers
from tests.sign_in import claiming, serve_with


def test_created_request_is_answered_with_201_and_its_row(platform: Platform) -> None:
    reply = call(create_request, platform, body={**VALID_REQUESTS[platform], "expiresOn": "2090-01-31T12:00:00Z"})
    assert reply.status == 201
    assert (
        reply.json.items()
        >= {
            **VALID_REQUESTS[platform],
            "status": "Active",
            "expiresOn": "2090-01-31T12:00:00Z",
        }.items()
    )


def test_location_leads_to_the_created_request(platform: Platform) -> None:
    reply = call(create_request, platform, body=VALID_REQUESTS[platform])
    call(create_request, platform, body=VALID_REQUESTS[platform])
    folder, _, request_id = reply.headers["Location"].rpartition("/")
    assert folder == f"/api/{platform.key}/access-requests"
    found = call(show_request, platform, path={"id": request_id}).json
    assert found.items() >= {**reply.json, "revokedAt": None, "revokedBy": None}.items()


def test_story_of_a_request_names_who_asked_for_it_and_not_for_whom(context: AppContext, platform: Platform) -> None:
    serve_with(context, required=True, platform_authenticates=True)
    bob = claiming(roles="request", preferred_username="bob@test.com")
    reply = call(create_request, platform, body=VALID_REQUESTS[platform], headers=bob)
    (requested,) = call(show_request, platform, path={"id": reply.json["id"]}, headers=bob).json["timeline"]
    assert (requested["event"], requested["by"]) == ("requested", "bob@test.com")


def test_request_sent_again_with_its_key_is_stored_once(platform: Platform) -> None:
    first, again = (
        call(create_request, platform, body=VALID_REQUESTS[platform], headers={"idempotency-key": "form-7"})
        for _ in range(2)
    )
    assert (first.status, again.status) == (201, 201)
    assert (again.json, again.headers["Location"]) == (first.json, first.headers["Location"])
    assert stored_count(platform) == 1


def test_requests_without_a_key_are_each_stored(platform: Platform) -> None:
    assert [call(create_request, platform, body=VALID_REQUESTS[platform]).status for _ in range(2)] == [201, 201]
    assert stored_count(platform) == 2


@pytest.mark.parametrize(
    "change",
    [{"businessReason": "Another"}, {"expiresOn": "2090-01-31T23:00Z"}, {"expiresOn": None}],
    ids=str,
)
def test_key_of_another_request_is_refused(platform: Platform, change: dict[str, str]) -> None:
    headers = {"idempotency-key": "form-7"}
    body = {**VALID_REQUESTS[platform], "expiresOn": "2090-01-31T00:00Z"}
    assert call(create_request, platform, body=body, headers=headers).status == 201
    reply = call(create_request, platform, body={**body, **change}, headers=headers)
    assert (reply.status, reply.wrong_fields) == (422, ["Idempotency-Key"])
    assert stored_count(platform) == 1


@pytest.mark.parametrize(
    ("kept", "status"),
    [("2090-01-31 23:59:59.123", 201), ("2090-01-31 23:59:59.120", 201), ("2090-02-01", 422)],
)
def test_request_sent_again_is_the_same_as_far_as_its_column_keeps_its_expiry(
    database: Database, platform: Platform, kept: str, status: int
) -> None:
    if database.engine.dialect.name != "sqlite":
        pytest.skip("only on SQLite can a test put another precision into this column")
    headers, body = {"idempotency-key": "7"}, {**VALID_REQUESTS[platform], "expiresOn": "2090-01-31T23:59:59.123456Z"}
    assert call(create_request, platform, body=body, headers=headers).status == 201
    execute(database, f"UPDATE {platform.requests} SET {platform.columns['expires_on']} = '{kept}'")
    assert call(create_request, platform, body=body, headers=headers).status == status


@pytest.mark.parametrize("key", ["", "two words", "schlüssel", "x" * 101])
def test_unusable_key_is_refused_and_nothing_stored(platform: Platform, key: str) -> None:
    reply = call(create_request, platform, body=VALID_REQUESTS[platform], headers={"idempotency-key": key})
    assert (reply.status, reply.wrong_fields) == (422, ["Idempotency-Key"])
    assert stored_count(platform) == 0


@pytest.mark.parametrize("after_commit", [True, False])
def test_request_whose_commit_got_no_answer_is_stored_once_and_answered(
    context: AppContext, platform: Platform, after_commit: bool
) -> None:
    with lost_commit_answers(context.database, after_commit=after_commit):
        reply = call(create_request, platform, body=VALID_REQUESTS[platform])
    assert reply.status == 201
    assert stored_count(platform) == 1


def test_request_that_is_perhaps_stored_is_stored_once_when_tried_again_as_told(
    context: AppContext, platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The database stores it, and goes away before it can say so."""
    monkeypatch.setattr("sql.database.PATIENCE_SECONDS", 0.1)
    with lost_commit_answers(context.database, after_commit=True, times=10_000):
        reply = call(create_request, platform, body=VALID_REQUESTS[platform])
    assert (reply.status, reply.json["title"]) == (503, "Perhaps stored")
    key = re.search(r"Idempotency-Key: (\S+)", reply.json["detail"])
    assert key
    again = call(create_request, platform, body=VALID_REQUESTS[platform], headers={"idempotency-key": key[1]})
    assert again.status == 201
    assert stored_count(platform) == 1


def test_requested_on_is_the_databases_time(context: AppContext, platform: Platform) -> None:
    before = context.database.utc_now()
    reply = call(create_request, platform, body=VALID_REQUESTS[platform])
    times = [moment.isoformat().replace("+00:00", "Z") for moment in (before, context.database.utc_now())]
    assert times[0][:23] <= reply.json["requestedOn"][:23] <= times[1][:23]


@pytest.mark.parametrize(
    ("given", "stored"),
    [
        (None, None),
        ("2090-01-31", "2090-01-31T00:00:00Z"),
        ("2090-01-31T00:30:00", "2090-01-31T00:30:00Z"),
        ("2090-01-31T00:30:00+02:00", "2090-01-30T22:30:00Z"),
        ("2090-01-31T00:30:00.123456Z", "2090-01-31T00:30:00.123000Z"),
        ("9999-12-31", None),
        ("9999-12-31T23:59:59Z", None),
        ("9999-12-31T23:59:59-14:00", None),
    ],
)
def test_expiry_is_stored_in_utc_and_null_when_never(platform: Platform, given: str | None, stored: str | None) -> None:
    reply = call(create_request, platform, body={**VALID_REQUESTS[platform], "expiresOn": given})
    assert (reply.status, reply.json["expiresOn"]) == (201, stored)


def test_surrounding_blanks_are_not_stored(platform: Platform) -> None:
    body = {**VALID_REQUESTS[platform], "requestedByEmail": " alice@test.com ", "businessReason": "\n Because \n"}
    reply = call(create_request, platform, body=body)
    assert (reply.json["requestedByEmail"], reply.json["businessReason"]) == ("alice@test.com", "Because")


@pytest.mark.parametrize("text", ["'; DROP TABLE JobRun; --", "line\nline\ttab", "Größe 表 🙂", "x" * 2000])
def test_any_printable_text_comes_back_as_given(platform: Platform, text: str) -> None:
    reply = call(create_request, platform, body={**VALID_REQUESTS[platform], "businessReason": text})
    assert (reply.status, reply.json["businessReason"]) == (201, text)


@pytest.mark.parametrize("text", ["Line one\r\nLine two", f"{'x' * 999}\r\n{'x' * 1000}"], ids=["short", "full"])
def test_lines_that_end_as_on_windows_are_stored_with_line_feeds(platform: Platform, text: str) -> None:
    reply = call(create_request, platform, body={**VALID_REQUESTS[platform], "businessReason": text})
    assert (reply.status, reply.json.get("businessReason")) == (201, text.replace("\r\n", "\n"))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("requestedByEmail", 7),
        ("requestedByEmail", None),
        ("requestedByEmail", ["alice@test.com"]),
        ("requestedByEmail", ""),
        ("requestedByEmail", "alice"),
        ("requestedByEmail", "alice@test"),
        ("requestedByEmail", "alice@test.com, bob@test.com"),
        ("requestedByEmail", "alice@test.com\r\nBcc: bob@test.com"),
        ("requestedByEmail", "Alice <alice@test.com>"),
        ("requestedByEmail", "alice\x00@test.com"),
        ("requestedByEmail", f"{'a' * 320}@test.com"),
        ("businessReason", {}),
        ("businessReason", True),
        ("businessReason", " \n "),
        ("businessReason", "bell \x07"),
        ("businessReason", "nul \x00"),
        ("businessReason", "next\x85line"),
        ("businessReason", "lone\rreturn"),
        ("businessReason", "x" * 2001),
        ("expiresOn", 4102444800),
        ("expiresOn", "4102444800"),
        ("expiresOn", "4102444800.5"),
        ("expiresOn", float("nan")),
        ("expiresOn", float("inf")),
        ("expiresOn", 10**400),
        ("expiresOn", True),
        ("expiresOn", ""),
        ("expiresOn", "tomorrow"),
        ("expiresOn", "2090-02-30"),
        ("expiresOn", "10000-01-01T00:00:00Z"),
        ("expiresOn", "2020-01-01T00:00:00Z"),
        ("expiresOn", "0001-01-01T00:00:00+14:00"),
        ("id", 1),
        ("status", "Active"),
        ("requested_by_email", "alice@test.com"),
    ],
)
def test_wrong_value_is_refused_by_field_name(platform: Platform, field: str, value: Any) -> None:
    reply = call(create_request, platform, body={**VALID_REQUESTS[platform], field: value})
    assert (reply.status, reply.mimetype) == (422, "application/problem+json")
    assert reply.wrong_fields == [field]
    assert stored_count(platform) == 0


@pytest.mark.parametrize(
    ("platform", "field", "value"),
    [
        (DATABRICKS, "catalogName", ""),
        (DATABRICKS, "schemaName", "two\nlines"),
        (DATABRICKS, "tableName", "x" * 256),
        (DATABRICKS, "privilege", "select"),
        (DATABRICKS, "role", "Viewer"),
        (PALANTIR, "resourceRid", "ri.foundry.main.dataset"),
        (PALANTIR, "resourceRid", "ri.foundry.main.dataset.0a1b\nri.x"),
        (PALANTIR, "resourceRid", f"ri.foundry.main.dataset.{'x' * 255}"),
        (PALANTIR, "role", "Superuser"),
        (PALANTIR, "catalogName", "main"),
    ],
    ids=lambda value: value.key if isinstance(value, Platform) else value[:20],
)
def test_wrong_resource_field_is_refused_by_name(platform: Platform, field: str, value: str) -> None:
    reply = call(create_request, platform, body={**VALID_REQUESTS[platform], field: value})
    assert (reply.status, reply.wrong_fields) == (422, [field])
    assert stored_count(platform) == 0


@pytest.mark.parametrize(
    "text",
    [
        "sales \u202egnp.exe",
        "sales \u2067reports\u2069",
        "left\u200eright",
        "one\u2028two",
        "one\u2029two",
        "\u200b",
        "\u00ad\ufeff\u2060",
        "\u3164",
        "\u2800\u2800",
        "\u0301",
        "\U000e0041",
    ],
    ids=ascii,
)
def test_text_that_reads_otherwise_than_it_is_stored_is_refused(platform: Platform, text: str) -> None:
    fields = ["businessReason", *(["tableName"] if platform is DATABRICKS else [])]
    reply = call(create_request, platform, body={**VALID_REQUESTS[platform], **dict.fromkeys(fields, text)})
    assert (reply.status, sorted(reply.wrong_fields)) == (422, sorted(fields))


@pytest.mark.parametrize("text", ["Ünïcödé", "می‌خواهم", "עברית", "👩‍💻", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "日本語", "?"], ids=ascii)
def test_text_in_any_script_is_stored_as_it_is(platform: Platform, text: str) -> None:
    reply = call(create_request, platform, body={**VALID_REQUESTS[platform], "businessReason": text})
    assert (reply.status, reply.json.get("businessReason")) == (201, text)


def test_every_missing_field_is_named(platform: Platform) -> None:
    reply = call(create_request, platform, body=b"{}")
    assert reply.status == 422
    assert set(reply.wrong_fields) == set(VALID_REQUESTS[platform])
    assert {error["message"] for error in reply.json["errors"]} == {"This field is required."}


def test_all_wrong_fields_are_named_at_once(platform: Platform) -> None:
    body = {**VALID_REQUESTS[platform], "requestedByEmail": "alice", "expiresOn": "never", "colour": "red"}
    reply = call(create_request, platform, body=body)
    assert sorted(reply.wrong_fields) == ["colour", "expiresOn", "requestedByEmail"]


def test_expiry_is_judged_by_the_databases_clock(context: AppContext, platform: Platform) -> None:
    just_past = context.database.utc_now() - timedelta(milliseconds=1)
    reply = call(create_request, platform, body={**VALID_REQUESTS[platform], "expiresOn": just_past.isoformat()})
    assert reply.wrong_fields == ["expiresOn"]
    soon = context.database.utc_now() + timedelta(minutes=1)
    assert (
        call(create_request, platform, body={**VALID_REQUESTS[platform], "expiresOn": soon.isoformat()}).status == 201
    )


@pytest.mark.parametrize(
    "body",
    [
        b" ",
        b"{",
        b'{"requestedByEmail": "alice@test.com",}',
        b"requestedByEmail=alice%40test.com",
        b"\xff\xfe{\x00}\x00",
        b'{"businessReason": "\xff"}',
        rb'{"businessReason": "\ud800"}',
        rb'{"businessReason": "\udc00 low first"}',
        b'{"expiresOn": ' + b"9" * 5000 + b"}",
        b"[" * 30_000,
        b'{"a":' * 10_000,
    ],
    ids=lambda body: repr(body[:20]),
)
def test_unreadable_body_is_refused_as_malformed(platform: Platform, body: bytes) -> None:
    reply = call(create_request, platform, body=body)
    assert (reply.status, reply.mimetype) == (400, "application/problem+json")
    assert stored_count(platform) == 0


def test_empty_body_is_refused_as_malformed(platform: Platform) -> None:
    assert call(create_request, platform, body=b"").status == 400


@pytest.mark.parametrize("body", ["null", "[]", "7", '"text"', "true", '[{"role": "Viewer"}]'])
def test_body_that_is_no_object_is_refused(platform: Platform, body: str) -> None:
    reply = call(create_request, platform, body=body.encode())
    assert (reply.status, reply.wrong_fields) == (422, ["body"])


def test_oversized_body_is_refused_with_its_limit(platform: Platform) -> None:
    body = json.dumps(VALID_REQUESTS[platform]).encode()
    fitting = body + b" " * (MAX_BODY_BYTES - len(body))
    assert call(create_request, platform, body=fitting).status == 201
    reply = call(create_request, platform, body=fitting + b" ")
    assert (reply.status, reply.json["detail"]) == (413, "The body is too large. Send at most 64 KiB.")
    assert stored_count(platform) == 1
