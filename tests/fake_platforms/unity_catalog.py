"""Unity Catalog: privileges on tables, schemas and catalogs, which add up downwards."""

import base64
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
PRIVILEGES = frozenset({"SELECT", "MODIFY", "ALL_PRIVILEGES"})


class FakeUnityCatalog:
    """Names of principals are kept, and given out, in lower case. A person that is not in `people` is unknown."""

    def __init__(self) -> None:
        self.people: set[str] = set()
        self.tables: set[str] = set()
        self.granted: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
        self.groups: dict[str, set[str]] = defaultdict(set)
        self.tokens = {TOKEN}
        self.page_size = 1000
        self.has_empty_pages = False
        self.server = FaultyServer(
            Starlette(
                routes=[
                    Route("/.well-known/databricks-config", self._host),
                    Route("/oidc/.well-known/oauth-authorization-server", self._endpoints),
                    Route("/msi/token", self._managed_identity),
                    Route("/oidc/v1/token", self._token, methods=["POST"]),
                    Route("/api/2.1/unity-catalog/permissions/table/{name}", self._change, methods=["PATCH"]),
                    Route("/api/2.1/unity-catalog/effective-permissions/table/{name}", self._effective),
                ]
            )
        )

    def grant(self, email: str, securable: str, privilege: str = "SELECT") -> None:
        """`securable` is a catalog, a schema or a table, as its dots tell."""
        if securable.count(".") == 2:
            self.tables.add(securable)
        self.people.add(email.lower())
        self.granted[securable][email.lower()].add(privilege)

    def has_grant(self, email: str, table: str, privilege: str = "SELECT") -> bool:
        return privilege in self.granted[table][email.lower()]

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

    async def _change(self, request: Request) -> JSONResponse:
        refusal = self._refusal(request)
        if refusal:
            return refusal
        name, changes = request.path_params["name"].lower(), (await request.json())["changes"]
        for change in changes:
            if not self._knows(change["principal"].lower()):
                message = f"Could not find principal with name {change['principal']}"
                return JSONResponse({"error_code": "PRINCIPAL_DOES_NOT_EXIST", "message": message}, 404)
            if not PRIVILEGES.issuperset(change.get("remove", [])):
                return JSONResponse({"error_code": "INVALID_PARAMETER_VALUE", "message": "No such privilege"}, 400)
        for change in changes:
            self.granted[name][change["principal"].lower()] -= set(change.get("remove", []))
            self.granted[name][change["principal"].lower()] |= set(change.get("add", []))
        return JSONResponse({}, headers={"x-request-id": f"call-{len(self.server.calls)}"})

    async def _effective(self, request: Request) -> JSONResponse:
        refusal = self._refusal(request)
        if refusal:
            return refusal
        name, wanted = request.path_params["name"].lower(), request.query_params.get("principal", "").lower()
        if wanted and not self._knows(wanted):
            return JSONResponse({"error_code": "PRINCIPAL_DOES_NOT_EXIST", "message": "No such principal"}, 404)
        shown = {wanted} | {group for group, members in self.groups.items() if wanted in members}
        assignments = [
            {"principal": principal, "privileges": privileges}
            for principal, privileges in self._privileges(name).items()
            if not wanted or principal in shown
        ]
        start = int(request.query_params.get("page_token") or 0)
        size = 0 if self.has_empty_pages and "page_token" not in request.query_params else self.page_size
        page: dict[str, Any] = {"privilege_assignments": assignments[start : start + size]} if size else {}
        if start + size < len(assignments):
            page["next_page_token"] = str(start + size)
        elif not size:
            page["next_page_token"] = "0"
        return JSONResponse(page)

    def _knows(self, principal: str) -> bool:
        return principal in self.people or principal in self.groups

    def _privileges(self, table: str) -> dict[str, list[dict[str, str]]]:
        catalog, schema, _ = table.split(".")
        found: dict[str, list[dict[str, str]]] = defaultdict(list)
        for kind, securable in (("TABLE", table), ("SCHEMA", f"{catalog}.{schema}"), ("CATALOG", catalog)):
            inherited = {} if kind == "TABLE" else {"inherited_from_type": kind, "inherited_from_name": securable}
            for principal, privileges in self.granted[securable].items():
                found[principal] += [{"privilege": privilege, **inherited} for privilege in sorted(privileges)]
        return {principal: privileges for principal, privileges in found.items() if privileges}

    def _refusal(self, request: Request) -> JSONResponse | None:
        if request.headers.get("authorization", "").removeprefix("Bearer ") not in self.tokens:
            return JSONResponse({"error_code": "UNAUTHENTICATED", "message": "Invalid token"}, 401)
        name = request.path_params["name"].lower()
        if name not in self.tables:
            message = f"Table '{name}' does not exist."
            return JSONResponse({"error_code": "TABLE_DOES_NOT_EXIST", "message": message}, 404)
        return None
