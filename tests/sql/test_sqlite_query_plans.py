"""The statements a reviewer worries about most use an index: what the product executes is caught, then explained."""

import asyncio
import re
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import Connection, event, text

from access.list_query import RequestListQuery
from access.platforms import DATABRICKS, PALANTIR, PLATFORMS, Platform
from access.repository import AccessRequestRepository
from access.revocations.givings import find_to_give_back
from access.revocations.records import (
    RevocationRecord,
    Revoker,
    count_seen_gone,
    find_grants_to_end,
    record_revocations,
)
from config.context import AppContext
from config.settings import read_settings
from jobs.job_types import JOB_TYPES, JobKind, JobType
from jobs.reminders.due import find_due_notifications, find_due_requests
from jobs.reminders.mail.quota import SendingQuota
from jobs.revocations.due import list_expired_grants
from jobs.revocations.run import run_revoke_expired
from jobs.run_records.job_run_helper import JobRun, JobRunHelper
from jobs.run_records.queued_runs import find_queued_run, queue_run
from reports.audit import AuditQuery, read_audit
from reports.models import RunItemOutcome
from reports.overview_figures import read_platform_figures
from reports.run_history import RunHistory
from reports.run_list_query import RunItemsQuery, RunListQuery
from sql.database import Database
from sql.statements import load_statements, render, statement
from tests.jobs.job_runs import held_run
from tests.jobs.run_requests import revoke_run
from tests.rows import add_requests, add_revocation, recent_runs

ROWS = 300


@pytest.fixture(scope="module")
def filled_files(tmp_path_factory: pytest.TempPathFactory) -> dict[Platform, Path]:
    """SQLite databases with rows of a platform, whose planner takes them for a million, to be copied."""
    folder, files = tmp_path_factory.mktemp("filled"), {}
    statuses = ("Active", "Active", "Revoked")
    for platform in PLATFORMS:
        files[platform] = folder / f"{platform.key}.db"
        database = Database(f"sqlite:///{files[platform]}")
        now = database.utc_now()
        requests = [
            {"expires_on": now + timedelta(days=number - 100), "status": statuses[number % 3]} for number in range(ROWS)
        ]
        add_requests(database, platform, requests)
        database.refresh_statistics()
        with database.transaction() as connection:
            connection.execute(text("DELETE FROM sqlite_stat1"))
            insert = text("INSERT INTO sqlite_stat1 SELECT tbl_name, name, :stat FROM sqlite_master WHERE name = :name")
            connection.execute(
                insert, [{"name": name, "stat": stat} for name, stat in counts_of_many(platform).items()]
            )
        database.close()
    return files


def counts_of_many(platform: Platform) -> dict[str, str]:
    """What ANALYZE says of a million requests, by index."""
    columns, table = platform.columns, platform.requests
    return {
        f"IX_{table}_{columns['status']}_{columns['expires_on']}": "1000000 500000 2 1 1",
        f"IX_{table}_{columns['expires_on']}": "1000000 2 1",
        f"IX_{table}_{columns['requested_on']}": "1000000 1 1",
        f"IX_{table}_{columns['requested_by_email']}": "1000000 203 1",
        f"UX_{platform.notifications}_Request_Type": "1080000 2 1",
        f"IX_{platform.notifications}_Job_Id": "1080000 1080000",
        f"IX_{platform.revocations}_{platform.revoked_request}": "350000 1",
        f"IX_{platform.revocations}_Job_Id": "350000 350000",
        f"IX_{platform.revocations}_Revoked_Dt": "350000 1",
        **({} if platform is DATABRICKS else {f"sqlite_autoindex_{table}_1": "1000000 1"}),
    }


@pytest.fixture
def planned_context(filled_files: dict[Platform, Path], tmp_path: Path, platform: Platform) -> Iterator[AppContext]:
    shutil.copy(filled_files[platform], tmp_path / "access.db")
    url = f"sqlite:///{tmp_path}/access.db"
    database = Database(url)
    yield AppContext(read_settings(database_url=url, revoke_delay_seconds=0), database, database)
    database.close()


@contextmanager
def explained(database: Database, fragment: str) -> Iterator[list[str]]:
    """The plan of the last statement in the block that contains `fragment`, one string a step."""
    executed: list[tuple[str, Any]] = []
    plan: list[str] = []

    def remember(_c: Connection, _cursor: Any, sql: str, parameters: Any, _context: Any, many: bool) -> None:
        if fragment in sql:
            executed.append((sql, parameters[0] if many else parameters))

    event.listen(database.engine, "before_cursor_execute", remember)
    try:
        yield plan
    finally:
        event.remove(database.engine, "before_cursor_execute", remember)
    sql, parameters = executed[-1]
    with database.read() as connection:
        rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", parameters)
        plan += steps_of(rows)


def steps_of(rows: Iterable[Any]) -> list[str]:
    """The steps of a plan. Newer versions of SQLite call more indexes covering, since they read less of a row."""
    return [row.detail.replace("USING COVERING INDEX", "USING INDEX") for row in rows]


def assert_indexed(plan: list[str], *steps: str) -> None:
    """No step reads a whole table unless in the order of an index, no step sorts, and each of `steps` is taken."""
    assert plan
    for detail in plan:
        assert not detail.startswith("SCAN") or "INDEX" in detail or detail.endswith("CONSTANT ROW"), plan
        assert "TEMP B-TREE" not in detail, plan
    for step in steps:
        assert any(step in detail for detail in plan), plan


def status_index(platform: Platform) -> str:
    columns = platform.columns
    index = f"IX_{platform.requests}_{columns['status']}_{columns['expires_on']}"
    return f"INDEX {index} ({columns['status']}=? AND {columns['expires_on']}"


def test_due_requests_are_a_range_of_the_expiry_index(planned_context: AppContext, platform: Platform) -> None:
    with explained(planned_context.database, "due_reminder") as plan, planned_context.database.read() as connection:
        assert find_due_requests(connection, platform, limit=5)
    assert_indexed(plan, status_index(platform), f"UX_{platform.notifications}_Request_Type")


def test_due_notifications_of_given_requests_are_sought_by_their_ids(
    planned_context: AppContext, platform: Platform
) -> None:
    with planned_context.database.read() as connection:
        ids = find_due_requests(connection, platform, limit=5)
    with explained(planned_context.database, "due_reminder") as plan, planned_context.database.read() as connection:
        assert find_due_notifications(connection, platform, ids)
    assert plan[0].startswith("SEARCH u USING")
    assert plan[0].endswith("(rowid=?)" if platform is DATABRICKS else f"({platform.columns['id']}=?)")
    assert any("INDEX IX_JobRunFailure_Request_Id (Request_Id=?)" in step for step in plan)


def test_tries_of_the_last_hour_are_ranges_of_the_indexes_on_their_moments(planned_context: AppContext) -> None:
    database, job_type = planned_context.database, JobType(JobKind.EXPIRY_NOTIFICATION, DATABRICKS)
    quota = SendingQuota(held_run(database, job_type, settings=read_settings(email_per_hour=1)))
    with explained(database, "tried_at") as plan:
        asyncio.run(quota.take())
    assert_indexed(
        plan,
        *(f"IX_{platform.notifications}_Notified_Dt (Notified_Dt>?" for platform in (DATABRICKS, PALANTIR)),
        "IX_JobRunFailure_Failed_At (Failed_At>?",
    )


def test_page_of_pending_expiry_is_a_range_of_the_expiry_index(planned_context: AppContext, platform: Platform) -> None:
    with explained(planned_context.database, "ORDER BY") as plan:
        assert AccessRequestRepository(platform, planned_context).list_pending_expiry(RequestListQuery(limit=5)).items
    assert_indexed(plan, status_index(platform))


@pytest.mark.parametrize("query", [{}, {"requestedFrom": "2000-01-01"}], ids=str)
@pytest.mark.parametrize("list_name", ["list_pending_expiry", "list_pending_notifications"])
def test_list_of_many_is_read_in_its_own_order(
    planned_context: AppContext,
    platform: Platform,
    monkeypatch: pytest.MonkeyPatch,
    list_name: str,
    query: dict[str, str],
) -> None:
    monkeypatch.setattr("api.listing.MAX_COUNTED", 3)
    given = RequestListQuery.model_validate({"sort": "requestedByEmail", **query})
    with explained(planned_context.database, "ORDER BY") as plan:
        assert getattr(AccessRequestRepository(platform, planned_context), list_name)(given).items
    email = platform.columns["requested_by_email"]
    assert plan[0] == f"SCAN u USING INDEX IX_{platform.requests}_{email}"
    assert "USE TEMP B-TREE FOR ORDER BY" not in plan


def period_index(platform: Platform) -> str:
    requested_on = platform.columns["requested_on"]
    return f"IX_{platform.requests}_{requested_on} ({requested_on}>?"


def requests_of_a_period(context: AppContext, platform: Platform, sort: str) -> tuple[list[str], str]:
    """The plan by which their first page is read, and how it begins when their period's index finds them."""
    query = RequestListQuery.model_validate({"requestedFrom": "2000-01-01", "limit": 5, "sort": sort})
    with explained(context.database, "LEFT JOIN") as plan:
        assert AccessRequestRepository(platform, context).list_requests(query).items
    return plan, f"SEARCH u USING INDEX {period_index(platform)}"


def test_requests_of_a_period_in_its_own_order_are_read_in_the_order_of_its_index(
    planned_context: AppContext, platform: Platform
) -> None:
    plan, by_period = requests_of_a_period(planned_context, platform, "requestedOn")
    assert_indexed(plan, by_period)


@pytest.mark.parametrize("fragment", ["COUNT(*)", "LEFT JOIN"])
def test_address_is_searched_in_its_index(planned_context: AppContext, platform: Platform, fragment: str) -> None:
    with explained(planned_context.database, fragment) as plan:
        AccessRequestRepository(platform, planned_context).list_requests(RequestListQuery(q="alice@", limit=5))
    email = platform.columns["requested_by_email"]
    assert any(f"INDEX IX_{platform.requests}_{email} ({email}>? AND {email}<?)" in step for step in plan), plan


@pytest.mark.parametrize("sort", ["expiresOn", "-id"])
@pytest.mark.parametrize("fragment", ["COUNT(*)", "ORDER BY"])
@pytest.mark.parametrize("name", ["list_pending_expiry", "list_pending_notifications"])
def test_address_is_searched_in_its_index_whatever_else_a_list_asks_for(
    planned_context: AppContext, platform: Platform, name: str, fragment: str, sort: str
) -> None:
    query = RequestListQuery.model_validate({"q": "alice@", "limit": 5, "sort": sort})
    with explained(planned_context.database, fragment) as plan:
        getattr(AccessRequestRepository(platform, planned_context), name)(query)
    email = platform.columns["requested_by_email"]
    assert any(f"INDEX IX_{platform.requests}_{email} ({email}>? AND {email}<?)" in step for step in plan), plan


@pytest.mark.parametrize("sort", ["expiresOn", "requestedByEmail", "-id", "urgency"])
def test_few_requests_of_a_period_are_found_by_it_and_sorted(
    planned_context: AppContext, platform: Platform, sort: str
) -> None:
    plan, by_period = requests_of_a_period(planned_context, platform, sort)
    assert any(step.startswith(by_period) for step in plan), plan


SORTS = ["expiresOn", "-expiresOn", "requestedOn", "-requestedOn", "requestedByEmail", "-requestedByEmail", "id", "-id"]


@pytest.mark.parametrize(
    "query",
    [*({"sort": sort} for sort in SORTS[:6]), *({"status": "Active", "sort": sort} for sort in SORTS[:2])],
    ids=str,
)
def test_first_page_of_all_requests_is_read_in_the_order_of_an_index(
    planned_context: AppContext, platform: Platform, query: dict[str, str]
) -> None:
    with explained(planned_context.database, "LEFT JOIN") as plan:
        page = AccessRequestRepository(platform, planned_context).list_requests(
            RequestListQuery.model_validate({"limit": 5, **query})
        )
    assert len(page.items) == 5
    assert_indexed(plan)


@pytest.mark.parametrize("sort", SORTS)
def test_later_page_of_all_requests_seeks_its_start_in_an_index(
    planned_context: AppContext, platform: Platform, sort: str
) -> None:
    repository = AccessRequestRepository(platform, planned_context)
    first = repository.list_requests(RequestListQuery.model_validate({"limit": 5, "sort": sort}))
    with explained(planned_context.database, "LEFT JOIN") as plan:
        query = RequestListQuery.model_validate({"limit": 5, "sort": sort, "cursor": first.next_cursor})
        assert repository.list_requests(query).items
    assert_indexed(plan, "SEARCH u USING")


def test_latest_revocation_is_found_by_index(planned_context: AppContext, platform: Platform) -> None:
    run_revoke_expired(planned_context, revoke_run(platform))
    with explained(planned_context.database, "LEFT JOIN") as plan:
        page = AccessRequestRepository(platform, planned_context).list_requests(RequestListQuery(limit=5))
    assert page.model_dump()["items"][0]["revoked_at"]
    assert_indexed(
        plan,
        "SEARCH r USING INTEGER PRIMARY KEY",
        f"SEARCH latest USING INDEX IX_{platform.revocations}_{platform.revoked_request}",
    )


def test_batch_to_revoke_is_a_range_of_the_expiry_index(planned_context: AppContext, platform: Platform) -> None:
    with explained(planned_context.database, "RETURNING") as plan:
        assert run_revoke_expired(planned_context, revoke_run(platform)).revoked_count
    in_file_order = plan.pop()
    assert in_file_order == "USE TEMP B-TREE FOR ORDER BY"
    assert_indexed(plan, "USING INTEGER PRIMARY KEY (rowid=?)", status_index(platform))


@pytest.fixture(scope="module")
def history_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with many ended runs, to be copied."""
    file = tmp_path_factory.mktemp("ended") / "history.db"
    database = Database(f"sqlite:///{file}")
    with database.connect() as connection:
        for _ in range(30):
            for job_type in JOB_TYPES:
                job_id = str(uuid4())
                JobRunHelper.try_acquire_lock(connection, job_id, str(job_type), "test")
                JobRunHelper.complete_job(connection, job_id, 0, 0)
    database.close()
    return file


@pytest.fixture
def history(history_file: Path, tmp_path: Path) -> Iterator[Database]:
    shutil.copy(history_file, tmp_path)
    database = Database(f"sqlite:///{tmp_path}/history.db")
    yield database
    database.close()


@pytest.mark.parametrize("fragment", ["INSERT INTO JobRun", "Status = 'Abandoned'"])
def test_lock_is_taken_by_the_index_on_running_jobs(history: Database, fragment: str) -> None:
    with explained(history, fragment) as plan, history.connect() as connection:
        assert JobRunHelper.try_acquire_lock(connection, str(uuid4()), "AnyJob", "test")
    assert_indexed(plan, "UX_JobRun_Job_Type_InProgress (Job_Type=?)")


def test_lock_is_renewed_by_primary_key(history: Database) -> None:
    with explained(history, "Heartbeat_At = GETUTCDATE()") as plan, history.transaction() as connection:
        JobRunHelper.renew(connection, str(uuid4()))
    assert_indexed(plan, "SEARCH JobRun USING INDEX sqlite_autoindex_JobRun_1 (Job_Id=?)")


# UPDATE JobRun ... WHERE <column>, also where OUTPUT stands between.
_CHANGED_BY = re.compile(r"(?:UPDATE|DELETE FROM) JobRun\b(?:(?!\bWHERE\b).)*\bWHERE (\w+)", re.DOTALL)
_CHANGES_OF_RUNS = sorted({name for (name, _), body in load_statements().items() if _CHANGED_BY.search(body)})


@pytest.mark.parametrize("name", _CHANGES_OF_RUNS)
def test_run_is_changed_by_its_key_so_that_no_two_writers_lock_key_and_indexes_in_opposite_order(
    history: Database, name: str
) -> None:
    """SQL Server locks the row of the index by which an UPDATE finds it first, then its key and the other indexes."""
    assert _CHANGED_BY.findall(render(name, "mssql")) == ["Job_Id"]
    change = text(f"EXPLAIN QUERY PLAN {render(name, 'sqlite')}")
    with history.read() as connection:
        plan = steps_of(connection.execute(change, dict.fromkeys(change.compile().params)).all())
    assert plan[0] == "SEARCH JobRun USING INDEX sqlite_autoindex_JobRun_1 (Job_Id=?)"


def test_taking_and_ending_a_lock_are_among_the_changes_of_runs() -> None:
    taking = {"abandon_stale_run", "acquire_lock_for_queued_run", "fail_lost_queued_runs"}
    assert taking | {"complete_run", "fail_run"} < set(_CHANGES_OF_RUNS)


def test_run_that_waits_is_found_by_the_index_on_waiting_runs(history: Database) -> None:
    request = revoke_run(PALANTIR)
    with explained(history, "UPDATE JobRun") as plan, history.connect() as connection:
        assert queue_run(connection, str(uuid4()), "test", request)
    assert any("UX_JobRun_Job_Type_Queued (Job_Type=?)" in step for step in plan)
    with explained(history, "FROM JobRun") as plan, history.connect() as connection:
        assert find_queued_run(connection, str(request.job_type))
    assert any("UX_JobRun_Job_Type_Queued (Job_Type=?)" in step for step in plan)


def test_last_run_is_read_backwards_from_an_index(history: Database) -> None:
    with explained(history, "ORDER BY") as plan, history.connect() as connection:
        assert JobRunHelper.get_last_run(connection, str(JobType(JobKind.REVOKE_EXPIRED, PALANTIR)))
    assert_indexed(plan, "IX_JobRun_Job_Type_Started_At (Job_Type=?)")


def test_active_run_is_found_by_the_index_on_running_jobs(history: Database) -> None:
    with explained(history, "FROM JobRun") as plan, history.connect() as connection:
        JobRunHelper.get_active_job_info(connection, str(JobType(JobKind.REVOKE_EXPIRED, PALANTIR)))
    assert_indexed(plan, "UX_JobRun_Job_Type_InProgress (Job_Type=?)")


def test_page_of_the_history_is_read_in_the_order_of_an_index(history: Database) -> None:
    context = AppContext(read_settings(database_url=str(history.engine.url)), history, history)
    with explained(history, "ORDER BY") as plan:
        assert RunHistory(context).list_runs(RunListQuery(limit=5)).items
    ties = plan.pop()  # "RIGHT PART" or, from SQLite 3.44 on, "LAST TERM": runs that started at the same moment
    assert re.fullmatch(r"USE TEMP B-TREE FOR \w+ \w+ OF ORDER BY", ties)
    assert_indexed(plan, "USING INDEX IX_JobRun_Started_At")


def test_chain_of_a_run_is_found_by_index(history: Database) -> None:
    with history.connect() as connection:
        run = recent_runs(connection, 1)[0]
    context = AppContext(read_settings(database_url=str(history.engine.url)), history, history)
    with explained(history, "Continues_Job_Id = ") as plan:
        RunHistory(context).find_run(run.job_id)
    assert any("IX_JobRun_Continues_Job_Id (Continues_Job_Id=?)" in step for step in plan)
    # what is read as a whole, and put into order, is the chain itself
    assert {step for step in plan if step.startswith("SCAN")} <= {"SCAN e", "SCAN c", "SCAN chain", "SCAN earlier"}


def record_item(history: Database, run: JobRun, outcome: RunItemOutcome) -> None:
    platform = next(job_type.platform for job_type in JOB_TYPES if str(job_type) == run.job_type)
    insert = {
        "notified": f"INSERT INTO {platform.notifications} ({platform.notified_request}, Notification_Type, "
        "Notified_Email, Notified_Dt, Job_Id) VALUES (:id, '30-Day Reminder', 'a@test.com', GETUTCDATE(), :job_id)",
        "revoked": f"INSERT INTO {platform.revocations} ({platform.revoked_request}, Revoked_Dt, Revoked_By, Job_Id) "
        "VALUES (:id, GETUTCDATE(), 'test', :job_id)",
        "failed": "INSERT INTO JobRunFailure (Job_Id, Request_Id, Attempted, Error_Message, Failed_At) "
        "VALUES (:job_id, :id, '30-Day Reminder', 'No.', GETUTCDATE())",
    }
    with history.transaction() as connection:
        request_id = 1 if platform is DATABRICKS else str(uuid4())
        connection.execute(text(insert[outcome]), {"job_id": run.job_id, "id": request_id})


@pytest.mark.parametrize("outcome", ["notified", "revoked", "failed"])
def test_items_of_a_run_are_found_by_index(history: Database, outcome: RunItemOutcome) -> None:
    with history.connect() as connection:
        run = recent_runs(connection, 1)[0]
    context = AppContext(read_settings(database_url=str(history.engine.url)), history, history)
    record_item(history, run, outcome)
    with explained(history, "ORDER BY n.id") as plan:
        RunHistory(context).list_items(run.job_id, RunItemsQuery(outcome=outcome))
    assert "SEARCH n USING INDEX" in plan[0]
    assert "Job_Id=?" in plan[0]
    assert "SEARCH u USING" in plan[1]


@pytest.mark.parametrize("fragment", ["ORDER BY id", "GROUP BY Outcome"])
def test_revocations_seen_gone_are_counted_among_those_of_their_run(history: Database, fragment: str) -> None:
    job_type = JobType(JobKind.REVOKE_EXPIRED, PALANTIR)
    with history.connect() as connection:
        run = next(run for run in recent_runs(connection, 8) if run.job_type == str(job_type))
    add_revocation(history, PALANTIR, str(uuid4()), job_id=run.job_id, outcome="alreadyGone")
    with explained(history, fragment) as plan, history.read() as connection:
        assert count_seen_gone(connection, PALANTIR, run.job_id) == 1
    assert f"INDEX IX_{PALANTIR.revocations}_Job_Id (Job_Id=?)" in plan[0]
    if fragment == "ORDER BY id":
        assert_indexed(plan)


def test_figures_of_the_overview_are_counted_in_ranges_of_indexes(
    planned_context: AppContext, platform: Platform
) -> None:
    database, now = planned_context.database, planned_context.database.utc_now()
    for fragment, step in (
        (") AS oldest,", status_index(platform)),
        ("period.ends_from", status_index(platform)),
        ("Revoked_Dt >=", f"INDEX IX_{platform.revocations}_Revoked_Dt (Revoked_Dt>?)"),
    ):
        with explained(database, fragment) as plan:
            read_platform_figures(planned_context, platform, now)
        assert any(step in detail for detail in plan), plan


def test_removals_seek_by_the_ids_that_they_are_given(planned_context: AppContext, platform: Platform) -> None:
    database, job_id = planned_context.database, str(uuid4())
    with database.read() as connection:
        due = list_expired_grants(connection, platform, ROWS)
        ids = [grant.request_id for grant in next(iter(due.values()))]
    by_id = f"SEARCH u USING {'INTEGER PRIMARY KEY' if platform is DATABRICKS else 'INDEX sqlite_autoindex'}"
    by_person = f"INDEX IX_{platform.requests}_{platform.columns['requested_by_email']}"
    with explained(database, "superseded_by") as plan, database.read() as connection:
        assert find_grants_to_end(connection, platform, ids)
    assert by_id in " ".join(plan)
    assert by_person in " ".join(plan)
    by_request = f"INDEX IX_{platform.revocations}_{platform.revoked_request}"
    for fragment, steps in (
        ("INSERT INTO", [by_request]),  # the others find the records of this one
        ("'Revoked'", [by_id]),
        ("'Superseded'", [by_id, by_person]),
        ("SELECT u.", [by_id, by_person]),
        ("SELECT known.", [by_request]),
    ):
        records = [RevocationRecord(ids[0], "removed", 0), RevocationRecord(ids[1], "superseded")]
        with explained(database, fragment) as plan, database.transaction() as connection:
            record_revocations(connection, platform, records, Revoker("test", job_id))
        for step in steps:
            assert step in " ".join(plan), plan


def test_check_reads_what_was_removed_lately_by_index(planned_context: AppContext, platform: Platform) -> None:
    with explained(planned_context.database, "DISTINCT") as plan, planned_context.database.read() as connection:
        clause = statement("list_removed_grants", connection, **platform.sql_names)
        connection.execute(clause, {"days": -30})
    assert f"SEARCH v USING INDEX IX_{platform.revocations}_Revoked_Dt (Revoked_Dt>?)" in " ".join(plan)
    assert f"INDEX IX_{platform.requests}_{platform.columns['requested_by_email']}" in " ".join(plan)


def test_page_of_the_audit_merges_ranges_of_the_indexes_on_the_moments(
    planned_context: AppContext, platform: Platform
) -> None:
    query = AuditQuery.from_values({"from": ["2026-01-01"], "platform": [platform.key]})
    with explained(planned_context.database, "record_number") as plan:
        read_audit(planned_context, query)
    requested_on = platform.columns["requested_on"]
    for index in (
        f"IX_{platform.requests}_{requested_on} ({requested_on}>? AND {requested_on}<?)",
        f"IX_{platform.notifications}_Notified_Dt (Notified_Dt>? AND Notified_Dt<?)",
        "IX_JobRunFailure_Failed_At (Failed_At>? AND Failed_At<?)",
        f"IX_{platform.revocations}_Revoked_Dt (Revoked_Dt>? AND Revoked_Dt<?)",
    ):
        assert any(index in detail for detail in plan), plan
    assert [detail for detail in plan if detail.startswith("SCAN")] == ["SCAN r"]  # the cancelled runs


def test_dates_that_cannot_be_read_are_found_by_an_index_of_their_own(
    planned_context: AppContext, platform: Platform
) -> None:
    with explained(planned_context.database, "written") as plan, planned_context.database.read() as connection:
        clause = statement("count_unreadable_expiries", connection, **platform.sql_names)
        assert connection.execute(clause).scalar_one() == 0
    index = f"IX_{platform.requests}_Unreadable_{platform.columns['expires_on']}"
    assert any(detail.startswith("SCAN written") and index in detail for detail in plan), plan


def test_access_to_give_back_is_sought_from_the_given_requests(planned_context: AppContext, platform: Platform) -> None:
    [request_id] = add_requests(planned_context.database, platform, [{}])
    database = planned_context.database
    with explained(database, "removedInError") as plan, database.read() as connection:
        assert find_to_give_back(connection, platform, [request_id]) == set()
    scans = [detail for detail in plan if detail.startswith("SCAN") and "json_each" not in detail]
    unreadable = f"IX_{platform.requests}_Unreadable_{platform.columns['expires_on']}"
    assert [unreadable in scan for scan in scans] == [True], plan
    assert f"SEARCH v USING INDEX IX_{platform.revocations}_{platform.revoked_request}" in " ".join(plan)
