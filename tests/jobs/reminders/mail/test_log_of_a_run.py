"""No line that a run logs holds a person's address or a part of it, whatever the mail server says."""

import logging
import re
from collections.abc import Iterator

import pytest

from access.platforms import DATABRICKS
from api.request_log import use_app_log_records
from sql.database import Database
from tests.faults import refused_rows
from tests.jobs.reminders.mail.runs import add_due, remind_all
from tests.jobs.reminders.mail.scripted_smtp import CONTENT, GREETING, HANG, MAIL, RCPT, Raw, Step, scripted_server

ADDRESSES = [
    "under_score-{1}@contoso.com",
    "o'brien@contoso.com",
    "team/alice=x@contoso.com",
    "alice+audit@contoso.com",
    "100%alice@contoso.com",
    "Alice.Smith@b\u00fccher.example",
    "it@contoso.com",
]


@pytest.fixture(autouse=True)
def log(caplog: pytest.LogCaptureFixture) -> Iterator[pytest.LogCaptureFixture]:
    before = logging.getLogRecordFactory()
    use_app_log_records()
    caplog.set_level(logging.INFO)
    yield caplog
    logging.setLogRecordFactory(before)


def lines(log: pytest.LogCaptureFixture) -> list[str]:
    formatter = logging.Formatter("%(message)s")
    return "\n".join(formatter.format(record) for record in log.records).splitlines()


def answers(address: str) -> dict[str, bytes]:
    """What a server may say about it, each as it is sent."""
    local, _, domain = address.encode("ascii", "ignore").partition(b"@")
    ascii_domain = b"xn--bcher-kva.example" if not address.isascii() else domain
    half = len(local) // 2
    return {
        "as it is": b"550 5.1.1 <%s@%s> unknown\r\n" % (local, ascii_domain),
        "local part": b"550 5.1.1 mailbox '%s' unknown\r\n" % local,
        "capitals": b"550 RCPT TO:<%s@%s>\r\n" % (local.upper(), ascii_domain.upper()),
        "rewritten": b"550 bounce+%s=%s@mx.test unknown\r\n" % (local, ascii_domain),
        "over lines": b"550-5.1.1 unknown: %s\r\n550 5.1.1 %s@%s\r\n" % (local[:half], local[half:], ascii_domain),
        "later": b"451 4.7.1 <%s@%s> greylisted\r\n" % (local, ascii_domain),
        "busy": b"421 4.7.0 <%s@%s> is busy\r\n" % (local, ascii_domain),
    }


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("kind", answers(""))
def test_answer_about_a_recipient_is_logged_without_the_address(
    database: Database, log: pytest.LogCaptureFixture, address: str, kind: str
) -> None:
    request_id = add_due(database, email=address)
    answer = Raw(answers(address)[kind])
    with scripted_server(lambda step: answer if step.stage == RCPT else None) as server:
        response = remind_all(database, server.port, budget_seconds=2)
    assert response.notified_count == 0
    written = "\n".join(lines(log))
    assert len(lines(log)) <= 3
    assert kind == "busy" or f"databricks-{request_id}" in written
    assert answer.content[:3].decode() in written
    local = address.partition("@")[0].casefold()
    parts = [local] if len(local) < 3 else [local[: len(local) // 2], local[len(local) // 2 :]]
    assert not [part for part in parts if re.search(rf"\b{re.escape(part)}\b", written.casefold())]
    assert not [part for part in ("contoso", "bcher", "@") if part in written]


@pytest.mark.parametrize("stage", [GREETING, MAIL, RCPT, CONTENT])
def test_reason_for_a_mail_that_took_too_long_is_in_the_log(
    database: Database, log: pytest.LogCaptureFixture, stage: str
) -> None:
    add_due(database, email="alice@contoso.com")
    with scripted_server(lambda step: HANG if step.stage == stage else None) as server:
        remind_all(database, server.port, email_timeout_seconds=0.2)
    [line] = [line for line in lines(log) if "failed: " in line]
    assert line.endswith("failed: The mail was not accepted within 0.2 seconds. (TimeoutError)")


def test_answer_that_looks_like_lines_of_a_log_is_one_line(database: Database, log: pytest.LogCaptureFixture) -> None:
    add_due(database, email="alice@contoso.com")

    def script(step: Step) -> Raw | None:
        forged = b"550-no\r\n550-\x1b[31m2026-01-01 00:00:00 INFO forged: all is well\r\n550 \xe2\x80\xa8forged\r\n"
        return Raw(forged) if step.stage == RCPT else None

    with scripted_server(script) as server:
        remind_all(database, server.port)
    assert [line for line in lines(log) if "forged" in line] == [line for line in lines(log) if "failed: " in line]
    assert len(lines(log)) == 3
    assert "\x1b" not in "\n".join(lines(log))


def test_answer_without_end_is_short_in_the_log(database: Database, log: pytest.LogCaptureFixture) -> None:
    add_due(database, email="alice@contoso.com")
    answer = Raw(b"".join(b"550-%s\r\n" % (b"x" * 400) for _ in range(200)) + b"550 end\r\n")
    with scripted_server(lambda step: answer if step.stage == RCPT else None) as server:
        remind_all(database, server.port)
    assert max(map(len, lines(log))) < 3000


def test_record_that_is_refused_is_logged_without_the_address(
    database: Database, log: pytest.LogCaptureFixture
) -> None:
    """As a database may name what it refuses, in any of its words."""
    add_due(database, email="o'brien@contoso.com")
    with scripted_server() as server, refused_rows(database, DATABRICKS.notifications, why="not for o''brien"):
        remind_all(database, server.port)
    written = "\n".join(lines(log))
    assert "could not record" in written
    assert "not for" in written
    assert "brien" not in written
