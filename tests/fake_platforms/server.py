"""What both fakes share: a server on loopback, the calls that it got, and the faults that it is told to have."""

import asyncio
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import uvicorn
from starlette.types import ASGIApp, Message, Receive, Scope, Send

START_SECONDS = 20


@dataclass(frozen=True)
class Answers:
    """Instead of doing what it is asked."""

    status: int
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    text: str | None = None


@dataclass(frozen=True)
class Waits:
    """Before it does what it is asked."""

    seconds: float


@dataclass(frozen=True)
class LosesAnswer:
    """Does what it is asked, and breaks off before it has said so."""


@dataclass(frozen=True)
class Spoils:
    """Does what it is asked, and says at one place of its JSON what does not fit there: `by`, or nothing."""

    place: int
    by: Any


@dataclass(frozen=True)
class Then:
    """Does what it is asked, and something else happens before it says so."""

    act: Callable[[], object]


Action = Answers | Waits | LosesAnswer | Spoils | Then


@dataclass
class Fault:
    """Of the next `times` calls with this method whose path contains `path`."""

    action: Action
    method: str = ""
    path: str = ""
    times: int = 1_000_000


@dataclass(frozen=True)
class Call:
    method: str
    path: str
    body: Any


class FaultyServer:
    """Serves `app`, unless a fault comes first."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self.calls: list[Call] = []
        self.faults: list[Fault] = []
        self.most_at_once = 0
        self._under_way = 0

    def called(self, method: str, path: str = "") -> list[Call]:
        return [call for call in self.calls if call.method == method and path in call.path]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        body = await _read(receive)
        method, path = scope["method"], scope["raw_path"].decode()
        self.calls.append(Call(method, path, _parsed(body)))

        async def receive_again() -> Message:
            return {"type": "http.request", "body": body, "more_body": False}

        self._under_way += 1
        self.most_at_once = max(self.most_at_once, self._under_way)
        try:
            await self._act(scope, receive_again, send)
        finally:
            self._under_way -= 1

    async def _act(self, scope: Scope, receive: Receive, send: Send) -> None:
        match self._fault(scope["method"], scope["raw_path"].decode()):
            case Answers() as answers:
                await _answer(send, answers)
            case LosesAnswer():
                await self._app(scope, receive, _nowhere)
                await _break_off(send)
            case Waits(seconds):
                await asyncio.sleep(seconds)
                await self._app(scope, receive, send)
            case Then(act):
                answer: list[Message] = []
                await self._app(scope, receive, _kept_in(answer))
                await asyncio.to_thread(act)
                for message in answer:
                    await send(message)
            case Spoils() as spoils:
                await self._app(scope, receive, _spoiling(send, spoils))
            case None:
                await self._app(scope, receive, send)

    def _fault(self, method: str, path: str) -> Action | None:
        for fault in self.faults:
            if fault.times and fault.method in ("", method) and fault.path in path:
                fault.times -= 1
                return fault.action
        return None


class Stage:
    """A server of this process that lasts, since starting and stopping one takes longer than most tests."""

    def __init__(self) -> None:
        self.app: ASGIApp | None = None
        config = uvicorn.Config(
            self._serve, host="127.0.0.1", port=0, log_level="critical", lifespan="off", interface="asgi3"
        )
        server = uvicorn.Server(config)
        threading.Thread(target=server.run, daemon=True).start()
        until = time.monotonic() + START_SECONDS
        while not server.started:
            assert time.monotonic() < until, "the server did not start"
            time.sleep(0.005)
        self.url = f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        assert self.app, "a call came between two tests"
        await self.app(scope, receive, send)


@cache
def _stage(_name: str) -> Stage:
    return Stage()


@contextmanager
def serving(app: ASGIApp, name: str) -> Iterator[str]:
    """Yields the URL; of each name one at a time."""
    stage = _stage(name)
    stage.app = app
    try:
        yield stage.url
    finally:
        stage.app = None


async def _read(receive: Receive) -> bytes:
    body = b""
    while True:
        message = await receive()
        body += bytes(message.get("body", b""))
        if not message.get("more_body"):
            return body


def _parsed(body: bytes) -> Any:
    try:
        return json.loads(body or b"null")
    except ValueError:
        return body.decode()


async def _answer(send: Send, answers: Answers) -> None:
    content = b"" if answers.body is None else json.dumps(answers.body).encode()
    if answers.text is not None:
        content = answers.text.encode(errors="surrogatepass")
    headers = {"content-type": "application/json", "content-length": str(len(content)), **answers.headers}
    encoded = [(name.encode(), value.encode(errors="surrogateescape")) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": answers.status, "headers": encoded})
    await send({"type": "http.response.body", "body": content})


async def _nowhere(_message: Message) -> None:
    pass


def _kept_in(messages: list[Message]) -> Send:
    async def keep(message: Message) -> None:
        messages.append(message)

    return keep


async def _break_off(send: Send) -> None:
    """An answer that ends before its length."""
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"1000")]})
    await send({"type": "http.response.body", "body": b"{", "more_body": True})
    raise ConnectionAbortedError


def _spoiling(send: Send, spoils: Spoils) -> Send:
    """The answers of both fakes come in one piece."""
    started: list[Message] = []

    async def send_spoilt(message: Message) -> None:
        if message["type"] == "http.response.start":
            started.append(message)
            return
        content = bytes(message["body"])
        if content:
            content = json.dumps(_spoilt(json.loads(content), spoils)).encode()
        headers = [header for header in started[0]["headers"] if header[0] != b"content-length"]
        await send({**started[0], "headers": [*headers, (b"content-length", str(len(content)).encode())]})
        await send({**message, "body": content})

    return send_spoilt


def _spoilt(answer: Any, spoils: Spoils) -> Any:
    root = [answer]
    places = list(_places(root))
    inside, key = places[spoils.place % len(places)]
    if type(inside[key]) is not type(spoils.by):
        inside[key] = spoils.by
    elif isinstance(inside, dict) and inside is not answer:
        del inside[key]
    else:
        inside[key] = None
    return root[0]


def _places(inside: Any) -> Iterator[tuple[Any, Any]]:
    """Every value with the list or object that it stands in."""
    for key, value in inside.items() if isinstance(inside, dict) else enumerate(inside):
        yield inside, key
        if isinstance(value, dict | list):
            yield from _places(value)
