"""Unity Catalog: privileges on tables, schemas and catalogs, which add up downwards."""

import base64
import re
import time
from collections import defaultdict
from typing import Any
from urllib.parse import parse_qs

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from tests.fake_platforms.server import FaultyServer

TOKEN = "databricks-token"
CLIENT_ID, CLIENT_SECRET = "app", "databricks-secret"
AZURE_DATABRICKS = "2ff814a6-3304-4ab8-85cb-cd0e6f879c1d"
PRIVILEGES = frozenset({"SELECT", "MODIFY", "ALL_PRIVILEGES", "MANAGE"})
# Removing ALL PRIVILEGES clears every privilege but these, as the vendor's own tools expect.
NOT_IMPLIED = frozenset({"MANAGE"})
APP = "11111111-2222-4333-8444-555555555555"


class FakeUnityCatalog:
    """Keeps and gives out names in lower case, but the names of groups as written. `people` are the known persons.

    `is_exact` compares all names exactly. The app is admin of the metastore. If it is not, it sees only its own grants
    where it has no right. A change shows `stale_seconds` late. `tells_people` is whether SCIM answers.
    """

    def __init__(self) -> None:
        self.people: set[str] = set()
        self.tables: set[str] = set()
        self.granted: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
        self.groups: dict[str, set[str]] = defaultdict(set)
        self.inactive: set[str] = set()
        self.refused: set[str] = set()  # people who are found, but not known to calls that change grants
        self.owners: dict[str, str] = {}
        self.metastore_admin = APP
        self.is_exact = False
        self.tells_people = True
        self.tells_groups_of_one = True  # whether asking about one person alone shows the person's groups
        self.stale_seconds = 0.0
        self._stale: dict[str, tuple[float, dict[str, set[str]]]] = {}
        self.tokens = {TOKEN}
        self.page_size = 1000
        self.has_empty_pages = False
        catalog = "/api/2.1/unity-catalog"
        self.server = FaultyServer(
            Starlette(
                routes=[
                    Route("/.well-known/databricks-config", self._host),
                    Route("/oidc/.well-known/oauth-authorization-server", self._endpoints),
                    Route("/msi/token", self._managed_identity),
                    Route("/oidc/v1/token", self._token, methods=["POST"]),
                    Route("/api/2.0/preview/scim/v2/Me", self._me),
                    Route("/api/2.0/preview/scim/v2/Users", self._users),
                    Route(f"{catalog}/permissions/table/{{name}}", self._change, methods=["PATCH"]),
                    Route(f"{catalog}/effective-permissions/table/{{name}}", self._effective),
                    Route(f"{catalog}/tables", self._tables_of_schema),
                    Route(f"{catalog}/tables/{{name}}", self._owned),
                    Route(f"{catalog}/schemas/{{name}}", self._owned),
                    Route(f"{catalog}/catalogs/{{name}}", self._owned),
                    Route(f"{catalog}/metastore_summary", self._metastore),
                ]
            )
        )

    def grant(self, email: str, securable: str, privilege: str = "SELECT") -> None:
        """`securable` is a catalog, a schema or a table, as its dots tell."""
        if securable.count(".") == 2:
            self.tables.add(securable)
        if email not in self.groups:
            self.people.add(self._kept(email))
        self.granted[securable][self._kept(email)].add(privilege)

    def has_grant(self, email: str, table: str, privilege: str = "SELECT") -> bool:
        return privilege in self.granted[table][self._kept(email)]

    def still_lets_in(self, email: str, table: str, privilege: str = "SELECT") -> bool:
        """Whether the person can use the privilege, by whatever way."""
        person = self._kept(email)
        if person in self.inactive:
            return False
        names = {person} | {group for group, members in self.groups.items() if person in members}
        catalog, schema, _ = table.split(".")
        securables = (table, f"{catalog}.{schema}", catalog)
        implied = {privilege, "ALL_PRIVILEGES"} - (NOT_IMPLIED if privilege not in NOT_IMPLIED else {"ALL_PRIVILEGES"})
        return any(
            self.owners.get(each) in names or any(self.granted[each][name] & implied for name in names)
            for each in securables
        )

    def _kept(self, name: str) -> str:
        return name if self.is_exact or name in self.groups else name.lower()

    async def _host(self, request: Request) -> JSONResponse:
        return JSONResponse({"oidc_endpoint": f"{str(request.base_url).rstrip('/')}/oidc", "workspace_id": "1"})

    async def _managed_identity(self, request: Request) -> JSONResponse:
        """What App Service offers an app for its own identity."""
        if request.query_params["resource"] != AZURE_DATABRICKS or request.headers["x-identity-header"] != "secret":
            return JSONResponse({"error": "invalid_request"}, 400)
        token = {
            "access_token": TOKEN,
            "expires_on": "4000000000",
            "resource": AZURE_DATABRICKS,
            "token_type": "Bearer",
        }
        return JSONResponse(token)

    async def _endpoints(self, request: Request) -> JSONResponse:
        base = str(request.base_url).rstrip("/")
        return JSONResponse(
            {"authorization_endpoint": f"{base}/oidc/v1/authorize", "token_endpoint": f"{base}/oidc/v1/token"}
        )

    async def _token(self, request: Request) -> JSONResponse:
        form = {name: values[0] for name, values in parse_qs((await request.body()).decode()).items()}
        basic = base64.b64encode(f"{CLIENT_ID}:{CLIENT_SECRET}".encode()).decode()
        by_form = (form.get("client_id"), form.get("client_secret")) == (CLIENT_ID, CLIENT_SECRET)
        by_header = request.headers.get("authorization") == f"Basic {basic}"
        if form.get("grant_type") != "client_credentials" or not (by_form or by_header):
            return JSONResponse({"error": "invalid_client"}, 401)
        token = f"token-{len(self.tokens)}"
        self.tokens.add(token)
        return JSONResponse({"access_token": token, "token_type": "Bearer", "expires_in": 3600})

    async def _me(self, request: Request) -> JSONResponse:
        refusal = self._refusal(request)
        groups = [{"display": group} for group, members in self.groups.items() if APP in members]
        return refusal or JSONResponse({"id": "1", "userName": APP, "active": True, "groups": groups})

    async def _users(self, request: Request) -> JSONResponse:
        if refusal := self._refusal(request):
            return refusal
        if not self.tells_people:
            return JSONResponse({"detail": "Only admins may do this.", "status": "403"}, 403)
        match = re.fullmatch(r'userName eq "(.*)"', request.query_params["filter"])
        assert match
        person = self._kept(re.sub(r"\\\\(.)", r"\\1", match[1]))
        if person not in self.people or int(request.query_params.get("startIndex") or 1) > 1:
            return JSONResponse({"totalResults": 0, "startIndex": 1, "itemsPerPage": 0})
        groups = [{"display": group, "type": "direct"} for group, members in self.groups.items() if person in members]
        record = {"id": "7", "userName": person, "active": person not in self.inactive, "groups": groups}
        return JSONResponse({"totalResults": 1, "Resources": [record]})

    async def _owned(self, request: Request) -> JSONResponse:
        name = request.path_params["name"].lower()
        refusal = self._refusal(request, name if name.count(".") == 2 else None)
        return refusal or JSONResponse({"name": name.split(".")[-1], "full_name": name, "owner": self._owner(name)})

    async def _tables_of_schema(self, request: Request) -> JSONResponse:
        if refusal := self._refusal(request):
            return refusal
        schema = f"{request.query_params['catalog_name']}.{request.query_params['schema_name']}."
        names = sorted(table for table in self.tables if table.startswith(schema))
        start = int(request.query_params.get("page_token") or 0)
        shown = [{"name": name.removeprefix(schema), "full_name": name, "owner": self._owner(name)} for name in names]
        page: dict[str, Any] = {"tables": shown[start : start + self.page_size]}
        if start + self.page_size < len(shown):
            page["next_page_token"] = str(start + self.page_size)
        return JSONResponse(page)

    async def _metastore(self, request: Request) -> JSONResponse:
        return self._refusal(request) or JSONResponse({"name": "test", "owner": self.metastore_admin})

    def _owner(self, securable: str) -> str:
        return self.owners.get(securable, "22222222-2222-4333-8444-555555555555")

    async def _change(self, request: Request) -> JSONResponse:
        name, changes = request.path_params["name"].lower(), (await request.json())["changes"]
        if refusal := self._refusal(request, name):
            return refusal
        if not self._may_manage(name):
            message = f"User does not have MANAGE on Table '{name}'."
            return JSONResponse({"error_code": "PERMISSION_DENIED", "message": message}, 403)
        for change in changes:
            if not self._knows(change["principal"]) or self._kept(change["principal"]) in self.refused:
                message = f"Could not find principal with name {change['principal']}"
                return JSONResponse({"error_code": "PRINCIPAL_DOES_NOT_EXIST", "message": message}, 404)
            if not PRIVILEGES.issuperset([*change.get("remove", []), *change.get("add", [])]):
                return JSONResponse({"error_code": "INVALID_PARAMETER_VALUE", "message": "No such privilege"}, 400)
        if self.stale_seconds:
            before = {who: set(privileges) for who, privileges in self.granted[name].items()}
            self._stale[name] = (time.monotonic() + self.stale_seconds, before)
        for change in changes:
            held = self.granted[name][self._kept(change["principal"])]
            if "ALL_PRIVILEGES" in change.get("remove", []):
                held &= NOT_IMPLIED
            held -= set(change.get("remove", []))
            held |= set(change.get("add", []))
        return JSONResponse({}, headers={"x-request-id": f"call-{len(self.server.called('PATCH'))}"})

    async def _effective(self, request: Request) -> JSONResponse:
        name, wanted = request.path_params["name"].lower(), self._kept(request.query_params.get("principal", ""))
        if refusal := self._refusal(request, name):
            return refusal
        if wanted and not self._knows(wanted):
            return JSONResponse({"error_code": "PRINCIPAL_DOES_NOT_EXIST", "message": "No such principal"}, 404)
        groups = {group for group, members in self.groups.items() if wanted in members}
        shown = {wanted} | (groups if self.tells_groups_of_one else set())
        assignments = [
            {"principal": principal, "privileges": privileges}
            for principal, privileges in self._privileges(name).items()
            if (not wanted or principal in shown) and (principal == APP or self._may_manage(name))
        ]
        start = int(request.query_params.get("page_token") or 0)
        size = 0 if self.has_empty_pages and "page_token" not in request.query_params else self.page_size
        page: dict[str, Any] = {"privilege_assignments": assignments[start : start + size]} if size else {}
        if start + size < len(assignments):
            page["next_page_token"] = str(start + size)
        elif not size:
            page["next_page_token"] = "0"
        return JSONResponse(page)

    def _may_manage(self, table: str) -> bool:
        """Whether the app may see and change the grants of others."""
        names = {APP} | {group for group, members in self.groups.items() if APP in members}
        catalog, schema, _ = table.split(".")
        return self.metastore_admin in names or any(
            self.owners.get(each) in names or any("MANAGE" in self.granted[each][name] for name in names)
            for each in (table, f"{catalog}.{schema}", catalog)
        )

    def _knows(self, principal: str) -> bool:
        return self._kept(principal) in self.people or principal in self.groups or principal == APP

    def _privileges(self, table: str) -> dict[str, list[dict[str, str]]]:
        catalog, schema, _ = table.split(".")
        found: dict[str, list[dict[str, str]]] = defaultdict(list)
        for kind, securable in (("TABLE", table), ("SCHEMA", f"{catalog}.{schema}"), ("CATALOG", catalog)):
            inherited = {} if kind == "TABLE" else {"inherited_from_type": kind, "inherited_from_name": securable}
            until, before = self._stale.get(securable, (0.0, {}))
            granted = before if time.monotonic() < until else self.granted[securable]
            for principal, privileges in granted.items():
                found[principal] += [{"privilege": privilege, **inherited} for privilege in sorted(privileges)]
        return {principal: privileges for principal, privileges in found.items() if privileges}

    def _refusal(self, request: Request, table: str | None = None) -> JSONResponse | None:
        if request.headers.get("authorization", "").removeprefix("Bearer ") not in self.tokens:
            return JSONResponse({"error_code": "UNAUTHENTICATED", "message": "Invalid token"}, 401)
        if table is not None and table not in self.tables:
            message = f"Table '{table}' does not exist."
            return JSONResponse({"error_code": "TABLE_DOES_NOT_EXIST", "message": message}, 404)
        return None
