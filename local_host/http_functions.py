"""Serves HTTP functions as the Functions host does: first match by function name, sync functions in threads."""

import asyncio
import inspect
import logging
import re
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Any, Self

import azure.functions as func
from azure.functions.decorators.function_app import Function
from starlette.requests import Request
from starlette.responses import Response

ROUTE_PREFIX = "/api/"
ALL_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class HttpFunction:
    """One HTTP-triggered function with the paths and methods that reach it."""

    name: str
    path: re.Pattern[str]
    methods: frozenset[str]
    run: Callable[[func.HttpRequest], Any]

    @classmethod
    def from_function(cls, function: Function) -> Self:
        trigger = function.get_trigger()
        name = str(function.get_function_name())
        route = str(getattr(trigger, "route", None) or name)
        methods = getattr(trigger, "methods", None)
        return cls(
            name=name,
            path=_path_pattern(route),
            methods=frozenset(method.value for method in methods) if methods else ALL_METHODS,
            run=function.get_user_function(),
        )


class HttpFunctions:
    """The app's HTTP functions, tried in alphabetical order of their names. One with another method does not match."""

    def __init__(self, functions: Iterable[HttpFunction], executor: Executor) -> None:
        self._functions = sorted(functions, key=lambda function: function.name)
        self._executor = executor

    async def answer(self, request: Request) -> Response:
        for function in self._functions:
            match = function.path.fullmatch(request.url.path)
            if match and request.method in function.methods:
                return await self._invoke(function, await _to_functions_request(request, match.groupdict()))
        return Response(status_code=404)

    async def _invoke(self, function: HttpFunction, request: func.HttpRequest) -> Response:
        try:
            if inspect.iscoroutinefunction(function.run):
                outcome = await function.run(request)
            else:
                outcome = await asyncio.get_running_loop().run_in_executor(self._executor, function.run, request)
            return _to_response(outcome)
        except Exception:
            logger.exception("%s raised", function.name)
            return Response(status_code=500)


def _path_pattern(route: str) -> re.Pattern[str]:
    segments = (
        f"(?P<{segment[1:-1].partition(':')[0]}>[^/]+)" if segment.startswith("{") else re.escape(segment)
        for segment in route.strip("/").split("/")
    )
    return re.compile(ROUTE_PREFIX + "/".join(segments) + "/?", re.IGNORECASE)


async def _to_functions_request(request: Request, route_params: Mapping[str, str]) -> func.HttpRequest:
    """Joins the values of a repeated key in `params` with commas and drops empty ones. The URL keeps all."""
    params: dict[str, str] = {}
    for key, value in request.query_params.multi_items():
        if value:
            params[key] = f"{params[key]},{value}" if key in params else value
    return func.HttpRequest(
        request.method,
        str(request.url),
        headers=dict(request.headers),
        params=params,
        route_params=dict(route_params),
        body=await request.body(),
    )


def _to_response(outcome: object) -> Response:
    """Accepts HttpResponse and str only. When a header is repeated, its last value counts."""
    if isinstance(outcome, str):
        outcome = func.HttpResponse(outcome)
    if not isinstance(outcome, func.HttpResponse):
        raise TypeError(f"A function must return HttpResponse or str, not {type(outcome).__name__}.")
    content_type = f"{outcome.mimetype}; charset={outcome.charset}" if outcome.mimetype == "text/plain" else None
    headers = {"content-type": content_type or outcome.mimetype, **dict(outcome.headers.items())}
    if not "".join(headers.values()).isascii():
        raise ValueError("The headers of an answer must be ASCII.")
    return Response(outcome.get_body(), status_code=outcome.status_code, headers=headers)
