"""CheckedGroup: what a check knows about one resource, and the findings that follow from it."""

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection

from access.connectors.connector import CurrentGrant, Found, Grant, Holder, LookFailed, NotKnown, Survey
from access.finding_kinds import FindingEnd, FindingKind
from access.finding_records import NewFinding, StoredFinding, holding_key, key_of_place
from access.findings.request_states import RequestsOfHolders, RequestState, list_request_states
from access.platforms.platform import Platform, SqlId

CAME_BACK = "The access was removed, but has come back."
MISSING = "The access should be there, but is missing at the platform."
UNRECORDED = "No active request gives this access."
_NOTHING_SEEN = Survey({}, None)
Holding = tuple[str, ...]


@dataclass(eq=False)
class CheckedGroup:
    """Grants on one resource, and the platform's answer about them.

    `removed` should be gone, and `standing` there. `followed` are those of open findings. `place` names a
    resource without any other grant, and is not counted.
    """

    removed: list[Grant] = field(default_factory=list)
    standing: list[Grant] = field(default_factory=list)
    followed: list[Grant] = field(default_factory=list)
    place: Grant | None = None
    survey: Survey = _NOTHING_SEEN
    looked_at: float = 0.0

    def __str__(self) -> str:
        return f"{len(self.grants)} grants"

    @property
    def grants(self) -> list[Grant]:
        return [*self.removed, *self.standing, *self.followed]

    @property
    def asked(self) -> list[Grant]:
        return self.grants or ([self.place] if self.place else [])

    @property
    def milliseconds_ago(self) -> int:
        """Returns the time since the platform was asked. Later changes may not be in its answer."""
        return int((time.monotonic() - self.looked_at) * 1000) + 1

    def failures(self) -> Iterator[tuple[Grant, str]]:
        """Yields the grants that could not be looked at."""
        for grant in self.grants:
            if isinstance(found := self.survey.found.get(grant), LookFailed):
                yield grant, found.reason


@dataclass
class Verdicts:
    """The result of a check for some resources: findings that it sees, and open ones that are over, by their end."""

    seen: list[NewFinding] = field(default_factory=list)
    over: dict[FindingEnd, list[StoredFinding]] = field(default_factory=dict)
    over_ids: set[int] = field(default_factory=set)
    undone: list[StoredFinding] = field(default_factory=list)

    def end(self, finding: StoredFinding, end: FindingEnd) -> None:
        self.over.setdefault(end, []).append(finding)
        self.over_ids.add(finding.id)


def judge(
    connection: Connection, platform: Platform, groups: Sequence[CheckedGroup], known: Sequence[StoredFinding]
) -> Verdicts:
    """Compares the platform's answers with the records as they are now, inside the caller's transaction.

    `known` are the open findings on these resources. A finding is over only if the platform's answer tells so.
    """
    states = list_request_states(connection, platform, _requests_of(groups, known))
    held = [
        _as_grant(group, holder)
        for group in groups
        for holder in group.survey.holders or ()
        if _holding_of(group, holder) not in _given_in(group, states)
    ]
    suspects = [grant for group in groups for grant in group.grants if _is_held(group.survey.found.get(grant))]
    suspects = [grant for grant in suspects if (state := states.get(grant.request_id)) and not state.is_active]
    others = RequestsOfHolders(connection, platform, {grant.email for grant in [*held, *suspects]})
    verdicts = Verdicts()
    on_place: dict[str, list[StoredFinding]] = {}
    for finding in known:
        on_place.setdefault(key_of_place(finding.resource), []).append(finding)
    for group in groups:
        open_here = on_place.get(key_of_place(group.asked[0].resource), []) if group.asked else []
        _Judge(group, states, others, open_here, verdicts).judge()
    return verdicts


def _requests_of(groups: Iterable[CheckedGroup], known: Iterable[StoredFinding]) -> Iterator[SqlId]:
    yield from (grant.request_id for group in groups for grant in group.grants)
    yield from (finding.request_id for finding in known if finding.request_id is not None)


class _Judge:
    """Judges one resource."""

    def __init__(
        self,
        group: CheckedGroup,
        states: Mapping[SqlId, RequestState],
        others: RequestsOfHolders,
        known: Sequence[StoredFinding],
        verdicts: Verdicts,
    ) -> None:
        self._group = group
        self._ago = group.milliseconds_ago
        self._states = states
        self._others = others
        self._known = known
        self._verdicts = verdicts
        self._told: set[Holding] = set()  # holdings that a finding about a request tells of

    def judge(self) -> None:
        by_request: dict[SqlId, list[StoredFinding]] = {}
        for finding in self._known:
            if finding.request_id is not None:
                by_request.setdefault(finding.request_id, []).append(finding)
        should_be_there = {grant.request_id for grant in [*self._group.standing, *self._group.followed]}
        for grant in self._group.grants:
            found = self._group.survey.found.get(grant)
            if isinstance(found, CurrentGrant | NotKnown):
                known = by_request.get(grant.request_id, [])
                may_be_missing = grant.request_id in should_be_there or any(each.kind == "missing" for each in known)
                wanted = self._wanted(grant, found, may_be_missing=may_be_missing)
                self._compare(grant, found, known, wanted)
        self._told |= {
            _holding(finding.grant)
            for finding in self._known
            if finding.kind in ("cameBack", "heldBefore") and finding.id not in self._verdicts.over_ids
        }
        if self._group.survey.holders is not None:
            self._judge_holders(self._group.survey.holders)

    def _wanted(self, grant: Grant, found: CurrentGrant | NotKnown, *, may_be_missing: bool) -> NewFinding | None:
        """Returns the finding that the platform's answer makes, by the record as it is now."""
        state = self._states.get(grant.request_id)
        if state is None or state.is_removing:
            return None
        should_be_gone = state.was_removed and not self._is_given_otherwise(grant)
        if isinstance(found, NotKnown):
            told = state.is_live or should_be_gone
            return NewFinding.of_grant("notKnown", state.grant, found.reason) if told else None
        if found.is_gone:
            is_missing = state.is_live and may_be_missing and not state.was_given_since(self._ago)
            return NewFinding.of_grant("missing", state.grant, MISSING) if is_missing else None
        if should_be_gone and not state.ended_since(self._ago):
            through = f"{CAME_BACK} It comes through {found.through}." if found.through else CAME_BACK
            return NewFinding.of_grant("cameBack", state.grant, through)
        return None

    def _compare(
        self,
        grant: Grant,
        found: CurrentGrant | NotKnown,
        known: Sequence[StoredFinding],
        wanted: NewFinding | None,
    ) -> None:
        """Ends those of the request's findings that the answer settles. One that proves nothing settles no other."""
        if wanted:
            self._verdicts.seen.append(wanted)
            if wanted.kind == "cameBack":
                self._told.add(_holding(grant))
        state = self._states.get(grant.request_id)
        for finding in known:
            if finding.is_acted_on:
                continue
            if wanted and finding.kind == wanted.kind:
                self._forget_act(finding, found)
            elif state is not None and state.is_removing:
                continue
            elif finding.kind == "heldBefore" and state is not None and state.is_active and _is_held(found):
                self._verdicts.seen.append(NewFinding.of_grant("heldBefore", state.grant, finding.detail))
                self._forget_act(finding, found)
            elif isinstance(found, CurrentGrant) or not self._has_reason(finding.kind, state):
                self._verdicts.end(finding, self._end_of(finding, found, state))

    def _has_reason(self, kind: FindingKind, state: RequestState | None) -> bool:
        """Tells whether the record still allows a finding of the kind."""
        if state is None:
            return False
        if kind in ("missing", "heldBefore"):
            return state.is_active
        return state.was_removed if kind == "cameBack" else state.is_live or state.was_removed

    def _end_of(self, finding: StoredFinding, found: Found, state: RequestState | None) -> FindingEnd:
        if finding.act_kind == "takeAway" and isinstance(found, CurrentGrant) and found.is_gone:
            return "takenAway"
        if finding.act_kind == "giveBack" and _is_held(found):
            return "givenBack"
        is_told_by_look = isinstance(found, CurrentGrant) and (
            finding.kind == "notKnown"
            or (found.is_gone if finding.kind in ("cameBack", "heldBefore") else not found.is_gone)
        )
        return "notSeen" if is_told_by_look and self._has_reason(finding.kind, state) else "settled"

    def _forget_act(self, finding: StoredFinding, found: Found) -> None:
        """Notes an act that began, and that the look shows was not done."""
        if finding.act_kind and isinstance(found, CurrentGrant):
            self._verdicts.undone.append(finding)

    def _judge_holders(self, holders: Sequence[Holder]) -> None:
        given = _given_in(self._group, self._states)
        there: set[Holding] = set()
        unrecorded: set[Holding] = set()
        for holder in holders:
            grant, holding = _as_grant(self._group, holder), _holding_of(self._group, holder)
            there.add(holding)
            if holding in given or holding in self._told or self._is_given_otherwise(grant):
                continue
            unrecorded.add(holding)
            self._verdicts.seen.append(
                NewFinding("unrecorded", None, holder.principal, grant.resource, holder.access, holder.kind, UNRECORDED)
            )
        for finding in (each for each in self._known if each.kind == "unrecorded" and not each.is_acted_on):
            holding = _holding(finding.grant)
            if holding in unrecorded:
                if finding.act_kind:
                    self._verdicts.undone.append(finding)
            elif holding in there:
                self._verdicts.end(finding, "settled")
            else:
                self._verdicts.end(finding, "takenAway" if finding.act_kind == "takeAway" else "notSeen")

    def _is_given_otherwise(self, grant: Grant) -> bool:
        """Tells whether another request gives the access, or did when the platform was asked."""
        return any(state.gave(self._ago) for state in self._others.giving(grant))


def _given_in(group: CheckedGroup, states: Mapping[SqlId, RequestState]) -> set[Holding]:
    """Returns the holdings that active requests of the group give, or gave when the platform was asked."""
    ago = group.milliseconds_ago
    return {
        _holding(grant)
        for grant in group.grants
        if (state := states.get(grant.request_id)) and state.grant == grant and state.gave(ago)
    }


def _is_held(found: Found | None) -> bool:
    return isinstance(found, CurrentGrant) and not found.is_gone


def _as_grant(group: CheckedGroup, holder: Holder) -> Grant:
    return Grant(0, holder.principal, group.asked[0].resource, holder.access)


def _holding_of(group: CheckedGroup, holder: Holder) -> Holding:
    return _holding(_as_grant(group, holder))


def _holding(grant: Grant) -> Holding:
    return holding_key(grant.email, grant.resource, grant.access)
