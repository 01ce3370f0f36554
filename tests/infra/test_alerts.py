"""The alerts find what they look for in the lines that runs really log."""

import logging
import re
from datetime import timedelta

import pytest

from access.platforms import Platform
from config.context import AppContext
from jobs.job_types import CHECK_TYPES, JOB_TYPES, JobKind, JobType
from jobs.request import Link, RunRequest
from jobs.revocations.run import run_revoke_expired
from jobs.runs.errors import JobFailedError
from jobs.runs.held_run import HeldRun, RunTiming
from jobs.runs.runner import RunResult, run_job
from tests.faults import after_statement
from tests.infra.templates import template, text_of
from tests.jobs.run_requests import revoke_run
from tests.rows import add_request, add_run, set_status

ALERTS = text_of("monitoring")
LINE_OF_A_RUN = re.search(r"let lines = traces \| where message matches regex @'([^']+)'", ALERTS)
END_OF_A_RUN = re.search(r"let ended = lines \| where message matches regex @'([^']+)'", ALERTS)


def lines_of_runs(caplog: pytest.LogCaptureFixture) -> list[str]:
    assert LINE_OF_A_RUN
    messages = [record.getMessage() for record in caplog.records]
    return [message for message in messages if re.search(LINE_OF_A_RUN[1], message)]


def test_run_that_went_well_raises_no_alert(
    caplog: pytest.LogCaptureFixture, context: AppContext, platform: Platform
) -> None:
    caplog.set_level(logging.INFO)
    add_request(context.database, platform, expires_on=context.database.utc_now() - timedelta(days=1))
    run_revoke_expired(context, revoke_run(platform))
    started, completed = lines_of_runs(caplog)
    assert " started" in started
    assert END_OF_A_RUN
    assert re.search(END_OF_A_RUN[1], completed)
    assert "completed: 0 still due" in completed
    assert completed.startswith(f"RevokeExpired{platform.key.capitalize()} run ")


@pytest.mark.parametrize("kind", JobKind)
def test_run_that_broke_off_is_found(
    caplog: pytest.LogCaptureFixture, context: AppContext, platform: Platform, kind: JobKind
) -> None:
    caplog.set_level(logging.INFO)

    def break_off(_run: HeldRun) -> RunResult[None]:
        raise RuntimeError

    job_type = JobType(kind, platform)
    with pytest.raises(JobFailedError):
        run_job(context, RunRequest(job_type, "test"), break_off, RunTiming(60))
    failed = lines_of_runs(caplog)[-1]
    assert END_OF_A_RUN
    assert re.search(END_OF_A_RUN[1], failed)
    assert " completed: " not in failed


def test_run_that_left_expired_access_is_found(
    caplog: pytest.LogCaptureFixture, context: AppContext, platform: Platform
) -> None:
    caplog.set_level(logging.INFO)
    add_request(context.database, platform, expires_on=context.database.utc_now() - timedelta(days=1))
    run_revoke_expired(context, revoke_run(platform), timing=RunTiming(0))
    assert "completed: 1 still due" in lines_of_runs(caplog)[-1]
    assert "message !has 'completed: 0 still due'" in ALERTS


def test_what_failed_earlier_in_the_chain_is_found(
    caplog: pytest.LogCaptureFixture, context: AppContext, platform: Platform
) -> None:
    """A later run of the chain leaves it out, and has failed at nothing."""
    caplog.set_level(logging.INFO)
    job_type = JobType(JobKind.REVOKE_EXPIRED, platform)
    before = None
    for failed_count in (2, 1):
        before = add_run(context.database, job_type, Failed_Count=failed_count, Continues_Job_Id=before)
    run_revoke_expired(context, revoke_run(platform, link=Link(2, before)))
    assert "completed: 3 still due" in lines_of_runs(caplog)[-1]


def test_what_needs_no_revocation_any_more_raises_no_alert(
    caplog: pytest.LogCaptureFixture, context: AppContext, platform: Platform
) -> None:
    """Somebody extended it between the plan and its turn, of which the run's note tells."""
    caplog.set_level(logging.INFO)
    database = context.database
    request_id = add_request(database, platform, expires_on=database.utc_now() - timedelta(days=1))
    with after_statement(database, platform.requests, lambda: set_status(database, platform, request_id, "Extended")):
        run = run_revoke_expired(context, revoke_run(platform))
    assert run.message == "Revoked 0 expired requests. 1 was no longer due when its turn came."
    assert "completed: 0 still due. 1 was no longer due" in lines_of_runs(caplog)[-1]


def test_alert_on_daily_runs_bears_that_two_of_them_end_more_than_a_day_apart() -> None:
    daily = [alert for alert in template("monitoring")["variables"]["alerts"]["value"] if alert["every"] == "PT1H"]
    assert [alert["window"] for alert in daily] == ["P2D", "P2D"]
    assert "timestamp > ago(26h) and message has ' completed: '" in daily[0]["query"]


def test_alert_on_daily_runs_watches_each_job_type_that_has_a_timer() -> None:
    """A check has one only where its platform is connected, as function_app.py registers it."""
    assert "datatable(job: string) DAILY_JOBS;" in ALERTS
    assert "query: replace(alert.query, 'DAILY_JOBS', string(dailyJobs))" in ALERTS
    variables = {name: each["value"] for name, each in template("monitoring")["variables"].items()}
    always, *where_connected = variables["dailyJobs"]["function"]["parameters"].values()
    assert set(variables[always]) == set(map(str, JOB_TYPES))
    given = template("main")["modules"]["monitoring"]["config"]["params"]
    watched: dict[str, list[str]] = {}
    for each in where_connected:
        choice = variables[each]["operator"]["operands"]
        assert choice["false_value"] == []
        condition = given[choice["condition"]]["operator"]
        assert (condition["type"], condition["operands"]["operand_2"]) == ("not_equals", "record")
        watched[condition["operands"]["operand_1"]] = choice["true_value"]
    assert watched == {f"{job.platform.key}Access": [str(job)] for job in CHECK_TYPES}
