"""Reads the queue settings of host.json, with the Functions host's own defaults."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from local_host.local_settings import LocalSettingsError


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
            given: dict[str, Any] = json.loads(path.read_text(encoding="utf-8")).get("extensions", {}).get("queues", {})
            batch_size = int(given.get("batchSize", cls.batch_size))
            return cls(
                batch_size=batch_size,
                new_batch_threshold=int(given.get("newBatchThreshold", batch_size // 2)),
                max_dequeue_count=int(given.get("maxDequeueCount", cls.max_dequeue_count)),
                visibility_seconds=_seconds(given.get("visibilityTimeout", "00:00:00")),
                max_polling_seconds=_seconds(given.get("maxPollingInterval", "00:01:00")),
                is_base64=given.get("messageEncoding", "base64") == "base64",
            )
        except (OSError, ValueError, AttributeError) as error:
            raise LocalSettingsError(f"{path.name} cannot be used: {error}") from error


def _seconds(text: str) -> float:
    """Returns the seconds of a time span, hh:mm:ss."""
    hours, minutes, seconds = text.split(":")
    return (int(hours) * 60 + int(minutes)) * 60 + float(seconds)
