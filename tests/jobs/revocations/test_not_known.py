"""A run tells what is not known apart from what failed, and what its removals took along."""

import time
from collections.abc import Iterator
from dataclasses import replace

import pytest

from access import operations as access_requests
from access.decisions.operations import revoke_request
from access.platforms import DATABRICKS
from config.context import AppContext
from config.settings import read_settings
from reports.operations import list_audit, list_job_run_items, show_job_run, show_overview
from sql.database import Database
from tests.calls import call_operation, use_context
from tests.connected_requests import ALICE, BOB, Requests
from tests.fake_platforms.connected import connected_to
from tests.fake_platforms.server import Answers, Fault
from tests.rows import add_request, note_of, run_of

UNKNOWN_TABLE = Answers(404, {"error_code": "TABLE_DOES_NOT_EXIST", "errorName": "ResourceNotFound"})
LOOKS = {"databricks": "effective-permissions", "palantir": "/roles"}


@pytest.fixture
def databricks_requests(database_url: str, database: Database) -> Iterator[Requests]:
    with connected_to(DATABRICKS) as connected:
        settings = read_settings(database_url=database_url, revoke_delay_seconds=0, **connected.settings)
        yield Requests(AppContext(settings, database, database), DATABRICKS, connected)


def test_what_is_not_known_stays_due_and_is_no_failure(requests: Requests) -> None:
    hidden, gone = requests.add(ALICE), requests.add(BOB, resource=1)
    requests.connected.server.faults = [
        Fault(UNKNOWN_TABLE, "GET", "t0" if requests.platform is DATABRICKS else "dataset.0/")
    ]
    response = requests.run()
    assert (response.revoked_count, response.failed_count) == (1, 0)
    assert (response.left_due_count, response.not_known_count) == (1, 1)
    sentence = (
        "1 was left due: the platform does not show whether the access is gone, "
        "or an operator must confirm its removal."
    )
    assert response.message == f"Revoked 1 expired request. {sentence}"
    assert [requests.status(each) for each in (hidden, gone)] == ["Active", "Revoked"]
    run = run_of(requests.context.database, str(response.job_id))
    assert (run.failed_count, run.left_count, run.not_known_count, run.resumes_at) == (0, 1, 1, None)
    assert note_of(run) == sentence


def test_what_is_not_known_is_named_on_the_run_the_request_the_overview_and_the_audit(requests: Requests) -> None:
    hidden = requests.add(ALICE)
    requests.connected.server.faults = [Fault(UNKNOWN_TABLE, "GET", LOOKS[requests.platform.key])]
    job_id = str(requests.run().job_id)
    use_context(requests.context)
    outcomes = call_operation(show_job_run, path={"jobId": job_id}).json["outcomes"]
    assert {each["outcome"]: each["count"] for each in outcomes} == {"revoked": 0, "failed": 0, "notKnown": 1}
    [item] = call_operation(list_job_run_items, {"outcome": "notKnown"}, path={"jobId": job_id}).json["items"]
    assert (item["requestId"], item["email"]) == (hidden, ALICE)
    details = call_operation(access_requests.show_request(requests.platform), path={"id": str(hidden)}).json
    assert [event["event"] for event in details["timeline"]][-1] == "notKnown"
    assert details["timeline"][-1]["error"] == item["error"]
    shown = call_operation(show_overview).json
    [concern] = [each for each in shown["concerns"] if each["kind"] in ("itemsFailed", "notKnown")]
    assert (concern["kind"], concern["count"], concern["reasons"][0]["reason"]) == ("notKnown", 1, item["error"])
    [event] = call_operation(list_audit, {"from": "2020-01-01", "event": "notKnown"}).json["items"]
    assert event["error"] == item["error"]
    assert call_operation(list_audit, {"from": "2020-01-01", "event": "failed"}).json["items"] == []


def test_what_is_not_known_is_settled_by_a_later_run_that_sees_it(requests: Requests) -> None:
    hidden = requests.add(ALICE)
    requests.connected.server.faults = [Fault(UNKNOWN_TABLE, "GET", LOOKS[requests.platform.key])]
    requests.run()
    requests.connected.server.faults = []
    assert requests.run().revoked_count == 1
    assert requests.status(hidden) == "Revoked"
    use_context(requests.context)
    assert [each["kind"] for each in call_operation(show_overview).json["concerns"]] == []


def test_person_who_revokes_now_is_told_that_it_is_not_known(requests: Requests) -> None:
    hidden = requests.add(ALICE)
    requests.connected.server.faults = [Fault(UNKNOWN_TABLE, "GET", LOOKS[requests.platform.key])]
    use_context(requests.context)
    reply = call_operation(revoke_request(requests.platform), path={"id": str(hidden)}, body={"reason": "Test"})
    assert (reply.status, reply.json["title"]) == (502, "Not known")
    assert requests.status(hidden) == "Active"


def test_confirmed_removal_says_what_it_was_checked_against(requests: Requests) -> None:
    request_id = requests.add()
    requests.run()
    use_context(requests.context)
    listed = call_operation(access_requests.list_requests(requests.platform)).json["items"][0]
    details = call_operation(access_requests.show_request(requests.platform), path={"id": str(request_id)}).json
    assert listed["verifiedScope"].startswith("All ")
    assert listed["platformRequestId"].startswith("call-")
    assert details["timeline"][-1]["verifiedScope"] == details["verifiedScope"] == listed["verifiedScope"]


def test_access_that_a_removal_takes_along_is_removed_in_error_at_once(databricks_requests: Requests) -> None:
    requests, fields = databricks_requests, {"schema_name": "sales", "table_name": "t0"}
    now = requests.context.database.utc_now()
    wide = requests.add(ALICE)
    requests.connected.grant(ALICE)
    standing = add_request(
        requests.context.database,
        DATABRICKS,
        email=ALICE,
        expires_on=now.replace(year=now.year + 1),
        catalog_name="MAIN",
        privilege="MODIFY",
        **fields,
    )
    fake = requests.connected.fake
    fake.grant(ALICE, "main.sales.t0", "MODIFY")
    requests.during_removal(lambda: fake.granted["main.sales.t0"][ALICE].clear())
    response = requests.run()
    assert requests.status(wide) == "Revoked"
    assert requests.status(standing) == "Active"
    assert [record["Outcome"] for record in requests.records(standing)] == ["removedInError"]
    assert "1 was removed from people who should keep the access." in response.message
    use_context(requests.context)
    assert [each["kind"] for each in call_operation(show_overview).json["concerns"]] == ["removedInError"]


def test_tables_that_show_removals_late_hold_no_one_else_back(databricks_requests: Requests) -> None:
    requests = databricks_requests
    settings = requests.context.settings.model_copy(update={"connector_max_concurrency": 1})
    requests.context = replace(requests.context, settings=settings)
    requests.connected.fake.stale_seconds = 0.6
    ids = [requests.add(ALICE, resource=number) for number in range(8)]
    started = time.monotonic()
    assert requests.run().revoked_count == len(ids)
    assert time.monotonic() - started < 8 * 1.5 / 2


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"catalogName": "hive_metastore"}, ["catalogName"]),
        ({"catalogName": "`Hive_Metastore`"}, ["catalogName"]),
        ({"tableName": "a.b"}, ["tableName"]),
        ({"schemaName": "a/b", "tableName": "or ders"}, ["schemaName", "tableName"]),
        ({"tableName": ".."}, ["tableName"]),
        ({"tableName": "ordres-2"}, []),
    ],
)
@pytest.mark.parametrize("is_connected", [True, False])
def test_name_that_the_connected_platform_can_never_hold_is_refused(
    databricks_requests: Requests, fields: dict[str, str], wrong: list[str], is_connected: bool
) -> None:
    settings = databricks_requests.context.settings
    if not is_connected:
        settings = settings.model_copy(update={"databricks_access": "record"})
    use_context(replace(databricks_requests.context, settings=settings))
    names = {"catalogName": "main", "schemaName": "sales", "tableName": "orders", "privilege": "SELECT"}
    body = {"requestedByEmail": ALICE, "businessReason": "Test", **names, **fields}
    reply = call_operation(access_requests.create_request(DATABRICKS), body=body)
    assert reply.status == (422 if wrong and is_connected else 201)
    if reply.status == 422:
        assert [error["field"] for error in reply.json["errors"]] == wrong
