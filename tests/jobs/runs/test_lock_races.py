"""Many processes that want one lock, and the moments between a zombie's check and its commit."""

import asyncio
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from multiprocessing.synchronize import Barrier
from typing import Any
from uuid import uuid4

import pytest

from access.platforms import DATABRICKS, Platform
from jobs.job_types import JobKind, JobType
from jobs.models import StopCode
from jobs.reminders.due import DueRequests
from jobs.reminders.mail.message import ReminderEmail
from jobs.reminders.run import ReminderFlow
from jobs.request import RunRequest
from jobs.revocations.run import revoke_all_expired
from jobs.run_records.cancellation import request_cancel
from jobs.run_records.ending import StopReason
from jobs.run_records.job_run_helper import JobRunHelper
from jobs.run_records.queued_runs import queue_run
from jobs.runs.engine import run_flow
from jobs.runs.errors import JobLockLostError
from jobs.runs.held_run import HeldRun
from sql.database import Database, retry_while_unavailable
from sql.statements import MACROS
from tests.faults import after_next_commit, pause_before_commit
from tests.jobs.job_runs import SteeredSender, acquire, acquired, due_now, held_run, holder_of, take_over
from tests.processes import CONTEXT, run_in_processes
from tests.rows import (
    add_request,
    add_requests,
    age_heartbeat,
    recent_runs,
    reminders,
    revocation_count,
    run_of,
    status_of,
    today,
)

PROCESSES = 20
ROUNDS = 50
JOB_TYPE = JobType(JobKind.EXPIRY_NOTIFICATION, DATABRICKS)
BLOCKED_SECONDS = 0.3


def race(url: str, round_starts: Barrier, round_ends: Barrier, stale_rounds: bool) -> list[str]:
    """The ids under which this process took the lock, over all rounds; the winner of a round frees it or dies."""
    database = Database(url, pool_size=2)
    won = []
    with database.connect() as connection:
        for _ in range(ROUNDS):
            job_id = str(uuid4())
            round_starts.wait(60)
            winner = retry_while_unavailable(
                partial(JobRunHelper.try_acquire_lock, connection, job_id, str(JOB_TYPE), "test"), repeatable=True
            )
            round_ends.wait(60)
            if winner:
                won.append(job_id)
                if stale_rounds:
                    age_heartbeat(database, job_id, minutes=11)
                else:
                    JobRunHelper.complete_job(connection, job_id, 0, 0)
    database.close()
    return won


@pytest.mark.slow
@pytest.mark.parametrize("stale_rounds", [False, True], ids=["free lock", "stale lock"])
def test_one_of_many_processes_wins_each_round(database_url: str, database: Database, stale_rounds: bool) -> None:
    barriers = CONTEXT.Barrier(PROCESSES), CONTEXT.Barrier(PROCESSES)
    won = run_in_processes(race, [(database_url, *barriers, stale_rounds)] * PROCESSES)
    winners = [job_id for ids in won for job_id in ids]
    assert len(winners) == ROUNDS
    with database.connect() as connection:
        runs = recent_runs(connection, ROUNDS + 1)
    assert {run.job_id for run in runs} == set(winners)
    assert {run.status for run in runs} == ({"Abandoned"} if stale_rounds else {"Completed"})


def race_to_promise(url: str, round_starts: Barrier, round_ends: Barrier, lost_rounds: bool) -> list[str]:
    """The ids of the runs that this process promised, over all rounds; each is then cancelled or its message lost."""
    database = Database(url, pool_size=2)
    promised = []
    with database.connect() as connection:
        for _ in range(ROUNDS):
            job_id = str(uuid4())
            round_starts.wait(60)
            promise = partial(queue_run, connection, job_id, "test", RunRequest(JOB_TYPE, "test"))
            winner = retry_while_unavailable(promise, repeatable=False)
            round_ends.wait(60)
            if winner:
                promised.append(job_id)
                if lost_rounds:
                    age_heartbeat(database, job_id, minutes=11)
                else:
                    request_cancel(connection, job_id, "test")
    database.close()
    return promised


@pytest.mark.slow
@pytest.mark.parametrize("lost_rounds", [False, True], ids=["cancelled", "lost"])
def test_one_of_many_processes_promises_a_run_each_round(
    database_url: str, database: Database, lost_rounds: bool
) -> None:
    barriers = CONTEXT.Barrier(PROCESSES), CONTEXT.Barrier(PROCESSES)
    promised = run_in_processes(race_to_promise, [(database_url, *barriers, lost_rounds)] * PROCESSES)
    job_ids = [job_id for ids in promised for job_id in ids]
    assert len(job_ids) == ROUNDS
    with database.connect() as connection:
        runs = recent_runs(connection, ROUNDS + 1)
    assert {run.job_id for run in runs} == set(job_ids)
    assert [run.status for run in runs].count("Queued") == int(lost_rounds)


@contextmanager
def in_thread() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(2) as threads:
        yield threads


def is_blocked(future: Future[Any]) -> bool:
    try:
        future.result(BLOCKED_SECONDS)
    except TimeoutError:
        return True
    return False


def record_reminder(database: Database, platform: Platform, run: HeldRun) -> None:
    """Sends the reminder and records it, as the flow does."""

    async def accept(_email: ReminderEmail) -> None:
        pass

    [due] = due_now(database, platform)
    flow = ReminderFlow(run, SteeredSender(accept), DueRequests([due.request_id]))
    asyncio.run(run_flow(run, flow))


class Zombie:
    """A run whose heartbeat has stopped, about to write what its flow writes for one request."""

    def __init__(self, database: Database, platform: Platform, flow: str) -> None:
        self._database, self._platform = database, platform
        self._is_revocation = flow == "revocation"
        days = -1 if self._is_revocation else 3
        self.request_id = add_request(database, platform, expires_on=today(database) + timedelta(days=days))
        kind = JobKind.REVOKE_EXPIRED if self._is_revocation else JobKind.EXPIRY_NOTIFICATION
        self.job_type = JobType(kind, platform)
        self.job = held_run(database, self.job_type)
        age_heartbeat(database, self.job.job_id, minutes=11)

    def write(self) -> None:
        if self._is_revocation:
            revoke_all_expired(self.job)
        else:
            record_reminder(self._database, self._platform, self.job)

    def has_written(self) -> bool:
        if not self._is_revocation:
            return bool(reminders(self._database, self._platform, self.request_id))
        revoked = status_of(self._database, self._platform, self.request_id) == "Revoked"
        assert revoked == bool(revocation_count(self._database, self._platform, self.request_id))
        return revoked


@pytest.fixture(params=["reminder", "revocation"])
def zombie(request: pytest.FixtureRequest, database: Database, platform: Platform) -> Zombie:
    return Zombie(database, platform, request.param)


@pytest.fixture
def other_server(database_url: str) -> Iterator[Database]:
    """The pool of another server on the same database."""
    other = Database(database_url, pool_size=4)
    yield other
    other.close()


def test_zombie_writes_nothing_after_a_takeover(database: Database, zombie: Zombie) -> None:
    heir = acquired(database, zombie.job_type)
    with pytest.raises(JobLockLostError):
        zombie.write()
    assert not zombie.has_written()
    assert zombie.job.stop_reason() == StopReason(StopCode.LOCK_LOST)
    assert holder_of(database, zombie.job_type) == heir


def test_zombie_that_ends_late_leaves_the_history_as_it_is(database: Database, zombie: Zombie) -> None:
    heir = acquired(database, zombie.job_type)
    before = run_of(database, zombie.job.job_id), run_of(database, heir)
    with database.connect() as connection:
        assert not JobRunHelper.complete_job(connection, zombie.job.job_id, 99, 99)
        JobRunHelper.fail_job(connection, zombie.job.job_id, "late")
    assert (run_of(database, zombie.job.job_id), run_of(database, heir)) == before


def test_takeover_that_commits_while_the_zombie_waits_at_its_fence_wins(
    database: Database, other_server: Database, zombie: Zombie
) -> None:
    with in_thread() as threads, pause_before_commit(other_server) as takeover:
        heir = threads.submit(acquire, other_server, zombie.job_type)
        takeover.wait_for_arrival()
        writing = threads.submit(zombie.write)
        assert is_blocked(writing)
        takeover.end()
        assert heir.result(60) is not None
        with pytest.raises(JobLockLostError):
            writing.result(60)
    assert not zombie.has_written()
    assert holder_of(database, zombie.job_type) == heir.result()


def test_takeover_waits_for_a_zombie_that_has_passed_its_fence_and_then_finds_it_alive(
    database: Database, other_server: Database, zombie: Zombie
) -> None:
    with in_thread() as threads, pause_before_commit(database) as commit:
        writing = threads.submit(zombie.write)
        commit.wait_for_arrival()
        heir = threads.submit(acquire, other_server, zombie.job_type)
        assert is_blocked(heir)
        commit.end()
        writing.result(60)
        assert heir.result(60) is None
    assert zombie.has_written()
    assert holder_of(database, zombie.job_type) == zombie.job.job_id


def test_revocation_stops_between_two_batches_when_the_lock_is_lost(
    database: Database, other_server: Database, platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("jobs.revocations.batch.BATCH_SIZES", dict.fromkeys(MACROS, 2))
    yesterday = today(database) - timedelta(days=1)
    ids = add_requests(database, platform, [{"expires_on": yesterday}] * 6)
    job = held_run(database, JobType(JobKind.REVOKE_EXPIRED, platform))
    with (
        after_next_commit(database, lambda: take_over(other_server, job.job_type), skip=1),
        pytest.raises(JobLockLostError),
    ):
        revoke_all_expired(job)
    assert [status_of(database, platform, request_id) for request_id in ids].count("Revoked") == 2
    assert sum(revocation_count(database, platform, request_id) for request_id in ids) == 2
