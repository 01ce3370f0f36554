"""A finding ends only by a look, and what was rightly decided while a check worked is none."""

import json
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import event

from access.decisions.revoke_now import revoke_requests
from access.platforms.platform import SqlId
from access.revocations.records import Revoker
from api.authorization import Caller, Permission
from jobs.revocations.access_check import run_access_check
from jobs.runs.held_run import RunTiming
from tests.connected_requests import ALICE, BOB, Requests
from tests.fake_platforms.server import Answers, Fault, Then, Waits
from tests.findings_on_record import findings, kinds_of
from tests.jobs.revocations.test_access_check import check
from tests.jobs.run_requests import check_run
from tests.made_up import seeded
from tests.removal_intents import leave_intent
from tests.rows import add_revocation, delete_request, empty_tables, note_of


def open_kinds(requests: Requests) -> list[str]:
    return [each["Kind"] for each in findings(requests.context.database)]


def ends(requests: Requests) -> list[tuple[str, str]]:
    return [(each["Kind"], each["End_Kind"]) for each in findings(requests.context.database, ended=True)]


def with_missing(requests: Requests) -> SqlId:
    """A request whose access is missing, as a check has found; the table has another one."""
    request_id = requests.add(ALICE, days=20, granted=False)
    requests.add(BOB, days=20)
    check(requests)
    assert kinds_of(requests.context.database, request_id) == ["missing"]
    return request_id


def test_finding_is_seen_again_and_ends_when_a_check_no_longer_sees_it(requests: Requests) -> None:
    with_missing(requests)
    [first] = findings(requests.context.database)
    run = check(requests)
    [again] = findings(requests.context.database)
    assert (again["id"], again["First_Seen_Dt"]) == (first["id"], first["First_Seen_Dt"])
    assert again["Last_Job_Id"] == run.job_id
    requests.connected.grant(ALICE)
    check(requests)
    assert (open_kinds(requests), ends(requests)) == ([], [("missing", "notSeen")])


@pytest.mark.parametrize("fault", [Answers(403), Answers(401), Answers(500)], ids=["refuses", "locks out", "fails"])
def test_finding_that_was_not_looked_at_stays_open(requests: Requests, fault: Answers) -> None:
    with_missing(requests)
    requests.connected.grant(ALICE)
    requests.connected.server.faults = [Fault(fault, "GET")]
    check(requests)
    assert (open_kinds(requests), ends(requests)) == (["missing"], [])


def test_check_that_stops_fails_nothing_and_ends_nothing(requests: Requests, monkeypatch: pytest.MonkeyPatch) -> None:
    with_missing(requests)
    ids = [requests.add(f"person{number}@test.com", days=20, resource=number % 4) for number in range(20)]
    requests.connected.server.faults = [Fault(Waits(30), "GET")]
    monkeypatch.setattr("jobs.runs.held_run.PERFORM_TAIL_SECONDS", 0.5)
    run = check(requests, RunTiming(budget_seconds=0.5))
    assert (run.failed_count, run.processed_count) == (0, 0)
    assert "22 were not checked" in str(note_of(run))
    assert [each for each in ids if requests.failures(each)] == []
    assert (open_kinds(requests), ends(requests)) == (["missing"], [])


def test_killed_check_ends_nothing(requests: Requests, monkeypatch: pytest.MonkeyPatch) -> None:
    with_missing(requests)
    requests.connected.grant(ALICE)

    def die(*_args: object) -> None:
        raise SystemExit

    monkeypatch.setattr("jobs.revocations.access_check.CheckFlow.perform", die)
    with pytest.raises((SystemExit, BaseExceptionGroup)):
        run_access_check(requests.context, check_run(requests.platform))
    assert (open_kinds(requests), ends(requests)) == (["missing"], [])


def revoke(requests: Requests, request_id: SqlId) -> None:
    requests.connected.take_all()
    requests.set_status(request_id, "Revoked")


RIGHTLY_DECIDED: list[Callable[[Requests, SqlId], object]] = [
    revoke,
    lambda requests, request_id: requests.set_status(request_id, "Extended"),
    lambda requests, request_id: requests.set_status(request_id, "Superseded"),
    lambda requests, request_id: delete_request(requests.context.database, requests.platform, request_id),
]


@pytest.mark.parametrize("decide", RIGHTLY_DECIDED, ids=["revoke", "extend", "supersede", "delete"])
def test_request_that_ends_during_the_look_is_not_missing(
    requests: Requests, decide: Callable[[Requests, SqlId], object]
) -> None:
    request_id = requests.add(ALICE, days=20, granted=False)
    requests.during_look(lambda: decide(requests, request_id))
    check(requests)
    assert kinds_of(requests.context.database, request_id) == []


def test_access_that_is_revoked_after_the_look_did_not_come_back(requests: Requests) -> None:
    request_id = requests.add(ALICE, days=20)
    requests.add(BOB, days=20)
    caller = Caller("Anna", frozenset(Permission))

    def revoke_now() -> None:
        revoke_requests(requests.context, requests.platform, caller, [request_id], "Left the company")

    look = "effective-permissions" if requests.platform.key == "databricks" else "/roles"
    requests.connected.server.faults = [Fault(Then(revoke_now), "GET", look, times=1)]
    check(requests)
    assert requests.status(request_id) == "Revoked"
    assert open_kinds(requests) == []


def test_request_made_after_the_look_gives_what_was_held(requests: Requests) -> None:
    requests.add(BOB, days=20)
    requests.connected.grant(ALICE)
    requests.during_look(lambda: requests.add(ALICE, days=20))
    check(requests)
    assert open_kinds(requests) == []


def test_removal_under_way_is_no_finding(requests: Requests) -> None:
    request_id = requests.add(ALICE, days=20, granted=False)
    requests.add(BOB, days=20)
    leave_intent(requests.context.database, requests.platform, request_id, Revoker("Anna"))
    check(requests)
    assert kinds_of(requests.context.database, request_id) == []


def test_expired_request_that_waits_for_its_revocation_gives_what_is_held(requests: Requests) -> None:
    requests.add(ALICE, days=-1)
    requests.add(BOB, days=20)
    check(requests)
    assert open_kinds(requests) == []


def test_holders_are_compared_by_the_rule_for_people(requests: Requests) -> None:
    requests.add(BOB, days=20)
    requests.connected.grant("Carol@test.com")
    requests.add("carol@TEST.com", days=20, granted=False)
    check(requests)
    assert open_kinds(requests) == []


def test_unrecorded_access_ends_when_it_is_no_longer_held(requests: Requests) -> None:
    requests.add(BOB, days=20)
    requests.connected.grant(ALICE)
    check(requests)
    assert open_kinds(requests) == ["unrecorded"]
    requests.connected.take_all()
    requests.connected.grant(BOB)
    check(requests)
    assert (open_kinds(requests), ends(requests)) == ([], [("unrecorded", "notSeen")])


def test_unrecorded_access_is_looked_at_where_no_request_is_left(requests: Requests) -> None:
    request_id = requests.add(BOB, days=20)
    requests.connected.grant(ALICE)
    check(requests)
    delete_request(requests.context.database, requests.platform, request_id)
    run = check(requests)
    assert run.failed_count == 0
    assert open_kinds(requests) == ["unrecorded", "unrecorded"]


def test_what_came_back_is_followed_longer_than_removals_are_checked(requests: Requests) -> None:
    request_id = requests.add(ALICE)
    requests.run()
    requests.connected.grant(ALICE)
    check(requests)
    moment = requests.context.database.utc_now().replace(year=2020)
    requests.set_revoked_at(moment)
    check(requests)
    assert kinds_of(requests.context.database, request_id) == ["cameBack"]
    requests.connected.take_all()
    check(requests)
    assert ends(requests) == [("cameBack", "notSeen")]


def test_not_known_is_a_finding_that_ends_as_soon_as_a_check_knows(requests: Requests) -> None:
    if requests.platform.key == "databricks":
        request_id = requests.add("nobody@test.com", days=20, granted=False)
        requests.connected.fake.people.discard("nobody@test.com")
    else:
        request_id = requests.add("nobody@test.com", days=20, granted=False)
        requests.connected.fake.people.pop("nobody@test.com", None)
    requests.add(BOB, days=20)
    run = check(requests)
    assert (run.failed_count, kinds_of(requests.context.database, request_id)) == (0, ["notKnown"])
    requests.connected.grant("nobody@test.com")
    check(requests)
    assert (open_kinds(requests), ends(requests)) == ([], [("notKnown", "notSeen")])


def test_a_thousand_holders_are_few_statements(requests: Requests) -> None:
    requests.add(BOB, days=20)
    for number in range(1000):
        requests.connected.grant(f"person{number}@test.com")
    executed: list[str] = []
    engine = requests.context.database.engine
    event.listen(engine, "before_cursor_execute", lambda *args: executed.append(args[2]))
    check(requests)
    assert len(findings(requests.context.database)) == 1000
    assert len(executed) < 100
    executed.clear()
    check(requests)
    assert len(executed) < 100


PEOPLE = (ALICE, BOB)
RESOURCES = (0, 1)
cells = st.tuples(st.sampled_from(["live", "expired", "revoked", "none"]), st.booleans())
nights = st.lists(st.lists(cells, min_size=4, max_size=4), min_size=2, max_size=3)
EXPECTED = {("live", False): "missing", ("revoked", True): "cameBack", ("none", True): "unrecorded"}


class Night:
    """Who holds what, and what is on record, each night."""

    def __init__(self, requests: Requests) -> None:
        self._requests = requests
        self._ids: dict[tuple[str, int], SqlId] = {}

    def put(self, chosen: list[tuple[str, bool]]) -> dict[tuple[str, int], str]:
        """Returns the kind of each difference, by person and resource."""
        requests = self._requests
        for resource in RESOURCES:
            requests.connected.know(ALICE, resource)
            requests.connected.know(BOB, resource)
            requests.connected.take_all(resource)
        places = [(person, resource) for person in PEOPLE for resource in RESOURCES]
        for place, (state, held) in zip(places, chosen, strict=True):
            if held:
                requests.connected.grant(*place)
            if place in self._ids:
                delete_request(requests.context.database, requests.platform, self._ids.pop(place))
            if state != "none":
                days = -1 if state == "expired" else 20
                self._ids[place] = requests.add(place[0], days=days, resource=place[1], granted=False)
            if state == "revoked":
                requests.set_status(self._ids[place], "Revoked")
                add_revocation(requests.context.database, requests.platform, self._ids[place], outcome="removed")
        return {place: EXPECTED[cell] for place, cell in zip(places, chosen, strict=True) if cell in EXPECTED}


def open_on(requests: Requests, resource: int) -> set[tuple[str, str]]:
    path = list(requests.connected.fields(resource).values())[:-1]
    return {
        (each["Principal"], each["Kind"])
        for each in findings(requests.context.database)
        if json.loads(each["Resource_Path"]) == path
    }


@pytest.mark.slow
@seeded(25)
@given(nights, st.sampled_from([None, 0, 1]))
def test_findings_are_what_differs_and_none_vanishes_unlooked(
    requests: Requests, nights: list[list[tuple[str, bool]]], hidden: int | None
) -> None:
    empty_tables(requests.context.database)
    night = Night(requests)
    for number, chosen in enumerate(nights):
        expected = night.put(chosen)
        before = {resource: open_on(requests, resource) for resource in RESOURCES}
        is_hidden = hidden is not None and number == len(nights) - 1
        name = f"t{hidden}" if requests.platform.key == "databricks" else f"dataset.{hidden}/"
        requests.connected.server.faults = [Fault(Answers(403), "GET", name)] if is_hidden else []
        check(requests)
        places = [resource for _ in PEOPLE for resource in RESOURCES]
        named = {place for place, (state, _) in zip(places, chosen, strict=True) if state in ("live", "revoked")}
        for resource in RESOURCES:
            if resource not in named and not before[resource]:
                assert open_on(requests, resource) == set()  # no check lists it
                continue
            there = {(person, kind) for (person, place), kind in expected.items() if place == resource}
            assert open_on(requests, resource) == (before[resource] if is_hidden and resource == hidden else there)
