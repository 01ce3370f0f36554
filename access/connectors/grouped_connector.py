"""GroupedConnector: look, take away, look again, for all grants on one resource at a time."""

import asyncio
from abc import ABC, abstractmethod
from collections import defaultdict
from collections.abc import Callable, Coroutine, Mapping, Sequence
from typing import Any, TypeVar

from access.connectors.connector import AlreadyGone, Failed, Grant, Holding, Removal, Removed, StillEffective
from access.connectors.errors import ConnectorError, ConnectorStoppedError, RefusedError
from sql.deadline import Deadline

INCOMPLETE = "The request does not name both a person and what the access is to."
STAYED = "The platform accepted the removal, but the grant is still there."

Result = TypeVar("Result")
Resource = tuple[str, ...]


class GroupedConnector(ABC):
    """What a platform's module adds is `look` and `take_away`, which may raise any ConnectorError."""

    def __init__(self, max_concurrency: int) -> None:
        self.max_concurrency = max_concurrency
        self._stopped: ConnectorStoppedError | None = None

    @abstractmethod
    async def look(
        self, resource: Resource, grants: Sequence[Grant], deadline: Deadline
    ) -> Mapping[Grant, Holding | Failed]:
        """What the platform says of each grant on the resource."""

    @abstractmethod
    async def take_away(self, resource: Resource, grants: Sequence[Grant], deadline: Deadline) -> str | None:
        """Takes all the grants on the resource away in one call, or none; the platform's id of that call."""

    async def held(self, grants: Sequence[Grant], deadline: Deadline) -> Mapping[Grant, Holding | Failed]:
        async def look(resource: Resource, group: Sequence[Grant]) -> Mapping[Grant, Holding | Failed]:
            return await self._look(resource, group, deadline)

        return await self._on_each_resource(grants, look)

    async def remove(self, grants: Sequence[Grant], deadline: Deadline) -> Mapping[Grant, Removal]:
        async def remove(resource: Resource, group: Sequence[Grant]) -> Mapping[Grant, Removal]:
            return await self._remove(resource, group, deadline)

        return await self._on_each_resource(grants, remove)

    async def _on_each_resource(
        self,
        grants: Sequence[Grant],
        act: Callable[[Resource, Sequence[Grant]], Coroutine[Any, Any, Mapping[Grant, Result]]],
    ) -> dict[Grant, Result | Failed]:
        if self._stopped:
            raise self._stopped
        results: dict[Grant, Result | Failed] = {}
        groups: dict[Resource, list[Grant]] = defaultdict(list)
        for grant in grants:
            if grant.email and grant.access and all(grant.resource):
                groups[grant.resource].append(grant)
            else:
                results[grant] = Failed(INCOMPLETE)
        for found in await asyncio.gather(*(act(resource, group) for resource, group in groups.items())):
            results.update(found)
        return results

    async def _look(
        self, resource: Resource, grants: Sequence[Grant], deadline: Deadline
    ) -> Mapping[Grant, Holding | Failed]:
        try:
            return await self.look(resource, grants, deadline)
        except ConnectorStoppedError as error:
            self._stopped = error
            raise
        except ConnectorError as error:
            return dict.fromkeys(grants, Failed(str(error)))

    async def _remove(self, resource: Resource, grants: Sequence[Grant], deadline: Deadline) -> Mapping[Grant, Removal]:
        """What is gone already is found by looking first: what a platform answers to its removal is another matter.

        What stops the connector once something may have been taken away is raised by the next call: this one tells.
        """
        before = await self._look(resource, grants, deadline)
        there = [grant for grant in grants if isinstance(found := before[grant], Holding) and found.is_direct]
        removals: dict[Grant, Removal] = {
            grant: _without_removal(found) for grant, found in before.items() if grant not in there
        }
        if there:
            calls = await self._take_away(resource, there, deadline)
            after: Mapping[Grant, Holding | Failed]
            try:
                after = await self._look(resource, there, deadline)
            except ConnectorStoppedError as error:
                after = dict.fromkeys(there, Failed(str(error)))
            removals |= {grant: _after_removal(calls[grant], after[grant]) for grant in there}
        return removals

    async def _take_away(
        self, resource: Resource, grants: Sequence[Grant], deadline: Deadline
    ) -> dict[Grant, str | ConnectorError | None]:
        """The id of the call that served each grant, or why it failed; a group that is refused for one is split."""
        try:
            request_id = await self.take_away(resource, grants, deadline)
        except ConnectorStoppedError:
            raise
        except RefusedError as error:
            if not error.concerns_one or len(grants) == 1:
                return dict.fromkeys(grants, error)
            half = len(grants) // 2
            first = await self._take_away(resource, grants[:half], deadline)
            try:
                return {**first, **await self._take_away(resource, grants[half:], deadline)}
            except ConnectorStoppedError as stop:
                return {**first, **dict.fromkeys(grants[half:], stop)}
        except ConnectorError as error:
            return dict.fromkeys(grants, error)
        return dict.fromkeys(grants, request_id)


def _without_removal(found: Holding | Failed) -> Removal:
    match found:
        case Holding(through=str(through)):
            return StillEffective(through)
        case Holding():
            return AlreadyGone()
    return found


def _after_removal(call: str | ConnectorError | None, found: Holding | Failed) -> Removal:
    """The look decides: a call whose answer got lost may have done its work."""
    match found:
        case Holding(is_direct=True):
            if isinstance(call, ConnectorError):
                return Failed(str(call))
            return Failed(STAYED)
        case Holding(through=str(through)):
            return StillEffective(through)
        case Holding():
            return Removed(None if isinstance(call, ConnectorError) else call)
    return Failed(f"Whether it was taken away could not be seen. {found.reason}")
