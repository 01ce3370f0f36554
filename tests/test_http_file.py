"""test.http holds every call that function_app.py registers, and no other."""

import re
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from azure.functions.decorators.function_app import Function
from azure.functions.decorators.timer import TimerTrigger

FILE = Path(__file__).parents[1] / "test.http"
ADMIN = "http://localhost:5000/admin/functions/"


def calls() -> set[tuple[str, str]]:
    return set(re.findall(r"^(GET|POST) (\S+)$", FILE.read_text(encoding="utf-8"), flags=re.MULTILINE))


def test_every_route_is_called(functions: list[Function]) -> None:
    triggers: list[Any] = [function.get_trigger() for function in functions if function.is_http_function()]
    routes = {
        (method.value, re.sub(r"\{\w+\}", "*", trigger.route)) for trigger in triggers for method in trigger.methods
    }
    called = {(method, path_of(url)) for method, url in calls() if url.startswith("{{api}}/")}
    assert called == routes


def path_of(url: str) -> str:
    """With a star for what stands in for an id."""
    path = urlsplit(url.removeprefix("{{api}}/")).path
    return re.sub(r"(?<=/)([0-9a-f-]{36}|\d+|\{\{\w+\}\})(?=/|$)", "*", path)


def test_every_timer_is_fired(functions: list[Function]) -> None:
    timers = {
        function.get_function_name() for function in functions if isinstance(function.get_trigger(), TimerTrigger)
    }
    assert {url.removeprefix(ADMIN) for method, url in calls() if method == "POST" and ADMIN in url} == timers
