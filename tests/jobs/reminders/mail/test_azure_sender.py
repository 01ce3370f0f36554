"""What Azure Communication Services can answer: who is mailed how often, and what is on record."""

import pytest

from config.settings import AZURE_EMAILS_PER_HOUR
from jobs.reminders.mail.delivery import MAX_FAILURES_IN_A_ROW
from sql.database import Database
from tests.jobs.reminders.mail.mail_servers import AzureEmailService
from tests.jobs.reminders.mail.runs import NO_LIMIT, PassingClock, add_due, add_due_people, remind_all_through_azure
from tests.ports import closed_port

pytestmark = pytest.mark.slow


def test_mail_has_text_html_and_reply_to(database: Database, service: AzureEmailService) -> None:
    add_due(database, email="alice@bücher.test")
    remind_all_through_azure(database, service.connection_string, email_reply_to="team@test.com")
    [(_, _, _, content)] = service.requests
    assert content["recipients"] == {"to": [{"address": "alice@xn--bcher-kva.test"}]}
    assert content["replyTo"] == [{"address": "team@test.com"}]
    assert "sales.orders.lines (SELECT)" in content["content"]["plainText"]
    assert "<strong>sales.orders.lines (SELECT)</strong>" in content["content"]["html"]


@pytest.mark.parametrize("status", [500, 503])
def test_mail_that_the_service_fails_once_is_tried_again_and_sent_once(
    database: Database, service: AzureEmailService, status: int
) -> None:
    people, clock = add_due_people(database, 3), PassingClock()
    service.answers[people[0]] = (status, {"Retry-After": "100"})
    service.answers_once = True
    response = remind_all_through_azure(
        database, service.connection_string, clock=clock, email_max_concurrency=1, **NO_LIMIT
    )
    assert (response.notified_count, response.failed) == (3, [])
    assert service.recipients == [*people, people[0]]
    assert clock.ahead_seconds > 99


def test_mail_that_the_service_fails_to_the_end_of_the_run_stays_due_alone_with_its_words(
    database: Database, service: AzureEmailService
) -> None:
    people = add_due_people(database, 3)
    service.answers[people[1]] = (500, {})
    response = remind_all_through_azure(database, service.connection_string, **NO_LIMIT)
    assert (response.failed, response.left_due_count) == ([], 1)
    assert response.message.endswith("1 was left due: the mail service refused the email: 500 Refused with 500.")
    assert sorted(set(service.recipients)) == people
    assert len(service.recipients) == 2 + 5


@pytest.mark.parametrize("retry_after", ["60", None, "Wed, 21 Oct 2015 07:28:00 GMT"])
def test_429_pauses_the_sending_and_then_everybody_is_mailed_once(
    database: Database, service: AzureEmailService, retry_after: str | None
) -> None:
    people, clock = add_due_people(database, 5), PassingClock()
    service.answers[people[0]] = (429, {"Retry-After": retry_after} if retry_after else {})
    service.answers_once = True
    response = remind_all_through_azure(
        database, service.connection_string, clock=clock, email_max_concurrency=1, **NO_LIMIT
    )
    assert (response.notified_count, response.failed) == (5, [])
    assert service.recipients == [people[0], *people]
    assert clock.ahead_seconds >= (59 if retry_after == "60" else 0)


def test_service_that_says_come_at_once_and_refuses_each_time_is_not_asked_without_end(
    database: Database, service: AzureEmailService
) -> None:
    people = add_due_people(database, 5)
    service.answers[people[0]] = (429, {"Retry-After": "0"})
    response = remind_all_through_azure(database, service.connection_string, email_max_concurrency=1, **NO_LIMIT)
    assert (response.notified_count, response.failed_count, response.left_due_count) == (0, 0, 5)
    assert 2 < len(service.requests) < 15


def test_429_beyond_the_deadline_ends_the_sending_and_leaves_the_rest_due(
    database: Database, service: AzureEmailService
) -> None:
    people = add_due_people(database, 5)
    service.answers[people[2]] = (429, {"Retry-After": "1800"})
    response = remind_all_through_azure(database, service.connection_string, email_max_concurrency=1, **NO_LIMIT)
    assert (response.notified_count, response.failed_count, response.left_due_count) == (2, 0, 3)
    assert response.message.endswith("3 were left due: the mail service refused the email: 429 Refused with 429.")
    assert service.recipients == people[:3]


@pytest.mark.parametrize("status", [401, 403])
def test_service_that_does_not_let_the_app_in_ends_the_sending_after_a_few(
    database: Database, service: AzureEmailService, status: int
) -> None:
    for address in add_due_people(database, 40):
        service.answers[address] = (status, {})
    response = remind_all_through_azure(database, service.connection_string, email_max_concurrency=2, **NO_LIMIT)
    assert MAX_FAILURES_IN_A_ROW <= response.failed_count <= MAX_FAILURES_IN_A_ROW + 1
    assert response.failed_count + response.left_due_count == 40
    assert f"the mail service refused the email: {status} Refused with {status}" in response.message


def test_service_that_is_away_ends_the_sending_after_a_few(database: Database) -> None:
    add_due_people(database, 40)
    away = f"endpoint=http://127.0.0.1:{closed_port()}/;accesskey=c2VjcmV0"
    response = remind_all_through_azure(database, away, email_max_concurrency=2, **NO_LIMIT)
    assert response.left_due_count == 40 - response.failed_count > 0


def test_service_gets_by_default_no_more_than_it_lets_through(database: Database, service: AzureEmailService) -> None:
    add_due_people(database, AZURE_EMAILS_PER_HOUR + 10)
    clock = PassingClock()
    response = remind_all_through_azure(database, service.connection_string, clock=clock)
    assert (response.notified_count, response.left_due_count) == (AZURE_EMAILS_PER_HOUR, 10)
    assert len(service.requests) == AZURE_EMAILS_PER_HOUR
    assert clock.ahead_seconds > 170  # 30 at once, and 30 more after each minute
    assert response.message.endswith("10 were left due: the limit of 100 emails an hour was reached.")
