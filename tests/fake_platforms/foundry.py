"""Foundry: roles on resources, inherited from the folders above them, of people who are known by their ids."""

import time
from collections import defaultdict
from collections.abc import Sequence
from typing import Any
from urllib.parse import parse_qs
from uuid import NAMESPACE_DNS, uuid5

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.fake_platforms.server import FaultyServer

CLIENT_ID, CLIENT_SECRET = "app", "foundry-secret"
APP = "99999999-2222-4333-8444-555555555555"
ROLE_IDS = {
    role: str(uuid5(NAMESPACE_DNS, f"{role}.roles.test")) for role in ("Viewer", "Editor", "Owner", "Discoverer")
}


class FakeFoundry:
    """`everyone` and groups may hold a role too. A person that is not in `people` is unknown.

    The app has a role on everything, by way of a folder. If Foundry `hides_roles`, a list is empty. A change shows
    `stale_seconds` late. Service users have no address.
    """

    def __init__(self) -> None:
        self.people: dict[str, str] = {}
        self.deleted: set[str] = set()
        self.refused: set[str] = set()  # people who are found, but not known to calls that change roles
        self.groups_of: dict[str, set[str]] = defaultdict(set)
        self.folder_of: dict[str, str | None] = {}
        self.granted: dict[str, set[tuple[str, str]]] = defaultdict(set)
        self.tokens: set[str] = set()
        self.hides_roles = False
        self.project_of: dict[str, str] = {}  # of the resources whose project is told
        self.service_users: set[str] = {APP}
        self.tells_users = True  # whether the app may read the records of users by their ids
        self.stale_seconds = 0.0
        self._stale: dict[str, tuple[float, set[tuple[str, str]]]] = {}
        self.page_size = 1000
        self.server = FaultyServer(
            Starlette(
                routes=[
                    Route("/multipass/api/oauth2/token", self._token, methods=["POST"]),
                    Route("/api/v2/admin/users/search", self._search, methods=["POST"]),
                    Route("/api/v2/admin/users/getBatch", self._batch, methods=["POST"]),
                    Route("/api/v2/admin/users/getCurrent", self._current),
                    Route("/api/v2/admin/users/{person}/groupMemberships", self._group_memberships),
                    Route("/api/v2/filesystem/resources/getBatch", self._resources, methods=["POST"]),
                    Route("/api/v2/filesystem/resources/{rid}/roles/remove", self._remove, methods=["POST"]),
                    Route("/api/v2/filesystem/resources/{rid}/roles/add", self._add, methods=["POST"]),
                    Route("/api/v2/filesystem/resources/{rid}/roles", self._roles),
                ]
            )
        )

    def add_person(self, email: str) -> str:
        self.people[email.lower()] = str(uuid5(NAMESPACE_DNS, email.lower()))
        return self.people[email.lower()]

    def grant(self, email: str, rid: str, role: str = "Viewer", *, folder: str | None = None) -> None:
        """On the resource, or on the folder in which it lies."""
        person = email if email == "everyone" else self.add_person(email)
        self.folder_of[rid] = folder
        self.granted[folder or rid].add((person, ROLE_IDS.get(role, role)))

    def grant_to_group(self, group: str, rid: str, role: str = "Viewer", *, members: Sequence[str] = ()) -> None:
        self.folder_of.setdefault(rid, None)
        self.granted[rid].add((group, ROLE_IDS.get(role, role)))
        for email in members:
            self.groups_of[self.add_person(email)].add(group)

    def has_grant(self, email: str, rid: str, role: str = "Viewer") -> bool:
        return (self.people.get(email.lower(), ""), ROLE_IDS[role]) in self.granted[rid]

    async def _token(self, request: Request) -> JSONResponse:
        form = {name: values[0] for name, values in parse_qs((await request.body()).decode()).items()}
        if (form.get("client_id"), form.get("client_secret")) != (CLIENT_ID, CLIENT_SECRET):
            return JSONResponse({"error": "invalid_client"}, 401)
        token = f"token-{len(self.tokens)}"
        self.tokens.add(token)
        return JSONResponse({"access_token": token, "token_type": "bearer", "expires_in": 3600})

    async def _search(self, request: Request) -> JSONResponse:
        """Finds by any part, as a search does."""
        if not self._lets_in(request):
            return _error("Unauthorized", 401)
        wanted = (await request.json())["where"]["value"].lower()
        return JSONResponse(
            {"data": [self._record(person) for email, person in self.people.items() if wanted in email.lower()]}
        )

    async def _batch(self, request: Request) -> JSONResponse:
        if not self._lets_in(request):
            return _error("Unauthorized", 401)
        if not self.tells_users:
            return _error("PermissionDenied", 403)
        wanted = [each["userId"] for each in await request.json()]
        if not 0 < len(wanted) <= 500:
            return _error("InvalidArgument", 400)
        known = {*self.people.values(), *self.service_users}
        return JSONResponse({"data": {each: self._record(each) for each in wanted if each in known}})

    async def _resources(self, request: Request) -> JSONResponse:
        """Leaves out those that it does not know. A project lies in itself."""
        if not self._lets_in(request):
            return _error("Unauthorized", 401)
        wanted = [each["resourceRid"] for each in await request.json()]
        if not 0 < len(wanted) <= 1000:
            return _error("InvalidArgument", 400)
        projects = set(self.project_of.values())
        known = {rid: self.project_of.get(rid, rid) for rid in wanted if rid in self.project_of or rid in projects}
        return JSONResponse({"data": {rid: self._resource(rid, project) for rid, project in known.items()}})

    def _resource(self, rid: str, project: str) -> dict[str, str]:
        path = f"/Space/{project.rpartition('.')[2]}" + ("" if rid == project else f"/{rid.rpartition('.')[2]}")
        moment = "2026-01-01T00:00:00Z"
        return {
            **{"rid": rid, "displayName": path.rpartition("/")[2], "path": path, "type": "FOUNDRY_DATASET"},
            **{"createdBy": APP, "updatedBy": APP, "createdTime": moment, "updatedTime": moment},
            **{"trashStatus": "NOT_TRASHED", "parentFolderRid": project, "projectRid": project},
            "spaceRid": "ri.compass.main.folder.space",
        }

    async def _current(self, request: Request) -> JSONResponse:
        return JSONResponse(self._record(APP)) if self._lets_in(request) else _error("Unauthorized", 401)

    def _record(self, person: str) -> dict[str, Any]:
        email = next((email for email, known in self.people.items() if known == person), None)
        record: dict[str, Any] = {
            "id": person,
            "username": email or person,
            "realm": "test",
            "status": "DELETED" if email in self.deleted else "ACTIVE",
            "attributes": {},
        }
        return {**record, "email": email, "organization": "ri.multipass..organization.1"} if email else record

    async def _group_memberships(self, request: Request) -> JSONResponse:
        """All are told of as memberships by way of another group, which are left out unless asked for."""
        if not self._lets_in(request):
            return _error("Unauthorized", 401)
        person = request.path_params["person"]
        if person not in {*self.people.values(), *self.service_users}:
            return _error("UserNotFound", 404, userId=person)
        is_transitive = request.query_params.get("transitive", "").lower() == "true"
        groups = sorted(self.groups_of[person]) if is_transitive else []
        return JSONResponse({"data": [{"groupId": group} for group in groups]})

    async def _remove(self, request: Request) -> Response:
        return await self._change(request, add=False)

    async def _add(self, request: Request) -> Response:
        return await self._change(request, add=True)

    async def _change(self, request: Request, *, add: bool) -> Response:
        rid = request.path_params["rid"]
        if not self._lets_in(request):
            return _error("Unauthorized", 401)
        if rid not in self.folder_of:
            return _error("ResourceNotFound", 404, resourceRid=rid)
        roles = {
            (role["resourceRolePrincipal"]["principalId"], role["roleId"]) for role in (await request.json())["roles"]
        }
        known = {person for email, person in self.people.items() if email not in self.refused}
        unknown = {person for person, _ in roles} - known
        if unknown:
            return _error("PrincipalNotFound", 404, principalId=min(unknown))
        if not {role for _, role in roles} <= set(ROLE_IDS.values()):
            return _error("InvalidRoleIds", 400, requestedRoleIds=sorted(role for _, role in roles))
        if self.stale_seconds:
            self._stale[rid] = (time.monotonic() + self.stale_seconds, self.granted[rid])
        self.granted[rid] = self.granted[rid] | roles if add else self.granted[rid] - roles
        return Response(status_code=204, headers={"x-request-id": f"call-{len(self.server.calls)}"})

    async def _roles(self, request: Request) -> JSONResponse:
        rid = request.path_params["rid"]
        if not self._lets_in(request):
            return _error("Unauthorized", 401)
        if rid not in self.folder_of:
            return _error("ResourceNotFound", 404, resourceRid=rid)
        until, before = self._stale.get(rid, (0.0, set()))
        roles = set(before if time.monotonic() < until else self.granted[rid])
        if request.query_params.get("includeInherited", "").lower() == "true":
            roles |= {*self.granted[self.folder_of[rid] or rid], (APP, ROLE_IDS["Owner"])}
        if self.hides_roles:
            roles = set()
        shown = [{"resourceRolePrincipal": self._principal(who), "roleId": role} for who, role in sorted(roles)]
        start = int(request.query_params.get("pageToken") or 0)
        page: dict[str, Any] = {"data": shown[start : start + self.page_size]}
        if start + self.page_size < len(shown):
            page["nextPageToken"] = str(start + self.page_size)
        return JSONResponse(page)

    def _principal(self, who: str) -> dict[str, str]:
        if who == "everyone":
            return {"type": "everyone"}
        is_person = who in {*self.service_users, *self.people.values()}
        return {"type": "principalWithId", "principalId": who, "principalType": "USER" if is_person else "GROUP"}

    def _lets_in(self, request: Request) -> bool:
        return request.headers.get("authorization", "").removeprefix("Bearer ") in self.tokens


def _error(name: str, status: int, **parameters: Any) -> JSONResponse:
    error = {"errorCode": "TEST", "errorName": name, "errorInstanceId": "4f0b", "parameters": parameters}
    return JSONResponse(error, status)
