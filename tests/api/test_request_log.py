"""Every answer has an id that its log lines carry, and no log line holds an address, a reason or a search."""

import logging
from collections.abc import Iterator
from typing import Any

import pytest
from opentelemetry.instrumentation.logging.handler import LoggingHandler
from opentelemetry.sdk._logs import LoggerProvider
from opentelemetry.sdk._logs.export import InMemoryLogRecordExporter, SimpleLogRecordProcessor

from access import operations as access_requests
from access.platforms import DATABRICKS, Platform
from api.authorization import Permission
from api.call import Call
from api.operations import Operation
from api.request_log import keep_out_of_log, new_request_id, use_app_log_records
from config.context import AppContext
from jobs import operations as jobs
from jobs.models import JobStatusResponse
from sql.database import Database
from tests.calls import VALID_REQUESTS, Define, call
from tests.rows import add_request
from tests.sign_in import claiming, serve_with

SECRET = "hidden.person@contoso.com"


@pytest.fixture(autouse=True)
def app_log_records() -> Iterator[None]:
    before = logging.getLogRecordFactory()
    use_app_log_records()
    yield
    logging.setLogRecordFactory(before)


def logging_operation(platform: Platform) -> Operation:
    """Logs whatever its query says, and breaks down over it."""

    def handler(given: Call) -> JobStatusResponse:
        logging.getLogger(__name__).warning("It said %s", given.query["said"][0])
        raise RuntimeError(f"cannot cope with {given.query['said'][0]}")

    return Operation(
        name="log",
        method="GET",
        path=platform.key,
        summary="Logs",
        tag="Tests",
        permission=Permission.READ,
        handler=handler,
        answer=JobStatusResponse,
    )


def as_written(caplog: pytest.LogCaptureFixture) -> str:
    formatter = logging.Formatter("%(message)s")
    return "\n".join(formatter.format(record) for record in caplog.records)


@pytest.mark.parametrize("define", [access_requests.list_requests, logging_operation, jobs.revoke_expired])
def test_each_answer_has_an_id_of_its_own(define: Define) -> None:
    ids = {call(define, DATABRICKS, {"said": "hello"}).headers["X-Request-Id"] for _ in range(3)}
    assert len(ids) == 3


def test_id_of_an_answer_is_in_every_line_of_its_call(caplog: pytest.LogCaptureFixture) -> None:
    request_id = call(logging_operation, DATABRICKS, {"said": "hello"}).headers["X-Request-Id"]
    assert len(caplog.records) == 2
    assert all(f"[request {request_id}]" in record.getMessage() for record in caplog.records)
    logging.getLogger(__name__).warning("afterwards")
    assert "[request" not in caplog.records[-1].getMessage()


def test_job_that_a_call_starts_logs_its_id(caplog: pytest.LogCaptureFixture, context: AppContext) -> None:
    caplog.set_level(logging.INFO)
    request_id = call(jobs.revoke_expired, DATABRICKS).headers["X-Request-Id"]
    assert [record for record in caplog.records if "RevokeExpiredDatabricks run" in record.getMessage()]
    assert all(request_id in record.getMessage() for record in caplog.records if record.name.startswith("jobs"))


@pytest.mark.parametrize(
    "said", [SECRET, f"<{SECRET}>", f"'{SECRET}',", f"no mailbox {SECRET}: 550", f"?email={SECRET}", f"({SECRET})"]
)
def test_address_is_left_out_of_messages_and_tracebacks(caplog: pytest.LogCaptureFixture, said: str) -> None:
    call(logging_operation, DATABRICKS, {"said": said})
    written = as_written(caplog)
    assert "cannot cope with" in written
    assert "hidden" not in written
    assert "contoso" not in written
    assert "<address>" in written


def test_exception_that_opentelemetry_exports_holds_no_address() -> None:
    """By the handler that Azure Monitor's set-up puts onto the root logger."""
    exporter = InMemoryLogRecordExporter()  # type: ignore[no-untyped-call]  # its package has types, but not here
    provider = LoggerProvider()
    provider.add_log_record_processor(SimpleLogRecordProcessor(exporter))
    handler = LoggingHandler(logger_provider=provider)
    logging.getLogger().addHandler(handler)
    try:
        request_id = call(logging_operation, DATABRICKS, {"said": f"no mailbox {SECRET}"}).headers["X-Request-Id"]
    finally:
        logging.getLogger().removeHandler(handler)
        provider.shutdown()
    exported = exporter.get_finished_logs()
    said, failed = [each.log_record for each in exported]
    assert said.body == f"It said no mailbox <address> [request {request_id}]"
    assert failed.attributes
    assert failed.attributes["exception.type"] == "RuntimeError"
    assert failed.attributes["exception.message"] == "cannot cope with no mailbox <address>"
    assert "in handler" in str(failed.attributes["exception.stacktrace"])
    assert [each for each in exported if "hidden" in each.to_json()] == []


def test_what_people_wrote_stays_out_of_the_log_of_a_failing_statement(
    caplog: pytest.LogCaptureFixture, platform: Platform, context: AppContext
) -> None:
    with context.database.transaction() as connection:
        connection.exec_driver_sql(f"DROP TABLE {platform.requests}")
    body: dict[str, Any] = {
        **VALID_REQUESTS[platform],
        "requestedByEmail": SECRET,
        "businessReason": "a private reason",
    }
    assert call(access_requests.create_request, platform, body=body).status == 500
    assert call(access_requests.list_requests, platform, {"q": "a private search"}).status == 500
    written = as_written(caplog)
    assert "no such table" in written
    assert "private" not in written
    assert SECRET not in written


@pytest.mark.parametrize(
    ("state", "said"),
    [
        ("23000", "Cannot insert duplicate key row in object 'dbo.T'. The duplicate key value is (a (hidden) reason)."),
        ("22001", "String or binary data would be truncated in table 'T'. Truncated value: 'a hidden 'reason''."),
        ("22018", "Conversion failed when converting the nvarchar value 'hidden (12) text' to data type int."),
    ],
)
def test_value_that_sql_server_refuses_is_left_out(caplog: pytest.LogCaptureFixture, state: str, said: str) -> None:
    """As the driver writes it; the error's number stays, and what else it says."""
    driver_error = f"[{state}] [Microsoft][SQL Server]{said} (2628) (SQLExecDirectW)"
    call(logging_operation, DATABRICKS, {"said": driver_error})
    written = as_written(caplog)
    assert "hidden" not in written
    assert "reason" not in written
    assert said[:20] in written
    assert "<value> (2628) (SQLExecDirectW)" in written


HOSTILE = "first\n2026-01-01 INFO forged\r\x1b[2J\u2028last"


def logged(caplog: pytest.LogCaptureFixture, text: object, *values: object, error: BaseException | None = None) -> str:
    logging.getLogger(__name__).warning(text, *values, exc_info=error)
    return as_written(caplog)


@pytest.mark.parametrize("text", [HOSTILE, "It said %s", "It said %r", "It said %(said)s", "%s is 100%% sure"])
def test_values_cannot_break_a_line(caplog: pytest.LogCaptureFixture, text: str) -> None:
    values = () if text == HOSTILE else ({"said": HOSTILE},) if "(said)" in text else (HOSTILE,)
    written = logged(caplog, text, *values)
    assert len(written.splitlines()) == 1
    assert written.isprintable()
    assert "first" in written
    assert "last" in written


@pytest.mark.parametrize(
    ("text", "values", "line"),
    [
        ("%d of %s at %.1f %% %r", (3, "all", 2.55, ["x"]), "3 of all at 2.5 % ['x']"),
        ("100% sure", (), "100% sure"),
        ("%s and %s", ("one",), "%s and %s (without its values)"),
        ("%d", ("one",), "%d (without its values)"),
        ("%d", (10**5000,), "%d (without its values)"),
        ("%s", (TimeoutError(),), "TimeoutError"),
        ("%s", (Exception(550, "o'b"),), "550 o'b"),
        (ValueError("no text"), (), "no text"),
    ],
)
def test_line_says_its_values(caplog: pytest.LogCaptureFixture, text: object, values: Any, line: str) -> None:
    assert logged(caplog, text, *values) == line


def test_each_value_leaves_room_for_the_others(caplog: pytest.LogCaptureFixture) -> None:
    written = logged(caplog, "%s failed: %s, %s", "the run", "x" * 1_000_000, ["y" * 1_000_000])
    assert written.startswith("the run failed: xxx")
    assert "yyy" in written
    assert len(written) < 5000


def test_line_and_traceback_have_an_end(caplog: pytest.LogCaptureFixture) -> None:
    def call_itself(depth: int) -> None:
        try:
            call_itself(depth + 1)
        except RecursionError as error:
            raise ValueError("y " * 10_000) from error

    with pytest.raises(ValueError, match="y y") as raised:
        call_itself(0)
    written = logged(caplog, "x" * 100_000, error=raised.value)
    assert len(written) < 25_000
    assert "ValueError: y y" in written


def test_traceback_has_one_line_for_the_words_of_each_error(caplog: pytest.LogCaptureFixture) -> None:
    def fail() -> None:
        try:
            try:
                raise OSError(HOSTILE)
            except OSError:
                raise ExceptionGroup(HOSTILE, [ValueError(HOSTILE), TimeoutError()])  # noqa: B904  both are shown
        except ExceptionGroup as error:
            raise RuntimeError(HOSTILE) from error

    with pytest.raises(RuntimeError) as raised:
        fail()
    lines = logged(caplog, "It failed", error=raised.value).splitlines()
    words = [line for line in lines if "forged" in line]
    assert [line.partition(":")[0].strip(" |") for line in words] == [
        *("OSError", "ExceptionGroup", "ValueError", "RuntimeError")
    ]
    assert "  | TimeoutError" in lines
    assert len([line for line in lines if line.startswith("Traceback")]) == 3
    assert "in fail" in "".join(lines)


def test_errors_in_a_circle_have_an_end(caplog: pytest.LogCaptureFixture) -> None:
    one, other = ValueError("one"), ValueError("other")
    one.__context__, other.__context__ = other, one
    assert "one" in logged(caplog, "It failed", error=one)


def test_addresses_to_keep_out_are_those_of_the_call_alone(caplog: pytest.LogCaptureFixture) -> None:
    with new_request_id():
        keep_out_of_log("o'brien@contoso.com", None)
        assert "brien" not in logged(caplog, "no user: %s", ValueError("o'brien"))
    assert "o'brien" in logged(caplog, "no user o'brien")


def test_own_address_of_a_caller_is_left_out(caplog: pytest.LogCaptureFixture, context: AppContext) -> None:
    serve_with(context, required=True, platform_authenticates=True)
    call(
        logging_operation, DATABRICKS, {"said": "login of o'brien failed"}, headers=claiming(upn="o'brien@contoso.com")
    )
    assert "It said login of <address> failed" in as_written(caplog)


def test_failed_reminder_is_logged_without_its_address(
    caplog: pytest.LogCaptureFixture, platform: Platform, database: Database
) -> None:
    caplog.set_level(logging.INFO)
    request_id = add_request(database, platform, email=SECRET, expires_on=database.utc_now())
    call(jobs.send_expiry_notifications, platform, {"failEmail": SECRET})
    written = as_written(caplog)
    assert str(request_id) in written
    assert "hidden" not in written
