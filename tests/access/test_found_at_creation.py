"""A request is no weapon: its end removes what the person had before only where somebody had the right to say so."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from access import found_at_creation
from access.decisions.operations import extend_request, revoke_request, revoke_requests
from access.findings.operations import show_findings, take_away
from access.operations import create_request, show_request
from access.platforms import DATABRICKS
from access.revocations.records import HELD_BEFORE, MAYBE_HELD_BEFORE
from config.context import AppContext
from config.settings import read_settings
from tests.calls import VALID_REQUESTS, Reply, call, call_operation, use_context
from tests.connected_requests import ALICE, BOB, Requests
from tests.fake_platforms.server import Action, Answers, Fault, LosesAnswer, Waits
from tests.rows import set_expiry
from tests.sign_in import easy_auth

Headers = dict[str, str]
REQUESTER, CREATOR, OPERATOR = easy_auth("request"), easy_auth("create"), easy_auth("request", "operate")
HIDDEN = Answers(404, {"error_code": "TABLE_DOES_NOT_EXIST", "errorName": "ResourceNotFound"})


@dataclass
class Creations:
    """Requests for BOB that callers create over HTTP, with a connector and roles."""

    requests: Requests

    def fields(self, email: str = BOB) -> dict[str, Any]:
        names = {"catalog_name": "catalogName", "schema_name": "schemaName", "table_name": "tableName"}
        names |= {"resource_rid": "resourceRid"}
        fields = {names.get(name, name): value for name, value in self.requests.connected.fields().items()}
        return {**VALID_REQUESTS[self.requests.platform], **fields, "requestedByEmail": email}

    def create(self, by: Headers = REQUESTER, email: str = BOB) -> Any:
        ends = self.requests.context.database.utc_now() + timedelta(hours=1)
        body = {**self.fields(email), "expiresOn": ends.replace(microsecond=0).isoformat()}
        reply = call(create_request, self.requests.platform, body=body, headers=by)
        assert reply.status == 201, reply.text
        return reply.json["id"]

    def end(self, *request_ids: Any) -> None:
        for request_id in request_ids:
            past = self.requests.context.database.utc_now() - timedelta(minutes=1)
            set_expiry(self.requests.context.database, self.requests.platform, request_id, past)

    def details(self, request_id: Any) -> Any:
        return call(show_request, self.requests.platform, path={"id": request_id}, headers=OPERATOR).json

    def found(self, request_id: Any) -> bool | None:
        found: bool | None = self.details(request_id)["foundAtCreation"]
        return found

    def decide(self, decision: Any, request_id: Any, body: Mapping[str, Any], by: Headers = OPERATOR) -> Reply:
        return call(decision, self.requests.platform, body=body, headers=by, path={"id": request_id})

    @property
    def bob_has_it(self) -> bool:
        return self.requests.connected.has_grant(BOB)

    def status(self, request_id: Any) -> str:
        return self.requests.status(request_id)


@pytest.fixture
def creations(requests: Requests) -> Creations:
    settings = read_settings(
        database_url=requests.context.settings.database_url,
        revoke_delay_seconds=0,
        require_authorization=True,
        website_auth_enabled=True,
        **requests.connected.settings,
    )
    use_context(AppContext(settings, requests.context.database, requests.context.database))
    requests.connected.know(BOB)
    return Creations(requests)


def test_end_of_a_request_leaves_what_its_person_had_before(creations: Creations) -> None:
    creations.requests.connected.grant(BOB)
    request_id = creations.create()
    creations.end(request_id)
    response = creations.requests.run()
    assert (response.revoked_count, response.failed_count, response.not_known_count) == (0, 0, 1)
    assert creations.bob_has_it
    assert (creations.status(request_id), creations.found(request_id)) == ("Active", True)
    assert creations.requests.failures(request_id) == [HELD_BEFORE]
    assert {"notKnown", "findingOpened"} <= {each["event"] for each in creations.details(request_id)["timeline"]}


@pytest.mark.parametrize("by", [CREATOR, easy_auth("request", "create"), OPERATOR])
def test_who_has_the_right_may_end_what_was_there_before(creations: Creations, by: Headers) -> None:
    creations.requests.connected.grant(BOB)
    request_id = creations.create(by)
    assert creations.found(request_id) is True
    creations.end(request_id)
    assert creations.requests.run().revoked_count == 1
    assert not creations.bob_has_it


def test_access_that_came_after_the_request_is_removed(creations: Creations) -> None:
    request_id = creations.create()
    assert creations.found(request_id) is False
    creations.requests.connected.grant(BOB)
    creations.end(request_id)
    assert creations.requests.run().revoked_count == 1
    assert not creations.bob_has_it


def test_access_from_above_is_not_the_persons_own(creations: Creations) -> None:
    creations.requests.connected.grant_from_above(BOB)
    assert creations.found(creations.create()) is False


@pytest.mark.parametrize(
    "action",
    [
        Answers(500),
        Answers(403, {"message": "No"}),
        Answers(200, []),
        Answers(200, text="<html>"),
        LosesAnswer(),
        HIDDEN,
    ],
    ids=["fails", "refuses", "sends a list", "sends a page", "breaks off", "knows no such resource"],
)
def test_platform_in_trouble_does_not_keep_anyone_from_creating(creations: Creations, action: Action) -> None:
    creations.requests.connected.grant(BOB)
    creations.requests.connected.server.faults = [Fault(action, "GET")]
    request_id = creations.create()
    creations.requests.connected.server.faults = []
    assert creations.found(request_id) is None
    creations.end(request_id)
    assert creations.requests.run().not_known_count == 1
    assert creations.bob_has_it
    assert creations.requests.failures(request_id) == [MAYBE_HELD_BEFORE]


def test_platform_that_hangs_is_not_waited_for(creations: Creations, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(found_at_creation, "LOOK_SECONDS", 0.3)
    creations.requests.connected.grant(BOB)
    creations.requests.connected.server.faults = [Fault(Waits(4), "GET", times=1)]
    began = creations.requests.context.database.utc_now()
    request_id = creations.create()
    assert (creations.requests.context.database.utc_now() - began).total_seconds() < 3
    assert creations.found(request_id) is None
    creations.end(request_id)
    assert creations.requests.run().revoked_count == 0
    assert creations.bob_has_it


def test_platform_that_lists_only_the_app_is_not_believed(creations: Creations) -> None:
    if creations.requests.platform is DATABRICKS:
        creations.requests.connected.grant(BOB)
        creations.requests.connected.fake.metastore_admin = "somebody else"
        assert creations.found(creations.create()) is None


def test_hidden_access_needs_no_confirmation_of_who_has_the_right(creations: Creations) -> None:
    creations.requests.connected.grant(BOB)
    creations.requests.connected.server.faults = [Fault(HIDDEN, "GET")]
    request_id = creations.create(CREATOR)
    creations.requests.connected.server.faults = []
    creations.end(request_id)
    assert creations.requests.run().revoked_count == 1


def test_access_that_someone_removed_meanwhile_ends_the_request(creations: Creations) -> None:
    creations.requests.connected.grant(BOB)
    request_id = creations.create()
    creations.requests.connected.take_all()
    creations.end(request_id)
    assert creations.requests.run().revoked_count == 1
    assert [record["Outcome"] for record in creations.requests.records(request_id)] == ["alreadyGone"]


def test_others_in_the_same_group_are_removed(creations: Creations) -> None:
    creations.requests.connected.grant(BOB)
    held, other = creations.create(), creations.requests.add(ALICE)
    creations.end(held)
    response = creations.requests.run()
    assert (response.revoked_count, response.not_known_count) == (1, 1)
    assert [creations.status(each) for each in (held, other)] == ["Active", "Revoked"]
    assert creations.bob_has_it


def test_grants_are_recorded_one_by_one_if_the_group_cannot_be(creations: Creations) -> None:
    creations.requests.connected.grant(BOB)
    held, other, refused = creations.create(), creations.requests.add(ALICE), creations.requests.add("carl@test.com")
    creations.end(held)
    platform, database = creations.requests.platform, creations.requests.context.database
    with database.transaction() as connection:
        if connection.dialect.name != "sqlite":
            pytest.skip("a trigger of SQLite")
        connection.execute(
            text(
                f"CREATE TRIGGER refuse BEFORE INSERT ON {platform.revocations} "
                f"WHEN CAST(NEW.{platform.revoked_request} AS TEXT) = '{refused}' BEGIN SELECT RAISE(ABORT, 'no'); END"
            )
        )
    response = creations.requests.run()
    assert (response.revoked_count, response.failed_count, response.not_known_count) == (1, 1, 1)
    assert creations.requests.failures(held) == [HELD_BEFORE]
    assert creations.status(other) == "Revoked"


@pytest.mark.parametrize("many", [False, True])
@pytest.mark.parametrize(
    ("by", "email"), [(OPERATOR, BOB), (easy_auth("request"), ALICE)], ids=["operator", "own person"]
)
def test_revoke_now_confirms(creations: Creations, by: Headers, email: str, many: bool) -> None:
    creations.requests.connected.grant(email)
    request_id = creations.create(email=email)
    assert creations.found(request_id) is True
    if many:
        reply = call(
            revoke_requests, creations.requests.platform, body={"ids": [request_id], "reason": "Left"}, headers=by
        )
        assert reply.json["outcomes"][0]["problem"] is None
    else:
        assert creations.decide(revoke_request, request_id, {"reason": "Left"}, by).status == 200
    assert creations.status(request_id) == "Revoked"
    assert not creations.requests.connected.has_grant(email)


@pytest.mark.parametrize("by", [REQUESTER, CREATOR])
def test_creator_cannot_revoke_now_what_is_another_persons(creations: Creations, by: Headers) -> None:
    creations.requests.connected.grant(BOB)
    request_id = creations.create(by)
    assert creations.decide(revoke_request, request_id, {"reason": "Left"}, by).status == 403
    assert creations.bob_has_it


def test_operators_revocation_confirms_what_a_run_has_left(creations: Creations) -> None:
    creations.requests.connected.grant(BOB)
    request_id = creations.create()
    creations.end(request_id)
    creations.requests.run()
    assert creations.decide(revoke_request, request_id, {"reason": "Left"}).status == 200
    assert not creations.bob_has_it


def test_what_was_there_before_is_one_finding_until_an_operator_takes_it_away(creations: Creations) -> None:
    creations.requests.connected.grant(BOB)
    request_id = creations.create()
    creations.end(request_id)
    creations.requests.run()
    creations.requests.run()
    [finding] = call_operation(show_findings, headers=OPERATOR).json["items"]
    assert (finding["kind"], finding["requestId"], finding["detail"]) == ("heldBefore", request_id, HELD_BEFORE)
    assert "takeAway" in finding["acts"]
    body = {"ids": [finding["id"]], "reason": "Left"}
    operation = take_away(creations.requests.platform)
    assert call_operation(operation, body=body, headers=REQUESTER).status == 403
    assert creations.bob_has_it
    [outcome] = call_operation(operation, body=body, headers=OPERATOR).json["outcomes"]
    assert (outcome["problem"], creations.bob_has_it, creations.status(request_id)) == (None, False, "Revoked")
    assert call_operation(show_findings, headers=OPERATOR).json["items"] == []


def test_extension_inherits(creations: Creations) -> None:
    creations.requests.connected.grant(BOB)
    request_id = creations.create()
    ends = (creations.requests.context.database.utc_now() + timedelta(days=5)).isoformat()
    reply = creations.decide(extend_request, request_id, {"expiresOn": ends, "businessReason": "Longer"})
    successor = reply.json["id"]
    assert (reply.status, reply.json["foundAtCreation"]) == (201, True)
    creations.end(successor)
    assert creations.requests.run().not_known_count == 1
    assert creations.bob_has_it
    assert creations.status(successor) == "Active"


@pytest.mark.parametrize("days", [30, -1], ids=["live", "expired"])
def test_access_that_an_active_request_gives_was_known(creations: Creations, days: int) -> None:
    old = creations.requests.add(BOB, days=days)
    request_id = creations.create()
    assert creations.found(request_id) is None
    creations.requests.set_status(old, "Revoked")
    creations.end(request_id)
    assert creations.requests.run().revoked_count == 1
    assert not creations.bob_has_it


def test_second_request_does_not_make_the_first_one_a_right(creations: Creations) -> None:
    creations.requests.connected.grant(BOB)
    first, second = creations.create(), creations.create()
    third = creations.create(email=f"{BOB[0].upper()}{BOB[1:]}")
    assert [creations.found(each) for each in (first, second, third)] == [True] * 3
    creations.end(first, second, third)
    creations.requests.run()
    creations.requests.run()
    assert creations.bob_has_it


def test_key_that_is_sent_again_is_not_looked_at_again(creations: Creations) -> None:
    ends = creations.requests.context.database.utc_now() + timedelta(hours=1)
    body = {**creations.fields(), "expiresOn": ends.replace(microsecond=0).isoformat()}
    headers = {**REQUESTER, "idempotency-key": "once"}
    first = call(create_request, creations.requests.platform, body=body, headers=headers)
    creations.requests.connected.grant(BOB)
    calls = len(creations.requests.connected.server.calls)
    second = call(create_request, creations.requests.platform, body=body, headers=headers)
    assert (second.status, second.json["id"]) == (201, first.json["id"])
    assert len(creations.requests.connected.server.calls) == calls
    assert creations.found(first.json["id"]) is False


def test_rows_of_other_programs_end_as_before(creations: Creations) -> None:
    request_id = creations.requests.add(BOB)
    assert creations.found(request_id) is None
    assert creations.requests.run().revoked_count == 1


def test_caller_who_only_creates_reads_nothing(creations: Creations) -> None:
    request_id = creations.create(CREATOR)
    assert call(show_request, creations.requests.platform, path={"id": request_id}, headers=CREATOR).status == 403


def test_record_mode_looks_nowhere(requests: Requests, context: AppContext) -> None:
    use_context(context)
    creations = Creations(requests)
    requests.connected.grant(BOB)
    request_id = creations.create({})
    shown = call(show_request, requests.platform, path={"id": request_id}).json
    assert (shown["foundAtCreation"], requests.connected.server.calls) == (None, [])
