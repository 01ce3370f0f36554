"""What function_app.py registers: the specification's routes and timers, letter for letter."""

import inspect
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, get_type_hints

import azure.functions as func
import pytest
from azure.functions.decorators.function_app import Function

ROOT = Path(__file__).parents[1]
SPECIFIED_ROUTES = {
    (method, f"{platform}/access-requests{path}")
    for platform in ("databricks", "palantir")
    for method, path in (
        ("GET", ""),
        ("GET", "/pending-expiry"),
        ("POST", ""),
        ("GET", "/pending-notifications"),
        ("POST", "/send-expiry-notifications"),
        ("GET", "/notification-job-status"),
        ("POST", "/revoke-expired"),
        ("GET", "/revoke-job-status"),
    )
}
TIMERS = {
    f"{platform}_{job}_on_timer": f"%{setting}_{platform.upper()}_SCHEDULE%"
    for platform in ("databricks", "palantir")
    for job, setting in (
        ("send_expiry_notifications", "EXPIRY_NOTIFICATION"),
        ("revoke_expired", "REVOKE_EXPIRED"),
    )
}
OTHER_ROUTES = {
    ("GET", "openapi.json"),
    ("GET", "databricks/access-requests/{id}"),
    ("GET", "palantir/access-requests/{id}"),
    *(
        ("POST", f"{platform}/access-requests{chosen}/{decision}")
        for platform in ("databricks", "palantir")
        for chosen in ("", "/{id}")
        for decision in ("extend", "let-expire", "undo-let-expire", "revoke", "give-back")
    ),
    ("GET", "findings"),
    *(
        ("POST", f"findings/{platform}/{act}")
        for platform in ("databricks", "palantir")
        for act in ("take-away", "give-back", "adopt", "ignore", "stop-ignoring")
    ),
    ("GET", "caller"),
    ("GET", "access-requests"),
    ("GET", "overview"),
    ("GET", "findings"),
    *(
        ("POST", f"findings/{platform}/{act}")
        for platform in ("databricks", "palantir")
        for act in ("take-away", "give-back", "adopt", "ignore", "stop-ignoring")
    ),
    ("GET", "connections"),
    ("POST", "connections/databricks/check"),
    ("POST", "connections/palantir/check"),
    ("GET", "health"),
    ("GET", "health/ready"),
    ("GET", "audit"),
    ("GET", "job-runs"),
    ("GET", "job-runs/{jobId}"),
    ("GET", "job-runs/{jobId}/items"),
    ("POST", "job-runs/{jobId}/cancel"),
}


QUEUES = {
    "start_job_run": "job-starts",
    "continue_job_run": "job-continuations",
    "note_poisoned_job_start": "job-starts-poison",
    "note_poisoned_job_continuation": "job-continuations-poison",
}


def trigger_of(function: Function) -> Any:
    """Its binding: an HttpTrigger, a TimerTrigger or a QueueTrigger."""
    return function.get_trigger()


def name_of(function: Function) -> str:
    return function.get_function_name() or ""


def of_kind(functions: list[Function], kind: str) -> list[Function]:
    return [function for function in functions if trigger_of(function).get_binding_name() == kind]


def handlers(functions: list[Function], kind: str) -> list[Callable[..., Any]]:
    return [function.get_user_function() for function in of_kind(functions, kind)]


def test_routes_and_methods_are_the_specifications(functions: list[Function]) -> None:
    routes = [
        (method.value, trigger_of(function).route)
        for function in functions
        if function.is_http_function()
        for method in trigger_of(function).methods
    ]
    assert len(routes) == len(set(routes))
    assert set(routes) == SPECIFIED_ROUTES | OTHER_ROUTES


def test_no_route_is_hidden_by_a_parameter_of_another(functions: list[Function]) -> None:
    """The host takes the first match in the order of the functions' names."""
    routes = [
        (method, trigger_of(function).route)
        for function in sorted(functions, key=name_of)
        if function.is_http_function()
        for method in trigger_of(function).methods
    ]
    for position, (method, route) in enumerate(routes):
        for earlier_method, earlier in routes[:position]:
            pattern = re.sub(r"{\w+}", "[^/]+", earlier)
            assert earlier_method != method or not re.fullmatch(pattern, route), (earlier, route)


def test_timers_take_their_schedules_from_the_settings(functions: list[Function]) -> None:
    timers = {name_of(function): trigger_of(function).schedule for function in of_kind(functions, "timerTrigger")}
    assert timers == TIMERS


def test_queues_and_their_poison_queues_are_those_of_the_hosts_own_storage(functions: list[Function]) -> None:
    triggers = {name_of(function): trigger_of(function) for function in of_kind(functions, "queueTrigger")}
    assert {name: trigger.queue_name for name, trigger in triggers.items()} == QUEUES
    assert {trigger.connection for trigger in triggers.values()} == {"AzureWebJobsStorage"}


def test_names_are_distinct_and_tell_platform_and_purpose(functions: list[Function]) -> None:
    specified = [function for function in of_kind(functions, "httpTrigger") if is_specified(function)]
    names = [name_of(function) for function in (*of_kind(functions, "timerTrigger"), *specified)]
    assert len(names) == len(set(names)) == 20
    purposes = {name.partition("_")[2] for name in names}
    assert {name.partition("_")[0] for name in names} == {"databricks", "palantir"}
    assert purposes == {
        "list_requests",
        "list_pending_expiry",
        "create_request",
        "list_pending_notifications",
        "send_expiry_notifications",
        "notification_job_status",
        "revoke_expired",
        "revoke_job_status",
        "send_expiry_notifications_on_timer",
        "revoke_expired_on_timer",
    }


def is_specified(function: Function) -> bool:
    return any(
        (method.value, trigger_of(function).route) in SPECIFIED_ROUTES for method in trigger_of(function).methods
    )


def test_name_and_route_are_of_the_same_platform(functions: list[Function]) -> None:
    for function in functions:
        if function.is_http_function() and is_specified(function):
            trigger, name = trigger_of(function), name_of(function)
            assert trigger.route.startswith(name.partition("_")[0])


def test_http_handlers_are_sync_and_promise_an_http_response(functions: list[Function]) -> None:
    for handler in handlers(functions, "httpTrigger"):
        assert not inspect.iscoroutinefunction(handler)
        assert get_type_hints(handler) == {"req": func.HttpRequest, "return": func.HttpResponse}


def test_timer_handlers_are_sync_and_promise_nothing(functions: list[Function]) -> None:
    for handler in handlers(functions, "timerTrigger"):
        assert not inspect.iscoroutinefunction(handler)
        assert get_type_hints(handler) == {"timer": func.TimerRequest, "return": type(None)}


def test_queue_handlers_are_sync_and_promise_nothing(functions: list[Function]) -> None:
    for handler in handlers(functions, "queueTrigger"):
        assert not inspect.iscoroutinefunction(handler)
        assert get_type_hints(handler) == {"message": func.QueueMessage, "return": type(None)}


def test_handlers_are_open_to_whom_the_platform_lets_in(functions: list[Function]) -> None:
    levels = {trigger_of(function).auth_level for function in functions if function.is_http_function()}
    assert levels == {func.AuthLevel.ANONYMOUS}


@pytest.mark.slow
def test_import_loads_nothing_that_this_database_and_mail_do_not_need(tmp_path: Path) -> None:
    heavy = [
        "azure.storage",
        "pyodbc",
        "azure.identity",
        "azure.communication",
        "aiosmtplib",
        "aiohttp",
        "email_validator",
    ]
    heavy += ["opentelemetry", "aiolimiter", "jobs.revocations.removal_run", "access.decisions.remove_now"]
    heavy += ["access.decisions.give_back"]
    code = f"import sys, function_app; print([name for name in {heavy!r} if name in sys.modules])"
    loaded = run_python(code, DATABASE_URL=f"sqlite:///{tmp_path}/access.db")
    assert loaded.stdout.strip() == "[]", loaded.stderr


@pytest.mark.slow
def test_unusable_setting_stops_the_app_by_its_name(tmp_path: Path) -> None:
    stopped = run_python("import function_app", DATABASE_URL=f"sqlite:///{tmp_path}/access.db", SMTP_PORT="none")
    assert stopped.returncode == 1
    assert "SettingsError: SMTP_PORT: " in stopped.stderr


@pytest.mark.slow
def test_broken_mail_template_stops_the_app_by_its_name(tmp_path: Path) -> None:
    (tmp_path / "reminder.html").write_text("{{ reminders[0].resource ")
    settings = {"DATABASE_URL": f"sqlite:///{tmp_path}/access.db", "EMAIL_TEMPLATES": str(tmp_path)}
    stopped = run_python("import function_app", **settings)
    assert stopped.returncode == 1
    assert "SettingsError: EMAIL_TEMPLATES: reminder.html, line 1, cannot be used: " in stopped.stderr


@pytest.mark.slow
def test_error_at_the_start_shows_no_secret() -> None:
    mail_service = {"AZURE_COMMUNICATION_CONNECTION_STRING": "endpoint=x;accesskey=aHVudGVyMg=="}
    secrets = {"SMTP_PASSWORD": "hunter2", **mail_service}
    stopped = run_python("import function_app", DATABASE_URL="mssql+pyodbc://app:hunter2@server/access", **secrets)
    assert stopped.returncode == 1
    assert "SettingsError: SMTP_USERNAME and SMTP_PASSWORD belong together" in stopped.stderr
    assert not re.search("hunter2|aHVudGVyMg", stopped.stderr)


def run_python(code: str, **settings: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={**os.environ, **settings},
        capture_output=True,
        text=True,
        timeout=60,
    )
