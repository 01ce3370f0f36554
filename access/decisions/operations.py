"""The operations by which people decide about a platform's requests: about one, and about many at once."""

from collections.abc import Callable
from functools import partial
from typing import Any

from pydantic import BaseModel

from access.decisions import endpoints, let_expire, revoke_endpoints
from access.errors import AlreadyExtendedError, MaybeDecidedError, NotActiveError, RemovalFailedError
from access.models import ChosenRequests, DecisionOutcomes, ExtendRequest, ExtendRequests, RevokeRequest, RevokeRequests
from access.platforms import Platform
from api.authorization import Permission
from api.call import Answer
from api.errors import BODY_ERRORS, NotFoundError
from api.openapi import path_parameter
from api.operations import Operation


def decision_about_one(platform: Platform, verb: str, handler: Callable[..., Answer], **more: Any) -> Operation:
    """`verb` ends the path and begins the name; whose request it is decides who may, besides operators."""
    return Operation(
        **{
            "name": f"{platform.key}_{verb.replace('-', '_')}_request",
            "method": "POST",
            "path": f"{platform.key}/access-requests/{{id}}/{verb}",
            "tag": platform.title,
            "permission": Permission.REQUEST,
            "or_permission": Permission.OPERATE,
            "handler": partial(handler, platform=platform),
            "answer": platform.details_shape,
            "parameters": (path_parameter("id", "The request."),),
            **more,
            "errors": (NotFoundError, NotActiveError, MaybeDecidedError, *more.get("errors", ())),
        }
    )


def decision_about_many(
    platform: Platform, verb: str, handler: Callable[..., DecisionOutcomes], body: type[BaseModel]
) -> Operation:
    """What cannot be done about one of them keeps nothing from the others."""
    return Operation(
        name=f"{platform.key}_{verb.replace('-', '_')}_requests",
        method="POST",
        path=f"{platform.key}/access-requests/{verb}",
        summary="What came of each of the requests",
        tag=platform.title,
        permission=Permission.REQUEST,
        or_permission=Permission.OPERATE,
        handler=partial(handler, platform=platform),
        body=body,
        answer=DecisionOutcomes,
        errors=(*BODY_ERRORS, MaybeDecidedError),
    )


def extend_request(platform: Platform) -> Operation:
    return decision_about_one(
        platform,
        "extend",
        endpoints.extend_one,
        summary="The new request, which takes the place of the old one",
        body=ExtendRequest,
        status=201,
        errors=(*BODY_ERRORS, AlreadyExtendedError),
    )


def extend_requests(platform: Platform) -> Operation:
    return decision_about_many(platform, "extend", endpoints.extend_many, ExtendRequests)


def let_request_expire(platform: Platform) -> Operation:
    decide = partial(endpoints.decide_about_one, decide=let_expire.let_requests_expire)
    return decision_about_one(platform, "let-expire", decide, summary="The request, of whose end nobody is reminded")


def let_requests_expire(platform: Platform) -> Operation:
    decide = partial(endpoints.decide_about_many, decide=let_expire.let_requests_expire)
    return decision_about_many(platform, "let-expire", decide, ChosenRequests)


def undo_let_request_expire(platform: Platform) -> Operation:
    decide = partial(endpoints.decide_about_one, decide=let_expire.undo_let_expire)
    return decision_about_one(platform, "undo-let-expire", decide, summary="The request, with its reminders again")


def undo_let_requests_expire(platform: Platform) -> Operation:
    decide = partial(endpoints.decide_about_many, decide=let_expire.undo_let_expire)
    return decision_about_many(platform, "undo-let-expire", decide, ChosenRequests)


def revoke_request(platform: Platform) -> Operation:
    return decision_about_one(
        platform,
        "revoke",
        revoke_endpoints.revoke_one,
        summary="The request, revoked",
        body=RevokeRequest,
        errors=(*BODY_ERRORS, RemovalFailedError),
    )


def revoke_requests(platform: Platform) -> Operation:
    return decision_about_many(platform, "revoke", revoke_endpoints.revoke_many, RevokeRequests)
