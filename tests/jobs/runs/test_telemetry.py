"""What a run tells OpenTelemetry, as an exporter receives it."""

import sqlite3
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from opentelemetry import metrics, trace
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader, NumberDataPoint
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from access.platforms import DATABRICKS
from config.context import AppContext, open_app_context
from config.settings import read_settings
from jobs.reminders.run import run_expiry_notifications
from jobs.request import FailureSimulation
from jobs.revocations.run import run_revoke_expired
from jobs.runs.errors import JobFailedError
from tests.faults import failing_statements
from tests.jobs.run_requests import reminder_run, revoke_run
from tests.rows import add_requests


@pytest.fixture(scope="module")
def exporter() -> InMemorySpanExporter:
    """Set up as the Functions host's worker does: once a process, before the app."""
    exporter = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    trace.set_tracer_provider(provider)
    return exporter


@pytest.fixture(scope="module")
def reader() -> InMemoryMetricReader:
    reader = InMemoryMetricReader()
    metrics.set_meter_provider(MeterProvider([reader]))
    return reader


@pytest.fixture
def context(tmp_path: Path, exporter: InMemorySpanExporter) -> Iterator[AppContext]:
    settings = read_settings(
        database_url=f"sqlite:///{tmp_path}/access.db",
        simulated_email_seconds=0,
        revoke_delay_seconds=0,
        python_applicationinsights_enable_telemetry=True,
    )
    context = open_app_context(settings)
    now = context.database.utc_now()
    expiries = [*[now + timedelta(days=20)] * 3, *[now - timedelta(days=2)] * 2]
    requests = [
        {"expires_on": expiry, "email": f"person{number}@contoso.com"} for number, expiry in enumerate(expiries)
    ]
    add_requests(context.database, DATABRICKS, requests)
    exporter.clear()
    yield context
    context.close()


def counted(reader: InMemoryMetricReader) -> dict[tuple[str, ...], int | float]:
    data = reader.get_metrics_data()
    return {
        (metric.name, *(str(value) for value in (point.attributes or {}).values())): point.value
        for resource in (data.resource_metrics if data else ())
        for scope in resource.scope_metrics
        for metric in scope.metrics
        for point in metric.data.data_points
        if isinstance(point, NumberDataPoint)
    }


def run_span(exporter: InMemorySpanExporter, name: str) -> ReadableSpan:
    [span] = [span for span in exporter.get_finished_spans() if span.name == name]
    return span


def test_run_is_a_span_around_its_groups_and_their_statements(
    context: AppContext, exporter: InMemorySpanExporter
) -> None:
    response = run_expiry_notifications(context, reminder_run(DATABRICKS))
    run = run_span(exporter, "ExpiryNotificationDatabricks")
    assert run.attributes == {"job_id": str(response.job_id), "trigger": "person"}
    of_run = [span for span in exporter.get_finished_spans() if span.context.trace_id == run.context.trace_id]
    names = {span.context.span_id: span.name for span in of_run}
    within = {(names.get(span.parent.span_id), span.name.split()[0]) for span in of_run if span.parent}
    assert {(run.name, "plan"), (run.name, "record"), ("plan group", "SELECT"), ("record group", "INSERT")} <= within


def test_spans_show_nobody_s_address(context: AppContext, exporter: InMemorySpanExporter) -> None:
    simulation = FailureSimulation(random_half=True)
    run_expiry_notifications(context, reminder_run(DATABRICKS, simulation=simulation))
    assert exporter.get_finished_spans()
    assert not [span.name for span in exporter.get_finished_spans() if "@" in span.to_json()]


def test_run_that_fails_is_a_span_with_an_error(context: AppContext, exporter: InMemorySpanExporter) -> None:
    refused = sqlite3.IntegrityError("wrong")
    with (
        failing_statements(context.run_database, "INSERT INTO RevokedAccess", refused),
        pytest.raises(JobFailedError),
    ):
        run_revoke_expired(context, revoke_run(DATABRICKS))
    errors = {span.name for span in exporter.get_finished_spans() if span.status.status_code is trace.StatusCode.ERROR}
    assert errors == {"RevokeExpiredDatabricks", "record group", "INSERT"}


def test_sent_failed_and_revoked_are_counted(context: AppContext, reader: InMemoryMetricReader) -> None:
    before = counted(reader)
    one_fails = FailureSimulation(emails=frozenset({"person1@contoso.com"}))
    notified = run_expiry_notifications(context, reminder_run(DATABRICKS, simulation=one_fails))
    revoked = run_revoke_expired(context, revoke_run(DATABRICKS))
    after = counted(reader)
    grown = {key: after[key] - before.get(key, 0) for key in after if after[key] != before.get(key, 0)}
    assert grown == {
        ("access_requests.sent", "databricks"): notified.notified_count,
        ("access_requests.failed", "databricks", "ExpiryNotificationDatabricks"): notified.failed_count,
        ("access_requests.revoked", "databricks"): revoked.revoked_count,
    }
    assert (notified.notified_count, notified.failed_count, revoked.revoked_count) == (2, 1, 2)
