"""Registers every function of the app; what they do is in access/, jobs/ and reports/."""

import azure.functions as func  # noqa: TID251  the edge

from access import operations as access_requests
from access.connections import operations as connections
from access.connectors.choice import removes_access
from access.decisions import operations as decisions
from access.findings import operations as findings
from access.platforms import PLATFORMS
from api import health
from api.http import answer
from api.openapi import get_openapi_document
from api.operations import Operation
from api.request_log import quiet_libraries, use_app_log_records
from config.context import open_app_context
from config.server_stop import stop_runs_on_sigterm
from config.settings import read_settings
from jobs import operations as jobs
from jobs import queue_handlers as queues
from jobs import timers
from jobs.reminders.mail.templates import require_usable_templates
from jobs.runs.messages import CONTINUATIONS, STARTS
from reports import operations as history

use_app_log_records()
quiet_libraries()
stop_runs_on_sigterm()
context = open_app_context(read_settings())  # an unusable setting stops the app here
require_usable_templates(context.settings)
app = func.FunctionApp(http_auth_level=func.AuthLevel.ANONYMOUS)


def register(operation: Operation) -> None:
    @app.function_name(operation.name)
    @app.route(operation.path, methods=[operation.method])
    def handle(req: func.HttpRequest) -> func.HttpResponse:
        return answer(operation, req, context)


def register_timer(job_timer: timers.Timer) -> None:
    @app.function_name(job_timer.name)
    @app.timer_trigger("timer", f"%{job_timer.job_type.schedule_setting}%")
    def fire(timer: func.TimerRequest) -> None:
        job_timer.fire(context, past_due=timer.past_due)


def register_queues() -> None:
    """Registers the queues. The host moves a message that keeps failing to the queue whose name adds -poison."""
    storage = "AzureWebJobsStorage"

    @app.function_name("start_job_run")
    @app.queue_trigger("message", STARTS, storage)
    def start_run(message: func.QueueMessage) -> None:
        queues.start_run(context, message.get_body())

    @app.function_name("continue_job_run")
    @app.queue_trigger("message", CONTINUATIONS, storage)
    def continue_run(message: func.QueueMessage) -> None:
        queues.continue_run(context, message.get_body(), is_redelivered=(message.dequeue_count or 1) > 1)

    @app.function_name("note_poisoned_job_start")
    @app.queue_trigger("message", f"{STARTS}-poison", storage)
    def note_poisoned_start(message: func.QueueMessage) -> None:
        queues.note_poisoned_start(context, message.get_body())

    @app.function_name("note_poisoned_job_continuation")
    @app.queue_trigger("message", f"{CONTINUATIONS}-poison", storage)
    def note_poisoned_continuation(message: func.QueueMessage) -> None:
        queues.note_poisoned_continuation(context, message.get_body())


operations: list[Operation] = [
    define(platform)
    for platform in PLATFORMS
    for define in (
        access_requests.list_requests,
        access_requests.list_pending_expiry,
        access_requests.create_request,
        access_requests.show_request,
        access_requests.list_pending_notifications,
        decisions.extend_request,
        decisions.extend_requests,
        decisions.let_request_expire,
        decisions.let_requests_expire,
        decisions.undo_let_request_expire,
        decisions.undo_let_requests_expire,
        jobs.send_expiry_notifications,
        jobs.notification_job_status,
        jobs.revoke_expired,
        jobs.revoke_job_status,
        decisions.revoke_request,
        decisions.revoke_requests,
        connections.check_connection_again,
        decisions.give_request_back,
        decisions.give_requests_back,
        findings.take_away,
        findings.give_back,
        findings.adopt,
        findings.ignore,
        findings.stop_ignoring,
    )
]
operations += [*access_requests.PEOPLE, findings.show_findings, connections.show_connections]
operations += [*history.OPERATIONS, *health.OPERATIONS]
for operation in (*operations, get_openapi_document(operations)):
    register(operation)
for platform in PLATFORMS:
    register_timer(timers.send_expiry_notifications_on_timer(platform))
    register_timer(timers.revoke_expired_on_timer(platform))
    if removes_access(context.settings, platform):
        register_timer(timers.check_access_on_timer(platform))
register_queues()
