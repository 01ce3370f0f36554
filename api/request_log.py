"""Ties each answer to its log lines, and keeps personal data out of the log.

Every answer has an id that each log line of its call repeats. No line holds an email address, or a value that the
database refused. No line is longer than a limit, or broken by the words of other programs and people.
"""

import logging
import numbers
import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any
from uuid import uuid4

from config.log_text import bounded, leave_out_addresses, one_line, without_refused_values, words_of

MAX_MESSAGE_CHARACTERS = 8000
MAX_TRACEBACK_CHARACTERS = 16_000
# The newest calls of an error, and the errors that led to it.
MAX_CALLS = 30
MAX_ERRORS = 10
# Their own lines of information are about each call that they make.
LIBRARIES = (
    "aiohttp",
    "aiosmtplib",
    "asyncio",
    "azure",
    "charset_normalizer",
    "concurrent",
    "dotenv",
    "httpcore",
    "httpx",
    "jwt",
    "msal",
    "opentelemetry",
    "packaging",
    "pydantic_settings",
    "requests",
    "sqlalchemy",
    "uamqp",
    "urllib3",
)

_request_id: ContextVar[str | None] = ContextVar("request_id", default=None)
_people: ContextVar[tuple[str, ...]] = ContextVar("people", default=())


@contextmanager
def new_request_id() -> Iterator[str]:
    """Gives the call that the block answers an id, and returns it."""
    request_id = str(uuid4())
    token, people = _request_id.set(request_id), _people.set(())
    try:
        yield request_id
    finally:
        _request_id.reset(token)
        _people.reset(people)


def keep_out_of_log(*addresses: str | None) -> None:
    """Leaves these addresses, and their local parts, out of what this call or this task logs from now on."""
    _people.set((*_people.get(), *filter(None, addresses)))


def without_addresses(text: str) -> str:
    """Returns the text without the addresses that `keep_out_of_log` names, and without any other address."""
    return leave_out_addresses(text, _people.get())


class AppLogRecord(logging.LogRecord):
    """A log record without personal data. Errors of drivers and servers repeat what people wrote."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.request_id = _request_id.get()
        self.msg, self.args = self._message(), ()
        if self.exc_info and (error := self.exc_info[1]):
            self.exc_text = _traceback(error)
            # OpenTelemetry would read the exception itself, with its addresses. It accepts these names instead.
            vars(self).update(
                {
                    "exception.type": type(error).__name__,
                    "exception.message": _loggable(words_of(error)),
                    "exception.stacktrace": self.exc_text,
                }
            )
            self.exc_info = None

    def _message(self) -> str:
        """Returns the whole message. It is made once, so that every handler gets the same."""
        if self.args:
            try:
                message = str(self.msg) % _foreign_values(self.args)
            except Exception:  # the text does not fit its values
                message = f"{self.msg} (without its values)"
            message = one_line(leave_out_addresses(bounded(message, MAX_MESSAGE_CHARACTERS)))
        else:
            message = _loggable(str(self.msg), MAX_MESSAGE_CHARACTERS)
        return f"{message} [request {self.request_id}]" if self.request_id else message


class _Foreign:
    """A value of a log line, as the line shows it."""

    def __init__(self, value: object) -> None:
        self._value = value

    def __str__(self) -> str:
        return _loggable(words_of(self._value) if isinstance(self._value, BaseException) else str(self._value))

    def __repr__(self) -> str:
        return _loggable(repr(self._value))


def _foreign_values(given: Any) -> Any:
    if isinstance(given, Mapping):
        return {key: _foreign(value) for key, value in given.items()}
    return tuple(map(_foreign, given))


def _foreign(value: object) -> object:
    return value if isinstance(value, numbers.Number) else _Foreign(value)


def _loggable(text: str, *limit: int) -> str:
    return one_line(without_addresses(without_refused_values(bounded(text, *limit))))


def _traceback(error: BaseException) -> str:
    """Returns the calls and the words of the error, after those of the errors that led to it."""
    chain: list[BaseException] = []
    last: BaseException | None = error
    while last is not None and len(chain) < MAX_ERRORS:
        chain.append(last)
        last = last.__cause__ or (None if last.__suppress_context__ else last.__context__)
    return bounded("\n\nThis led to:\n\n".join(map(_calls_and_words, reversed(chain))), MAX_TRACEBACK_CHARACTERS)


def _calls_and_words(error: BaseException) -> str:
    calls = leave_out_addresses("".join(traceback.format_tb(error.__traceback__, -MAX_CALLS)))
    parts = error.exceptions[:MAX_ERRORS] if isinstance(error, BaseExceptionGroup) else ()
    lines = [_line_of(error), *(f"  | {_line_of(part)}" for part in parts)]
    return f"Traceback (most recent call last):\n{calls}" + "\n".join(lines)


def _line_of(error: BaseException) -> str:
    kind = type(error)
    name = kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"
    words = _loggable(words_of(error))
    return name if words == kind.__name__ else f"{name}: {words}"


def use_app_log_records() -> None:
    logging.setLogRecordFactory(AppLogRecord)


def quiet_libraries() -> None:
    """Lets libraries log warnings and errors only."""
    for name in LIBRARIES:
        logger = logging.getLogger(name)
        logger.setLevel(max(logger.level, logging.WARNING))
