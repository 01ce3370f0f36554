"""The page that shows what `make start MAIL=1` sends."""

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from sql.database import Database
from tests.jobs.reminders.mail.runs import add_due, remind_all
from tests.ports import closed_port

ROOT = Path(__file__).parents[2]
PATIENCE_SECONDS = 60


@pytest.fixture
def ports() -> Iterator[tuple[int, int]]:
    """Of the mail server, and of the page, which answers."""
    smtp, page = closed_port(), closed_port()
    process = subprocess.Popen([sys.executable, "-m", "demo.mail_page", str(smtp), str(page)], cwd=ROOT)
    deadline = time.monotonic() + PATIENCE_SECONDS
    try:
        while True:
            try:
                httpx.get(f"http://localhost:{page}")
                break
            except httpx.TransportError:
                assert time.monotonic() < deadline
                time.sleep(0.05)
        yield smtp, page
    finally:
        process.terminate()
        process.wait(PATIENCE_SECONDS)


def test_every_mail_is_listed_and_shown_as_it_was_sent(database: Database, ports: tuple[int, int]) -> None:
    smtp, page = ports
    with httpx.Client(base_url=f"http://localhost:{page}") as client:
        assert "No emails yet" in client.get("/").text
        add_due(database, email="alice@test.com", catalog_name="<b>sales</b>")
        add_due(database, email="bob@test.com")
        assert remind_all(database, smtp, smtp_host="localhost", email_max_concurrency=1).notified_count == 2
        listed = client.get("/").text
        assert listed.index("bob@test.com") < listed.index("alice@test.com")
        shown = client.get("/mails/1").text
        assert "alice@test.com" in shown
        assert "&lt;b&gt;sales&lt;/b&gt;.orders.lines (SELECT)" in shown
        assert "<strong>&lt;b&gt;sales&lt;/b&gt;.orders" in client.get("/mails/1/html").text
        assert client.get("/mails/3").status_code == 404
