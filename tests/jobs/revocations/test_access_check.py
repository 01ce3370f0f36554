"""The nightly check, against a fake that keeps its state."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from jobs import timers
from jobs.job_types import JobKind, JobType
from jobs.revocations import access_check
from jobs.revocations.access_check import run_access_check
from jobs.revocations.checked_group import CAME_BACK, MISSING
from jobs.run_records.job_run_helper import JobRun, JobRunHelper
from jobs.runs.held_run import RunTiming
from reports.operations import list_audit, show_overview
from tests.calls import call_operation, use_context
from tests.connected_requests import ALICE, BOB, Requests
from tests.fake_platforms.server import Answers, Fault, Then
from tests.findings_on_record import findings, kinds_of
from tests.jobs.job_runs import SteeredClock, acquired
from tests.jobs.run_requests import check_run
from tests.rows import note_of
from tests.test_function_app import run_python

BUDGET_SECONDS = 60.0


def check(requests: Requests, timing: RunTiming | None = None) -> JobRun:
    run_access_check(requests.context, check_run(requests.platform), timing)
    job_type = str(JobType(JobKind.ACCESS_CHECK, requests.platform))
    with requests.context.database.connect() as connection:
        run = JobRunHelper.get_last_run(connection, job_type)
    assert run is not None
    return run


def test_access_that_is_as_recorded_is_no_finding(requests: Requests) -> None:
    requests.add(ALICE)
    requests.add(BOB, days=20)
    requests.run()
    run = check(requests)
    assert (run.status, run.total_count, run.processed_count, run.failed_count) == ("Completed", 2, 2, 0)
    assert requests.connected.has_grant(BOB)


def test_access_that_came_back_is_reported_and_left_alone(requests: Requests) -> None:
    request_id = requests.add(ALICE)
    requests.run()
    requests.connected.grant(ALICE)
    run = check(requests)
    assert (run.status, run.processed_count, run.failed_count) == ("Completed", 1, 0)
    [finding] = findings(requests.context.database)
    assert (finding["Kind"], finding["Request_Id"], finding["Detail"]) == ("cameBack", str(request_id), CAME_BACK)
    assert (finding["Principal"], finding["First_Job_Id"]) == (ALICE, run.job_id)
    assert requests.failures(request_id) == []
    assert requests.connected.has_grant(ALICE)
    assert requests.status(request_id) == "Revoked"


def test_access_that_came_back_from_above_says_through_what(requests: Requests) -> None:
    request_id = requests.add(ALICE)
    requests.run()
    through = requests.connected.grant_from_above(ALICE)
    check(requests)
    [finding] = [each for each in findings(requests.context.database) if each["Request_Id"]]
    assert finding["Request_Id"] == str(request_id)
    assert finding["Detail"] == f"{CAME_BACK} It comes through {through}."


def test_access_that_is_missing_is_reported_and_left_alone(requests: Requests) -> None:
    requests.add(BOB, days=20)
    request_id = requests.add(ALICE, days=20, granted=False)
    requests.add(ALICE, days=20, resource=1)  # the person is known
    run = check(requests)
    assert (run.processed_count, run.failed_count) == (3, 0)
    [finding] = findings(requests.context.database)
    assert (finding["Kind"], finding["Request_Id"], finding["Detail"]) == ("missing", str(request_id), MISSING)
    assert not requests.connected.has_grant(ALICE)


def test_access_that_a_later_request_gives_did_not_come_back(requests: Requests) -> None:
    request_id = requests.add(ALICE)
    requests.run()
    requests.add(ALICE, days=30)
    assert check(requests).failed_count == 0
    assert kinds_of(requests.context.database, request_id) == []


def test_access_that_was_removed_long_ago_is_not_looked_at(requests: Requests) -> None:
    requests.add(ALICE)
    requests.run()
    long_ago = requests.context.database.utc_now() - timedelta(days=31)
    requests.set_revoked_at(long_ago)
    requests.connected.grant(ALICE)
    assert check(requests).total_count == 0


def test_what_cannot_be_found_out_is_reported_as_such(requests: Requests) -> None:
    request_id = requests.add(ALICE, days=20)
    requests.connected.server.faults = [Fault(Answers(403), "GET")]
    check(requests)
    [reason] = requests.failures(request_id)
    assert "refused the call (403)" in reason


def test_platform_that_lets_nobody_in_stops_the_check(requests: Requests) -> None:
    requests.add(ALICE, days=20)
    requests.connected.server.faults = [Fault(Answers(401))]
    run = check(requests)
    assert run.failed_count == 0
    assert (note_of(run) or "").startswith("1 was not checked: ")


def test_every_resource_is_asked_about_once(requests: Requests) -> None:
    for number in range(12):
        requests.add(f"person{number}@test.com", days=20, resource=number % 2)
    check(requests)
    listings = requests.connected.server.called("GET")
    listed = [
        call for call in listings if "/roles" in call.path or "/permissions/" in call.path or "effective" in call.path
    ]
    assert len(listed) == (2 if requests.platform.key == "databricks" else 4)


@pytest.mark.parametrize("limit", ["run_max_items", "time"])
def test_what_one_check_leaves_is_counted_and_looked_at_another_night(
    requests: Requests, monkeypatch: pytest.MonkeyPatch, limit: str
) -> None:
    ids = [requests.add(ALICE, days=20, resource=number, granted=False) for number in range(8)]
    requests.add(ALICE, resource=8)
    requests.run()
    changes = {"run_max_items": 4} if limit == "run_max_items" else {"connector_max_concurrency": 1}
    requests.context = replace(requests.context, settings=requests.context.settings.model_copy(update=changes))
    why = "the limit for one run was reached" if limit == "run_max_items" else "the time for one run was up"
    for night in range(4):
        monkeypatch.setattr(access_check, "place_to_begin", lambda _day, place=night / 4: place)
        run = check(requests, None if limit == "run_max_items" else time_for_resources(requests, 5))
        assert run.total_count == 9
        checked = run.processed_count or 0
        # What was found before is looked at each night, whatever the limit.
        assert checked == 5 if night == 0 or limit == "time" else checked >= 5
        if left := 9 - checked:
            assert f"{left} {'was' if left == 1 else 'were'} not checked: {why}." in str(note_of(run))
    assert all(kinds_of(requests.context.database, request_id) == ["missing"] for request_id in ids)


def time_for_resources(requests: Requests, count: int) -> RunTiming:
    """The budget is spent when the platform is asked about so many resources."""
    clock, server = SteeredClock(), requests.connected.server
    server.calls.clear()

    def pass_time() -> None:
        places = (re.findall(r"(?:\.t|dataset\.)(\d+)", call.path) for call in server.called("GET"))
        asked_about = {place[0] for place in places if place}
        clock.ahead_seconds = BUDGET_SECONDS if len(asked_about) >= count else 0

    server.faults = [Fault(Then(pass_time), "GET")]
    return RunTiming(BUDGET_SECONDS, clock=clock)


@pytest.mark.parametrize("nights_it_would_take", [2, 10, 100])
def test_no_place_in_the_list_is_left_out_for_long(nights_it_would_take: int) -> None:
    for today in range(9000, 9100):
        places = sorted(access_check.place_to_begin(today + night) for night in range(2 * nights_it_would_take))
        gaps = [after - before for before, after in zip(places, [*places[1:], places[0] + 1], strict=True)]
        assert max(gaps) <= 1 / nights_it_would_take


def test_check_does_not_block_the_other_jobs_of_its_platform(requests: Requests) -> None:
    acquired(requests.context.database, JobType(JobKind.REVOKE_EXPIRED, requests.platform))
    assert check(requests).status == "Completed"


def test_check_that_runs_already_is_no_failure_of_the_timer(requests: Requests) -> None:
    acquired(requests.context.database, JobType(JobKind.ACCESS_CHECK, requests.platform))
    timers.check_access_on_timer(requests.platform).fire(requests.context, past_due=False)


def test_overview_shows_the_check_and_its_findings_where_a_connector_is_on(requests: Requests) -> None:
    requests.add(ALICE, days=20, granted=False)
    requests.add(ALICE, days=20, resource=1)
    run = check(requests)
    use_context(requests.context)
    shown = call_operation(show_overview).json
    assert [job["jobType"] for job in shown["jobs"]][4:] == [run.job_type]
    [concern] = shown["concerns"]
    assert (concern["kind"], concern["jobType"], concern["count"]) == ("findings", run.job_type, 1)
    assert concern["reasons"] == [{"reason": "missing", "count": 1}]


def test_finding_is_in_the_audit_with_its_resource(requests: Requests) -> None:
    requests.add(ALICE, days=20, granted=False)
    requests.add(ALICE, days=20, resource=1)
    check(requests)
    use_context(requests.context)
    [event] = call_operation(list_audit, {"from": "2020-01-01", "event": "findingOpened"}).json["items"]
    assert (event["finding"], event["error"], event["email"]) == ("missing", MISSING, ALICE)
    assert event["resource"]


@pytest.mark.slow
@pytest.mark.parametrize(("access", "timers"), [("record", 4), ("unity-catalog", 5)])
def test_check_has_a_timer_only_where_a_connector_is_on(database_url: str, access: str, timers: int) -> None:
    code = (
        "import function_app; "
        "functions = function_app.app.get_functions(); "
        "print([function.get_trigger().get_binding_name() for function in functions].count('timerTrigger'))"
    )
    found = run_python(code, DATABASE_URL=database_url, DATABRICKS_ACCESS=access, DATABRICKS_HOST="https://adb.test")
    assert found.stdout.strip() == str(timers), found.stderr
