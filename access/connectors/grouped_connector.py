"""GroupedConnector looks, removes and looks again, for all grants on one resource at a time."""

import asyncio
from abc import ABC, abstractmethod
from collections import defaultdict
from collections.abc import Callable, Coroutine, Mapping, Sequence
from typing import Any, TypeVar

from access.connectors.connector import (
    AlreadyGone,
    CurrentGrant,
    Found,
    Grant,
    LookFailed,
    NotKnown,
    Pause,
    Removal,
    RemovalFailed,
    Removed,
    Resource,
    StillEffective,
    pause_for,
)
from access.connectors.errors import ConnectorError, ConnectorStoppedError, RefusedError
from api.request_log import keep_out_of_log
from sql.deadline import Deadline

INCOMPLETE = "The request lacks its person, its resource, or its privilege or role."
STAYED = "The platform accepted the removal, but the grant is still there."
UNCONFIRMED = "The removal could not be confirmed."
# A platform may list a grant for a while after its removal. The pauses add up to less than a minute.
PAUSES_SECONDS = (0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 25.0)
# The last look must end before the caller's time does.
LOOK_SECONDS = 5.0

Result = TypeVar("Result")


class GroupedConnector(ABC):
    """A platform's module adds `look` and `remove_from`, which may raise any ConnectorError."""

    def __init__(self, max_concurrency: int) -> None:
        self.max_concurrency = max_concurrency
        self._stopped: ConnectorStoppedError | None = None

    @abstractmethod
    def in_own_words(self, grant: Grant) -> Grant | NotKnown:
        """Returns the grant as the platform writes it, or NotKnown if the platform can never hold it."""

    @abstractmethod
    async def look(self, resource: Resource, grants: Sequence[Grant], deadline: Deadline) -> Mapping[Grant, Found]:
        """Returns the platform's answer about each grant on the resource."""

    @abstractmethod
    async def remove_from(self, resource: Resource, grants: Sequence[Grant], deadline: Deadline) -> str | None:
        """Removes all the grants on the resource in one call, or none. Returns the platform's id of the call."""

    async def current_grants(self, grants: Sequence[Grant], deadline: Deadline) -> Mapping[Grant, Found]:
        async def look(resource: Resource, group: Sequence[Grant]) -> Mapping[Grant, Found]:
            return await self._look(resource, group, deadline)

        return await self._on_each_resource(grants, look, LookFailed(INCOMPLETE))

    async def remove(
        self, grants: Sequence[Grant], deadline: Deadline, pause: Pause = pause_for
    ) -> Mapping[Grant, Removal]:
        async def remove(resource: Resource, group: Sequence[Grant]) -> Mapping[Grant, Removal]:
            return await self._remove(resource, group, deadline, pause)

        return await self._on_each_resource(grants, remove, RemovalFailed(INCOMPLETE))

    async def _on_each_resource(
        self,
        grants: Sequence[Grant],
        act: Callable[[Resource, Sequence[Grant]], Coroutine[Any, Any, Mapping[Grant, Result]]],
        incomplete: Result,
    ) -> dict[Grant, Result | NotKnown]:
        keep_out_of_log(*(grant.email for grant in grants))
        if self._stopped:
            raise self._stopped
        results: dict[Grant, Result | NotKnown] = {}
        groups: dict[Resource, dict[Grant, Grant]] = defaultdict(dict)
        for grant in grants:
            if not (grant.email.strip() and grant.access.strip() and all(part.strip() for part in grant.resource)):
                results[grant] = incomplete
                continue
            match self.in_own_words(grant):
                case NotKnown() as not_known:
                    results[grant] = not_known
                case Grant() as own:
                    groups[own.resource][own] = grant
        acts = (act(resource, list(group)) for resource, group in groups.items())
        for group, found in zip(groups.values(), await asyncio.gather(*acts), strict=True):
            results.update({grant: found[own] for own, grant in group.items()})
        return results

    async def _look(self, resource: Resource, grants: Sequence[Grant], deadline: Deadline) -> Mapping[Grant, Found]:
        try:
            return await self.look(resource, grants, deadline)
        except ConnectorStoppedError as error:
            self._stopped = error
            raise
        except ConnectorError as error:
            return dict.fromkeys(grants, LookFailed(str(error)))

    async def _remove(
        self, resource: Resource, grants: Sequence[Grant], deadline: Deadline, pause: Pause
    ) -> Mapping[Grant, Removal]:
        """Looks first, since platforms give different answers to the removal of a grant that is already gone.

        If the connector stops after a grant may have been removed, this call still answers. The next one raises.
        """
        before = await self._look(resource, grants, deadline)
        there = [grant for grant in grants if isinstance(found := before[grant], CurrentGrant) and found.is_direct]
        removals: dict[Grant, Removal] = {
            grant: _without_removal(found) for grant, found in before.items() if grant not in there
        }
        if there:
            try:
                calls = await self._remove_from(resource, there, deadline)
            except ConnectorStoppedError as error:
                error.may_be_gone = True  # an earlier try of the call may have taken effect
                raise
            after = await self._look_until_gone(resource, calls, deadline, pause)
            removals |= {grant: _after_removal(calls[grant], after[grant]) for grant in there}
        return removals

    async def _look_until_gone(
        self, resource: Resource, calls: Mapping[Grant, str | ConnectorError | None], deadline: Deadline, pause: Pause
    ) -> dict[Grant, Found]:
        """Looks again, after growing pauses, at grants whose removal was accepted and that are still listed."""
        after: dict[Grant, Found] = {}
        waiting, pauses = list(calls), iter(PAUSES_SECONDS)
        while waiting:
            try:
                after |= await self._look(resource, waiting, deadline)
            except ConnectorStoppedError as error:
                return after | {grant: LookFailed(str(error)) for grant in waiting}
            accepted = (grant for grant in calls if not isinstance(calls[grant], ConnectorError))
            waiting = [grant for grant in accepted if after[grant] == CurrentGrant(is_direct=True)]
            seconds = next(pauses, None)
            if seconds is None or seconds + LOOK_SECONDS > deadline.seconds_left:
                break
            if waiting and not await pause(seconds):
                break
        return after

    async def _remove_from(
        self, resource: Resource, grants: Sequence[Grant], deadline: Deadline
    ) -> dict[Grant, str | ConnectorError | None]:
        """Returns the id of each grant's call, or its error. Splits a group that was refused because of one grant."""
        try:
            request_id = await self.remove_from(resource, grants, deadline)
        except ConnectorStoppedError:
            raise
        except RefusedError as error:
            if not error.concerns_one or len(grants) == 1:
                return dict.fromkeys(grants, error)
            half = len(grants) // 2
            first = await self._remove_from(resource, grants[:half], deadline)
            try:
                return {**first, **await self._remove_from(resource, grants[half:], deadline)}
            except ConnectorStoppedError as stop:
                return {**first, **dict.fromkeys(grants[half:], stop)}
        except ConnectorError as error:
            return dict.fromkeys(grants, error)
        return dict.fromkeys(grants, request_id)


def _without_removal(found: Found) -> Removal:
    match found:
        case CurrentGrant(through=str(through)):
            return StillEffective(through)
        case CurrentGrant():
            return AlreadyGone(found.scope)
        case NotKnown():
            return found
    return RemovalFailed(found.reason)


def _after_removal(call: str | ConnectorError | None, found: Found) -> Removal:
    """Returns the outcome by the second look, since a call may have worked although its answer was lost.

    A platform may list what ALL PRIVILEGES include as if it were granted. It cannot be removed, and is not "stayed".
    """
    match found:
        case CurrentGrant(is_direct=True) if isinstance(call, ConnectorError):
            return RemovalFailed(str(call), may_be_gone=not isinstance(call, RefusedError))
        case CurrentGrant(through=str(through)):
            return StillEffective(through)
        case CurrentGrant(is_direct=True):
            return RemovalFailed(STAYED, may_be_gone=True)
        case CurrentGrant():
            return Removed(None if isinstance(call, ConnectorError) else call, found.scope)
        case NotKnown(reason):
            return NotKnown(reason, may_be_gone=True)
    return RemovalFailed(f"{UNCONFIRMED} {found.reason}", may_be_gone=True)
