"""Sends spans and counters to OpenTelemetry where the Functions host supports it. Otherwise nothing is loaded.

The host's Python worker sets up their export before it loads the app.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Engine, ExceptionContext, event

if TYPE_CHECKING:
    from opentelemetry.metrics import Counter

SCOPE = "access_requests"


class Telemetry:
    """Does nothing unless `enabled`."""

    def __init__(self, *, enabled: bool = False) -> None:
        self._enabled = enabled
        self._counters: dict[str, Counter] = {}

    @contextmanager
    def span(self, name: str, attributes: Mapping[str, str | int]) -> Iterator[None]:
        """Times the block and the statements in it. An error marks the span, and its text stays in the log."""
        if not self._enabled:
            yield
            return
        from opentelemetry import trace

        tracer = trace.get_tracer(SCOPE)
        with tracer.start_as_current_span(name, attributes=attributes, record_exception=False) as span:
            try:
                yield
            except BaseException as error:
                span.set_attribute("error.type", type(error).__qualname__)
                span.set_status(trace.StatusCode.ERROR)
                raise

    def count(self, name: str, amount: int, attributes: Mapping[str, str]) -> None:
        if not (self._enabled and amount):
            return
        from opentelemetry import metrics

        if name not in self._counters:
            self._counters[name] = metrics.get_meter(SCOPE).create_counter(f"{SCOPE}.{name}")
        self._counters[name].add(amount, attributes)

    def trace_statements(self, engine: Engine) -> None:
        """Adds a span for each statement on this engine, with its text and without its parameters.

        OpenTelemetry's own instrumentation does not know SQLAlchemy 2.1.
        """
        if not self._enabled:
            return
        from opentelemetry import trace

        tracer = trace.get_tracer(SCOPE)
        system = {"mssql": "microsoft.sql_server"}.get(engine.dialect.name, engine.dialect.name)

        @event.listens_for(engine, "before_cursor_execute")
        def start(_c: Connection, _cursor: Any, sql: str, _parameters: Any, context: Any, _many: bool) -> None:
            attributes = {"db.system.name": system, "db.query.text": sql}
            context.span = tracer.start_span(sql.split()[0], kind=trace.SpanKind.CLIENT, attributes=attributes)

        @event.listens_for(engine, "after_cursor_execute")
        def end(_c: Connection, _cursor: Any, _sql: str, _parameters: Any, context: Any, _many: bool) -> None:
            context.span.end()

        @event.listens_for(engine, "handle_error")
        def end_failed(failed: ExceptionContext) -> None:
            span = getattr(failed.execution_context, "span", None)
            if span:
                span.set_status(trace.StatusCode.ERROR)
                span.end()
