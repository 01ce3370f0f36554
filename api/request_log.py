"""Ties each answer to its log lines, and keeps personal data out of the log.

Every answer has an id that each log line of its call repeats. No line holds an email address, or a value that the
database refused.
"""

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any
from uuid import uuid4

_request_id: ContextVar[str | None] = ContextVar("request_id", default=None)
_ADDRESS = re.compile(r"[^\s@<>()\[\]{}\"',;:=/]+@[^\s@<>()\[\]{}\"',;:=/]+")
# SQL Server repeats a value that is a duplicate, too long or not a number. The driver adds the error's number and its
# own function after it.
_REFUSED_VALUE = re.compile(r"(\bvalue(?: is|:)? )['(].*?(?=\(\d+\) \(SQL|$)", re.MULTILINE)


@contextmanager
def new_request_id() -> Iterator[str]:
    """Gives the call that the block answers an id, and returns it."""
    request_id = str(uuid4())
    token = _request_id.set(request_id)
    try:
        yield request_id
    finally:
        _request_id.reset(token)


class AppLogRecord(logging.LogRecord):
    """A log record without personal data. Errors of drivers and servers repeat what people wrote."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.request_id = _request_id.get()
        if self.exc_info and (kind := self.exc_info[0]):
            self.exc_text = _loggable(logging.Formatter().formatException(self.exc_info))
            # OpenTelemetry would read the exception itself, with its addresses. It accepts these names instead.
            vars(self).update(
                {
                    "exception.type": kind.__name__,
                    "exception.message": _loggable(str(self.exc_info[1])),
                    "exception.stacktrace": self.exc_text,
                }
            )
            self.exc_info = None

    def getMessage(self) -> str:  # noqa: N802  logging's own name
        message = _loggable(super().getMessage())
        return f"{message} [request {self.request_id}]" if self.request_id else message


def without_addresses(text: str) -> str:
    return _ADDRESS.sub("<address>", text)


def _loggable(text: str) -> str:
    return _REFUSED_VALUE.sub(r"\1<value> ", without_addresses(text))


def use_app_log_records() -> None:
    logging.setLogRecordFactory(AppLogRecord)
