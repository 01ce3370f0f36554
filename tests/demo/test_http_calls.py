"""Every call of test.http, sent from top to bottom to the demo's data."""

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from demo.data import load_demo_data
from sql.database import Database
from tests.local_host.processes import EXAMPLE, HOST_JSON, LocalHost, running_local_host, wait_until
from tests.test_http_file import FILE

DAYS_FROM_NOW = re.compile(r"\{\{\$datetime iso8601 (\d+) d\}\}")


@dataclass(frozen=True)
class Call:
    """`wanted` is the status that its comment names, if it does. The demo has no connector."""

    method: str
    url: str
    headers: dict[str, str]
    body: str
    wanted: int | None
    needs_connector: bool


def calls_in_order() -> Iterator[Call]:
    text = DAYS_FROM_NOW.sub(
        lambda days: (datetime.now(UTC) + timedelta(days=int(days[1]))).isoformat(), FILE.read_text(encoding="utf-8")
    )
    for name, value in re.findall(r"^@(\w+) = (\S+)$", text, flags=re.MULTILINE):
        text = text.replace(f"{{{{{name}}}}}", value)
    for block in text.split("\n###")[1:]:
        comment, _, request = block.partition("\n")
        head, _, body = request.partition("\n\n")
        (method, url), *headers = (line.split(" ", 1) for line in head.splitlines())
        wanted = re.search(r"\b4\d\d\b", comment)
        yield Call(
            method,
            url,
            {name.rstrip(":"): value for name, value in headers},
            body,
            int(wanted[0]) if wanted else None,
            "needs a connector" in comment,
        )


@pytest.fixture
def demo_host(tmp_path: Path) -> Iterator[LocalHost]:
    shutil.copy(EXAMPLE, tmp_path)
    shutil.copy(HOST_JSON, tmp_path)
    url = f"sqlite:///{tmp_path}/demo.db"
    database = Database(url)
    load_demo_data(database)
    database.close()
    with running_local_host(tmp_path, DATABASE_URL=url, SIMULATED_EMAIL_SECONDS="0", REVOKE_DELAY_SECONDS="0") as host:
        yield host


def send(host: LocalHost, call: Call) -> httpx.Response:
    url = call.url.replace("http://localhost:5000", "")
    answer = host.client.request(call.method, url, headers=call.headers, content=call.body)
    if answer.status_code == httpx.codes.ACCEPTED and "location" in answer.headers:
        wait_until(lambda: host.client.get(answer.headers["location"]).json()["endedAt"], "the run has ended")
    return answer


def is_empty(answer: httpx.Response) -> bool:
    """Tells whether a call was understood and found nothing."""
    body = answer.json()
    problems = [outcome["problem"] for outcome in body.get("outcomes", [])]
    statuses = {problem["status"] for problem in problems} or {answer.status_code}
    return body.get("items") == [] or statuses <= {404, 409}


def test_every_call_finds_what_it_names_and_is_answered_as_its_comment_says(demo_host: LocalHost) -> None:
    for call in calls_in_order():
        answer = send(demo_host, call)
        if call.needs_connector:
            assert is_empty(answer), (call, answer.text)
            continue
        assert answer.status_code == call.wanted if call.wanted else answer.is_success, (call, answer.text)
        content = answer.json() if answer.headers.get("content-type") == "application/json" else {}
        assert content.get("items") != [], call
        assert all(outcome.get("problem") is None for outcome in content.get("outcomes", [])), (call, content)
        wanted_to_fail = set(re.findall(r"failEmail=([^&]+)", call.url))
        assert {each["email"] for each in content.get("failed", [])} == wanted_to_fail, call
