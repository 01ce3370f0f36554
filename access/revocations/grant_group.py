"""Grants on one resource, which the same calls take away, and what became of each."""

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from access.connectors.connector import AlreadyGone, Connector, Failed, Grant, Removal, Removed, StillEffective
from access.revocations.records import GrantToEnd, RemovalRecord
from sql.deadline import Deadline

# How many people of one resource are served by one call.
GROUP_SIZE = 100
Item = TypeVar("Item")


@dataclass(eq=False)
class ResourceGroup:
    """`superseded` names, for each grant that is left alone, the request that gives the same."""

    grants: list[Grant]
    superseded: Mapping[Grant, str]
    removals: Mapping[Grant, Removal] = field(default_factory=dict)
    seen_at: float = 0.0

    @classmethod
    def of(cls, to_end: Iterable[GrantToEnd]) -> "ResourceGroup":
        to_end = list(to_end)
        return cls(
            grants=[each.grant for each in to_end if each.superseded_by is None],
            superseded={each.grant: each.superseded_by for each in to_end if each.superseded_by is not None},
        )

    def __str__(self) -> str:
        return f"{len(self.grants)} grants"

    @property
    def all_grants(self) -> list[Grant]:
        return [*self.superseded, *self.grants]

    def parts(self) -> "list[ResourceGroup]":
        """Each grant for itself, with what became of it."""
        if len(self.all_grants) == 1:
            return [self]
        left = [replace(self, grants=[], superseded={each: by}, removals={}) for each, by in self.superseded.items()]
        taken = [replace(self, grants=[each], superseded={}, removals={each: it}) for each, it in self.removals.items()]
        return left + taken

    async def take_away(self, connector: Connector, deadline: Deadline) -> None:
        """Raises ConnectorStoppedError."""
        self.removals = await connector.remove(self.grants, deadline)
        self.seen_at = time.monotonic()

    def records(self) -> Iterator[RemovalRecord]:
        milliseconds_ago = int((time.monotonic() - self.seen_at) * 1000)
        for grant, other in self.superseded.items():
            yield RemovalRecord(grant.request_id, "superseded", through=f"request {other}")
        for grant, removal in self.removals.items():
            match removal:
                case Removed(platform_request_id):
                    yield RemovalRecord(
                        grant.request_id, "removed", milliseconds_ago, platform_request_id=platform_request_id
                    )
                case AlreadyGone():
                    yield RemovalRecord(grant.request_id, "alreadyGone", milliseconds_ago)

    def failures(self) -> Iterator[tuple[Grant, str]]:
        """What still stands, each with the reason."""
        for grant, removal in self.removals.items():
            match removal:
                case Failed(reason):
                    yield grant, reason
                case StillEffective(through):
                    yield grant, f"The access is still effective through {through}. Take it away there."


def in_chunks(items: Sequence[Item]) -> Iterator[Sequence[Item]]:
    """Of what one group may hold."""
    return (items[start : start + GROUP_SIZE] for start in range(0, len(items), GROUP_SIZE))
