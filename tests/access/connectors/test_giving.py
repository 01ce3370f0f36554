"""Grants are given on either platform, and count as given only once they are seen there."""

import random
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from access.connectors.connector import NOT_SEEN, AlreadyThere, Given, GivingFailed, Grant, NotKnown, RemovalFailed
from access.connectors.errors import SignInError, ThrottledError
from access.connectors.foundry import NO_ACCOUNT, NO_SUCH_PERSON, SEVERAL_ACCOUNTS
from access.connectors.grouped_connector import INCOMPLETE
from access.platforms import DATABRICKS, PALANTIR, Platform
from tests.access.connectors.asking import Asked, on_resource, on_table
from tests.fake_platforms.connected import Connected, connected_to
from tests.fake_platforms.foundry import FakeFoundry
from tests.fake_platforms.server import Answers, Fault, LosesAnswer, Then, Waits
from tests.fake_platforms.unity_catalog import FakeUnityCatalog

ALICE, BOB = "alice@test.com", "bob@test.com"


@dataclass
class Trial:
    platform: Platform
    connected: Connected
    asked: Asked

    def grant_of(self, email: str, resource: int = 0, *, access: str | None = None) -> Grant:
        row = {**self.connected.fields(resource), "id": 1, "requested_by_email": email}
        if self.platform is PALANTIR:
            row["id"] = "0b6a1f0e-3333-4444-8555-666677778888"
        if access:
            row[self.platform.grant_field] = access
        return Grant.from_row(self.platform, row)

    def fault(self, action: Answers | Waits | LosesAnswer | Then, times: int = 1_000_000) -> None:
        method, path = self.connected.giving
        self.connected.server.faults.append(Fault(action, method, path, times))

    def calls(self) -> int:
        return len(self.connected.server.called(*self.connected.giving))


@pytest.fixture(params=[DATABRICKS, PALANTIR], ids=lambda platform: platform.title)
def trial(request: pytest.FixtureRequest) -> Iterator[Trial]:
    with connected_to(request.param) as connected:
        yield Trial(request.param, connected, Asked(request.param, connected.settings))


def test_grant_is_given_and_seen_there(trial: Trial) -> None:
    trial.connected.know(ALICE)
    [giving] = trial.asked.give(trial.grant_of("Alice@TEST.com"))
    assert isinstance(giving, Given)
    assert giving.platform_request_id
    assert giving.scope
    assert giving.scope.startswith("The grant is on the platform's list, read as ")
    assert trial.connected.has_grant(ALICE)


def test_grant_that_is_there_is_not_given_again(trial: Trial) -> None:
    trial.connected.grant(ALICE)
    [giving] = trial.asked.give(trial.grant_of(ALICE))
    assert giving == AlreadyThere()
    assert isinstance(giving, AlreadyThere)
    assert giving.scope
    assert trial.calls() == 0


def test_grant_beside_access_from_above_is_given_itself(trial: Trial) -> None:
    trial.connected.grant_from_above(ALICE)
    [giving] = trial.asked.give(trial.grant_of(ALICE))
    assert isinstance(giving, Given)
    assert trial.connected.has_grant(ALICE)


def test_all_people_of_a_resource_are_served_by_one_call(trial: Trial) -> None:
    people = [f"person{number}@test.com" for number in range(20)]
    for email in people:
        trial.connected.know(email)
    assert {type(giving) for giving in trial.asked.give(*map(trial.grant_of, people))} == {Given}
    assert trial.calls() == 1


def test_one_person_whom_the_platform_refuses_fails_alone(trial: Trial) -> None:
    people = [f"person{number}@test.com" for number in range(8)]
    for email in people:
        trial.connected.know(email)
    gone = people[5]
    trial.connected.fake.refused.add(gone)
    givings = dict(zip(people, trial.asked.give(*map(trial.grant_of, people)), strict=True))
    assert isinstance(failed := givings.pop(gone), GivingFailed)
    assert not failed.may_be_there
    assert {type(giving) for giving in givings.values()} == {Given}
    assert [email for email in people if trial.connected.has_grant(email)] == list(givings)


def test_grant_that_the_platform_shows_late_is_waited_for(trial: Trial) -> None:
    trial.connected.know(ALICE)
    trial.connected.fake.stale_seconds = 1.0
    assert isinstance(trial.asked.give(trial.grant_of(ALICE))[0], Given)
    assert trial.calls() == 1


def test_grant_that_never_shows_is_not_given(trial: Trial) -> None:
    trial.connected.know(ALICE)
    trial.connected.fake.stale_seconds = 60.0
    [giving] = trial.asked.give(trial.grant_of(ALICE), patience_seconds=6)
    assert giving == GivingFailed(NOT_SEEN)
    assert isinstance(giving, GivingFailed)
    assert giving.may_be_there


def test_refusal_is_told_in_the_platforms_own_words_and_nothing_is_there(trial: Trial) -> None:
    trial.connected.know(ALICE)
    trial.fault(Answers(403, {"message": "You may not do this.", "errorName": "You may not do this."}))
    [giving] = trial.asked.give(trial.grant_of(ALICE))
    assert isinstance(giving, GivingFailed)
    assert "You may not do this." in giving.reason
    assert not giving.may_be_there


def test_platform_that_hangs_may_have_given(trial: Trial) -> None:
    trial.connected.know(ALICE)
    trial.fault(Waits(20))
    [giving] = trial.asked.give(trial.grant_of(ALICE), patience_seconds=2, connector_timeout_seconds=0.5)
    assert isinstance(giving, GivingFailed)
    assert giving.may_be_there


def test_grant_whose_answer_was_lost_is_seen(trial: Trial) -> None:
    trial.connected.know(ALICE)
    trial.fault(LosesAnswer())
    assert isinstance(trial.asked.give(trial.grant_of(ALICE))[0], Given)


def test_grant_whose_look_afterwards_fails_may_be_there(trial: Trial) -> None:
    trial.connected.know(ALICE)
    broken = Fault(Answers(403, {}), "GET", "/roles" if trial.platform is PALANTIR else "/effective-permissions")
    trial.fault(Then(lambda: trial.connected.server.faults.append(broken)), times=1)
    [giving] = trial.asked.give(trial.grant_of(ALICE))
    assert isinstance(giving, GivingFailed)
    assert giving.may_be_there
    assert trial.connected.has_grant(ALICE)


def test_platform_that_asks_to_wait_stops_and_says_that_the_grant_may_be_there(trial: Trial) -> None:
    trial.connected.know(ALICE)
    trial.fault(Answers(429, headers={"retry-after": "3600"}))
    with pytest.raises(ThrottledError) as stopped:
        trial.asked.give(trial.grant_of(ALICE))
    assert stopped.value.may_be_there


def test_platform_that_does_not_let_the_app_in_gets_no_call(trial: Trial) -> None:
    trial.connected.know(ALICE)
    trial.connected.server.faults.append(Fault(Answers(401)))
    with pytest.raises(SignInError) as stopped:
        trial.asked.give(trial.grant_of(ALICE))
    assert not stopped.value.may_be_there
    assert trial.calls() == 0


@pytest.mark.parametrize("email", ["\u017fteve@test.com", "stranger@test.com", "steve@test.com "])
def test_nothing_is_given_to_whom_the_platform_does_not_know_or_to_a_look_alike(trial: Trial, email: str) -> None:
    trial.connected.know("steve@test.com")
    trial.connected.grant(BOB)
    [giving] = trial.asked.give(trial.grant_of(email))
    if email.startswith("steve"):
        assert isinstance(giving, Given)
    else:
        assert isinstance(giving, NotKnown)
        assert trial.calls() == 0
        assert not trial.connected.has_grant("steve@test.com")


def test_incomplete_request_is_refused_with_a_sentence(trial: Trial) -> None:
    assert trial.asked.give(trial.grant_of("")) == [GivingFailed(INCOMPLETE)]


def test_random_mix_ends_in_one_outcome_each_that_is_true(trial: Trial) -> None:
    choice = random.Random(23)
    grants: list[Grant] = []
    for number in range(30):
        email, resource = f"p{number}@test.com", choice.randrange(4)
        match choice.choice(("known", "held", "stranger")):
            case "known":
                trial.connected.know(email, resource)
            case "held":
                trial.connected.grant(email, resource)
            case _:
                trial.connected.know(BOB, resource)
        grants.append(trial.grant_of(email, resource))
    for grant, giving in zip(grants, trial.asked.give(*grants), strict=True):
        resource = next(number for number in range(4) if trial.grant_of("x", number).resource == grant.resource)
        assert trial.connected.has_grant(grant.email, resource) == isinstance(giving, Given | AlreadyThere)


def test_person_gets_the_grant_under_the_workspaces_own_spelling(
    unity_catalog: FakeUnityCatalog, databricks: Asked
) -> None:
    unity_catalog.is_exact = True
    unity_catalog.grant(BOB, "main.sales.orders")
    unity_catalog.people.add("alice@test.com")
    [giving] = databricks.give(on_table("Alice@Test.com"))
    assert isinstance(giving, Given)
    assert unity_catalog.has_grant("alice@test.com", "main.sales.orders")


def test_app_that_sees_only_its_own_grants_gives_nothing(unity_catalog: FakeUnityCatalog, databricks: Asked) -> None:
    unity_catalog.grant(BOB, "main.sales.orders")
    unity_catalog.people.add(ALICE)
    unity_catalog.metastore_admin = "someone else"
    assert isinstance(databricks.give(on_table(ALICE))[0], NotKnown)
    assert unity_catalog.server.called("PATCH") == []


def test_privilege_that_tables_do_not_have_is_not_given(unity_catalog: FakeUnityCatalog, databricks: Asked) -> None:
    unity_catalog.grant(BOB, "main.sales.orders")
    unity_catalog.people.add(ALICE)
    assert isinstance(databricks.give(on_table(ALICE, access="FLY"))[0], NotKnown)
    assert unity_catalog.server.called("PATCH") == []


RID = "ri.foundry.main.dataset.0"


def test_role_is_not_given_to_one_of_several_accounts(foundry: FakeFoundry, palantir: Asked) -> None:
    foundry.grant(BOB, RID)
    foundry.add_person(ALICE)
    foundry.people["ALICE@test.com"] = "00000000-0000-4000-8000-00000000000a"
    assert palantir.give(on_resource(ALICE, RID)) == [GivingFailed(SEVERAL_ACCOUNTS)]
    assert foundry.server.called("POST", "/roles/add") == []


def test_role_is_given_to_the_account_that_is_in_use(foundry: FakeFoundry, palantir: Asked) -> None:
    foundry.grant(BOB, RID)
    foundry.add_person(ALICE)
    foundry.deleted.add(ALICE)
    assert palantir.give(on_resource(ALICE, RID), on_resource("x@test.com", RID, request_id="2")) == [
        GivingFailed(NO_ACCOUNT),
        NotKnown(NO_SUCH_PERSON),
    ]


@pytest.mark.parametrize("lost", [LosesAnswer(), Answers(500)], ids=["loses its answer", "breaks"])
@pytest.mark.parametrize("status", [403, 404, 409])
def test_call_that_is_refused_after_a_try_without_an_answer_may_have_given(
    trial: Trial, lost: Answers | LosesAnswer, status: int
) -> None:
    """The grant shows later than the connector looks, so only that doubt keeps it from being forgotten."""
    trial.connected.know(ALICE)
    trial.connected.fake.stale_seconds = 60.0
    trial.fault(lost, times=1)
    trial.fault(Answers(status, {"message": "No", "errorName": "PrincipalNotFound"}))
    [giving] = trial.asked.give(trial.grant_of(ALICE), patience_seconds=6)
    assert isinstance(giving, GivingFailed)
    assert giving.may_be_there


@pytest.mark.parametrize("status", [403, 404, 409])
def test_removal_that_is_refused_after_a_try_without_an_answer_may_have_removed(trial: Trial, status: int) -> None:
    trial.connected.grant(ALICE)
    trial.connected.fake.stale_seconds = 60.0
    method, path = trial.connected.removal
    trial.connected.server.faults = [Fault(LosesAnswer(), method, path, 1), Fault(Answers(status, {}), method, path)]
    [removal] = trial.asked.remove(trial.grant_of(ALICE), patience_seconds=6)
    assert isinstance(removal, RemovalFailed)
    assert removal.may_be_gone
