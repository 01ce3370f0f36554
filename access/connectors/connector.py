"""Connector: what a revoke run and a check need of a platform; and what can become of one grant there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, Self

from access.platforms import Platform
from sql.deadline import Deadline


@dataclass(frozen=True, slots=True)
class Grant:
    """What one request gives: a person's `access`, a privilege or a role, to a resource."""

    request_id: int | str
    email: str
    resource: tuple[str, ...]
    access: str

    @classmethod
    def from_row(cls, platform: Platform, row: Mapping[Any, Any]) -> Self:
        fields = {name: str(row[name] or "") for name in ("requested_by_email", *platform.resource_fields)}
        resource = tuple(fields[name] for name in platform.resource_fields if name != platform.grant_field)
        request_id = platform.from_sql_id(row["id"])
        return cls(request_id, fields["requested_by_email"], resource, fields[platform.grant_field])


@dataclass(frozen=True, slots=True)
class Holding:
    """Whether the platform still lets the person in: by the grant itself, or through something above or beside it."""

    is_direct: bool = False
    through: str | None = None

    @property
    def is_gone(self) -> bool:
        return not self.is_direct and self.through is None


@dataclass(frozen=True, slots=True)
class Removed:
    """Taken away and seen gone. `platform_request_id` is by what the platform finds the call in its own logs."""

    platform_request_id: str | None


@dataclass(frozen=True, slots=True)
class AlreadyGone:
    """Nothing was there to take away."""


@dataclass(frozen=True, slots=True)
class StillEffective:
    """The grant itself is gone, but the person still gets in `through` something that a connector leaves alone."""

    through: str


@dataclass(frozen=True, slots=True)
class Failed:
    """Not taken away, or nobody knows. `reason` is a sentence."""

    reason: str


Removal = Removed | AlreadyGone | StillEffective | Failed


class Connector(Protocol):
    """Both methods tell of each grant on its own: one failure fails one.

    They raise ConnectorStoppedError where no further grant could fare better: nothing more is to be asked for now.
    """

    max_concurrency: int

    async def held(self, grants: Sequence[Grant], deadline: Deadline) -> Mapping[Grant, Holding | Failed]:
        """What the platform says of each grant; changes nothing."""

    async def remove(self, grants: Sequence[Grant], deadline: Deadline) -> Mapping[Grant, Removal]:
        """Takes each grant away and looks whether it is gone."""
