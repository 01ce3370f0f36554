"""The ASGI application: the functions under /api, the timers by hand under /admin, CORS as the settings file says.

While it serves, timers fire and queues are listened to.
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
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from local_host.host_settings import QueueSettings
from local_host.http_functions import ALL_METHODS, HttpFunction, HttpFunctions
from local_host.queue_functions import QueueFunction, QueueFunctions
from local_host.queue_service import QueueService
from local_host.timer_functions import TimerFunction, TimerFunctions

# What the Functions host sets as PYTHON_THREADPOOL_THREAD_COUNT.
MAX_THREADS = 1000
# How long what is running may take to end after an interrupt; a job cut off frees its lock when it goes stale.
GRACE_SECONDS = 20
# A name of somebody else's that leads to this machine would make their pages the same site as this host.
OWN_HOSTS = ["localhost", "127.0.0.1", "[::1]"]


class AnythingConvertor(PathConvertor):
    """Any path, line breaks too."""

    regex = "(?s:.*)"


register_url_convertor("anything", AnythingConvertor())


def create_server(
    app: func.FunctionApp,
    cors_origins: list[str],
    state_file: Path,
    queue_settings: QueueSettings,
    queue_service: QueueService | None,
) -> Starlette:
    """`queue_service` is the stand-in to be served, if there is one. Raises ScheduleError, QueueError."""
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
            return PlainTextResponse("Timers are fired from this machine, and by no page.", status_code=403)
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
            Middleware(CORSMiddleware, allow_origins=cors_origins, allow_methods=["*"], allow_headers=["*"]),
        ],
        exception_handlers={405: _not_found},
        lifespan=run_triggers,
    )


def _is_local_tool(request: Request) -> bool:
    """In Azure a key guards this route; here it is the caller's place. A browser sends Origin with every POST."""
    local = request.client is not None and ip_address(request.client.host).is_loopback
    return local and "origin" not in request.headers


async def _not_found(_request: Request, _error: Exception) -> Response:
    return Response(status_code=404)
