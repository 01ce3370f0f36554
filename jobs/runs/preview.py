"""What the previews of both flows say alike."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from access.platforms.platform import Platform
from jobs.models import ResourceCount
from jobs.runs.report import counted

# Whoever wants to see more reads the list of what is pending.
MAX_ITEMS = 500
MAX_RESOURCES = 50


def would_do(verb: str, count: int) -> str:
    """Returns the preview's message, blank where a run would do nothing."""
    return f"A run would {verb} {counted(count, 'request', 'requests')}." if count else ""


def by_resource(platform: Platform, rows: Iterable[Mapping[Any, Any]]) -> dict[str, Any]:
    """Returns the preview's fields about resources; each row counts the `requests` for one."""
    counts = Counter[str]()
    for row in rows:
        counts[platform.resource_text(row)] += row["requests"]
    most_frequent = sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:MAX_RESOURCES]
    resources = [ResourceCount(resource=resource, count=count) for resource, count in most_frequent]
    return {"resource_count": len(counts), "resources": resources}
