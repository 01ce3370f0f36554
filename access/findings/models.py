"""The shapes of findings over HTTP."""

from datetime import datetime, timedelta
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, Field, Strict, ValidationInfo

from access.connectors.connector import PrincipalKind
from access.finding_kinds import FindingAct, FindingEnd, FindingKind, FindingState
from access.models import MAX_DECIDED_AT_ONCE, Expiry, Reason, Refusal, RequestId
from access.platforms import PlatformKey
from api.model import ApiModel, BodyModel

MAX_IGNORED_DAYS = 366


class Finding(ApiModel):
    """Something that differs between the records and a platform.

    `cameBack`: the access was removed, and is there again. `missing`: the request is active, and its access is not
    there. `unrecorded`: someone has the access directly, and no active request gives it. `heldBefore`: the person had
    the access before the app knew of it, and an operator must confirm its removal. `notKnown`: the platform does not
    show whether the access is there.

    `principalKind` tells people from groups and service principals. `requestId` is null for `unrecorded`. `lastJobId`
    is the check that saw it last. `end` is `notSeen` if a later check did not see it, and `settled` if the records
    changed so that it is right. Otherwise it names an act. `acts` is what an operator can do about it now.
    """

    id: int
    platform: PlatformKey
    kind: FindingKind
    state: FindingState
    principal: str
    principal_kind: PrincipalKind
    request_id: RequestId | None
    resource: str
    access: str
    detail: str | None
    first_seen_at: datetime
    last_seen_at: datetime
    last_job_id: UUID | None
    ended_at: datetime | None
    ended_by: str | None
    end: FindingEnd | None
    end_reason: str | None
    ignored_until: datetime | None
    ignored_by: str | None
    ignored_reason: str | None
    verified_at: datetime | None
    verified_scope: str | None
    acts: list[FindingAct]


class FindingOutcome(ApiModel):
    """The outcome for one finding. `problem` is null on success. `requestId` is its request, or the one it became."""

    id: int
    request_id: RequestId | None
    problem: Refusal | None


class FindingOutcomes(ApiModel):
    """One outcome for each finding, in the order of the call."""

    outcomes: list[FindingOutcome]


def _soon(moment: datetime, info: ValidationInfo) -> datetime:
    if info.context is not None and moment > info.context["now"] + timedelta(days=MAX_IGNORED_DAYS):
        raise ValueError("Choose a date within a year.")
    return moment


class ChosenFindings(BodyModel):
    """The findings of one platform that an act is about."""

    ids: Annotated[
        list[Annotated[int, Strict(), Field(ge=1, lt=2**31)]], Field(min_length=1, max_length=MAX_DECIDED_AT_ONCE)
    ]


class ActOnFindings(ChosenFindings):
    """The findings, and the reason for the act."""

    reason: Reason


class IgnoreFindings(ActOnFindings):
    """The findings to ignore until that moment, a year from now at most."""

    until: Annotated[Expiry, AfterValidator(_soon)]


class AdoptFindings(ChosenFindings):
    """The findings that become requests, each with this end and this reason."""

    expires_on: Expiry
    business_reason: Reason
