"""Mails that a server refuses for now: they wait over all runs of a chain, hold no place, and fail only in the end."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from access.platforms import DATABRICKS, PALANTIR, Platform
from config.context import AppContext
from config.settings import read_settings
from jobs.job_types import JobKind, JobType
from jobs.queue_handlers import continue_run
from jobs.reminders.mail.waiting_mails import RETRY_DELAYS_SECONDS
from jobs.reminders.run import run_expiry_notifications
from jobs.run_records.job_run_helper import JobRun
from sql.database import Database
from sql.statements import MACROS
from tests.jobs.job_runs import cancel_active, last_run
from tests.jobs.reminders.mail.runs import PassingClock, add_due, add_due_people
from tests.jobs.reminders.mail.scripted_smtp import CONTENT, RCPT, Script, ScriptedServer, Step, scripted_server
from tests.jobs.reminders.mail.unfriendly_smtp import greylisting
from tests.jobs.run_requests import reminder_run
from tests.rows import note_of, set_status

pytestmark = pytest.mark.slow

BUDGET_SECONDS = 100
FULL = "452 4.2.2 Mailbox full"


@dataclass
class Chain:
    """Runs one after another, each when the run before it says. The database's clock is set forward with the run's."""

    database: Database
    storage: str | None
    platform: Platform = DATABRICKS
    clock: PassingClock = field(default_factory=PassingClock)
    runs: list[JobRun] = field(default_factory=list)

    def follow(self, server: ScriptedServer, **settings: Any) -> "Chain":
        while not self.runs or self.runs[-1].resumes_at:
            self.run_once(server, **settings)
            assert len(self.runs) < 20
        return self

    def run_once(self, server: ScriptedServer, **settings: Any) -> JobRun:
        options: dict[str, Any] = {"smtp_security": "none", "email_from": "access@test.com", **settings}
        read = read_settings(
            email_sender="smtp",
            smtp_host="127.0.0.1",
            smtp_port=server.port,
            storage_connection_string=self.storage,
            **options,
        )
        context, timing = AppContext(read, self.database, self.database), self.clock.timing(BUDGET_SECONDS)
        job_type = JobType(JobKind.EXPIRY_NOTIFICATION, self.platform)
        if self.runs:
            self._let_time_pass()
            body = {"jobType": str(job_type), "afterJobId": self.runs[-1].job_id, "attempt": len(self.runs)}
            continue_run(context, json.dumps(body).encode(), is_redelivered=False, timing=timing)
        else:
            run_expiry_notifications(context, reminder_run(self.platform), timing=timing)
        self.runs.append(last_run(self.database, job_type))
        return self.runs[-1]

    def _let_time_pass(self) -> None:
        """Passes the wait for the follow-up run."""
        before = self.runs[-1]
        assert before.completed_at
        wait = before.resumes_at - before.completed_at if before.resumes_at else timedelta()
        self.clock.ahead_seconds += wait.total_seconds()
        millisecond = MACROS[self.database.engine.dialect.name]["MILLISECOND"]
        with self.database.transaction() as connection:
            connection.execute(
                text(f"UPDATE JobRun SET Completed_At = DATEADD({millisecond}, :passed, Completed_At)"),
                {"passed": -round(wait.total_seconds() * 1000)},
            )

    @property
    def counts(self) -> list[tuple[int | None, int | None, int | None]]:
        """What each run sent, what failed, and what it left."""
        return [(run.processed_count, run.failed_count, run.left_count) for run in self.runs]


def refusing(is_refused: Callable[[str], bool], answer: str = FULL) -> Script:
    return lambda step: answer if step.stage == RCPT and is_refused(step.recipient) else None


@pytest.mark.parametrize("minutes", [1, 5, 30])
def test_greylisting_server_gets_all_mails_when_it_wants_them(
    database: Database, storage: str, minutes: int, platform: Platform
) -> None:
    people, chain = add_due_people(database, 50, platform), Chain(database, storage, platform)
    with scripted_server(greylisting(60 * minutes, chain.clock)) as server:
        chain.follow(server)
    assert sorted(server.accepted) == sorted(people)
    assert sum(run.processed_count or 0 for run in chain.runs) == 50
    assert {run.failed_count for run in chain.runs} == {0}
    assert chain.runs[0].stop_reason == "emailPaused"


def test_mail_that_no_try_gets_through_fails_once_over_the_whole_chain(database: Database, storage: str) -> None:
    people, chain, tried_at = add_due_people(database, 3), Chain(database, storage), [-1e9]

    def script(step: Step) -> str | None:
        if step.stage != RCPT or step.recipient != people[0]:
            return None
        if chain.clock() - tried_at[-1] > 1:  # not the same try on another session
            tried_at.append(chain.clock())
        return FULL

    with scripted_server(script) as server:
        chain.follow(server)
    assert len(tried_at) - 1 == 1 + len(RETRY_DELAYS_SECONDS)
    assert tried_at[-1] - tried_at[1] > 50 * 60
    assert [failed for _, failed, _ in chain.counts] == [0] * (len(chain.runs) - 1) + [1]
    with database.read() as connection:
        failures = connection.execute(text("SELECT Email, Error_Message FROM JobRunFailure")).all()
    assert [tuple(row) for row in failures] == [(people[0], f"The mail server refused the email: {FULL}")]
    assert 2 < len(chain.runs) < 8


def test_run_that_comes_too_early_does_not_try_what_waits(database: Database) -> None:
    """As the one that continues at once because of RUN_MAX_ITEMS."""
    people, chain, tried_at = add_due_people(database, 4), Chain(database, None), list[float]()

    def script(step: Step) -> str | None:
        if step.stage != RCPT or step.recipient != people[0]:
            return None
        tried_at.append(chain.clock())
        return FULL

    with scripted_server(script) as server:
        chain.run_once(server)
        in_first_run = len(tried_at)
        chain.run_once(server)
        assert tried_at[in_first_run] - tried_at[in_first_run - 1] > 79  # waited for, and tried once
        in_second_run = len(tried_at)
        chain.run_once(server)
    assert len(tried_at) == in_second_run
    assert chain.counts == [(3, 0, 1), (0, 0, 1), (0, 0, 1)]
    assert note_of(chain.runs[1]) == f"1 was left due: the mail server refused the email: {FULL}."
    assert note_of(chain.runs[2]) == "1 was left due: the mail server accepts these emails only later."


def test_those_that_wait_keep_no_one_from_their_turn_by_run_max_items(database: Database) -> None:
    people, chain = add_due_people(database, 9), Chain(database, None)
    with scripted_server(refusing(lambda address: address in people[:3])) as server:
        for _ in range(3):
            chain.run_once(server, run_max_items=3)
    assert sorted(server.accepted) == people[3:]
    assert chain.counts == [(0, 0, 9), (3, 0, 6), (3, 0, 3)]


def test_digest_waits_and_is_sent_as_one(database: Database, storage: str) -> None:
    chain = Chain(database, storage)
    for _ in range(3):
        add_due(database, days=20, email="alice@test.com")
    with scripted_server(greylisting(600, chain.clock)) as server:
        chain.follow(server, email_digest=True)
    assert server.accepted == ["alice@test.com"]
    assert [sent for sent, _, _ in chain.counts][-1] == 3


def test_request_that_is_revoked_between_two_runs_is_not_tried_again(database: Database, storage: str) -> None:
    request_id = add_due(database, days=20, email="alice@test.com")
    chain = Chain(database, storage)
    with scripted_server(greylisting(600, chain.clock)) as server:
        chain.run_once(server)
        set_status(database, DATABRICKS, request_id, "Revoked")
        chain.follow(server)
    assert server.accepted == []
    assert chain.counts[-1] == (0, 0, 0)


def test_run_that_is_cancelled_while_mails_wait_ends_at_once(database: Database) -> None:
    people, chain = add_due_people(database, 3), Chain(database, None)

    def script(step: Step) -> str | None:
        if step.stage == RCPT and step.recipient == people[2]:
            cancel_active(database, JobType(JobKind.EXPIRY_NOTIFICATION, DATABRICKS))
        return "450 Later" if step.stage == RCPT else None

    with scripted_server(script) as server:
        run = chain.run_once(server)
    assert (run.status, run.failed_count, run.left_count) == ("Cancelled", 0, 3)
    assert chain.clock.ahead_seconds < 60


def test_limit_an_hour_and_mails_that_wait_lose_nothing(database: Database, storage: str) -> None:
    """The tries that were refused count in their run."""
    people, chain = add_due_people(database, 12), Chain(database, storage)
    with scripted_server(greylisting(60, chain.clock)) as server:
        chain.run_once(server, email_per_hour=8)
        assert chain.runs[0].stop_reason == "emailLimitReached"
        chain.follow(server)
    assert sorted(server.accepted) == sorted(people)
    assert {failed for _, failed, _ in chain.counts} == {0}


def test_mails_wait_only_in_the_chain_of_their_platform(database: Database) -> None:
    """Both platforms may use the same id."""
    for platform in (DATABRICKS, PALANTIR):
        add_due(database, platform, days=20)
    chain, other = Chain(database, None), Chain(database, None, PALANTIR)
    with scripted_server(lambda step: FULL if step.stage == RCPT and not other.runs else None) as server:
        chain.run_once(server)
        other.runs.append(chain.runs[0])
        other.clock = chain.clock
        assert other.run_once(server).processed_count == 1


def test_run_without_a_record_of_waiting_mails_tries_all_anew(database: Database) -> None:
    """The run before was ended by an earlier version, or its server died."""
    people, chain = add_due_people(database, 2), Chain(database, None)
    with scripted_server(greylisting(300, chain.clock)) as server:
        chain.run_once(server)
        with database.transaction() as connection:
            connection.execute(text("UPDATE JobRun SET Waiting_Mails = NULL"))
        chain.clock.ahead_seconds += 300
        chain.run_once(server)
    assert sorted(server.accepted) == people


def test_five_hundred_that_wait_take_no_longer_than_one(database: Database) -> None:
    add_due_people(database, 500)
    chain = Chain(database, None)
    with scripted_server(greylisting(20, chain.clock)) as server:
        run = chain.run_once(server)
    assert (run.processed_count, run.failed_count) == (500, 0)
    assert server.stages.count(CONTENT) == 500


def test_ids_of_requests_are_all_that_is_kept_of_waiting_mails(database: Database) -> None:
    request_id = add_due(database, PALANTIR, days=20, email="alice@test.com")
    chain = Chain(database, None, PALANTIR)
    with scripted_server(refusing(bool)) as server:
        chain.run_once(server)
    with database.read() as connection:
        kept = json.loads(connection.execute(text("SELECT Waiting_Mails FROM JobRun")).scalar_one())
    assert list(kept) == [str(request_id)]
