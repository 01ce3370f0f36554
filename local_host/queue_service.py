"""A stand-in for the Storage Queue service, in memory: the part of its REST protocol that the SDK's clients need.

Messages become visible after their delay and again after their visibility timeout. Only their last receipt can change
them. The account's random name keeps other programs out.
"""

import secrets
import time
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.utils import formatdate
from uuid import uuid4
from xml.etree import ElementTree

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route

DEFAULT_VISIBILITY_SECONDS = 30
SEVEN_DAYS_SECONDS = 7 * 24 * 60 * 60


@dataclass
class Message:
    text: str
    visible_at: float
    expires_at: float
    id: str = field(default_factory=lambda: str(uuid4()))
    inserted_at: float = field(default_factory=time.time)
    receipt: str = field(default_factory=lambda: secrets.token_hex(8))
    dequeue_count: int = 0

    def hide(self, seconds: int) -> None:
        self.visible_at = time.time() + seconds
        self.receipt = secrets.token_hex(8)


class QueueService:
    """One storage account. Use it only from the server's event loop."""

    def __init__(self) -> None:
        self.account = secrets.token_hex(12)
        self._queues: dict[str, list[Message]] = {}

    def connection_string(self, port: int) -> str:
        key = b64encode(self.account.encode()).decode()
        endpoint = f"http://localhost:{port}/{self.account}"
        return f"DefaultEndpointsProtocol=http;AccountName={self.account};AccountKey={key};QueueEndpoint={endpoint};"

    def routes(self) -> Mount:
        return Mount(
            f"/{self.account}",
            routes=[
                Route("/{queue}", self._create, methods=["PUT"]),
                Route("/{queue}/messages", self._send, methods=["POST"]),
                Route("/{queue}/messages", self._receive, methods=["GET"]),
                Route("/{queue}/messages/{id}", self._update, methods=["PUT"]),
                Route("/{queue}/messages/{id}", self._delete, methods=["DELETE"]),
            ],
        )

    async def _create(self, request: Request) -> Response:
        name = request.path_params["queue"]
        status = 204 if name in self._queues else 201
        self._queues.setdefault(name, [])
        return Response(status_code=status)

    async def _send(self, request: Request) -> Response:
        messages = self._queues.get(request.path_params["queue"])
        if messages is None:
            return _refusal(404, "QueueNotFound")
        text = _message_text(await request.body())
        lives_seconds = _number(request, "messagettl", SEVEN_DAYS_SECONDS)
        now = time.time()
        expires_at = now + (lives_seconds if lives_seconds > 0 else float(10**9))
        message = Message(text, visible_at=now + _number(request, "visibilitytimeout", 0), expires_at=expires_at)
        messages.append(message)
        return _list([message], status=201)

    async def _receive(self, request: Request) -> Response:
        messages = self._queues.get(request.path_params["queue"])
        if messages is None:
            return _refusal(404, "QueueNotFound")
        now = time.time()
        messages[:] = [message for message in messages if message.expires_at > now]
        visible = sorted((each for each in messages if each.visible_at <= now), key=lambda each: each.visible_at)
        chosen = visible[: _number(request, "numofmessages", 1)]
        if request.query_params.get("peekonly") != "true":
            for message in chosen:
                message.hide(_number(request, "visibilitytimeout", DEFAULT_VISIBILITY_SECONDS))
                message.dequeue_count += 1
        return _list(chosen)

    async def _update(self, request: Request) -> Response:
        message = self._find(request)
        if isinstance(message, Response):
            return message
        body = await request.body()
        if body:
            message.text = _message_text(body)
        message.hide(_number(request, "visibilitytimeout", 0))
        headers = {"x-ms-popreceipt": message.receipt, "x-ms-time-next-visible": _moment(message.visible_at)}
        return Response(status_code=204, headers=headers)

    async def _delete(self, request: Request) -> Response:
        message = self._find(request)
        if isinstance(message, Response):
            return message
        self._queues[request.path_params["queue"]].remove(message)
        return Response(status_code=204)

    def _find(self, request: Request) -> Message | Response:
        """Returns the message, or the refusal to change it."""
        for message in self._queues.get(request.path_params["queue"], []):
            if message.id == request.path_params["id"]:
                fits = message.receipt == request.query_params.get("popreceipt")
                return message if fits else _refusal(400, "PopReceiptMismatch")
        return _refusal(404, "MessageNotFound")


def _number(request: Request, name: str, default: int) -> int:
    return int(request.query_params.get(name) or default)


def _moment(seconds: float) -> str:
    return formatdate(seconds, usegmt=True)


def _list(messages: list[Message], *, status: int = 200) -> Response:
    root = ElementTree.Element("QueueMessagesList")
    for message in messages:
        element = ElementTree.SubElement(root, "QueueMessage")
        for name, value in _fields(message):
            ElementTree.SubElement(element, name).text = value
    content = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return Response(content, status_code=status, media_type="application/xml")


def _fields(message: Message) -> Iterator[tuple[str, str]]:
    yield "MessageId", message.id
    yield "InsertionTime", _moment(message.inserted_at)
    yield "ExpirationTime", _moment(message.expires_at)
    yield "PopReceipt", message.receipt
    yield "TimeNextVisible", _moment(message.visible_at)
    yield "DequeueCount", str(message.dequeue_count)
    yield "MessageText", message.text


def _message_text(body: bytes) -> str:
    message = ElementTree.fromstring(body)  # noqa: S314  only programs of this machine reach it
    return message.findtext("MessageText") or ""


def _refusal(status: int, code: str) -> Response:
    content = f'<?xml version="1.0" encoding="utf-8"?><Error><Code>{code}</Code><Message>{code}</Message></Error>'
    return Response(content, status_code=status, media_type="application/xml", headers={"x-ms-error-code": code})
