"""Counts the work of a run by resource, for the previews of both flows."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from access.platforms.platform import Platform
from jobs.models import ResourceCount

# The list of pending requests has the rest.
MAX_ITEMS = 500
MAX_RESOURCES = 50


def by_resource(platform: Platform, rows: Iterable[Mapping[Any, Any]]) -> dict[str, Any]:
    """Returns the preview's fields about resources. Each row counts the `requests` for one."""
    counts = Counter[str]()
    for row in rows:
        counts[platform.resource_text(row)] += row["requests"]
    most_frequent = sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:MAX_RESOURCES]
    resources = [ResourceCount(resource=resource, count=count) for resource, count in most_frequent]
    return {"resource_count": len(counts), "resources": resources}
