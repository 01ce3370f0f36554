"""Connector: the calls that runs, checks and decisions make to a platform, and the possible outcomes for a grant."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol, Self

from access.addresses import without_blanks
from access.connectors.description import Description, Place, Usage
from access.connectors.errors import ConnectorError, RefusedError
from access.platforms.platform import Platform, SqlId
from sql.deadline import Deadline

STAYED = "The platform accepted the removal, but the grant is still there."
UNCONFIRMED = "The removal could not be confirmed."
NOT_SEEN = "The platform accepted the grant, but does not list it."
GIVING_UNCONFIRMED = "It could not be confirmed that the grant was given."

# The parts that name a table of Unity Catalog, or a resource of Foundry.
Resource = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Grant:
    """The access that one request gives a person to a resource. `access` is a privilege or a role."""

    request_id: SqlId
    email: str
    resource: Resource
    access: str

    @classmethod
    def from_row(cls, platform: Platform, row: Mapping[Any, Any]) -> Self:
        return cls._of(platform, platform.from_sql_id(row["id"]), row)

    @classmethod
    def of_new_request(cls, platform: Platform, fields: Mapping[str, Any]) -> Self:
        """Returns the grant of a request that is not stored yet, so its id is 0."""
        return cls._of(platform, 0, fields)

    @classmethod
    def _of(cls, platform: Platform, request_id: SqlId, row: Mapping[Any, Any]) -> Self:
        fields = {name: str(row[name] or "") for name in platform.resource_fields}
        resource = tuple(fields[name] for name in platform.resource_fields if name != platform.grant_field)
        return cls(request_id, without_blanks(row["requested_by_email"]), resource, fields[platform.grant_field])


@dataclass(frozen=True, slots=True)
class CurrentGrant:
    """The access that the person still has: direct, by the grant itself, or `through` something above or beside it.

    `scope` tells what the platform was asked, and as whom. It is the proof of a grant that is gone.
    """

    is_direct: bool = False
    through: str | None = None
    scope: str | None = field(default=None, compare=False)

    @property
    def is_gone(self) -> bool:
        return not self.is_direct and self.through is None


@dataclass(frozen=True, slots=True)
class LookFailed:
    """The call failed, so the grant may be there. `reason` is a sentence for people."""

    reason: str


@dataclass(frozen=True, slots=True)
class NotKnown:
    """The platform answered, but its answer proves nothing: it hides grants, or does not know a name.

    `reason` is a sentence for people. A person must look, since the next run gets the same answer. The grant
    `may_be_gone` after a call that the platform did not refuse.
    """

    reason: str
    may_be_gone: bool = field(default=False, compare=False)


Found = CurrentGrant | LookFailed | NotKnown


@dataclass(frozen=True, slots=True)
class Removed:
    """The grant was removed and is confirmed gone. `platform_request_id` finds the call in the platform's own logs."""

    platform_request_id: str | None
    scope: str | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class AlreadyGone:
    """There was nothing to remove."""

    scope: str | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class StillEffective:
    """The grant is gone, but the person still has access `through` something that a connector does not change."""

    through: str


@dataclass(frozen=True, slots=True)
class RemovalFailed:
    """The grant was not removed, or its removal could not be confirmed. `reason` is a sentence for people.

    It `may_be_gone` after a call that the platform did not refuse.
    """

    reason: str
    may_be_gone: bool = field(default=False, compare=False)


Removal = Removed | AlreadyGone | StillEffective | RemovalFailed | NotKnown


@dataclass(frozen=True, slots=True)
class Given:
    """The grant was given and is seen there. `scope` tells what the platform was asked, and as whom."""

    platform_request_id: str | None
    scope: str | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class AlreadyThere:
    """There was nothing to give."""

    scope: str | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class GivingFailed:
    """The grant was not given, or is not seen. `reason` is a sentence for people.

    It `may_be_there` after a call that the platform did not refuse.
    """

    reason: str
    may_be_there: bool = field(default=False, compare=False)


# NotKnown means that nothing was given, since nothing could be said before.
Giving = Given | AlreadyThere | GivingFailed | NotKnown

# "unknown" if the platform does not say.
PrincipalKind = Literal["person", "group", "servicePrincipal", "unknown"]


@dataclass(frozen=True, slots=True)
class Holder:
    """Someone who has `access` on a resource directly. `principal` is the name that the platform lists.

    Foundry lists ids. The principal is then the person's email address if Foundry tells it.
    """

    principal: str
    kind: PrincipalKind
    access: str


@dataclass(frozen=True, slots=True)
class Survey:
    """The answer about each grant on one resource, and all direct holders there without the app itself.

    `holders` is None if the platform did not list all of them, or the look failed.
    """

    found: Mapping[Grant, Found]
    holders: Sequence[Holder] | None


# Waits for so many seconds, and returns whether the work may continue.
Pause = Callable[[float], Awaitable[bool]]


async def pause_for(seconds: float) -> bool:
    await asyncio.sleep(seconds)
    return True


class Connector(Protocol):
    """Each method answers for each grant on its own, so that one failure does not fail the others.

    They raise ConnectorStoppedError if every other grant would fail too. Then make no more calls for now.
    """

    max_concurrency: int

    @property
    def usage(self) -> Usage:
        """Returns what the calls of this connection have met so far."""

    async def describe(self, places: Sequence[Place], deadline: Deadline) -> Description:
        """Returns what this app may see and remove at each place. Changes nothing, and raises no ConnectorError."""

    async def current_grants(self, grants: Sequence[Grant], deadline: Deadline) -> Mapping[Grant, Found]:
        """Returns the platform's answer about each grant, and changes nothing."""

    async def survey(self, grants: Sequence[Grant], deadline: Deadline) -> Survey:
        """Returns the platform's answer about each grant, and the holders. All grants are on one resource."""

    async def remove(
        self, grants: Sequence[Grant], deadline: Deadline, pause: Pause = pause_for
    ) -> Mapping[Grant, Removal]:
        """Removes each grant, then looks whether it is gone. Uses `pause` before it looks again at one that stays."""

    async def give(
        self, grants: Sequence[Grant], deadline: Deadline, pause: Pause = pause_for
    ) -> Mapping[Grant, Giving]:
        """Gives each grant that is not there, then looks for it. Uses `pause` before it looks again."""


def without_removal(found: Found) -> Removal:
    """Returns the outcome of a grant that was not there to be removed."""
    match found:
        case CurrentGrant(through=str(through)):
            return StillEffective(through)
        case CurrentGrant():
            return AlreadyGone(found.scope)
        case NotKnown():
            return found
    return RemovalFailed(found.reason)


def after_removal(call: str | ConnectorError | None, found: Found) -> Removal:
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


def without_giving(found: Found) -> Giving:
    """Returns the outcome of a grant that was not given, because it is there or nothing is known."""
    match found:
        case CurrentGrant():
            return AlreadyThere()
        case NotKnown():
            return found
    return GivingFailed(found.reason)


def after_giving(call: str | ConnectorError | None, found: Found) -> Giving:
    """Returns the outcome by the second look, since a call may have worked although its answer was lost."""
    may_be_there = not isinstance(call, RefusedError)
    match found:
        case CurrentGrant(is_direct=True):
            return Given(None if isinstance(call, ConnectorError) else call)
        case CurrentGrant():
            return GivingFailed(str(call) if isinstance(call, ConnectorError) else NOT_SEEN, may_be_there)
    return GivingFailed(f"{GIVING_UNCONFIRMED} {found.reason}", may_be_there)
