"""GroupedConnector looks, removes or gives, and looks again, for all grants on one resource at a time."""

import asyncio
from abc import ABC, abstractmethod
from collections import defaultdict
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar

from access.connectors.connector import (
    AlreadyThere,
    CurrentGrant,
    Found,
    Given,
    Giving,
    GivingFailed,
    Grant,
    Holder,
    LookFailed,
    NotKnown,
    Pause,
    Removal,
    RemovalFailed,
    Resource,
    Survey,
    after_giving,
    after_removal,
    pause_for,
    without_giving,
    without_removal,
)
from access.connectors.description import Description, Place, Rights, Usage, describe
from access.connectors.errors import ConnectorError, ConnectorStoppedError, RefusedError
from api.request_log import keep_out_of_log
from sql.deadline import Deadline

INCOMPLETE = "The request lacks its person, its resource, or its privilege or role."
# A platform may show a change late. The pauses add up to less than a minute.
PAUSES_SECONDS = (0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 25.0)
# The last look must end before the caller's time does.
LOOK_SECONDS = 5.0

Result = TypeVar("Result")
# The platform's id of the call that changed a grant, or the call's error.
Called = str | ConnectorError | None
# Makes one call for all the grants on the resource, or none.
Call = Callable[[Resource, Sequence[Grant], Deadline], Awaitable[str | None]]


@dataclass(frozen=True)
class _Change(Generic[Result]):
    """How grants are removed or given: the call, which need it, when it shows, and the outcome without and after it."""

    call: Call
    needs: Callable[[CurrentGrant], bool]
    shows: Callable[[CurrentGrant], bool]
    without: Callable[[Found], Result]
    after: Callable[[Called, Found], Result]

    def is_due(self, found: Found) -> bool:
        return isinstance(found, CurrentGrant) and self.needs(found)

    def may_show_later(self, found: Found) -> bool:
        return isinstance(found, CurrentGrant) and not self.shows(found)


class GroupedConnector(ABC):
    """A platform's module adds the abstract methods, which may raise any ConnectorError."""

    def __init__(self, max_concurrency: int, usage: Usage) -> None:
        self.max_concurrency = max_concurrency
        self.usage = usage
        self._stopped: ConnectorStoppedError | None = None

    @abstractmethod
    def in_own_words(self, grant: Grant) -> Grant | NotKnown:
        """Returns the grant as the platform writes it, or NotKnown if the platform can never hold it."""

    @abstractmethod
    async def look(
        self, resource: Resource, grants: Sequence[Grant], deadline: Deadline, *, with_holders: bool = False
    ) -> Survey:
        """Returns the platform's answer about each grant on the resource, and the holders there if they are wanted."""

    @abstractmethod
    async def read_as(self, deadline: Deadline) -> str | None:
        """Returns the name under which this app reads the platform's lists, or None if it is not told."""

    @abstractmethod
    async def remove_from(self, resource: Resource, grants: Sequence[Grant], deadline: Deadline) -> str | None:
        """Removes all the grants on the resource in one call, or none. Returns the platform's id of the call."""

    @abstractmethod
    async def give_on(self, resource: Resource, grants: Sequence[Grant], deadline: Deadline) -> str | None:
        """Gives all the grants on the resource in one call, or none. Returns the platform's id of the call."""

    @abstractmethod
    async def rights_on(self, resource: Resource, deadline: Deadline) -> Rights:
        """Returns what this app may do with the grants on a resource, by what the platform tells."""

    async def signed_in_as(self, deadline: Deadline) -> str | None:
        return await self.read_as(deadline)

    async def places_of(self, places: Sequence[Place], deadline: Deadline) -> Sequence[Place]:
        return places

    async def describe(self, places: Sequence[Place], deadline: Deadline) -> Description:
        return await describe(self, places, deadline)

    async def current_grants(self, grants: Sequence[Grant], deadline: Deadline) -> Mapping[Grant, Found]:
        async def look(resource: Resource, group: Sequence[Grant]) -> Mapping[Grant, Found]:
            return await self._look(resource, group, deadline)

        return await self._on_each_resource(grants, look, LookFailed(INCOMPLETE))

    async def survey(self, grants: Sequence[Grant], deadline: Deadline) -> Survey:
        holders: list[Sequence[Holder] | None] = []

        async def look(resource: Resource, group: Sequence[Grant]) -> Mapping[Grant, Found]:
            survey = await self._survey(resource, group, deadline, with_holders=True)
            holders.append(survey.holders)
            return survey.found

        incomplete: Found = LookFailed(INCOMPLETE)
        found = await self._on_each_resource(grants, look, incomplete)
        return Survey(found, holders[0] if len(holders) == 1 else None)

    async def remove(
        self, grants: Sequence[Grant], deadline: Deadline, pause: Pause = pause_for
    ) -> Mapping[Grant, Removal]:
        listed = CurrentGrant(is_direct=True)  # and nothing beside it that may be listed as if it were the grant
        removing: _Change[Removal] = _Change(
            self.remove_from, _is_listed, lambda found: found != listed, without_removal, after_removal
        )

        async def remove(resource: Resource, group: Sequence[Grant]) -> Mapping[Grant, Removal]:
            return await self._make(removing, resource, group, deadline, pause)

        return await self._on_each_resource(grants, remove, RemovalFailed(INCOMPLETE))

    async def give(
        self, grants: Sequence[Grant], deadline: Deadline, pause: Pause = pause_for
    ) -> Mapping[Grant, Giving]:
        giving: _Change[Giving] = _Change(
            self.give_on, lambda found: not found.is_direct, _is_listed, without_giving, after_giving
        )

        async def give(resource: Resource, group: Sequence[Grant]) -> Mapping[Grant, Giving]:
            results = await self._make(giving, resource, group, deadline, pause)
            scope = await self._scope_of_listed(deadline)
            return {
                grant: replace(result, scope=scope) if isinstance(result, Given | AlreadyThere) else result
                for grant, result in results.items()
            }

        return await self._on_each_resource(grants, give, GivingFailed(INCOMPLETE))

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
        return (await self._survey(resource, grants, deadline)).found

    async def _survey(
        self, resource: Resource, grants: Sequence[Grant], deadline: Deadline, *, with_holders: bool = False
    ) -> Survey:
        try:
            return await self.look(resource, grants, deadline, with_holders=with_holders)
        except ConnectorStoppedError as error:
            self._stopped = error
            raise
        except ConnectorError as error:
            return Survey(dict.fromkeys(grants, LookFailed(str(error))), None)

    async def _make(
        self,
        change: _Change[Result],
        resource: Resource,
        grants: Sequence[Grant],
        deadline: Deadline,
        pause: Pause,
    ) -> Mapping[Grant, Result]:
        """Looks first, since platforms give different answers to a change that was already made.

        If the connector stops after a change may have taken effect, this call still answers. The next one raises.
        """
        before = await self._look(resource, grants, deadline)
        due = [grant for grant in grants if change.is_due(before[grant])]
        results = {grant: change.without(found) for grant, found in before.items() if grant not in due}
        if due:
            try:
                calls = await self._call(change, resource, due, deadline)
            except ConnectorStoppedError as error:
                error.may_be_gone = error.may_be_there = True  # an earlier try of the call may have taken effect
                raise
            after = await self._look_until_made(change, resource, calls, deadline, pause)
            results |= {grant: change.after(calls[grant], after[grant]) for grant in due}
        return results

    async def _look_until_made(
        self,
        change: _Change[Result],
        resource: Resource,
        calls: Mapping[Grant, Called],
        deadline: Deadline,
        pause: Pause,
    ) -> dict[Grant, Found]:
        """Looks again, after growing pauses, at grants whose change was accepted and that does not show."""
        after: dict[Grant, Found] = {}
        waiting, pauses = list(calls), iter(PAUSES_SECONDS)
        while waiting:
            try:
                after |= await self._look(resource, waiting, deadline)
            except ConnectorStoppedError as error:
                return after | {grant: LookFailed(str(error)) for grant in waiting}
            accepted = (grant for grant in calls if not isinstance(calls[grant], ConnectorError))
            waiting = [each for each in accepted if change.may_show_later(after[each])]
            seconds = next(pauses, None)
            if seconds is None or seconds + LOOK_SECONDS > deadline.seconds_left:
                break
            if waiting and not await pause(seconds):
                break
        return after

    async def _scope_of_listed(self, deadline: Deadline) -> str:
        """Returns the sentence that tells what the platform was asked about a grant that is there, and as whom."""
        try:
            name = await self.read_as(deadline)
        except ConnectorError:
            name = None
        return f"The grant is on the platform's list, read as {name or 'this app'}."

    async def _call(
        self, change: _Change[Result], resource: Resource, grants: Sequence[Grant], deadline: Deadline
    ) -> dict[Grant, Called]:
        """Returns the id of each grant's call, or its error. Splits a group that was refused because of one grant."""
        try:
            request_id = await change.call(resource, grants, deadline)
        except ConnectorStoppedError:
            raise
        except RefusedError as error:
            if not error.concerns_one or len(grants) == 1:
                return dict.fromkeys(grants, error)
            half = len(grants) // 2
            first = await self._call(change, resource, grants[:half], deadline)
            try:
                return {**first, **await self._call(change, resource, grants[half:], deadline)}
            except ConnectorStoppedError as stop:
                return {**first, **dict.fromkeys(grants[half:], stop)}
        except ConnectorError as error:
            return dict.fromkeys(grants, error)
        return dict.fromkeys(grants, request_id)


def _is_listed(found: CurrentGrant) -> bool:
    return found.is_direct
