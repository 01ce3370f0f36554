"""The ASGI application: functions under /api, timers to fire by hand under /admin, CORS by the settings file.

While it serves, it fires timers and reads queues.
"""

import asyncio
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from ipaddress import ip_address
from pathlib import Path

import azure.functions as func
from azure.functions.decorators.core import Trigger
from azure.functions.decorators.function_app import Function
from azure.functions.decorators.queue import QueueTrigger
from azure.functions.decorators.timer import TimerTrigger
from starlette.applications import Starlette
from starlette.convertors import PathConvertor, register_url_convertor
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from local_host.host_settings import QueueSettings
from local_host.http_functions import ALL_METHODS, HttpFunction, HttpFunctions
from local_host.local_settings import HostSettings
from local_host.queue_functions import QueueFunction, QueueFunctions
from local_host.queue_service import QueueService
from local_host.timer_functions import TimerFunction, TimerFunctions

# The Functions host sets this as PYTHON_THREADPOOL_THREAD_COUNT.
MAX_THREADS = 1000
# How long running calls may take to end after an interrupt. A job that is cut off frees its lock when it goes stale.
GRACE_SECONDS = 20
# Someone else's host name could lead to this machine, and their pages would count as pages of this host.
OWN_HOSTS = ["localhost", "127.0.0.1", "[::1]"]


class AnythingConvertor(PathConvertor):
    """Any path, also with line breaks."""

    regex = "(?s:.*)"


register_url_convertor("anything", AnythingConvertor())


def create_server(
    app: func.FunctionApp,
    host: HostSettings,
    state_file: Path,
    queue_settings: QueueSettings,
    queue_service: QueueService | None,
) -> Starlette:
    """Builds the server, with `queue_service` as a stand-in if it is given. Raises TimerError and QueueError."""
    executor = ThreadPoolExecutor(MAX_THREADS, thread_name_prefix="function")
    functions = app.get_functions()
    http_functions = HttpFunctions(
        (HttpFunction.from_function(function) for function in functions if function.is_http_function()), executor
    )

    def triggered_by(kind: type[Trigger]) -> list[Function]:
        return [function for function in functions if isinstance(function.get_trigger(), kind)]

    timers = TimerFunctions(
        [TimerFunction.from_function(function, executor) for function in triggered_by(TimerTrigger)], state_file
    )
    queues = QueueFunctions(
        [QueueFunction.from_function(function) for function in triggered_by(QueueTrigger)], queue_settings, executor
    )

    async def fire_timer(request: Request) -> Response:
        if not _is_local_tool(request):
            return PlainTextResponse("Only programs of this machine can fire a timer.", status_code=403)
        timer = timers.get(request.path_params["name"])
        if timer is None:
            return Response(status_code=404)
        timers.fire(timer, past_due=False)
        return Response(status_code=202)

    @asynccontextmanager
    async def run_triggers(_server: Starlette) -> AsyncIterator[None]:
        running = [asyncio.create_task(timers.run()), asyncio.create_task(queues.run())]
        yield
        for task in running:
            task.cancel()
        for task in running:
            with suppress(asyncio.CancelledError):
                await task
        waits = (triggers.wait_for_invocations(GRACE_SECONDS) for triggers in (timers, queues))
        await asyncio.gather(*waits)

    return Starlette(
        routes=[
            Route("/admin/functions/{name}", fire_timer, methods=["POST"]),
            *([queue_service.routes()] if queue_service else []),
            Route("/{path:anything}", http_functions.answer, methods=list(ALL_METHODS)),
        ],
        middleware=[
            Middleware(TrustedHostMiddleware, allowed_hosts=OWN_HOSTS, www_redirect=False),
            Middleware(
                CORSMiddleware,
                allow_origins=host.cors_origins,
                allow_credentials=host.cors_credentials,
                allow_methods=["*"],
                allow_headers=["*"],
            ),
        ],
        exception_handlers={405: _not_found, ClientDisconnect: _unread},
        lifespan=run_triggers,
    )


def _is_local_tool(request: Request) -> bool:
    """Accepts programs of this machine, but not web pages, whose POST carries Origin. Azure wants a key instead."""
    local = request.client is not None and ip_address(request.client.host).is_loopback
    return local and "origin" not in request.headers


async def _not_found(_request: Request, _error: Exception) -> Response:
    return Response(status_code=404)


async def _unread(_request: Request, _error: Exception) -> Response:
    """Returns an answer that no one reads: the client has broken off in the middle of its body."""
    return Response(status_code=400)
