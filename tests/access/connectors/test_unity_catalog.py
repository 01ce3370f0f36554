"""Unity Catalog, against a fake that keeps its state."""

import random
import time
from typing import Any

import pytest

from access.connectors.connector import (
    UNCONFIRMED,
    AlreadyGone,
    CurrentGrant,
    LookFailed,
    NotKnown,
    RemovalFailed,
    Removed,
    StillEffective,
)
from access.connectors.errors import NoTokenError, SignInError, ThrottledError
from access.connectors.grouped_connector import INCOMPLETE
from access.connectors.platform_api import ATTEMPTS
from tests.access.connectors.asking import Asked, on_table
from tests.fake_platforms.server import Answers, Fault, LosesAnswer, Waits
from tests.fake_platforms.unity_catalog import CLIENT_ID, CLIENT_SECRET, FakeUnityCatalog

TABLE = "main.sales.orders"
PERMISSIONS = "permissions/table/"
ALICE, BOB, CAROL = (f"{name}@test.com" for name in ("alice", "bob", "carol"))


def permission_calls(unity_catalog: FakeUnityCatalog) -> list[str]:
    return [call.method for call in unity_catalog.server.calls if PERMISSIONS in call.path]


def test_grant_is_removed_and_seen_gone(unity_catalog: FakeUnityCatalog, databricks: Asked) -> None:
    unity_catalog.grant(ALICE, TABLE)
    [removal] = databricks.remove(on_table(ALICE))
    assert isinstance(removal, Removed)
    assert removal.platform_request_id == "call-1"
    assert not unity_catalog.has_grant(ALICE, TABLE)


def test_all_people_of_a_table_are_served_by_three_calls(unity_catalog: FakeUnityCatalog, databricks: Asked) -> None:
    grants = [on_table(f"person{n}@test.com", request_id=n) for n in range(30)]
    for grant in grants:
        unity_catalog.grant(grant.email, TABLE)
    assert {type(removal) for removal in databricks.remove(*grants)} == {Removed}
    assert permission_calls(unity_catalog) == ["GET", "PATCH", "GET"]


def test_privileges_of_others_and_other_privileges_stay(unity_catalog: FakeUnityCatalog, databricks: Asked) -> None:
    unity_catalog.grant(ALICE, TABLE)
    unity_catalog.grant(ALICE, TABLE, "MODIFY")
    unity_catalog.grant(BOB, TABLE)
    databricks.remove(on_table(ALICE))
    assert unity_catalog.has_grant(ALICE, TABLE, "MODIFY")
    assert unity_catalog.has_grant(BOB, TABLE)


def test_all_privileges_are_spelt_as_the_platform_does(unity_catalog: FakeUnityCatalog, databricks: Asked) -> None:
    unity_catalog.grant(ALICE, TABLE, "ALL_PRIVILEGES")
    [removal] = databricks.remove(on_table(ALICE, access="ALL PRIVILEGES"))
    assert isinstance(removal, Removed)
    [call] = unity_catalog.server.called("PATCH")
    assert call.body["changes"] == [{"principal": ALICE, "remove": ["ALL_PRIVILEGES"]}]


def test_principal_is_compared_without_case(unity_catalog: FakeUnityCatalog, databricks: Asked) -> None:
    unity_catalog.grant("Alice@Test.com", TABLE)
    grants = [on_table("ALICE@test.COM"), on_table("alice@test.com", request_id=2), on_table(BOB, request_id=3)]
    unity_catalog.grant(BOB, TABLE)
    assert {type(removal) for removal in databricks.remove(*grants)} == {Removed}


def test_what_is_not_there_is_already_gone_and_nothing_is_changed(
    unity_catalog: FakeUnityCatalog, databricks: Asked
) -> None:
    unity_catalog.grant(BOB, TABLE)
    unity_catalog.people.add(ALICE)
    assert databricks.remove(on_table(ALICE), on_table(BOB, access="MODIFY")) == [AlreadyGone(), AlreadyGone()]
    assert unity_catalog.server.called("PATCH") == []


@pytest.mark.parametrize("code", ["TABLE_DOES_NOT_EXIST", "SCHEMA_DOES_NOT_EXIST", "CATALOG_DOES_NOT_EXIST"])
def test_grant_on_what_the_platform_does_not_know_is_not_known(
    unity_catalog: FakeUnityCatalog, databricks: Asked, code: str
) -> None:
    unity_catalog.server.faults = [Fault(Answers(404, {"error_code": code, "message": "does not exist"}))]
    removals = databricks.remove(on_table(ALICE), on_table(BOB, request_id=2))
    reason = "Databricks shows this app no table main.sales.orders (does not exist). "
    assert [isinstance(each, NotKnown) and each.reason.startswith(reason) for each in removals] == [True, True]


@pytest.mark.parametrize("tells_people", [True, False])
def test_grant_of_an_unknown_person_is_not_known(
    unity_catalog: FakeUnityCatalog, databricks: Asked, tells_people: bool
) -> None:
    unity_catalog.grant(BOB, TABLE)
    unity_catalog.tells_people = tells_people
    [removal] = databricks.remove(on_table("nobody@test.com"))
    assert isinstance(removal, NotKnown)
    assert removal.reason.startswith("Databricks does not know nobody@test.com. ")


def test_long_refusal_is_read_in_its_share_of_time(unity_catalog: FakeUnityCatalog, databricks: Asked) -> None:
    """Sixteen times as long would be quadratic."""

    def seconds(count: int) -> float:
        unity_catalog.server.faults = [Fault(Answers(404, {"error_code": "X", "message": "principal " * count}))]
        took = []
        for _ in range(3):
            began = time.process_time()
            [failed] = databricks.remove(on_table(ALICE))
            took.append(time.process_time() - began)
            assert isinstance(failed, RemovalFailed)
        return min(took)

    assert seconds(16_000) < 9 * seconds(4_000)


@pytest.mark.parametrize(
    "answers",
    [
        Answers(404, {"error_code": "ENDPOINT_NOT_FOUND", "message": "No API found"}),
        Answers(404),
        Answers(404, text="<html>Not found</html>"),
    ],
    ids=["other code", "empty", "HTML"],
)
def test_any_other_404_is_a_failure(unity_catalog: FakeUnityCatalog, databricks: Asked, answers: Answers) -> None:
    unity_catalog.server.faults = [Fault(answers)]
    [failed] = databricks.remove(on_table(ALICE))
    assert isinstance(failed, RemovalFailed)
    assert failed.reason.startswith("Databricks refused the call (404)")


@pytest.mark.parametrize(
    "text",
    [
        "<html>Sign in</html>",
        "",
        "[]",
        '{"status": "ok"}',
        '{"privilege_assignments": null}',
        '{"privilege_assignments": [{"principal": "alice@test.com"}]}',
        "[" * 100_000,
    ],
    ids=lambda text: text[:30],
)
def test_success_in_another_shape_does_not_pass_for_nothing_granted(
    unity_catalog: FakeUnityCatalog, databricks: Asked, text: str
) -> None:
    unity_catalog.server.faults = [Fault(Answers(200, text=text))]
    assert databricks.remove(on_table(ALICE)) == [
        RemovalFailed("Databricks answered something that this app does not understand.")
    ]


@pytest.mark.parametrize(("above", "through"), [("main", "catalog main"), ("main.sales", "schema main.sales")])
def test_grant_from_above_is_still_effective_and_named(
    unity_catalog: FakeUnityCatalog, databricks: Asked, above: str, through: str
) -> None:
    unity_catalog.grant(ALICE, above)
    unity_catalog.grant(ALICE, TABLE)
    assert databricks.current_grants(on_table(ALICE)) == [CurrentGrant(is_direct=True, through=through)]
    assert databricks.remove(on_table(ALICE)) == [StillEffective(through)]
    assert not unity_catalog.has_grant(ALICE, TABLE)
    assert databricks.remove(on_table(ALICE)) == [StillEffective(through)]
    assert len(unity_catalog.server.called("PATCH")) == 1


def test_grant_to_a_group_is_still_effective_where_the_platform_shows_it(
    unity_catalog: FakeUnityCatalog, databricks: Asked
) -> None:
    unity_catalog.grant("analysts", TABLE)
    unity_catalog.groups["analysts"].add(ALICE)
    unity_catalog.grant(ALICE, TABLE)
    assert databricks.remove(on_table(ALICE)) == [StillEffective("group analysts")]


@pytest.mark.parametrize("privilege", ["SELECT", "ALL_PRIVILEGES"])
@pytest.mark.parametrize("is_granted", [True, False], ids=["granted", "gone already"])
def test_grant_to_a_group_is_seen_whoever_else_is_asked_about(
    unity_catalog: FakeUnityCatalog, databricks: Asked, privilege: str, is_granted: bool
) -> None:
    unity_catalog.grant("analysts", TABLE, privilege)
    unity_catalog.people.update((ALICE, BOB))
    unity_catalog.groups["analysts"].add(ALICE)
    if is_granted:
        unity_catalog.grant(ALICE, TABLE)
        unity_catalog.grant(BOB, TABLE)
    of_alice, of_bob = databricks.remove(on_table(ALICE), on_table(BOB, request_id=2))
    assert isinstance(of_alice, StillEffective)
    assert isinstance(of_bob, Removed if is_granted else AlreadyGone)


def test_only_whoever_could_hold_it_through_a_group_is_asked_about_alone(
    unity_catalog: FakeUnityCatalog, databricks: Asked
) -> None:
    for person in (ALICE, BOB):
        unity_catalog.grant(person, TABLE)
        unity_catalog.grant(person, TABLE, "MODIFY")
    unity_catalog.grant("analysts", TABLE)
    databricks.remove(*(on_table(person, access=access) for person in (ALICE, BOB) for access in ("SELECT", "MODIFY")))
    assert permission_calls(unity_catalog) == ["GET", "PATCH", "GET"]
    assert len(unity_catalog.server.called("GET", "/Users")) == 2


def test_person_who_cannot_be_asked_about_alone_fails_nobody_else(
    unity_catalog: FakeUnityCatalog, databricks: Asked
) -> None:
    unity_catalog.grant("analysts", TABLE)
    unity_catalog.people.update((ALICE, BOB))
    unity_catalog.tells_people = False
    unity_catalog.server.faults = [
        Fault(Waits(0), path=PERMISSIONS, times=1),
        Fault(Answers(403), path=PERMISSIONS, times=1),
    ]
    found = databricks.current_grants(on_table(ALICE), on_table(BOB, request_id=2))
    assert sorted(type(each).__name__ for each in found) == ["CurrentGrant", "LookFailed"]


@pytest.mark.parametrize(
    ("securable", "through"),
    [(TABLE, "ALL PRIVILEGES on the table itself"), ("main", "ALL PRIVILEGES on catalog main")],
)
def test_all_privileges_keep_every_other_effective(
    unity_catalog: FakeUnityCatalog, databricks: Asked, securable: str, through: str
) -> None:
    unity_catalog.grant(ALICE, TABLE)
    unity_catalog.grant(ALICE, securable, "ALL_PRIVILEGES")
    assert databricks.remove(on_table(ALICE)) == [StillEffective(through)]


def test_every_page_is_read_and_some_are_empty(unity_catalog: FakeUnityCatalog, databricks: Asked) -> None:
    for number in range(7):
        unity_catalog.grant(f"person{number}@test.com", TABLE)
    unity_catalog.page_size, unity_catalog.has_empty_pages = 2, True
    grants = [on_table(f"person{number}@test.com", request_id=number) for number in range(8)]
    assert [found == CurrentGrant(is_direct=True) for found in databricks.current_grants(*grants)] == [True] * 7 + [
        False
    ]


def test_list_that_leads_round_in_a_circle_is_a_failure(unity_catalog: FakeUnityCatalog, databricks: Asked) -> None:
    page = {"privilege_assignments": [], "next_page_token": "again"}
    unity_catalog.server.faults = [Fault(Answers(200, page))]
    assert databricks.remove(on_table(ALICE)) == [
        RemovalFailed("Databricks answered with the same page again and again.")
    ]
    assert len(unity_catalog.server.called("GET")) == 2


def test_unknown_person_in_a_group_fails_nobody_else(unity_catalog: FakeUnityCatalog, databricks: Asked) -> None:
    """Deleted after the table was looked at, so that the whole call is refused."""
    for number in range(8):
        unity_catalog.grant(f"person{number}@test.com", TABLE)
    unity_catalog.people.remove("person5@test.com")
    removals = databricks.remove(*(on_table(f"person{number}@test.com", request_id=number) for number in range(8)))
    assert [type(removal) for removal in removals] == [Removed] * 5 + [RemovalFailed] + [Removed] * 2
    refusal = "Databricks refused the call (404): Could not find principal with name person5@test.com"
    assert removals[5] == RemovalFailed(refusal)
    assert len(unity_catalog.server.called("PATCH")) == 7


def test_privilege_that_the_platform_does_not_know_fails_nobody_else(
    unity_catalog: FakeUnityCatalog, databricks: Asked
) -> None:
    unity_catalog.grant(ALICE, TABLE)
    unity_catalog.grant(BOB, TABLE, "PAINT")
    removals = databricks.remove(on_table(ALICE), on_table(BOB, access="PAINT"))
    assert isinstance(removals[0], Removed)
    assert removals[1] == RemovalFailed("Databricks refused the call (400): No such privilege")


def test_stop_in_the_middle_of_a_split_group_hides_nothing_that_was_removed(
    unity_catalog: FakeUnityCatalog, databricks: Asked
) -> None:
    unity_catalog.grant(ALICE, TABLE)
    unity_catalog.grant(BOB, TABLE)
    wait = Answers(429, headers={"retry-after": "3600"})
    unity_catalog.server.faults = [
        Fault(Answers(400), "PATCH", times=1),
        Fault(Waits(0), "PATCH", times=1),
        Fault(wait, "PATCH"),
    ]
    removals = databricks.remove(on_table(ALICE), on_table(BOB, request_id=2))
    assert isinstance(removals[0], Removed)
    assert removals[1] == RemovalFailed("Databricks asks this app to wait (429).")


def test_missing_right_is_a_failure_that_does_not_pass(unity_catalog: FakeUnityCatalog, databricks: Asked) -> None:
    unity_catalog.grant(ALICE, TABLE)
    refused = Answers(403, {"error_code": "PERMISSION_DENIED", "message": "User does not own Table"})
    unity_catalog.server.faults = [Fault(refused, "PATCH")]
    assert databricks.remove(on_table(ALICE)) == [
        RemovalFailed("Databricks refused the call (403): User does not own Table")
    ]
    assert unity_catalog.has_grant(ALICE, TABLE)


@pytest.mark.parametrize("status", [409, 429, 500, 503])
def test_passing_trouble_is_waited_out(unity_catalog: FakeUnityCatalog, databricks: Asked, status: int) -> None:
    unity_catalog.grant(ALICE, TABLE)
    unity_catalog.server.faults = [Fault(Answers(status, headers={"retry-after": "0"}), "PATCH", times=2)]
    [removal] = databricks.remove(on_table(ALICE))
    assert isinstance(removal, Removed)
    assert len(unity_catalog.server.called("PATCH")) == 3


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        (409, "Databricks was changing the same thing (409)."),
        (500, "Databricks had an internal error (500)."),
    ],
)
def test_lasting_trouble_is_a_failure(
    unity_catalog: FakeUnityCatalog, databricks: Asked, status: int, reason: str
) -> None:
    unity_catalog.grant(ALICE, TABLE)
    unity_catalog.server.faults = [Fault(Answers(status), "PATCH")]
    assert databricks.remove(on_table(ALICE)) == [RemovalFailed(reason)]


def test_wait_that_is_too_long_ends_the_run_and_says_until_when(
    unity_catalog: FakeUnityCatalog, databricks: Asked
) -> None:
    unity_catalog.grant(ALICE, TABLE)
    unity_catalog.server.faults = [Fault(Answers(429, headers={"retry-after": "3600"}))]
    with pytest.raises(ThrottledError, match=r"asks this app to wait \(429\)") as raised:
        databricks.remove(on_table(ALICE))
    assert raised.value.resume_after_seconds == 3600
    assert len(unity_catalog.server.calls) == 1


def test_wait_beyond_the_deadline_is_not_begun(unity_catalog: FakeUnityCatalog, databricks: Asked) -> None:
    unity_catalog.server.faults = [Fault(Answers(429, headers={"retry-after": "10"}))]
    with pytest.raises(ThrottledError):
        databricks.remove(on_table(ALICE), patience_seconds=5)
    assert len(unity_catalog.server.calls) == 1


@pytest.mark.parametrize(("retry_seconds", "calls"), [(0.01, ATTEMPTS), (5, 1)])
def test_pause_is_as_long_as_its_setting_allows(
    unity_catalog: FakeUnityCatalog, databricks: Asked, retry_seconds: float, calls: int
) -> None:
    unity_catalog.grant(ALICE, TABLE)
    unity_catalog.server.faults = [Fault(Answers(500), "PATCH")]
    random.seed(2)  # the first pause is 96 % of its longest
    databricks.remove(on_table(ALICE), patience_seconds=4, connector_retry_seconds=retry_seconds)
    assert len(unity_catalog.server.called("PATCH")) == calls


def test_applied_change_whose_answer_was_lost_is_seen_gone(unity_catalog: FakeUnityCatalog, databricks: Asked) -> None:
    unity_catalog.grant(ALICE, TABLE)
    unity_catalog.server.faults = [Fault(LosesAnswer(), "PATCH")]
    assert databricks.remove(on_table(ALICE)) == [Removed(None)]


def test_platform_that_hangs_is_given_up_in_time(unity_catalog: FakeUnityCatalog, databricks: Asked) -> None:
    unity_catalog.grant(ALICE, TABLE)
    unity_catalog.server.faults = [Fault(Waits(60), "PATCH")]
    assert databricks.remove(on_table(ALICE), connector_timeout_seconds=0.1) == [
        RemovalFailed("Databricks did not answer in time.")
    ]


def test_slow_pages_are_waited_for(unity_catalog: FakeUnityCatalog, databricks: Asked) -> None:
    for number in range(4):
        unity_catalog.grant(f"person{number}@test.com", TABLE)
    unity_catalog.page_size = 1
    unity_catalog.server.faults = [Fault(Waits(0.05), "GET")]
    grants = [on_table(f"person{number}@test.com", request_id=number) for number in range(4)]
    assert databricks.current_grants(*grants) == [CurrentGrant(is_direct=True)] * 4


def test_what_cannot_be_looked_at_is_not_touched(unity_catalog: FakeUnityCatalog, databricks: Asked) -> None:
    unity_catalog.grant(ALICE, TABLE)
    unity_catalog.server.faults = [Fault(Answers(500), "GET")]
    [failed] = databricks.remove(on_table(ALICE))
    assert isinstance(failed, RemovalFailed)
    assert unity_catalog.server.called("PATCH") == []


def test_removal_that_could_not_be_looked_at_afterwards_is_no_success(
    unity_catalog: FakeUnityCatalog, databricks: Asked
) -> None:
    unity_catalog.grant(ALICE, TABLE)
    unity_catalog.server.faults = [Fault(Waits(0), "GET", times=1), Fault(Answers(403), "GET")]
    assert databricks.remove(on_table(ALICE)) == [RemovalFailed(f"{UNCONFIRMED} Databricks refused the call (403).")]
    assert not unity_catalog.has_grant(ALICE, TABLE)


def test_trouble_with_one_table_fails_no_other(unity_catalog: FakeUnityCatalog, databricks: Asked) -> None:
    unity_catalog.grant(ALICE, TABLE)
    unity_catalog.grant(ALICE, "main.hr.wages")
    unity_catalog.server.faults = [Fault(Answers(403), "GET", "wages")]
    removals = databricks.remove(on_table(ALICE), on_table(ALICE, "main.hr.wages", request_id=2))
    assert [type(removal) for removal in removals] == [Removed, RemovalFailed]


@pytest.mark.parametrize("resource", [("main", "sales", ""), ("", "", "")])
def test_request_that_names_no_table_is_a_failure(databricks: Asked, resource: tuple[str, ...]) -> None:
    grant = on_table(ALICE)
    incomplete = type(grant)(1, ALICE, resource, "SELECT")
    assert databricks.remove(incomplete) == [RemovalFailed(INCOMPLETE)]
    assert databricks.current_grants(incomplete) == [LookFailed(INCOMPLETE)]


@pytest.mark.parametrize("part", ["a.b", "../../tables", "or ders", "a\n"])
def test_name_that_would_make_another_path_is_refused(
    unity_catalog: FakeUnityCatalog, databricks: Asked, part: str
) -> None:
    grant = type(on_table(ALICE))(1, ALICE, ("main", "sales", part), "SELECT")
    [failed] = databricks.remove(grant)
    assert isinstance(failed, NotKnown)
    assert unity_catalog.server.calls == []


def test_names_are_percent_encoded(unity_catalog: FakeUnityCatalog, databricks: Asked) -> None:
    databricks.remove(type(on_table(ALICE))(1, ALICE, ("main", "sales", "ordres?%"), "SELECT"))
    assert unity_catalog.server.calls[0].path.endswith("/main.sales.ordres%3F%25")


def test_refused_token_ends_the_run(unity_catalog: FakeUnityCatalog, databricks: Asked) -> None:
    unity_catalog.grant(ALICE, TABLE)
    with pytest.raises(SignInError, match=r"did not accept this app's sign-in \(401\)"):
        databricks.remove(on_table(ALICE), databricks_token="old")
    assert unity_catalog.has_grant(ALICE, TABLE)


BY_SECRET: dict[str, Any] = {
    "databricks_token": None,
    "databricks_client_id": CLIENT_ID,
    "databricks_client_secret": CLIENT_SECRET,
}


def test_signs_in_once_by_client_secret(unity_catalog: FakeUnityCatalog, databricks: Asked) -> None:
    unity_catalog.grant(ALICE, TABLE)
    [removal] = databricks.remove(on_table(ALICE), **BY_SECRET)
    assert isinstance(removal, Removed)
    assert len(unity_catalog.server.called("POST", "/oidc/v1/token")) == 1


def test_token_that_is_no_longer_taken_is_renewed(unity_catalog: FakeUnityCatalog, databricks: Asked) -> None:
    unity_catalog.grant(ALICE, TABLE)
    unity_catalog.server.faults = [Fault(Answers(401), "PATCH", times=1)]
    [removal] = databricks.remove(on_table(ALICE), **BY_SECRET)
    assert isinstance(removal, Removed)
    assert len(unity_catalog.server.called("POST", "/oidc/v1/token")) == 2


TOKEN_TROUBLE = [Answers(500), Answers(503), Answers(429, headers={"retry-after": "0"}), LosesAnswer()]


@pytest.mark.parametrize("action", TOKEN_TROUBLE, ids=["500", "503", "429", "breaks off"])
def test_passing_trouble_of_the_sign_in_is_waited_out(
    unity_catalog: FakeUnityCatalog, databricks: Asked, action: Answers | LosesAnswer
) -> None:
    unity_catalog.grant(ALICE, TABLE)
    unity_catalog.server.faults = [Fault(action, "POST", "/oidc/v1/token", times=2)]
    [removal] = databricks.remove(on_table(ALICE), **BY_SECRET)
    assert isinstance(removal, Removed)


@pytest.mark.parametrize("action", [Answers(503), Waits(60)], ids=["answers 503", "hangs"])
def test_lasting_trouble_of_the_sign_in_ends_the_run_which_goes_on_later(
    unity_catalog: FakeUnityCatalog, databricks: Asked, action: Answers | Waits
) -> None:
    unity_catalog.server.faults = [Fault(action, "POST", "/oidc/v1/token")]
    with pytest.raises(NoTokenError, match="sign-in") as raised:
        databricks.remove(on_table(ALICE), **BY_SECRET, connector_timeout_seconds=0.1)
    assert raised.value.resume_after_seconds == 60
    assert len(unity_catalog.server.called("POST", "/oidc/v1/token")) == 4


def test_sign_in_that_is_throttled_for_long_ends_the_run_and_says_until_when(
    unity_catalog: FakeUnityCatalog, databricks: Asked
) -> None:
    unity_catalog.server.faults = [Fault(Answers(429, headers={"retry-after": "3600"}), "POST", "/oidc/v1/token")]
    with pytest.raises(ThrottledError) as raised:
        databricks.remove(on_table(ALICE), **BY_SECRET)
    assert raised.value.resume_after_seconds == 3600


@pytest.mark.parametrize("status", [302, 404])
def test_address_that_is_no_sign_in_is_not_called_a_wrong_secret(
    unity_catalog: FakeUnityCatalog, databricks: Asked, status: int
) -> None:
    unity_catalog.server.faults = [Fault(Answers(status), "POST", "/oidc/v1/token")]
    with pytest.raises(SignInError, match=f"does not offer the sign-in of this app \\({status}\\)"):
        databricks.remove(on_table(ALICE), **BY_SECRET)


def as_managed_identity(monkeypatch: pytest.MonkeyPatch, databricks: Asked, secret: str) -> None:
    monkeypatch.setenv("IDENTITY_ENDPOINT", f"{databricks.settings['databricks_host']}/msi/token")
    monkeypatch.setenv("IDENTITY_HEADER", secret)
    monkeypatch.setenv("AZURE_TOKEN_CREDENTIALS", "ManagedIdentityCredential")


def test_signs_in_as_the_apps_managed_identity(
    unity_catalog: FakeUnityCatalog, databricks: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    as_managed_identity(monkeypatch, databricks, "secret")
    unity_catalog.grant(ALICE, TABLE)
    [removal] = databricks.remove(on_table(ALICE), databricks_token=None)
    assert isinstance(removal, Removed)


def test_passing_trouble_of_the_identity_is_waited_out(
    unity_catalog: FakeUnityCatalog, databricks: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    as_managed_identity(monkeypatch, databricks, "secret")
    unity_catalog.grant(ALICE, TABLE)
    unity_catalog.server.faults = [Fault(Answers(503), "GET", "/msi/token", times=1)]
    [removal] = databricks.remove(on_table(ALICE), databricks_token=None)
    assert isinstance(removal, Removed)
    assert len(unity_catalog.server.called("GET", "/msi/token")) == 2


@pytest.mark.slow
def test_identity_that_is_silent_is_given_up_in_time(
    unity_catalog: FakeUnityCatalog, databricks: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    as_managed_identity(monkeypatch, databricks, "secret")
    unity_catalog.server.faults = [Fault(Waits(120), "GET", "/msi/token")]
    started = time.monotonic()
    with pytest.raises(NoTokenError, match="The sign-in to Databricks took too long"):
        databricks.remove(on_table(ALICE), databricks_token=None, patience_seconds=1)
    assert time.monotonic() - started < 20


def test_identity_without_a_token_ends_the_run(databricks: Asked, monkeypatch: pytest.MonkeyPatch) -> None:
    as_managed_identity(monkeypatch, databricks, "wrong")
    with pytest.raises(NoTokenError, match="Azure gave this app's identity no token"):
        databricks.remove(on_table(ALICE), databricks_token=None)


def test_wrong_client_secret_ends_the_run(databricks: Asked) -> None:
    with pytest.raises(SignInError, match="refused the client id or its secret"):
        databricks.remove(on_table(ALICE), **{**BY_SECRET, "databricks_client_secret": "wrong"})


def test_redirect_is_not_followed_with_the_token(unity_catalog: FakeUnityCatalog, databricks: Asked) -> None:
    unity_catalog.server.faults = [Fault(Answers(302, headers={"location": "/login"}), "GET")]
    [failed] = databricks.current_grants(on_table(ALICE))
    assert failed == LookFailed("Databricks refused the call (302).")
    assert len(unity_catalog.server.calls) == 1


def test_calls_keep_to_their_pace(unity_catalog: FakeUnityCatalog, databricks: Asked) -> None:
    """Ten calls at fifty a second: the first at once, the others one after another."""
    grants = [on_table(ALICE, f"main.sales.t{number}", request_id=number) for number in range(10)]
    started = time.monotonic()
    databricks.current_grants(*grants, connector_requests_per_second=50)
    assert time.monotonic() - started >= 9 / 50 * 0.9


def test_calls_under_way_are_no_more_than_allowed(unity_catalog: FakeUnityCatalog, databricks: Asked) -> None:
    unity_catalog.server.faults = [Fault(Waits(0.02))]
    grants = [on_table(ALICE, f"main.sales.t{number}", request_id=number) for number in range(12)]
    databricks.current_grants(*grants, connector_max_concurrency=3)
    assert unity_catalog.server.most_at_once == 3
