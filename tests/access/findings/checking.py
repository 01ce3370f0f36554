"""A check, and calls of the operations on findings."""

from collections.abc import Callable
from typing import Any

from access.findings.operations import show_findings
from access.platforms import Platform
from api.operations import Operation
from jobs.revocations.access_check import run_access_check
from tests.calls import call_operation
from tests.connected_requests import Requests
from tests.jobs.run_requests import check_run


def check(requests: Requests) -> None:
    run_access_check(requests.context, check_run(requests.platform))


def listed(**query: str) -> list[dict[str, Any]]:
    return list(call_operation(show_findings, query).json["items"])


def act(
    define: Callable[[Platform], Operation], requests: Requests, *findings: dict[str, Any], **body: Any
) -> list[dict[str, Any]]:
    ids = [finding["id"] for finding in findings]
    reply = call_operation(define(requests.platform), body={"ids": ids, **body})
    assert reply.status == 200, reply.text
    return list(reply.json["outcomes"])
