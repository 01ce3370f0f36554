"""The operations that tell what ran and what was decided, on all platforms, each with its handler."""

from api.authorization import Permission
from api.call import Call, TextAnswer
from api.errors import InvalidFieldsError, NotFoundError
from api.listing import Page
from api.openapi import path_parameter, query_parameters
from api.operations import Operation
from jobs.runs.errors import RunNotCancellableError
from reports import audit
from reports.models import AuditPage, RecordedRun, RecordedRunDetails, RunItem
from reports.overview import read_overview
from reports.overview_models import Overview
from reports.run_history import RunHistory
from reports.run_list_query import RunItemsQuery, RunListQuery

_JOB_ID = path_parameter("jobId", "The run.")


def _show_overview(call: Call) -> Overview:
    return read_overview(call.context)


show_overview = Operation(
    name="show_overview",
    method="GET",
    path="overview",
    summary="The concerns that need a person, and the figures of every platform and job",
    tag="Overview",
    permission=Permission.READ,
    handler=_show_overview,
    answer=Overview,
)


def _list_job_runs(call: Call) -> Page[RecordedRun]:
    return RunHistory(call.context).list_runs(RunListQuery.from_values(call.query))


list_job_runs = Operation(
    name="list_job_runs",
    method="GET",
    path="job-runs",
    summary="All runs, the newest first",
    tag="Runs",
    permission=Permission.READ,
    handler=_list_job_runs,
    answer=Page[RecordedRun],
    parameters=query_parameters(RunListQuery),
    errors=(InvalidFieldsError,),
)


def _show_job_run(call: Call) -> RecordedRunDetails:
    return RunHistory(call.context).find_run(call.path_value("jobId"))


show_job_run = Operation(
    name="show_job_run",
    method="GET",
    path="job-runs/{jobId}",
    summary="One run, with the number of its records of each outcome",
    tag="Runs",
    permission=Permission.READ,
    handler=_show_job_run,
    answer=RecordedRunDetails,
    parameters=(_JOB_ID,),
    errors=(NotFoundError,),
)


def _list_job_run_items(call: Call) -> Page[RunItem]:
    return RunHistory(call.context).list_items(call.path_value("jobId"), RunItemsQuery.from_values(call.query))


list_job_run_items = Operation(
    name="list_job_run_items",
    method="GET",
    path="job-runs/{jobId}/items",
    summary="The records of one run: what it notified, revoked or failed at",
    tag="Runs",
    permission=Permission.READ,
    handler=_list_job_run_items,
    answer=Page[RunItem],
    parameters=(_JOB_ID, *query_parameters(RunItemsQuery)),
    errors=(InvalidFieldsError, NotFoundError),
)


def _cancel_job_run(call: Call) -> RecordedRunDetails:
    return RunHistory(call.context).cancel(call.path_value("jobId"), call.caller.name)


cancel_job_run = Operation(
    name="cancel_job_run",
    method="POST",
    path="job-runs/{jobId}/cancel",
    summary="The cancelled run, which stops at its next item or gets no follow-up run",
    tag="Runs",
    permission=Permission.OPERATE,
    handler=_cancel_job_run,
    answer=RecordedRunDetails,
    status=202,
    parameters=(_JOB_ID,),
    errors=(NotFoundError, RunNotCancellableError),
)


def _list_audit(call: Call) -> AuditPage | TextAnswer:
    return audit.read_audit(call.context, audit.AuditQuery.from_values(call.query))


list_audit = Operation(
    name="list_audit",
    method="GET",
    path=audit.PATH,
    summary="Every decision of a period, the oldest first",
    tag="Audit",
    permission=Permission.READ,
    handler=_list_audit,
    answer=AuditPage,
    text_media_type="text/csv",
    parameters=query_parameters(audit.AuditQuery),
    errors=(InvalidFieldsError,),
)

OPERATIONS = (show_overview, list_job_runs, show_job_run, list_job_run_items, cancel_job_run, list_audit)
