"""The acts that are possible on a finding."""

from collections.abc import Sequence
from dataclasses import dataclass

from access.connectors.choice import removes_access
from access.connectors.connector import Grant
from access.errors import ActNotPossibleError, FindingEndedError
from access.finding_kinds import FindingAct, FindingKind
from access.finding_records import StoredFinding
from access.findings.request_states import RequestsOfHolders
from access.platforms.platform import Platform, SqlId
from api.errors import AppError, NotFoundError
from config.context import AppContext

SOMEONE_IS_AT_WORK = "Someone has just begun to act on this finding. Try again in two minutes."
_IN_WORDS: dict[FindingAct, str] = {
    "takeAway": "removed",
    "giveBack": "given back",
    "adopt": "adopted",
    "ignore": "ignored",
    "stopIgnoring": "shown again",
}
_ENDED = {
    "notSeen": "This finding has ended: a later check did not see it.",
    "settled": "This finding has ended: the records have changed since.",
    "takenAway": "This finding has ended: the access was removed.",
    "givenBack": "This finding has ended: the access was given back.",
    "adopted": "This finding has ended: it has become a request.",
}
_KINDS: dict[FindingAct, Sequence[FindingKind]] = {
    "takeAway": ("cameBack", "unrecorded", "heldBefore"),
    "giveBack": ("missing",),
    "adopt": ("cameBack", "unrecorded"),
}


@dataclass(frozen=True)
class Acted:
    """The outcome for one finding. `error` says why the act was not carried out."""

    id: int
    request_id: SqlId | None = None
    error: AppError | None = None


def acts_on(kind: FindingKind, principal_kind: str, *, is_ignored: bool, is_connected: bool) -> list[FindingAct]:
    """Returns the acts on a finding that has not ended. Groups and service principals can only be ignored."""
    acts: list[FindingAct] = []
    if principal_kind in ("person", "unknown"):
        if is_connected:
            acts += [act for act in ("takeAway", "giveBack") if kind in _KINDS[act]]
        if kind in _KINDS["adopt"] and principal_kind == "person":
            acts.append("adopt")
    acts.append("stopIgnoring" if is_ignored else "ignore")
    return acts


def refusal(
    context: AppContext, platform: Platform, act: FindingAct, finding_id: int, finding: StoredFinding | None
) -> AppError | None:
    """Returns the error that refuses the act, or None."""
    if finding is None:
        return NotFoundError(f"{platform.title} finding {finding_id} does not exist.")
    if finding.end:
        return FindingEndedError(_ENDED[finding.end])
    is_connected = removes_access(context.settings, platform)
    possible = acts_on(finding.kind, finding.principal_kind, is_ignored=finding.is_ignored, is_connected=is_connected)
    if act == "ignore" and finding.is_ignored:
        return None  # with another end
    if act not in possible:
        return ActNotPossibleError(f"This finding cannot be {_IN_WORDS[act]}.")
    return ActNotPossibleError(SOMEONE_IS_AT_WORK) if finding.is_acted_on else None


def given_by_now(finding: StoredFinding, others: RequestsOfHolders) -> AppError | None:
    """Returns the error that says which active request gives the access by now, or None."""
    own = finding.grant
    grant = Grant(0, own.email, own.resource, own.access)
    giving = next((state for state in others.giving(grant) if state.is_active), None)
    if giving is None or finding.kind == "heldBefore":
        return None
    return ActNotPossibleError(f"Request {giving.grant.request_id} gives this access by now. Nothing was done.")
