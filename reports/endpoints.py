"""The handlers that tell what ran."""

from api.call import Call, TextAnswer
from api.listing import Page
from reports.audit import AuditQuery, read_audit
from reports.models import AuditPage, Overview, RecordedRun, RecordedRunDetails, RunItem
from reports.overview import read_overview
from reports.run_history import RunHistory
from reports.run_list_query import RunItemsQuery, RunListQuery


def show_overview(call: Call) -> Overview:
    return read_overview(call.context)


def list_runs(call: Call) -> Page[RecordedRun]:
    return RunHistory(call.context).list_runs(RunListQuery.from_values(call.query))


def show_run(call: Call) -> RecordedRunDetails:
    return RunHistory(call.context).find_run(call.path_value("jobId"))


def cancel_run(call: Call) -> RecordedRunDetails:
    return RunHistory(call.context).cancel(call.path_value("jobId"), call.caller.name)


def list_audit(call: Call) -> AuditPage | TextAnswer:
    return read_audit(call.context, AuditQuery.from_values(call.query))


def list_run_items(call: Call) -> Page[RunItem]:
    return RunHistory(call.context).list_items(call.path_value("jobId"), RunItemsQuery.from_values(call.query))
