"""GrantGroup: grants on one resource that are removed in the same calls, and the outcome of each."""

import time
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar
from uuid import uuid4

from access.connectors.connector import (
    AlreadyGone,
    Connector,
    CurrentGrant,
    Found,
    Grant,
    LookFailed,
    NotKnown,
    Pause,
    Removal,
    RemovalFailed,
    Removed,
    StillEffective,
    pause_for,
    without_removal,
)
from access.connectors.errors import ConnectorStoppedError
from access.platforms.platform import SqlId
from access.revocations.records import GrantToEnd, RevocationRecord
from sql.deadline import Deadline

# The number of people that one call serves.
GROUP_SIZE = 100
Item = TypeVar("Item")


@dataclass(eq=False)
class GrantGroup:
    """`superseded` maps each grant that stays at the platform to the request that gives the same access.

    `unconfirmed` maps each grant whose removal an operator must confirm to the reason. `last_records` has the newest
    record of each request when the group was planned. `intent_id` names the intent to remove its grants. `standing` is
    other access of the same people to the resource, and `lost` is what the removal took of it.
    """

    grants: list[Grant]
    superseded: Mapping[Grant, str]
    unconfirmed: Mapping[Grant, str] = field(default_factory=dict)
    last_records: Mapping[SqlId, int] = field(default_factory=dict)
    standing: Sequence[Grant] = ()
    lost: Mapping[Grant, str | None] = field(default_factory=dict)
    intent_id: str = field(default_factory=lambda: str(uuid4()))
    removals: Mapping[Grant, Removal] = field(default_factory=dict)
    seen_at: float = 0.0

    @classmethod
    def of(
        cls, to_end: Iterable[GrantToEnd], standing: Mapping[Grant, int] | None = None, *, is_confirmed: bool = False
    ) -> "GrantGroup":
        """Returns the group. `standing` maps other access of the same people to the newest record of its request.

        `is_confirmed` if someone has said that all of these grants should be removed.
        """
        to_end, standing = list(to_end), standing or {}
        alone = [each for each in to_end if each.superseded_by is None]
        unconfirmed = {} if is_confirmed else {each.grant: each.unconfirmed for each in alone if each.unconfirmed}
        return cls(
            grants=[each.grant for each in alone if each.grant not in unconfirmed],
            superseded={each.grant: each.superseded_by for each in to_end if each.superseded_by is not None},
            unconfirmed=unconfirmed,
            last_records={
                **{grant.request_id: last for grant, last in standing.items()},
                **{each.grant.request_id: each.last_record_id for each in to_end},
            },
            standing=list(standing),
        )

    def __str__(self) -> str:
        return f"{len(self.grants)} grants"

    @property
    def all_grants(self) -> list[Grant]:
        return [*self.superseded, *self.unconfirmed, *self.grants]

    @property
    def certain_ids(self) -> list[SqlId]:
        """Returns the requests whose removal has an outcome that leaves no doubt."""
        return [
            grant.request_id
            for grant, removal in self.removals.items()
            if not (isinstance(removal, RemovalFailed | NotKnown) and removal.may_be_gone)
        ]

    def keep_only(self, request_ids: Container[SqlId]) -> None:
        """Leaves out the grants of other requests."""
        self.grants = [grant for grant in self.grants if grant.request_id in request_ids]

    def parts(self) -> "list[GrantGroup]":
        """Returns a group for each grant, with its outcome."""
        if len(self.all_grants) == 1:
            return [self]
        none = replace(self, grants=[], superseded={}, unconfirmed={}, removals={}, lost={})
        left = [replace(none, superseded={each: by}) for each, by in self.superseded.items()]
        unconfirmed = [
            replace(none, unconfirmed={each: why}, removals={each: self.removals[each]})
            for each, why in self.unconfirmed.items()
            if each in self.removals
        ]
        tried = [
            replace(none, grants=[each], removals={each: removal})
            for each, removal in self.removals.items()
            if each not in self.unconfirmed
        ]
        return left + unconfirmed + tried + ([replace(none, lost=self.lost)] if self.lost else [])

    async def remove(self, connector: Connector, deadline: Deadline, pause: Pause = pause_for) -> None:
        """Removes the grants at the platform. Raises ConnectorStoppedError."""
        before = await connector.current_grants(self.standing, deadline) if self.standing and self.grants else {}
        removed = await connector.remove(self.grants, deadline, pause)
        self.removals = {**removed, **await self._look_at_unconfirmed(connector, deadline)}
        self.seen_at = time.monotonic()
        if any(map(_may_have_taken, self.removals.values())):
            self.lost = await _lost(before, connector, deadline)

    async def _look_at_unconfirmed(self, connector: Connector, deadline: Deadline) -> dict[Grant, Removal]:
        """Returns the outcomes of the grants that are not removed, since someone may have removed them."""
        if not self.unconfirmed:
            return {}
        try:
            current = await connector.current_grants(list(self.unconfirmed), deadline)
        except ConnectorStoppedError as error:
            if not self.grants:
                raise
            current = dict.fromkeys(self.unconfirmed, LookFailed(str(error)))
        return {
            grant: NotKnown(self.unconfirmed[grant])
            if isinstance(found, CurrentGrant) and found.is_direct
            else without_removal(found)
            for grant, found in current.items()
        }

    def held_before(self) -> Iterator[tuple[Grant, str]]:
        """Yields each grant that is there, and that only an operator may remove, with the reason."""
        for grant, removal in self.removals.items():
            if isinstance(removal, NotKnown) and removal.reason == self.unconfirmed.get(grant):
                yield grant, removal.reason

    def records(self) -> Iterator[RevocationRecord]:
        """Yields the record of each request whose grant is gone or superseded."""
        milliseconds_ago = int((time.monotonic() - self.seen_at) * 1000)
        for grant, other in self.superseded.items():
            yield RevocationRecord(grant.request_id, "superseded", through=f"request {other}")
        for grant, removal in self.removals.items():
            match removal:
                case Removed(platform_request_id, scope):
                    yield RevocationRecord(
                        grant.request_id, "removed", milliseconds_ago, scope, platform_request_id=platform_request_id
                    )
                case AlreadyGone(scope):
                    yield RevocationRecord(grant.request_id, "alreadyGone", milliseconds_ago, scope)

        for grant, scope in self.lost.items():
            yield RevocationRecord(grant.request_id, "removedInError", milliseconds_ago, scope)

    def not_known(self) -> Iterator[tuple[Grant, str]]:
        """Yields each grant of which the platform's answers prove nothing, with the reason."""
        for grant, removal in self.removals.items():
            if isinstance(removal, NotKnown):
                yield grant, removal.reason

    def failures(self) -> Iterator[tuple[Grant, str]]:
        """Yields each grant that is still there or in doubt, with the reason."""
        for grant, removal in self.removals.items():
            match removal:
                case RemovalFailed(reason):
                    yield grant, reason
                case StillEffective(through):
                    yield grant, f"The access is still effective through {through}. Remove it there."


async def _lost(before: Mapping[Grant, Found], connector: Connector, deadline: Deadline) -> dict[Grant, str | None]:
    """Returns the access that was there and is gone. Access that could not be looked at counts as still there."""
    held = [grant for grant, found in before.items() if isinstance(found, CurrentGrant) and not found.is_gone]
    try:
        after = await connector.current_grants(held, deadline) if held else {}
    except ConnectorStoppedError:
        return {}
    return {grant: found.scope for grant, found in after.items() if isinstance(found, CurrentGrant) and found.is_gone}


def _may_have_taken(removal: Removal) -> bool:
    return isinstance(removal, Removed | StillEffective) or getattr(removal, "may_be_gone", False)


def in_chunks(items: Sequence[Item]) -> Iterator[Sequence[Item]]:
    """Yields the items in groups of the size that one call serves."""
    return (items[start : start + GROUP_SIZE] for start in range(0, len(items), GROUP_SIZE))
