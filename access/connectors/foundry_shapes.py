"""The shapes of Foundry's answers about users, groups and the roles on a resource."""

from typing import Final, Literal

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel

from api.remote_answer import Page

EVERYONE: Final = "everyone"


class FoundryModel(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel)


class Everyone(FoundryModel):
    type: Literal["everyone"]
    principal_id: Literal["everyone"] = EVERYONE


class Principal(FoundryModel):
    principal_id: str
    principal_type: str = ""


class GrantedRole(FoundryModel):
    resource_role_principal: Everyone | Principal
    role_id: str

    @property
    def principal_id(self) -> str:
        return self.resource_role_principal.principal_id

    @property
    def is_of_user(self) -> bool:
        principal = self.resource_role_principal
        return isinstance(principal, Principal) and principal.principal_type == "USER"

    @property
    def is_of_group(self) -> bool:
        """Tells whether the role belongs to neither one person nor everyone, and so perhaps to a group."""
        principal = self.resource_role_principal
        return isinstance(principal, Principal) and principal.principal_type != "USER"


class GrantedRoles(FoundryModel, Page):
    data: list[GrantedRole]


class User(FoundryModel):
    """A person, or the service user of an application, who has neither an organization nor an address."""

    id: str
    email: str | None = None
    organization: str | None = None
    status: str = ""

    @property
    def is_service_user(self) -> bool:
        return not (self.email or self.organization)


class UsersById(FoundryModel):
    data: dict[str, User]


class FoundUsers(FoundryModel, Page):
    data: list[User]


class GroupMembership(FoundryModel):
    group_id: str


class GroupMemberships(FoundryModel, Page):
    data: list[GroupMembership]


class FoundryResource(FoundryModel):
    """A resource, or the project that it lies in."""

    path: str
    project_rid: str


class ResourcesByRid(FoundryModel):
    data: dict[str, FoundryResource]
