"""The operations on the connections to the platforms, each with its handler."""

from typing import Any, Literal
from uuid import UUID

from access.connections.models import CheckedConnection, ConnectionOfRun
from access.connections.records import KeptChecks, read_checks
from access.connectors.choice import removes_access
from access.errors import ConnectionOffError
from access.platforms import PLATFORMS, PlatformKey
from access.platforms.platform import Platform
from api.authorization import Permission
from api.call import Call
from api.model import ApiModel
from api.operations import Operation
from config.context import AppContext
from config.settings import Settings

_TAG = "Connections"


class Connection(ApiModel):
    """The connection to one platform. `isOn` is false if access there is only recorded. Then the rest is null.

    `signInBy` is the way to sign in. `requestsPerSecond` and `maxConcurrency` are the limits of the app's calls.
    """

    platform: PlatformKey
    is_on: bool
    host: str | None = None
    sign_in_by: Literal["token", "clientCredentials", "managedIdentity"] | None = None
    requests_per_second: float | None = None
    max_concurrency: int | None = None
    last_check: CheckedConnection | None = None
    last_run: ConnectionOfRun | None = None


class Connections(ApiModel):
    connections: list[Connection]


def _show_connections(call: Call) -> Connections:
    """Returns what was found last. Calls no platform."""
    return Connections(connections=[_connection(call.context, platform) for platform in PLATFORMS])


show_connections = Operation(
    name="show_connections",
    method="GET",
    path="connections",
    summary="The connections to the platforms, with what their last checks found",
    tag=_TAG,
    permission=Permission.READ,
    handler=_show_connections,
    answer=Connections,
)


def check_connection_again(platform: Platform) -> Operation:
    def handler(call: Call) -> Connection:
        if not removes_access(call.context.settings, platform):
            raise ConnectionOffError(f"Access on {platform.title} is only recorded, so there is nothing to check.")
        from access.connections.check import check_connection  # loads a connector's modules only if one is on

        check_connection(call.context, platform, call.caller.name)
        return _connection(call.context, platform)

    return Operation(
        name=f"{platform.key}_check_connection",
        method="POST",
        path=f"connections/{platform.key}/check",
        summary="The connection, after the platform was asked what the app may see and remove there",
        tag=_TAG,
        permission=Permission.OPERATE,
        handler=handler,
        answer=Connection,
        errors=(ConnectionOffError,),
    )


def _connection(context: AppContext, platform: Platform) -> Connection:
    if not removes_access(context.settings, platform):
        return Connection(platform=platform.key, is_on=False)
    with context.database.read() as connection:
        checks = read_checks(connection)
    return Connection(
        platform=platform.key,
        is_on=True,
        requests_per_second=context.settings.connector_requests_per_second,
        max_concurrency=context.settings.connector_max_concurrency,
        last_check=_last_check(checks, platform),
        last_run=_last_run(checks, platform),
        **_sign_in(context.settings, platform),
    )


def _sign_in(settings: Settings, platform: Platform) -> dict[str, Any]:
    if platform.key == "palantir":
        return {"host": settings.foundry_hostname, "sign_in_by": "clientCredentials"}
    by = "managedIdentity"
    if settings.databricks_token:
        by = "token"
    elif settings.databricks_client_id:
        by = "clientCredentials"
    return {"host": settings.databricks_host, "sign_in_by": by}


def _last_check(checks: KeptChecks, platform: Platform) -> CheckedConnection | None:
    kept = checks.get((platform.key, "check"))
    if not (kept and kept.stored.findings):
        return None
    return CheckedConnection(
        **dict(kept.stored.findings), checked_at=kept.checked_at, checked_by=kept.checked_by, use=kept.stored.use
    )


def _last_run(checks: KeptChecks, platform: Platform) -> ConnectionOfRun | None:
    kept = checks.get((platform.key, "run"))
    if not (kept and kept.job_id):
        return None
    return ConnectionOfRun(
        ended_at=kept.checked_at, job_type=kept.checked_by, job_id=UUID(kept.job_id), use=kept.stored.use
    )
