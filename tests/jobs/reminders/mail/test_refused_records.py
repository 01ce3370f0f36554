"""The database refuses to record what was sent, as a company's own constraints may: nobody is mailed twice for that."""

from datetime import timedelta

import pytest

from access.platforms import Platform
from jobs.job_types import JobKind, JobType
from jobs.reminders.run import SENT_NOT_RECORDED
from jobs.runs.engine import MAX_REFUSED
from jobs.runs.errors import JobFailedError
from sql.database import Database
from tests.faults import execute, refused_email, refused_rows
from tests.jobs.job_runs import due_now, last_run
from tests.jobs.reminders.mail.mail_servers import Inbox, smtp_server
from tests.jobs.reminders.mail.runs import remind_all
from tests.rows import add_requests, today

pytestmark = pytest.mark.slow

CONCURRENCY = 5


def add_due_people(database: Database, platform: Platform, count: int) -> list[str]:
    """The soonest expiry first."""
    soon = today(database) + timedelta(days=20)
    addresses = [f"person{number:02}@test.com" for number in range(count)]
    requests = [{"email": email, "expires_on": soon + timedelta(minutes=n)} for n, email in enumerate(addresses)]
    add_requests(database, platform, requests)
    return addresses


def test_where_nothing_can_be_recorded_runs_stop_and_mail_nobody_twice(database: Database, platform: Platform) -> None:
    addresses = add_due_people(database, platform, 4 * MAX_REFUSED)
    inbox = Inbox()
    with smtp_server(inbox) as port, refused_rows(database, platform.notifications):
        for number in (1, 2):
            with pytest.raises(JobFailedError, match="The database refuses to record the results"):
                remind_all(database, port, platform, email_max_concurrency=CONCURRENCY)
            run = last_run(database, JobType(JobKind.EXPIRY_NOTIFICATION, platform))
            assert run.status == "Failed"
            assert run.processed_count == 0
            assert len(inbox.envelopes) < number * (MAX_REFUSED + 2 * CONCURRENCY)
    assert len(inbox.recipients) == len(set(inbox.recipients)) < len(addresses)


def test_what_could_not_be_recorded_is_recorded_later_and_not_sent_again(
    database: Database, platform: Platform
) -> None:
    addresses = add_due_people(database, platform, 3)
    inbox = Inbox()
    with smtp_server(inbox) as port:
        with refused_email(database, platform, addresses[1]):
            for _ in range(2):
                response = remind_all(database, port, platform)
                assert [(item.email, item.error) for item in response.failed] == [(addresses[1], SENT_NOT_RECORDED)]
                execute(database, "UPDATE JobRunFailure SET Error_Message = 'Said in other words.'")
        response = remind_all(database, port, platform)
    assert inbox.recipients == addresses
    assert (response.notified_count, response.failed_count) == (1, 0)
    assert due_now(database, platform) == []


def test_refused_records_keep_nobody_from_being_reminded(database: Database, platform: Platform) -> None:
    """Those at the front were sent long ago: that they are refused again says nothing of the others."""
    addresses = add_due_people(database, platform, MAX_REFUSED + CONCURRENCY)
    refused = ", ".join(f"'{address}'" for address in addresses[:MAX_REFUSED])
    inbox = Inbox()
    with (
        smtp_server(inbox) as port,
        refused_rows(database, platform.notifications, f"Notified_Email IN ({refused})"),
    ):
        with pytest.raises(JobFailedError):
            remind_all(database, port, platform, email_max_concurrency=1)
        assert inbox.recipients == addresses[:MAX_REFUSED]
        response = remind_all(database, port, platform, email_max_concurrency=1)
    assert inbox.recipients == addresses
    assert (response.notified_count, response.failed_count) == (CONCURRENCY, MAX_REFUSED)
