"""A mail server that follows a test's script, line by line, down to silence and broken connections."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

HANG = "hang"
DROP = "drop"
GREETING, EHLO, MAIL, RCPT, DATA, CONTENT, RSET, QUIT = (
    "GREETING", "EHLO", "MAIL", "RCPT", "DATA", "CONTENT", "RSET", "QUIT"
)  # fmt: skip
_USUAL = {
    GREETING: "220 ready",
    EHLO: "250 ready",
    MAIL: "250 OK",
    RCPT: "250 OK",
    DATA: "354 go on",
    CONTENT: "250 accepted",
    RSET: "250 OK",
    QUIT: "221 bye",
}
_COMMANDS = frozenset({"EHLO", "HELO", "MAIL", "RCPT", "DATA", "RSET", "QUIT"})


@dataclass(frozen=True)
class Raw:
    """Bytes as they are, which need not be an answer; `cut_off` ends the connection behind them."""

    content: bytes
    cut_off: bool = False


@dataclass
class Step:
    """What the server is asked at the moment: in which session, for whom, and how many sessions are open longer."""

    stage: str
    session: int
    recipient: str = ""
    argument: str = ""
    open_longer: int = 0


Script = Callable[[Step], str | Raw | None]


@dataclass
class ScriptedServer:
    """`script` answers a step with a line, HANG, DROP, or None for the usual; a mail counts once its content is in.

    What follows DATA is a mail or, from a client that was refused, a command.
    """

    script: Script
    port: int = 0
    sessions: int = 0
    open: list[int] = field(default_factory=list)
    most_open: int = 0
    steps: list[Step] = field(default_factory=list)
    received: list[str] = field(default_factory=list)
    accepted: list[str] = field(default_factory=list)
    mail_seconds: float = 0

    @property
    def open_sessions(self) -> int:
        return len(self.open)

    @property
    def stages(self) -> list[str]:
        return [step.stage for step in self.steps]

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.sessions += 1
        session = self.sessions
        self.open.append(session)
        self.most_open = max(self.most_open, self.open_sessions)
        try:
            with suppress(ConnectionError):
                await self._talk(session, reader, writer)
        finally:
            self.open.remove(session)
            writer.close()

    async def _talk(self, session: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        recipient, stage, argument = "", GREETING, ""
        while True:
            step = Step(stage, session, recipient, argument, self.open.index(session))
            self.steps.append(step)
            if stage == CONTENT:
                self.received.append(recipient)
                await asyncio.sleep(self.mail_seconds)
            answer = self.script(step) or _USUAL[stage]
            if stage == CONTENT and answer == _USUAL[stage]:
                self.accepted.append(recipient)
            if answer == DROP:
                return
            if answer == HANG:
                await reader.read()
                return
            given = answer if isinstance(answer, Raw) else Raw(f"{answer}\r\n".encode())
            writer.write(given.content)
            await writer.drain()
            if stage == QUIT or given.cut_off:
                return
            line = (await reader.readline()).decode()
            if not line:
                return
            verb, _, argument = (part.strip() for part in line.partition(" "))
            verb = verb.upper()
            if stage == DATA and verb not in _COMMANDS:
                await reader.readuntil(b"\r\n.\r\n")
                stage = CONTENT
                continue
            stage = verb
            if stage == RCPT:
                recipient = line.partition("<")[2].partition(">")[0]


@contextmanager
def scripted_server(script: Script = lambda _step: None) -> Iterator[ScriptedServer]:
    """On a thread with an event loop of its own."""
    scripted, started, stop = ScriptedServer(script), threading.Event(), asyncio.Event()
    loop = asyncio.new_event_loop()

    async def run() -> None:
        server = await asyncio.start_server(scripted.serve, "127.0.0.1", 0)
        scripted.port = server.sockets[0].getsockname()[1]
        started.set()
        await stop.wait()
        server.close()
        talks: list[asyncio.Task[Any]] = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for talk in talks:
            talk.cancel()
        await asyncio.gather(*talks, return_exceptions=True)

    def serve() -> None:
        with asyncio.Runner(loop_factory=lambda: loop) as runner:
            runner.run(run())

    thread = threading.Thread(target=serve)
    thread.start()
    assert started.wait(30)
    try:
        yield scripted
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join()
