"""The time from a message to a job that has run, against the queue alone. Both use the SDK's client."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from uuid import uuid4

import uvicorn
from azure.storage.queue import QueueClient, TextBase64DecodePolicy
from starlette.applications import Starlette

from access.platforms import DATABRICKS
from benchmarks.comparison import Comparison, median_seconds, progress, show_seconds
from benchmarks.workspace import Workspace
from config.context import AppContext, open_app_context
from config.settings import read_settings
from config.storage_queues import send_message
from jobs.job_types import JobKind, JobType
from jobs.queue_handlers import continue_run
from jobs.runs.messages import CONTINUATIONS, Continuation
from local_host.queue_service import QueueService

JOB_TYPE = JobType(JobKind.REVOKE_EXPIRED, DATABRICKS)


def compare(workspace: Workspace) -> Iterator[Comparison]:
    progress("From a message to its run ...")
    with _storage() as storage:
        context = open_app_context(
            read_settings(
                database_url=f"sqlite:///{workspace.folder / 'queue.db'}",
                revoke_delay_seconds=0,
                storage_connection_string=storage,
            )
        )
        with QueueClient.from_connection_string(
            storage, CONTINUATIONS, message_decode_policy=TextBase64DecodePolicy()
        ) as queue:
            queue.create_queue()

            def run(body: bytes) -> None:
                continue_run(context, body, is_redelivered=False)

            ours, theirs = median_seconds(
                workspace.sizes.message_repeats,
                lambda: _send_and_handle(context, queue, run),
                lambda: _send_and_handle(context, queue, lambda _body: None),
            )
        context.close()
    compared_with = f"the queue alone: {show_seconds(theirs)}"
    yield Comparison("from a message to a run that has ended", show_seconds(ours), compared_with, ours / theirs)


def _send_and_handle(context: AppContext, queue: QueueClient, handle: Callable[[bytes], None]) -> None:
    text = Continuation(job_type=str(JOB_TYPE), after_job_id=uuid4(), attempt=1).to_text()
    send_message(context.settings, CONTINUATIONS, text)
    while not (message := queue.receive_message()):
        pass
    handle(message.content.encode())
    queue.delete_message(message)


@contextmanager
def _storage() -> Iterator[str]:
    """Serves the local host's stand-in for Azure Storage in this process, and yields its connection string."""
    service, listener = QueueService(), socket.create_server(("localhost", 0))
    app = Starlette(routes=[service.routes()])
    server = uvicorn.Server(uvicorn.Config(app, log_config=None))
    thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield service.connection_string(listener.getsockname()[1])
    server.should_exit = True
    thread.join()
