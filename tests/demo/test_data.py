"""The demo data set: something of every kind, relative to the database's clock, and only into an empty database."""

import pytest

from access.list_query import RequestListQuery
from access.platforms import Platform
from access.repository import AccessRequestRepository
from config.context import AppContext
from demo.data import load_demo_data
from demo.history import HISTORY_DAYS, LINKS
from jobs.job_types import JOB_TYPES
from jobs.run_records.chains import list_chain
from reports.overview_figures import read_platform_figures
from reports.run_history import RunHistory
from tests.rows import recent_runs


@pytest.fixture
def loaded(context: AppContext) -> AppContext:
    assert load_demo_data(context.database)
    return context


def test_every_list_has_something_to_show(loaded: AppContext, platform: Platform) -> None:
    repository = AccessRequestRepository(platform, loaded)
    all_requests = repository.list_requests(RequestListQuery(limit=500)).items
    assert {request.status for request in all_requests} == {"Active", "Extended", "Revoked"}
    assert any(request.expires_on is None for request in all_requests)
    assert repository.list_pending_expiry(RequestListQuery()).total == 10
    due = repository.list_pending_notifications(RequestListQuery()).model_dump()["items"]
    assert {item["due_reminder"] for item in due} == {"30-Day Reminder", "7-Day Reminder"}


def test_people_have_decided_about_some_requests(loaded: AppContext, platform: Platform) -> None:
    figures = read_platform_figures(loaded, platform, loaded.database.utc_now())
    decided = (figures.extended_within_30_days, figures.let_expire_within_30_days)
    assert [figure.count for figure in decided] == [2, 2]
    (often,) = figures.often_extended
    details = AccessRequestRepository(platform, loaded).find(str(often.request_id)).model_dump()
    assert (details["status"], details["extension_count"]) == ("Active", 3)


def test_revoked_requests_say_when_and_nobody_asked_in_the_future(loaded: AppContext, platform: Platform) -> None:
    page = AccessRequestRepository(platform, loaded).list_requests(RequestListQuery(limit=500)).model_dump()["items"]
    now = loaded.database.utc_now()
    assert all(item["requested_on"] <= now for item in page)
    assert all((item["revoked_at"] is not None) == (item["status"] == "Revoked") for item in page)


def test_history_has_runs_of_every_type_and_outcome(loaded: AppContext) -> None:
    with loaded.database.read() as connection:
        runs = recent_runs(connection, 100)
    assert len(runs) == HISTORY_DAYS * len(JOB_TYPES) + len(LINKS) - 1
    assert {run.status for run in runs} == {"Completed", "Failed", "Abandoned"}


def test_last_reminders_are_a_chain_of_runs_whose_counts_are_those_of_its_records(loaded: AppContext) -> None:
    with loaded.database.read() as connection:
        (last,) = [run for run in recent_runs(connection, 100) if run.failed_count]
        chain = list_chain(connection, last.job_id)
    history = RunHistory(loaded)
    for run, (total, done, failed) in zip(chain, LINKS, strict=True):
        details = history.find_run(run.job_id)
        assert [each.count for each in details.outcomes] == [done, failed]
        assert (details.total_count, details.processed_count, details.failed_count) == (total, done, failed)
    sums = history.find_run(last.job_id).chain
    assert sums
    assert (sums.total_count, sums.processed_count, sums.failed_count, sums.left_count) == (7, 5, 2, 0)


def test_each_run_did_what_is_on_record_for_it(loaded: AppContext) -> None:
    with loaded.database.read() as connection:
        runs = recent_runs(connection, 100)
    history = RunHistory(loaded)
    recorded = {run.job_id: [each.count for each in history.find_run(run.job_id).outcomes] for run in runs}
    assert recorded == {run.job_id: [run.processed_count, run.failed_count] for run in runs}
    assert sum(run.processed_count or 0 for run in runs if "Revoke" in run.job_type) == 2 * 8


def test_second_load_changes_nothing(loaded: AppContext, platform: Platform) -> None:
    before = AccessRequestRepository(platform, loaded).list_requests(RequestListQuery(limit=500))
    assert not load_demo_data(loaded.database)
    assert AccessRequestRepository(platform, loaded).list_requests(RequestListQuery(limit=500)) == before
