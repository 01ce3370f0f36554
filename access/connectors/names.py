"""The names in requests as the platforms write them, and the names that a platform can never hold.

`same_resource` in sql/request_names.py is the same rule for the database.
"""

import re
from dataclasses import replace
from string import ascii_lowercase, ascii_uppercase

from access.addresses import without_blanks
from access.connectors.connector import Grant, Resource
from access.connectors.privileges import NOT_IN_ALL_PRIVILEGES

_ASCII_UPPER = str.maketrans(ascii_lowercase, ascii_uppercase)
_MAX_NAME_CHARACTERS = 255
# No name of Unity Catalog has these characters, and some of them would change the path of a call.
_NOT_IN_A_NAME = re.compile(r"[./\\`\s\x00-\x1f\x7f]")
# ri.<service>.<instance>.<type>.<locator>
_RID = re.compile(r"ri\.[a-z][a-z0-9-]*\.[a-z0-9-]*\.[a-z][a-z0-9-]*\.[A-Za-z0-9._-]+")
# These catalogs are governed elsewhere. Unity Catalog knows no grants there.
_OTHER_CATALOGS = frozenset({"hive_metastore", "spark_catalog", "global_temp"})
# The privileges that Unity Catalog may show on a table, a view or what is above them.
TABLE_PRIVILEGES = frozenset(
    {"ALL_PRIVILEGES", "APPLY_TAG", "BROWSE", "MANAGE", "MODIFY", "READ_METADATA", "REFRESH", "SELECT"}
)
UNITY_CATALOG_FIELDS = ("catalog_name", "schema_name", "table_name")


def in_unity_catalog(grant: Grant) -> Grant:
    """Returns the grant with the platform's own spelling: names in lower case without backquotes, `ALL_PRIVILEGES`."""
    resource = place_key(grant.resource)
    return replace(grant, email=without_blanks(grant.email), resource=resource, access=access_key(grant.access))


def in_foundry(grant: Grant, roles: frozenset[str]) -> Grant:
    """Returns the grant with the spelling of `roles`, which are the roles that the settings name."""
    role = _unquoted(grant.access)
    known = {each.upper(): each for each in roles}
    access = known.get(role.translate(_ASCII_UPPER), role)
    return replace(
        grant, email=without_blanks(grant.email), resource=tuple(map(_unquoted, grant.resource)), access=access
    )


def place_key(resource: Resource) -> Resource:
    """Returns what two spellings of a resource share."""
    return tuple(_unquoted(part).lower() for part in resource)


def access_key(access: str) -> str:
    """Returns what two spellings of a privilege or role share."""
    return _unquoted(access).translate(_ASCII_UPPER).replace(" ", "_")


def covers(access: str, other: str) -> bool:
    """Tells whether a privilege or role gives another: itself, or what ALL PRIVILEGES include."""
    given, wanted = access_key(access), access_key(other)
    return given == wanted or (given == "ALL_PRIVILEGES" and wanted not in NOT_IN_ALL_PRIVILEGES)


def never_in_unity_catalog(grant: Grant) -> dict[str, str]:
    """Returns the fields of a grant, in the platform's spelling, that Unity Catalog can never hold, with a sentence."""
    wrong = {
        field: "Write the name as Unity Catalog has it: without dots, slashes, backslashes or blanks, and not too long."
        for field, part in zip(UNITY_CATALOG_FIELDS, grant.resource, strict=True)
        if _NOT_IN_A_NAME.search(part) or len(part) > _MAX_NAME_CHARACTERS
    }
    if grant.resource[0] in _OTHER_CATALOGS:
        wrong["catalog_name"] = f"Unity Catalog does not govern the catalog {grant.resource[0]}. Remove access there."
    return wrong


def never_in_foundry(grant: Grant) -> dict[str, str]:
    """Returns the fields of a grant that Foundry can never hold, with a sentence. No rid may lead to another path."""
    if any(_RID.fullmatch(part) is None for part in grant.resource):
        return {"resource_rid": "Write a resource identifier of Foundry, like ri.foundry.main.dataset.<id>."}
    return {}


def _unquoted(name: str) -> str:
    """Returns the name without the blanks and backquotes around it."""
    name = name.strip(" ")
    quoted = len(name) > 1 and name[0] == name[-1] == "`"
    return name[1:-1].strip(" ") if quoted else name
