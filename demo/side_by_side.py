"""Runs programs side by side. When the block is left, none of them lives on, nor anything that they started."""

import asyncio
import os
import signal
import subprocess
from asyncio.subprocess import Process
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

# Longer than the local host gives a running job to end.
GRACE_SECONDS = 25


@dataclass(frozen=True)
class Program:
    name: str
    command: Sequence[str | Path]
    folder: Path
    environment: Mapping[str, str]


@asynccontextmanager
async def running(programs: Iterable[Program]) -> AsyncIterator[asyncio.Future[str | None]]:
    """Yields what is done when the first program has ended, with a sentence on it, or a signal has come, with None.

    Takes the process's signals over; a second one waits for nobody.
    """
    loop = asyncio.get_running_loop()
    first_end: asyncio.Future[str | None] = loop.create_future()
    impatience = asyncio.Event()

    def on_signal() -> None:
        impatience.set() if first_end.done() else first_end.set_result(None)

    for number in _stop_signals():
        loop.add_signal_handler(number, on_signal)
    processes: list[Process] = []
    watchers: list[asyncio.Task[None]] = []
    try:
        for program in programs:
            process = await _start(program)
            processes.append(process)
            watchers.append(asyncio.create_task(_watch(process, program.name, first_end)))
        yield first_end
    finally:
        await _end(processes, impatience)
        await asyncio.gather(*watchers)


def _stop_signals() -> list[signal.Signals]:
    """A closed terminal stops us too, unless we were started to outlive it."""
    outlives_terminal = signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    return [signal.SIGINT, signal.SIGTERM, *([] if outlives_terminal else [signal.SIGHUP])]


async def _start(program: Program) -> Process:
    """In a session of its own: Ctrl-C reaches it once, through us, and its group holds whatever it starts."""
    return await asyncio.create_subprocess_exec(
        *program.command,
        cwd=program.folder,
        env=program.environment,
        stdin=subprocess.PIPE,
        start_new_session=True,
    )


async def _watch(process: Process, name: str, first_end: asyncio.Future[str | None]) -> None:
    code = await process.wait()
    if not first_end.done():
        first_end.set_result(f"The {name} ended by itself, with exit code {code}; its reason stands above.")


async def _end(processes: Sequence[Process], impatience: asyncio.Event) -> None:
    _send(processes, signal.SIGTERM)
    everyone = asyncio.gather(*(process.wait() for process in processes))
    hurry = asyncio.create_task(impatience.wait())
    either: list[asyncio.Future[Any]] = [everyone, hurry]
    await asyncio.wait(either, timeout=GRACE_SECONDS, return_when=asyncio.FIRST_COMPLETED)
    _send(processes, signal.SIGKILL)
    await everyone
    hurry.cancel()


def _send(processes: Sequence[Process], number: signal.Signals) -> None:
    for process in processes:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, number)
