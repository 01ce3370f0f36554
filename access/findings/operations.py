"""The operations on findings: their list, and what operators do about them."""

from collections.abc import Callable, Sequence

from pydantic import BaseModel

from access.decisions.decide import as_refusal
from access.decisions.revoke_now import revoke_requests
from access.errors import MaybeDecidedError
from access.findings.acts import adopt_findings, ignore_findings, stop_ignoring_findings
from access.findings.finding_list import FindingQuery, list_findings
from access.findings.models import (
    ActOnFindings,
    AdoptFindings,
    ChosenFindings,
    Finding,
    FindingOutcome,
    FindingOutcomes,
    IgnoreFindings,
)
from access.findings.rules import Acted
from access.findings.take_away import give_findings_back, take_away_findings
from access.platforms.platform import Platform
from api.authorization import Permission
from api.call import Call
from api.errors import BODY_ERRORS, InvalidFieldsError
from api.listing import Page
from api.openapi import query_parameters
from api.operations import Operation


def _list_findings(call: Call) -> Page[Finding]:
    return list_findings(call.context, FindingQuery.from_values(call.query))


show_findings = Operation(
    name="list_findings",
    method="GET",
    path="findings",
    summary="All findings of the nightly checks, the newest first",
    tag="Findings",
    permission=Permission.READ,
    handler=_list_findings,
    answer=Page[Finding],
    parameters=query_parameters(FindingQuery),
    errors=(InvalidFieldsError,),
)


def take_away(platform: Platform) -> Operation:
    def handler(call: Call) -> FindingOutcomes:
        chosen = call.read_body(ActOnFindings)
        return _as_outcomes(take_away_findings(call.context, platform, call.caller, chosen, revoke_requests))

    return _act(platform, "take-away", handler, ActOnFindings)


def give_back(platform: Platform) -> Operation:
    def handler(call: Call) -> FindingOutcomes:
        from access.decisions.give_back import give_back_requests  # only the few calls that need it load it

        chosen = call.read_body(ActOnFindings)
        return _as_outcomes(give_findings_back(call.context, platform, call.caller, chosen, give_back_requests))

    return _act(platform, "give-back", handler, ActOnFindings)


def adopt(platform: Platform) -> Operation:
    def handler(call: Call) -> FindingOutcomes:
        chosen = call.read_body(AdoptFindings, now=call.context.database.utc_now())
        return _as_outcomes(adopt_findings(call.context, platform, call.caller, chosen))

    return _act(platform, "adopt", handler, AdoptFindings)


def ignore(platform: Platform) -> Operation:
    def handler(call: Call) -> FindingOutcomes:
        chosen = call.read_body(IgnoreFindings, now=call.context.database.utc_now())
        return _as_outcomes(ignore_findings(call.context, platform, call.caller, chosen))

    return _act(platform, "ignore", handler, IgnoreFindings)


def stop_ignoring(platform: Platform) -> Operation:
    def handler(call: Call) -> FindingOutcomes:
        chosen = call.read_body(ChosenFindings)
        return _as_outcomes(stop_ignoring_findings(call.context, platform, call.caller, chosen.ids))

    return _act(platform, "stop-ignoring", handler, ChosenFindings)


def _act(platform: Platform, verb: str, handler: Callable[[Call], FindingOutcomes], body: type[BaseModel]) -> Operation:
    """Returns the operation whose path ends with `verb`. A refusal for one finding does not stop the others."""
    return Operation(
        name=f"{platform.key}_{verb.replace('-', '_')}_findings",
        method="POST",
        path=f"findings/{platform.key}/{verb}",
        summary="The outcome for each of the findings",
        tag="Findings",
        permission=Permission.OPERATE,
        handler=handler,
        body=body,
        answer=FindingOutcomes,
        errors=(*BODY_ERRORS, InvalidFieldsError, MaybeDecidedError),
    )


def _as_outcomes(acted: Sequence[Acted]) -> FindingOutcomes:
    return FindingOutcomes(
        outcomes=[
            FindingOutcome.model_validate(
                {"id": each.id, "request_id": each.request_id, "problem": each.error and as_refusal(each.error)}
            )
            for each in acted
        ]
    )
