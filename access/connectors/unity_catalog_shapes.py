"""The shapes of the answers of Unity Catalog, and of the workspace about its people."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, model_validator

from api.remote_answer import Page


class GivenPrivilege(BaseModel):
    privilege: str
    inherited_from_type: str | None = None
    inherited_from_name: str | None = None


class Assignment(BaseModel):
    principal: str
    privileges: list[GivenPrivilege]


class EffectivePermissions(Page):
    """A page of permissions. The body is an empty object if no one has a privilege."""

    privilege_assignments: tuple[Assignment, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _refuse_other_objects(cls, body: Any) -> Any:
        if isinstance(body, dict) and body and not body.keys() & cls.model_fields.keys():
            raise ValueError("this object is not a page of permissions")
        return body


class Owned(BaseModel):
    owner: str
    name: str | None = None


class OwnedTables(Page):
    tables: tuple[Owned, ...] = ()


class ScimGroup(BaseModel):
    display: str | None = None


class ScimRecord(BaseModel):
    """A user or, only as the caller, a service principal, whose grants have its application id."""

    userName: str | None = None  # noqa: N815  as SCIM writes it
    applicationId: str | None = None  # noqa: N815  as SCIM writes it
    active: bool = True
    groups: tuple[ScimGroup, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """Returns the names under which grants may list this principal."""
        return tuple(filter(None, (self.applicationId, self.userName)))

    @property
    def name(self) -> str | None:
        return next(iter(self.names), None)

    @property
    def group_names(self) -> frozenset[str]:
        return frozenset(group.display for group in self.groups if group.display)


class ScimRecords(BaseModel):
    Resources: tuple[ScimRecord, ...] = ()


@dataclass(frozen=True)
class Person:
    """The workspace's record of a person. `name` is its own spelling of the address."""

    name: str
    is_active: bool
    groups: frozenset[str]


Permissions = Mapping[str, list[GivenPrivilege]]
