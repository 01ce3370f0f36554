"""Connector: the calls that a revoke run and a check make to a platform, and the possible outcomes for a grant."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, Self

from access.addresses import without_blanks
from access.platforms.platform import Platform, SqlId
from sql.deadline import Deadline

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
        fields = {name: str(row[name] or "") for name in platform.resource_fields}
        resource = tuple(fields[name] for name in platform.resource_fields if name != platform.grant_field)
        request_id = platform.from_sql_id(row["id"])
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

# Waits for so many seconds, and returns whether the work may continue.
Pause = Callable[[float], Awaitable[bool]]


async def pause_for(seconds: float) -> bool:
    await asyncio.sleep(seconds)
    return True


class Connector(Protocol):
    """Both methods answer for each grant on its own, so that one failure does not fail the others.

    They raise ConnectorStoppedError if every other grant would fail too. Then make no more calls for now.
    """

    max_concurrency: int

    async def current_grants(self, grants: Sequence[Grant], deadline: Deadline) -> Mapping[Grant, Found]:
        """Returns the platform's answer about each grant, and changes nothing."""

    async def remove(
        self, grants: Sequence[Grant], deadline: Deadline, pause: Pause = pause_for
    ) -> Mapping[Grant, Removal]:
        """Removes each grant, then looks whether it is gone. Uses `pause` before it looks again at one that stays."""
