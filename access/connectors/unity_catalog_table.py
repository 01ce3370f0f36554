"""TableView: what Unity Catalog lists about one table, and what that says about a person's grant."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass

from access.connectors.connector import CurrentGrant, Grant, Holder, PrincipalKind, Resource
from access.connectors.description import Right, Rights
from access.connectors.privileges import NOT_IN_ALL_PRIVILEGES
from access.connectors.unity_catalog_shapes import GivenPrivilege, Permissions, Person, ScimRecord
from access.same_person import same_person_key
from api.remote_answer import plain_line

ALL_PRIVILEGES = "ALL_PRIVILEGES"
MANAGE = "MANAGE"
# Everyone is in this group of the account, and no record of a person names it.
EVERYONE = "account users"
GROUPS_NOT_CHECKED = "Direct grant gone; groups not checked."
_MAX_NAME_CHARACTERS = 300
_SERVICE_PRINCIPAL = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


@dataclass(frozen=True)
class TableView:
    """The effective privileges of all principals, and the owners of the table and of what is above it.

    An owner is None if the platform does not tell it. `people` are owners that are known to be no groups. `read_as` is
    the app's own name there.
    """

    resource: Resource
    permissions: Permissions
    owners: Mapping[str, str | None]
    people: Set[str]
    read_as: str | None

    def owned_by(self, email: str) -> str | None:
        """Returns what makes the person an owner, who holds everything without a grant."""
        kinds = (kind for kind, owner in self.owners.items() if owner and is_same_principal(owner, email))
        return next((f"ownership of the {kind}" for kind in kinds), None)

    def may_hold_through(self, grant: Grant) -> bool:
        """Tells whether another principal, which may be a group of the person, has what the grant gives."""
        owners = {owner for owner in self.owners.values() if owner} - self.people
        names = [*(name for name, _ in self._others_with_the_same(grant)), *owners]
        return any(not (_SERVICE_PRINCIPAL.fullmatch(name) or is_same_principal(name, grant.email)) for name in names)

    def through_groups(self, grant: Grant, groups: frozenset[str]) -> str | None:
        """Returns the group that gives the person the same access, by a grant or as an owner."""
        for name, _ in self._others_with_the_same(grant):
            if name in groups or name == EVERYONE:
                return f"group {plain_line(name, _MAX_NAME_CHARACTERS)}"
        for kind, owner in self.owners.items():
            if owner and (owner in groups or owner == EVERYONE):
                return f"group {plain_line(owner, _MAX_NAME_CHARACTERS)}, the owner of the {kind}"
        return None

    def scope(self, groups: str) -> str:
        """Returns the sentences that tell what a verdict of "gone" rests on."""
        read_as = f" as {plain_line(self.read_as, _MAX_NAME_CHARACTERS)}" if self.read_as else ""
        unknown = [kind for kind, owner in self.owners.items() if not owner]
        owners = f"Owner of the {' and the '.join(unknown)} not checked." if unknown else "Owners checked."
        return f"All grants on the table read{read_as}. {owners} {groups}"

    def _others_with_the_same(self, grant: Grant) -> Iterator[tuple[str, Sequence[GivenPrivilege]]]:
        for name, given in self.permissions.items():
            if not is_same_principal(name, grant.email) and current_grant(grant, given) != CurrentGrant():
                yield name, given


def current_grant(grant: Grant, privileges: Iterable[GivenPrivilege]) -> CurrentGrant:
    """Returns the person's access. ALL PRIVILEGES count as well, since they include almost every other privilege."""
    is_direct, through = False, None
    for given in privileges:
        source, name = given.inherited_from_type, plain_line(given.inherited_from_name or "", _MAX_NAME_CHARACTERS)
        if given.privilege == grant.access:
            if name:
                through = f"{str(source or 'parent').lower()} {name}"
            else:
                is_direct = True
        elif given.privilege == ALL_PRIVILEGES and grant.access not in NOT_IN_ALL_PRIVILEGES:
            place = f"{str(source or 'parent').lower()} {name}" if name else "the table itself"
            through = through or f"ALL PRIVILEGES on {place}"
    return CurrentGrant(is_direct, through)


def of_person(email: str, permissions: Permissions) -> list[GivenPrivilege]:
    """Returns the privileges of the person, under every spelling of the address that the platform lists."""
    return [each for name, given in permissions.items() if is_same_principal(name, email) for each in given]


def is_same_principal(name: str, email: str) -> bool:
    """Compares addresses by the rule for people, and the names of groups exactly, since their case counts."""
    return name == email or ("@" in email and same_person_key(name) == same_person_key(email))


def is_individual(name: str) -> bool:
    """Tells whether a principal looks like a person or a service principal, and not like a group."""
    return "@" in name or bool(_SERVICE_PRINCIPAL.fullmatch(name))


def direct_holders(permissions: Permissions, own_names: Sequence[str]) -> list[Holder]:
    """Returns all who hold something on the table itself, without this app. The form of a name tells its kind."""
    return [
        Holder(name, _kind_of(name), privilege)
        for name, given in permissions.items()
        if not any(is_same_principal(name, own) for own in own_names)
        for privilege in dict.fromkeys(each.privilege for each in given if not each.inherited_from_name)
    ]


def _kind_of(name: str) -> PrincipalKind:
    if _SERVICE_PRINCIPAL.fullmatch(name):
        return "servicePrincipal"
    return "person" if "@" in name else "group"


def groups_checked(person: Person | None) -> str:
    """Returns the sentence about a person's groups, for the scope of a verdict."""
    if person is None:
        return GROUPS_NOT_CHECKED
    return "Groups checked." if person.is_active else "The person's account is deactivated."


def own_names(me: ScimRecord | None) -> tuple[set[str], set[str]]:
    """Returns the names of this app, and those of its groups."""
    return set(me.names if me else ()), {EVERYONE, *(me.group_names if me else ())}


def lists_others(permissions: Permissions, me: ScimRecord | None) -> bool:
    own, groups = own_names(me)
    others = {name for name in permissions if not any(is_same_principal(name, each) for each in own)} - groups
    return len(others if me else set(filter(is_individual, others))) >= (1 if me else 2)


def rights_by_view(table: TableView, me: ScimRecord | None, admin: str | None) -> Rights:
    """Returns what the app may see and remove on the table, with the right that shows it."""
    name = plain_line(".".join(table.resource), _MAX_NAME_CHARACTERS)
    if right := _right_of_app(table, me, admin):
        return Rights(Right("yes", right), Right("yes", right))
    no_right = f"Neither MANAGE nor ownership was seen for this app on {name} or above it."
    if lists_others(table.permissions, me):
        return Rights(
            Right("yes", f"Databricks lists the grants of others on {name}."),
            Right("notKnown", f"{no_right} It may have a right that Databricks does not tell."),
        )
    if me is None:
        return Rights.not_known("Databricks does not tell this app its own name (SCIM /Me).")
    if not admin or not all(table.owners.values()):
        return Rights.not_known(f"{no_right} Databricks does not tell all owners there.")
    return Rights(Right("no", f"Databricks lists only this app's own grants on {name}."), Right("no", no_right))


def _right_of_app(table: TableView, me: ScimRecord | None, admin: str | None) -> str | None:
    """Returns a sentence with the right by which the app manages the table, the widest one first."""
    own, groups = own_names(me)
    groups -= {EVERYONE}

    def is_app(name: str | None) -> bool:
        return bool(name) and (name in groups or any(is_same_principal(str(name), each) for each in own))

    if is_app(admin):
        return "The app is admin of the metastore."
    catalog, schema, _ = table.resource
    names = {"catalog": catalog, "schema": f"{catalog}.{schema}", "table": ".".join(table.resource)}
    managed = {
        str(given.inherited_from_type or "table").lower() if given.inherited_from_name else "table"
        for name in own | groups | {EVERYONE}
        for given in of_person(name, table.permissions)
        if given.privilege == MANAGE
    }
    for kind, full_name in names.items():
        if is_app(table.owners.get(kind)):
            return f"The app owns the {kind} {plain_line(full_name, _MAX_NAME_CHARACTERS)}."
        if kind in managed:
            return f"The app has MANAGE on the {kind} {plain_line(full_name, _MAX_NAME_CHARACTERS)}."
    return "The app has MANAGE on what is above the table." if managed else None
