"""Addresses as other programs write them: blanks around them count nowhere, and a list shows those that are none."""

from typing import Any

import pytest
from sqlalchemy import text

from access.addresses import split_address, without_blanks
from access.decisions.decide import signs_in_at
from access.operations import list_pending_notifications, list_requests, list_requests_of_person
from access.platforms import DATABRICKS, PALANTIR, Platform
from api.authorization import Caller
from config.context import AppContext
from jobs.operations import send_expiry_notifications
from tests.calls import Query, call, call_operation
from tests.rows import add_request, add_requests

AROUND = [
    " {}",
    "{} ",
    "   {}   ",
    "\t{}",
    "{}\r\n",
    "\u00a0{}",
    "{}\u00a0",
    "\u3000{}\u2003",
    "\ufeff{}",
    "\u202a{}\u202c",
]
USABLE = [
    *("alice@test.com", "Alice+audit@Test.com", "o'neil@test.com", "100%@test.com", "a_b-c.d/e=f@test.com", "a@b"),
    *("用户@例え.test", "zz~{@test.com", "9@test.com", " alice@test.com\t"),
]
UNUSABLE = [
    *(
        "",
        "   ",
        "\u00a0",
        "alice",
        "@",
        "@test.com",
        "alice@",
        "alice@test@com",
        "a@x.com;b@x.com",
        "a@x.com; b@x.com",
    ),
    *("a@x.com,b@x.com", "a@x.com b@x.com", "Alice <alice@test.com>", "alice @test.com", "alice@\u00a0test.com"),
    *('"alice"@test.com', "(alice)@test.com", "[alice]@test.com", "alice\\@test.com", "mailto:alice@test.com"),
    *("=?utf-8?q?alice?=@test.com", "CORP\\alice", "a@x.com\nb@x.com", "alice\t@test.com"),
]
WITH_A_BLANK_FOR_ITS_PLUS = ["alice+audit@test.com", "alice+a+b@test.com", "alice%20audit@test.com"]
NO_SINGLE_ADDRESS = [
    *(*WITH_A_BLANK_FOR_ITS_PLUS, "alice%252Baudit@test.com", "alice%2540test.com", "alice", "@test.com", "alice@"),
    *("a@x.com;b@x.com", "a@x.com,b@x.com", "Alice+%3Calice@test.com%3E", "alice@test@com", "%20", "alice%00@test.com"),
]


def found(platform: Platform, query: Query) -> list[Any]:
    return [item["id"] for item in call(list_requests, platform, query).json["items"]]


@pytest.mark.parametrize("around", AROUND, ids=ascii)
def test_blanks_around_an_address_count_nowhere(context: AppContext, platform: Platform, around: str) -> None:
    """Neither those of the table nor those of the question."""
    stored, other = (
        add_request(context.database, platform, email=around.format("Alice@test.com")),
        add_request(context.database, platform, email=around.format("alice@test.com.example")),
    )
    for email in ("alice@test.com", around.format("alice@test.com")):
        [item] = call_operation(list_requests_of_person, {"email": email}).json["items"]
        assert (item["id"], item["requestedByEmail"]) == (stored, "Alice@test.com")
    for q in ("alice@test.com", around.format("alice@test")):
        assert sorted(map(str, found(platform, {"q": q}))) == sorted(map(str, (stored, other)))
    assert found(platform, {"q": "alice@test.com.e"}) == [other]
    assert signs_in_at(Caller("alice@test.com"), around.format("Alice@test.com"))


def test_list_shows_all_requests_without_a_usable_address(context: AppContext, platform: Platform) -> None:
    """By the rule that the mail follows."""
    good, bad = ([{"email": email} for email in emails] for emails in (USABLE, UNUSABLE))
    ids = add_requests(context.database, platform, good + bad)
    assert [split_address(without_blanks(email)) is not None for email in USABLE + UNUSABLE] == [
        *[True] * len(USABLE),
        *[False] * len(UNUSABLE),
    ]
    assert set(found(platform, "hasUsableEmail=true")) == set(ids[: len(USABLE)])
    assert set(found(platform, "hasUsableEmail=false")) == set(ids[len(USABLE) :])
    assert set(found(platform, "hasUsableEmail=false&status=Active&q=alice@t")) <= set(ids[len(USABLE) :])
    assert call(list_requests, platform, "hasUsableEmail=perhaps").wrong_fields == ["hasUsableEmail"]


def test_unusable_address_is_among_the_reminders_that_are_due(context: AppContext, platform: Platform) -> None:
    soon = context.database.utc_now().replace(microsecond=0)
    rows = [{"email": email, "expires_on": soon.replace(year=soon.year + 1)} for email in ("a; b", "alice@test.com")]
    ids = add_requests(context.database, platform, rows)
    with context.database.transaction() as connection:
        expires_on = platform.columns["expires_on"]
        connection.execute(
            text(f"UPDATE {platform.requests} SET {expires_on} = :soon"), {"soon": f"{soon:%Y-%m-%d} 23:59:59.000"}
        )
    [item] = call(list_pending_notifications, platform, "hasUsableEmail=false").json["items"]
    assert item["id"] == ids[0]


@pytest.mark.parametrize("email", NO_SINGLE_ADDRESS)
def test_question_that_names_no_single_address_is_refused_with_how_to_write_a_plus(
    context: AppContext, email: str
) -> None:
    add_request(context.database, DATABRICKS, email="alice+audit@test.com")
    for reply in (
        call_operation(list_requests_of_person, f"email={email}"),
        call(send_expiry_notifications, DATABRICKS, f"failEmail=bob@test.com&failEmail={email}"),
    ):
        assert reply.status == 422
        if email != "%20":  # which says to write a value
            assert "%2B" in reply.json["errors"][0]["message"]


@pytest.mark.parametrize("email", ["alice%2Baudit@test.com", "alice%2baudit%40test.com", "%20ALICE%2BAUDIT@test.com+"])
def test_plus_that_is_encoded_finds_its_person(context: AppContext, email: str) -> None:
    stored = add_request(context.database, PALANTIR, email="alice+audit@test.com")
    assert [item["id"] for item in call_operation(list_requests_of_person, f"email={email}").json["items"]] == [stored]
    assert found(PALANTIR, f"q={email}") == [stored]


@pytest.mark.parametrize("q", [*WITH_A_BLANK_FOR_ITS_PLUS, "alice+audit@", "alice+aud@te", "alice%252Baudit@test"])
def test_search_for_an_address_with_a_blank_in_place_of_its_plus_is_refused(platform: Platform, q: str) -> None:
    reply = call(list_requests, platform, f"q={q}")
    assert (reply.status, reply.wrong_fields) == (422, ["q"])
    assert "%2B" in reply.json["errors"][0]["message"]


@pytest.mark.parametrize("q", ["for+the+audit", "a@x.com;+b@x", "Alice+%3Calice@", "@test.com", "@+noon"])
def test_search_for_any_other_text_is_no_address(context: AppContext, platform: Platform, q: str) -> None:
    text_of_all = "for the audit @ noon"
    rows = [
        {"email": email, "business_reason": text_of_all} for email in ("a@x.com; b@x.com", "Alice <alice@test.com>")
    ]
    add_requests(context.database, platform, rows)
    assert len(found(platform, f"q={q}")) >= 1
