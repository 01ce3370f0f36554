"""Calls queue functions as the Functions host does: in batches, with delayed retries and a poison queue.

A message stays invisible while its function runs. When the host dies, the message becomes visible again later.
"""

import asyncio
import base64
import binascii
import inspect
import logging
import os
import socket
from collections.abc import Callable
from concurrent.futures import Executor
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar
from urllib.parse import urlsplit

import azure.functions as func
from azure.core.exceptions import AzureError, ResourceExistsError, ResourceNotFoundError
from azure.functions.decorators.function_app import Function
from azure.functions.queue import QueueMessage
from azure.storage.queue import QueueClient
from azure.storage.queue import QueueMessage as StoredMessage

from local_host.host_settings import QueueSettings

CONNECTION = "AzureWebJobsStorage"
LEASE_SECONDS = 600
FIRST_POLL_SECONDS = 0.1
LOOK_TIMEOUT_SECONDS = 1.0
RESTART_SECONDS = 30.0

logger = logging.getLogger(__name__)
Result = TypeVar("Result")


class QueueError(Exception):
    """A queue function cannot be served. The message names it and says why."""


@dataclass(frozen=True)
class QueueFunction:
    """One queue-triggered function and its queue."""

    name: str
    queue: str
    run: Callable[[func.QueueMessage], Any]

    @classmethod
    def from_function(cls, function: Function) -> "QueueFunction":
        """Reads the function's trigger. Raises QueueError."""
        name, trigger = str(function.get_function_name()), function.get_trigger()
        if getattr(trigger, "connection", None) != CONNECTION:
            raise QueueError(f"{name}: the connection of a queue trigger must be {CONNECTION} here.")
        return cls(name, str(getattr(trigger, "queue_name", "")), function.get_user_function())


def is_reachable(connection_string: str) -> bool:
    """Tells whether a server answers at the address of this connection string's queues."""
    try:
        with QueueClient.from_connection_string(connection_string, "any") as queue:
            address = urlsplit(queue.url)
        port = address.port or (443 if address.scheme == "https" else 80)
        socket.create_connection((address.hostname or "", port), LOOK_TIMEOUT_SECONDS).close()
    except (OSError, ValueError):
        return False
    return True


class QueueFunctions:
    """Calls the functions for new messages in their queues, each for several messages at once."""

    def __init__(self, functions: list[QueueFunction], settings: QueueSettings, executor: Executor) -> None:
        self._functions = functions
        self._settings = settings
        self._executor = executor
        self._invocations: set[asyncio.Task[None]] = set()

    async def wait_for_invocations(self, seconds: float) -> None:
        """Waits so long at most. A message still in work becomes visible again when its lease ends."""
        if self._invocations:
            await asyncio.wait(self._invocations, timeout=seconds)

    async def run(self) -> None:
        """Runs until cancelled. Invocations continue."""
        async with asyncio.TaskGroup() as group:
            for function in self._functions:
                group.create_task(self._keep_listening(function))

    async def _keep_listening(self, function: QueueFunction) -> None:
        """Starts again when listening stops unexpectedly, so that one queue does not stop the others."""
        while True:
            try:
                await self._listen(function)
            except Exception:
                logger.exception("%s stopped listening and starts again soon", function.name)
                await asyncio.sleep(RESTART_SECONDS)

    async def _listen(self, function: QueueFunction) -> None:
        settings, in_work, pause_seconds = self._settings, set[asyncio.Task[None]](), FIRST_POLL_SECONDS
        queue = _open(function.queue)  # invocations use it until they end
        while True:
            await asyncio.sleep(pause_seconds)
            if len(in_work) <= settings.new_batch_threshold:
                messages = await self._receive(queue)
                for message in messages:
                    task = asyncio.create_task(self._handle(function, queue, message))
                    for tasks in (in_work, self._invocations):
                        tasks.add(task)
                        task.add_done_callback(tasks.discard)
                longer = min(2 * pause_seconds, settings.max_polling_seconds)
                pause_seconds = FIRST_POLL_SECONDS if messages else longer

    async def _receive(self, queue: QueueClient) -> list[StoredMessage]:
        """Returns no messages when the queue is missing: the sender of the first message creates it."""
        receive = partial(
            queue.receive_messages, max_messages=self._settings.batch_size, visibility_timeout=LEASE_SECONDS
        )
        try:
            return await self._call(lambda: list(next(receive().by_page(), [])))
        except ResourceNotFoundError:
            return []
        except AzureError as error:
            logger.warning("%s could not be read: %s", queue.queue_name, error)
            return []

    async def _handle(self, function: QueueFunction, queue: QueueClient, message: StoredMessage) -> None:
        renewing = asyncio.create_task(self._renew(queue, message))
        try:
            is_done = await self._invoke(function, message)
        finally:
            renewing.cancel()
        try:
            if is_done:
                await self._call(partial(queue.delete_message, message))
            elif (message.dequeue_count or 0) >= self._settings.max_dequeue_count:
                await self._call(partial(_move_to_poison, queue, message))
            else:
                delay = round(self._settings.visibility_seconds)
                await self._call(partial(queue.update_message, message, visibility_timeout=delay))
        except AzureError as error:
            logger.warning("A message of %s could not be settled and will come again: %s", queue.queue_name, error)

    async def _renew(self, queue: QueueClient, message: StoredMessage) -> None:
        while True:
            await asyncio.sleep(LEASE_SECONDS / 2)
            update = partial(queue.update_message, message, visibility_timeout=LEASE_SECONDS)
            try:
                message.pop_receipt = (await self._call(update)).pop_receipt
            except AzureError as error:
                logger.warning("A message of %s may be delivered twice: %s", queue.queue_name, error)

    async def _invoke(self, function: QueueFunction, message: StoredMessage) -> bool:
        """Returns False when the function failed, which is logged, or was called too often."""
        count = message.dequeue_count or 0
        if count > self._settings.max_dequeue_count:
            return False
        logger.info("%s is called", function.name)
        try:
            body = base64.b64decode(message.content, validate=True) if self._settings.is_base64 else message.content
            request = QueueMessage(  # type: ignore[no-untyped-call]  # the SDK leaves it untyped
                id=message.id,
                body=body,
                dequeue_count=count,
                expiration_time=message.expires_on,
                insertion_time=message.inserted_on,
                time_next_visible=message.next_visible_on,
                pop_receipt=message.pop_receipt,
            )
            if inspect.iscoroutinefunction(function.run):
                await function.run(request)
            else:
                await self._call(partial(function.run, request))
        except binascii.Error:
            logger.exception("%s got a message that is not base64", function.name)
            return False
        except (Exception, SystemExit):  # an exit would end all of this host
            logger.exception("%s failed (attempt %s)", function.name, count)
            return False
        return True

    async def _call(self, work: Callable[[], Result]) -> Result:
        return await asyncio.get_running_loop().run_in_executor(self._executor, work)


def _open(queue_name: str) -> QueueClient:
    """Opens the queue without the SDK's own retries: the next poll is a retry."""
    return QueueClient.from_connection_string(os.environ[CONNECTION], queue_name, retry_total=0)


def _move_to_poison(queue: QueueClient, message: StoredMessage) -> None:
    with _open(f"{queue.queue_name}-poison") as poison:
        with suppress(ResourceExistsError):
            poison.create_queue()
        poison.send_message(message.content)
    logger.error("A message of %s failed too often and is in %s", queue.queue_name, poison.queue_name)
    queue.delete_message(message)
