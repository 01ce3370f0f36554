"""Reads the queue settings of host.json, with the Functions host's own defaults."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, Self

from local_host.json_files import read_json_object
from local_host.local_settings import LocalSettingsError
from schedules.schedule import read_time_span

# The queue service gives no more messages at once, and hides none for longer.
MAX_BATCH = 32
LONGEST_SPAN = timedelta(days=7)
# The Functions host polls no more often either.
MIN_POLLING_SECONDS = 0.1


@dataclass(frozen=True)
class QueueSettings:
    """A message whose function failed is visible again after `visibility_seconds`."""

    batch_size: int = 16
    new_batch_threshold: int = 8
    max_dequeue_count: int = 5
    visibility_seconds: float = 0
    max_polling_seconds: float = 60
    is_base64: bool = True

    @classmethod
    def read(cls, folder: Path) -> Self:
        """Reads host.json of the folder. Raises LocalSettingsError."""
        path = folder / "host.json"
        if not path.exists():
            return cls()
        try:
            extensions = _section(read_json_object(path), "extensions")
            given = _section(extensions, "queues")
            batch_size = _number(given, "batchSize", cls.batch_size, range(1, MAX_BATCH + 1))
            encoding = str(given.get("messageencoding", "base64")).casefold()
            if encoding not in ("base64", "none"):
                raise ValueError(f"messageEncoding must be base64 or none, but it is {encoding!r}")
            return cls(
                batch_size=batch_size,
                new_batch_threshold=_number(given, "newBatchThreshold", batch_size // 2, range(1001)),
                max_dequeue_count=_number(given, "maxDequeueCount", cls.max_dequeue_count, range(1, 1001)),
                visibility_seconds=_seconds(given, "visibilityTimeout", "00:00:00"),
                max_polling_seconds=max(_seconds(given, "maxPollingInterval", "00:01:00"), MIN_POLLING_SECONDS),
                is_base64=encoding == "base64",
            )
        except (OSError, ValueError) as error:
            raise LocalSettingsError(f"{path.name} cannot be used: {error}") from error


def _section(content: dict[str, Any], name: str) -> dict[str, Any]:
    """Returns the section with its names in lower case: the Functions host ignores case."""
    section = {key.casefold(): value for key, value in content.items()}.get(name) or {}
    if not isinstance(section, dict):
        raise ValueError(f"{name} must be an object, in {{}}")
    return {key.casefold(): value for key, value in section.items()}


def _number(given: dict[str, Any], name: str, default: int, allowed: range) -> int:
    text = str(given.get(name.casefold(), default))
    if not text.isdecimal() or int(text) not in allowed:
        raise ValueError(f"{name} must be a number from {allowed[0]} to {allowed[-1]}, but it is {text!r}")
    return int(text)


def _seconds(given: dict[str, Any], name: str, default: str) -> float:
    text = str(given.get(name.casefold(), default))
    span = read_time_span(text)
    if span is None or span > LONGEST_SPAN:
        raise ValueError(f"{name} must be hh:mm:ss, at most 7 days, but it is {text!r}")
    return span.total_seconds()
