"""The operations that tell what ran, on any platform."""

from api.authorization import Permission
from api.errors import InvalidFieldsError, NotFoundError
from api.listing import Page
from api.openapi import path_parameter, query_parameters
from api.operations import Operation
from jobs.runs.errors import RunNotCancellableError
from reports import audit
from reports import endpoints as history_endpoints
from reports.models import AuditPage, Overview, RecordedRun, RecordedRunDetails, RunItem
from reports.run_list_query import RunItemsQuery, RunListQuery

_JOB_ID = path_parameter("jobId", "The run.")

show_overview = Operation(
    name="show_overview",
    method="GET",
    path="overview",
    summary="What needs a person, and the figures of every platform and job",
    tag="Overview",
    permission=Permission.READ,
    handler=history_endpoints.show_overview,
    answer=Overview,
)

list_job_runs = Operation(
    name="list_job_runs",
    method="GET",
    path="job-runs",
    summary="All runs, the newest first",
    tag="Runs",
    permission=Permission.READ,
    handler=history_endpoints.list_runs,
    answer=Page[RecordedRun],
    parameters=query_parameters(RunListQuery),
    errors=(InvalidFieldsError,),
)

show_job_run = Operation(
    name="show_job_run",
    method="GET",
    path="job-runs/{jobId}",
    summary="One run, with how much of each outcome it has on record",
    tag="Runs",
    permission=Permission.READ,
    handler=history_endpoints.show_run,
    answer=RecordedRunDetails,
    parameters=(_JOB_ID,),
    errors=(NotFoundError,),
)

list_job_run_items = Operation(
    name="list_job_run_items",
    method="GET",
    path="job-runs/{jobId}/items",
    summary="What a run notified, revoked or failed at, from the records",
    tag="Runs",
    permission=Permission.READ,
    handler=history_endpoints.list_run_items,
    answer=Page[RunItem],
    parameters=(_JOB_ID, *query_parameters(RunItemsQuery)),
    errors=(InvalidFieldsError, NotFoundError),
)

cancel_job_run = Operation(
    name="cancel_job_run",
    method="POST",
    path="job-runs/{jobId}/cancel",
    summary="The run, which stops at its next item, or is continued no more",
    tag="Runs",
    permission=Permission.OPERATE,
    handler=history_endpoints.cancel_run,
    answer=RecordedRunDetails,
    status=202,
    parameters=(_JOB_ID,),
    errors=(NotFoundError, RunNotCancellableError),
)

list_audit = Operation(
    name="list_audit",
    method="GET",
    path=audit.PATH,
    summary="Every decision of a period, the oldest first",
    tag="Audit",
    permission=Permission.READ,
    handler=history_endpoints.list_audit,
    answer=AuditPage,
    text_media_type="text/csv",
    parameters=query_parameters(audit.AuditQuery),
    errors=(InvalidFieldsError,),
)

OPERATIONS = (show_overview, list_job_runs, show_job_run, list_job_run_items, cancel_job_run, list_audit)
