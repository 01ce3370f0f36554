"""Mail services that answer anything at any moment: each mail ends once, as what the service last said of it."""

import json
import re
from collections import defaultdict

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from access.platforms import DATABRICKS
from jobs.models import ExpiryNotificationsResponse
from reports.operations import list_job_run_items
from sql.database import Database
from tests.calls import call_operation
from tests.jobs.job_runs import due_now
from tests.jobs.reminders.mail.mail_servers import AzureEmailService
from tests.jobs.reminders.mail.runs import NO_LIMIT, add_due_people, remind_all, remind_all_through_azure
from tests.jobs.reminders.mail.scripted_smtp import (
    CONTENT,
    DATA,
    EHLO,
    GREETING,
    MAIL,
    RCPT,
    RSET,
    Raw,
    Step,
    scripted_server,
)
from tests.made_up import is_sentence, json_values, seeded
from tests.rows import empty_tables

pytestmark = pytest.mark.slow
PEOPLE_COUNT = 3
BUDGET_SECONDS = 30
USUAL = None

texts = st.one_of(st.text(max_size=40).map(str.encode), st.binary(max_size=40))
codes = st.one_of(st.sampled_from([220, 250, 251, 354, 421, 450, 550, 599]), st.integers(-99, 999))
last_lines = st.builds(lambda code, text: b"%03d %s\r\n" % (code, text), codes, texts)
earlier_lines = st.builds(lambda code, text: b"%03d-%s\r\n" % (code, text), codes, texts)
whole = st.tuples(st.lists(earlier_lines, max_size=2).map(b"".join), last_lines).map(b"".join)
broken = st.one_of(texts, earlier_lines)
# Only what is whole leaves the connection open: no client waits for more.
smtp_answers = st.one_of(st.just(USUAL), st.builds(Raw, whole), st.builds(Raw, whole | broken, st.just(True)))
smtp_scripts = st.dictionaries(
    st.sampled_from([GREETING, EHLO, MAIL, RCPT, DATA, CONTENT, RSET]),
    st.lists(smtp_answers, min_size=1, max_size=3),
    max_size=3,
)

AzureAnswer = tuple[int, dict[str, str], bytes]
azure_bodies = st.one_of(
    st.binary(max_size=30),
    st.one_of(
        json_values,
        st.fixed_dictionaries({"error": json_values}),
        st.fixed_dictionaries({"error": st.fixed_dictionaries({"code": json_values, "message": json_values})}),
    ).map(lambda value: json.dumps(value).encode()),
)
azure_headers = st.fixed_dictionaries(
    {},
    optional={
        "Retry-After": st.sampled_from(["0", "61", "9" * 400, "-1", "soon", "²", "Fri, 31 Dec 9999 23:59:59 GMT"]),
        "Operation-Location": st.sampled_from(["", "x", "http://["]),
        "Content-Type": st.sampled_from(["text/html", "application/xml", "application/json; charset=none"]),
    },
)
azure_scripts = st.lists(
    st.tuples(st.sampled_from([200, 202, 302, 400, 401, 403, 404, 409, 429, 500, 503]), azure_headers, azure_bodies),
    min_size=1,
    max_size=5,
)


def assert_each_ended_once(database: Database, people: list[str], response: ExpiryNotificationsResponse) -> list[str]:
    """As sent, failed or still due, which the pages of the run show too. Returns who was sent a mail."""
    notified = [str(item.email) for item in response.notified]
    failed = [str(item.email) for item in response.failed]
    assert len({*notified, *failed}) == len(notified) + len(failed) == len(people) - response.left_due_count
    assert {due.email for due in due_now(database, DATABRICKS)} == set(people) - set(notified)
    assert [item.error for item in response.failed if not is_sentence(item.error)] == []
    for outcome, count in (("notified", len(notified)), ("failed", len(failed))):
        listed = call_operation(list_job_run_items, {"outcome": outcome}, path={"jobId": str(response.job_id)}).json
        assert len(listed["items"]) == count
    return notified


def has_code(pattern: bytes, answer: Raw) -> bool:
    return re.search(rb"^[+ ]*" + pattern, answer.content, re.MULTILINE) is not None


@pytest.mark.timeout(900)  # on a machine that does much else, some of the servers' silences last
@seeded(40)
@given(smtp_scripts)
@example({CONTENT: [Raw(b"550 \xff\xfe\r\n")]})
@example({CONTENT: [Raw(b"what?\r\n")]})
@example({GREETING: [Raw(b"HTTP/1.1 400 Bad Request\r\n")]})
@example({MAIL: [Raw(b"250 " + b"x" * 9000 + b"\r\n")]})
def test_mail_over_smtp_ends_once(database: Database, script: dict[str, list[Raw | None]]) -> None:
    empty_tables(database)
    people = add_due_people(database, PEOPLE_COUNT)
    left = {stage: list(answers) for stage, answers in script.items()}
    said: dict[str, list[Raw | None]] = defaultdict(list)

    def answer(step: Step) -> Raw | None:
        answer = left[step.stage].pop(0) if left.get(step.stage) else USUAL
        if step.stage == CONTENT:
            said[step.recipient].append(answer)
        return answer

    with scripted_server(answer) as server:
        response = remind_all(
            database, server.port, budget_seconds=BUDGET_SECONDS, email_max_concurrency=2, email_timeout_seconds=50
        )

    notified = assert_each_ended_once(database, people, response)
    for person, (*earlier, last) in said.items():
        assert [answer for answer in earlier if answer is USUAL or not has_code(rb"[45]\d\d", answer)] == []
        assert person in notified if last is USUAL else person not in notified or has_code(rb"0?250", last)
    assert set(notified) <= said.keys()


@seeded(30)
@given(azure_scripts)
@example([(202, {"Retry-After": "Fri, 31 Dec 2027 23:59:59 GMT"}, b"{}")])
@example([(202, {}, b"accepted"), (503, {"Content-Type": "text/html"}, b"<html>")])
def test_mail_through_communication_services_ends_once(
    database: Database, service: AzureEmailService, script: list[AzureAnswer]
) -> None:
    empty_tables(database)
    people = add_due_people(database, PEOPLE_COUNT)
    service.forget()
    service.script = list(script)

    response = remind_all_through_azure(
        database, service.connection_string, budget_seconds=BUDGET_SECONDS, email_max_concurrency=1, **NO_LIMIT
    )

    notified = assert_each_ended_once(database, people, response)
    statuses = [*(status for status, _, _ in script), *[202] * len(service.recipients)]
    said: dict[str, list[int]] = defaultdict(list)
    for person, status in zip(service.recipients, statuses, strict=False):
        said[person].append(status)
    assert sorted(notified) == sorted(person for person, answers in said.items() if 202 in answers)
    assert [answers for answers in said.values() if 202 in answers[:-1]] == []
