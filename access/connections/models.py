"""The models of the connections to the platforms. They hold no secret."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from api.model import ApiModel


class PlaceRight(ApiModel):
    """The answer to one question about a place. `why` is a sentence for people."""

    answer: Literal["yes", "no", "notKnown"]
    why: str


class ConnectedPlace(ApiModel):
    """A catalog, or a project of Foundry, that active requests name. If Foundry does not tell projects, a resource.

    `maySee` is whether the platform shows the app the grants of others there.
    """

    name: str
    active_requests: int
    may_see: PlaceRight
    may_remove: PlaceRight


class ConnectionUse(ApiModel):
    """The experience of a check or of a run. `signedInAt` is when the platform accepted the token that it used.

    `isRefused` is whether the platform did not let the app in, or asked it to wait too long. `lastError` is the last
    refusal or failure, in the platform's words if it had any. `throttled` counts the answers that asked to wait (429).
    """

    signed_in_at: datetime | None = None
    is_refused: bool = False
    last_error: str | None = None
    last_error_at: datetime | None = None
    calls: int = 0
    throttled: int = 0


class ConnectionFindings(ApiModel):
    """The findings of a check. `signedInAs` is null if the platform does not tell. `leftOut` counts places not asked.

    `sees` is whether the app may see the grants of others on at least one place, or null if requests name no place.
    """

    signed_in_as: str | None
    sees: bool | None
    places: list[ConnectedPlace]
    left_out: int


class StoredCheck(ApiModel):
    """The result of a check or a run, as it is stored. A run finds out nothing about places."""

    use: ConnectionUse
    findings: ConnectionFindings | None = None


class CheckedConnection(ConnectionFindings):
    """The last check that a person asked for."""

    checked_at: datetime
    checked_by: str
    use: ConnectionUse


class ConnectionOfRun(ApiModel):
    """The last run that called the platform."""

    ended_at: datetime
    job_type: str
    job_id: UUID
    use: ConnectionUse
