"""One rule for the same person: in Python, in the database, in mails, and in what a person may decide."""

import itertools
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from access.decisions.decide import signs_in_at
from access.operations import create_request, list_requests_of_person
from access.platforms import DATABRICKS, Platform
from access.revocations.records import find_grants_to_end, list_standing_beside
from access.same_person import person_prefix, same_person_key
from api.authorization import Caller
from config.context import AppContext
from jobs.reminders.due_notification import DueNotification
from jobs.reminders.mail.message import reminder_emails
from sql.database import Database
from tests.calls import VALID_REQUESTS, call, call_operation
from tests.connected_requests import Requests
from tests.rows import add_request

SAME = [
    ("steve@test.com", "STEVE@Test.Com"),
    ("jos\u00e9@test.com", "jose\u0301@test.com"),
    ("JOS\u00e9@test.com", "jos\u00e9@TEST.com"),
    ("anna@stra\u00dfe.de", "anna@xn--strae-oqa.de"),
    ("Anna@Stra\u00dfe.de", "anna@XN--strae-oqa.de"),
    ("zo\u00eb@b\u00fccher.de", "zoe\u0308@xn--bcher-kva.de"),
    ("q\u1ebf@test.com", "qe\u0302\u0301@test.com"),
    ("\uac00@test.com", "\u1100\u1161@test.com"),
    ("\u00c5sa@test.com", "\u212bsa@test.com"),
    (" anna@stra\u00dfe.de\u00a0", "anna@xn--strae-oqa.de"),
]
ALIKE = [
    ("\u017fteve@test.com", "steve@test.com"),
    ("stra\u00dfe@test.com", "strasse@test.com"),
    ("\ufb01ona@test.com", "fiona@test.com"),
    ("\u0130rem@test.com", "irem@test.com"),
    ("\u0130rem@test.com", "i\u0307rem@test.com"),
    ("anna@stra\u00dfe.de", "anna@strasse.de"),
    ("\u212aim@test.com", "kim@test.com"),
    ("jos\u00e9@test.com", "jose@test.com"),
    ("\u00c9va@test.com", "\u00e9va@test.com"),
    ("\u0430nna@test.com", "anna@test.com"),
    ("anna@te\u3002st.com", "anna@te.st.com"),
    ("anna@\u212atest.com", "anna@ktest.com"),
    ("o\u1feff@test.com", "o`f@test.com"),
    ("\uff41nna@test.com", "anna@test.com"),
    ("\u03c3ofia@test.com", "\u03c2ofia@test.com"),
]
BOTH_WAYS = [*SAME, *((two, one) for one, two in SAME)]
ALIKE_BOTH_WAYS = [*ALIKE, *((two, one) for one, two in ALIKE)]
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.mark.parametrize(("one", "two"), BOTH_WAYS, ids=ascii)
def test_one_person_is_found_in_any_spelling(one: str, two: str) -> None:
    assert same_person_key(one) == same_person_key(two)
    assert signs_in_at(Caller(one.strip()), two)
    for address in (one, two):
        beginning = person_prefix(address)
        assert all(each.strip(" \u00a0").lower().startswith(beginning.lower()) for each in (one, two))


@pytest.mark.parametrize(("one", "two"), ALIKE, ids=ascii)
def test_address_that_only_looks_alike_is_someone_elses(one: str, two: str) -> None:
    assert same_person_key(one) != same_person_key(two)
    assert not signs_in_at(Caller(one), two)


@given(st.lists(st.text("aeksK\u0301\u0308\u00e9\u00eb\u00df\u212a\u017f\u1fef`;\u00c5\u212b", max_size=4), min_size=2))
def test_beginning_is_shared_by_all_that_are_the_same(names: list[str]) -> None:
    addresses = [f"{name}@{domain}" for name in names for domain in ("stra\u00dfe.de", "xn--strae-oqa.de", "a.de")]
    for one, two in itertools.permutations(addresses, 2):
        if same_person_key(one) == same_person_key(two):
            assert two.lower().startswith(person_prefix(one).lower())


@on_sqlite
@pytest.mark.parametrize(("ended", "active"), BOTH_WAYS, ids=ascii)
def test_request_of_the_same_person_covers(database: Database, platform: Platform, ended: str, active: str) -> None:
    request_id, other = add_request(database, platform, email=ended), add_request(database, platform, email=active)
    with database.read() as connection:
        [to_end] = find_grants_to_end(connection, platform, [request_id], only_expired=False)
        assert to_end.superseded_by == str(other)
        assert [each.request_id for each in list_standing_beside(connection, platform, [request_id])] == [other]


@on_sqlite
@pytest.mark.parametrize(("ended", "active"), ALIKE_BOTH_WAYS, ids=ascii)
def test_request_of_another_person_does_not_cover(
    database: Database, platform: Platform, ended: str, active: str
) -> None:
    request_id = add_request(database, platform, email=ended)
    add_request(database, platform, email=active)
    with database.read() as connection:
        [to_end] = find_grants_to_end(connection, platform, [request_id], only_expired=False)
    assert to_end.superseded_by is None


@on_sqlite
@pytest.mark.parametrize(("ended", "active"), ALIKE_BOTH_WAYS, ids=ascii)
def test_end_of_one_takes_nothing_from_who_looks_alike(requests: Requests, ended: str, active: str) -> None:
    if ended.lower() == active.lower():
        if requests.platform is not DATABRICKS:
            pytest.skip("this fake takes both for one account")
        requests.connected.fake.is_exact = True
    requests.add(ended)
    kept = requests.add(active, days=30)
    requests.run()
    assert requests.connected.has_grant(active)
    assert requests.status(kept) == "Active"


@on_sqlite
@pytest.mark.parametrize(("ended", "active"), BOTH_WAYS, ids=ascii)
def test_end_of_one_spelling_takes_nothing_that_another_gives(requests: Requests, ended: str, active: str) -> None:
    old, kept = requests.add(ended), requests.add(active, days=30)
    requests.run()
    assert requests.connected.has_grant(active)
    assert [requests.status(each) for each in (old, kept)] == ["Superseded", "Active"]


@on_sqlite
@pytest.mark.parametrize(("one", "two"), BOTH_WAYS, ids=ascii)
def test_list_of_a_person_has_all_spellings(context: AppContext, platform: Platform, one: str, two: str) -> None:
    ids = {add_request(context.database, platform, email=email) for email in (one, two)}
    add_request(context.database, platform, email=f"x{one}")
    items = call_operation(list_requests_of_person, {"email": one}).json["items"]
    assert {each["id"] for each in items} == ids


@on_sqlite
@pytest.mark.parametrize(("one", "two"), ALIKE_BOTH_WAYS, ids=ascii)
def test_list_of_a_person_has_no_one_elses(context: AppContext, platform: Platform, one: str, two: str) -> None:
    request_id = add_request(context.database, platform, email=one)
    add_request(context.database, platform, email=two)
    items = call_operation(list_requests_of_person, {"email": one}).json["items"]
    assert [each["id"] for each in items] == [request_id]


@pytest.mark.parametrize(
    ("one", "two", "count"),
    [*(pytest.param(*pair, 1) for pair in SAME), *(pytest.param(*pair, 2) for pair in ALIKE)],
    ids=ascii,
)
def test_mail_goes_to_one_person_only(context: AppContext, one: str, two: str, count: int) -> None:
    now = context.database.utc_now()
    due = [
        DueNotification(
            request_id=number,
            email=email.strip(" \u00a0"),
            reminder="7-Day Reminder",
            resource="main.sales.orders (SELECT)",
            expires_on=now + timedelta(days=3),
            days_left=3,
            has_ended=False,
        )
        for number, email in enumerate((one, two))
    ]
    assert len(reminder_emails(due, DATABRICKS, one_for_each_person=True)) == count


@pytest.mark.parametrize(
    "email",
    [
        "\u017fteve@test.com",
        "\ufb01ona@test.com",
        "\uff41nna@test.com",
        "\u212aim@test.com",
        "anna\u00b2@test.com",
        "anna@\uff54est.com",
        "anna@te\ufb06.com",
        "\U0001d41aanna@test.com",
    ],
    ids=ascii,
)
def test_address_that_no_one_can_have_is_refused(platform: Platform, email: str) -> None:
    reply = create(platform, email)
    assert (reply.status, reply.wrong_fields) == (422, ["requestedByEmail"])
    assert "Write" in reply.json["errors"][0]["message"]


@pytest.mark.parametrize(
    "email",
    ["jos\u00e9@test.com", "jose\u0301@test.com", "stra\u00dfe@test.com", "\u0130rem@test.com", "anna@stra\u00dfe.de"],
    ids=ascii,
)
def test_address_in_another_script_is_welcome(platform: Platform, email: str) -> None:
    assert create(platform, email).status == 201


def create(platform: Platform, email: str) -> Any:
    return call(create_request, platform, body={**VALID_REQUESTS[platform], "requestedByEmail": email})
