"""Runs programs side by side. When the block ends, they end too, with every program that they started."""

import asyncio
import os
import signal
import subprocess
from asyncio.subprocess import Process
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

# Longer than the local host gives a running job to end.
GRACE_SECONDS = 25


@dataclass(frozen=True)
class Program:
    """A program to run. Its output goes to `log`, or to our own output."""

    name: str
    command: Sequence[str | Path]
    folder: Path
    environment: Mapping[str, str]
    log: Path | None = None


@dataclass
class Group:
    """`first_end` is done when a program ended by itself, with a sentence about it, or after a signal, with None."""

    first_end: asyncio.Future[str | None]
    impatience: asyncio.Event
    processes: dict[str, Process] = field(default_factory=dict)
    watchers: dict[str, asyncio.Task[None]] = field(default_factory=dict)

    async def kill(self, name: str) -> None:
        """Kills a program with SIGKILL. This does not count as ending by itself."""
        self.watchers[name].cancel()
        _send([self.processes[name]], signal.SIGKILL)
        await self.processes[name].wait()


@asynccontextmanager
async def running(programs: Iterable[Program]) -> AsyncIterator[Group]:
    """Starts the programs and handles the process's signals. A second signal ends the programs at once."""
    loop = asyncio.get_running_loop()
    group = Group(loop.create_future(), asyncio.Event())

    def on_signal() -> None:
        group.impatience.set() if group.first_end.done() else group.first_end.set_result(None)

    for number in _stop_signals():
        loop.add_signal_handler(number, on_signal)
    try:
        await asyncio.sleep(0)  # an earlier Ctrl-C raises here; while a process starts, it makes older Pythons hang
        for program in programs:
            process = await _start(program)
            group.processes[program.name] = process
            group.watchers[program.name] = asyncio.create_task(_watch(process, program, group.first_end))
        yield group
    finally:
        await _end(list(group.processes.values()), group.impatience)


def _stop_signals() -> list[signal.Signals]:
    """Returns the signals that stop us. A closed terminal is one, unless we were started to outlive it."""
    outlives_terminal = signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    return [signal.SIGINT, signal.SIGTERM, *([] if outlives_terminal else [signal.SIGHUP])]


async def _start(program: Program) -> Process:
    """Starts the program in its own session. Ctrl-C reaches it only through us, and its group holds its children."""
    output = program.log.open("wb") if program.log else None
    try:
        return await asyncio.create_subprocess_exec(
            *program.command,
            cwd=program.folder,
            env=program.environment,
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    finally:
        if output:
            output.close()


async def _watch(process: Process, program: Program, first_end: asyncio.Future[str | None]) -> None:
    code = await process.wait()
    if not first_end.done():
        reason = program.log.read_text(encoding="utf-8") if program.log else "See its output above."
        first_end.set_result(f"The {program.name} ended by itself, with exit code {code}. {reason}")


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
