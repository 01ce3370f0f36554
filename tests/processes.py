"""Real processes for tests: forked from a server that has imported the product, so that one starts in milliseconds."""

import multiprocessing
import os
import subprocess
import sys
import traceback
import warnings
from collections.abc import Callable, Mapping, Sequence
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import Any, TypeVar

Result = TypeVar("Result")
TIMEOUT_SECONDS = 120

CONTEXT = multiprocessing.get_context("forkserver")
CONTEXT.set_forkserver_preload(
    [
        "pytest",
        # what a local host imports that serves the product, whose function_app.py each host imports for itself
        "local_host.__main__",
        "access.decisions.operations",
        "access.operations",
        "jobs.endpoints",
        "reports.operations",
        "jobs.operations",
        "jobs.queue_handlers",
        "sqlalchemy.dialects.sqlite",
        # what the tests import that are called in a process of their own
        "tests.jobs.job_runs",
    ]
)


def run_in_processes(work: Callable[..., Result], arguments: Sequence[tuple[Any, ...]]) -> list[Result]:
    """Calls `work` in one process for each tuple of arguments, all starting together; their results in order."""
    barrier = CONTEXT.Barrier(len(arguments))
    processes, receivers = [], []
    for given in arguments:
        receiver, sender = CONTEXT.Pipe(duplex=False)
        process = CONTEXT.Process(target=_call, args=(work, given, barrier, sender), daemon=True)
        process.start()
        sender.close()
        processes.append(process)
        receivers.append(receiver)
    results: list[Result] = []
    try:
        for receiver in receivers:
            assert receiver.poll(TIMEOUT_SECONDS), "a process did not answer in time"
            result, error = receiver.recv()
            assert error is None, error
            results.append(result)
    finally:
        for process, receiver in zip(processes, receivers, strict=True):
            receiver.close()
            process.join(10)
            process.kill()
            process.join()
            process.close()
    return results


def _call(work: Callable[..., Any], arguments: tuple[Any, ...], barrier: Barrier, sender: Connection) -> None:
    try:
        barrier.wait(TIMEOUT_SECONDS)
        sender.send((work(*arguments), None))
    except BaseException:
        sender.send((None, traceback.format_exc()))


class Forked:
    """A program as `python -c` runs it, but for its imports, which are there; it is handled like a Popen.

    What a library reads from the environment when it is imported, it has read before.
    """

    def __init__(self, program: str, folder: Path, environment: Mapping[str, str], out: Path, err: Path) -> None:
        for file in (out, err):
            file.touch()
        arguments = (program, folder, environment, out, err)
        self._process = CONTEXT.Process(target=_execute, args=arguments, daemon=True)
        self._process.start()

    def poll(self) -> int | None:
        return self._process.exitcode

    def wait(self, timeout: float | None = None) -> int:
        self._process.join(timeout)
        code = self._process.exitcode
        if code is None:
            raise subprocess.TimeoutExpired("a forked program", timeout or 0)
        return code

    def send_signal(self, number: int) -> None:
        if self._process.pid and self.poll() is None:
            os.kill(self._process.pid, number)

    def terminate(self) -> None:
        self._process.terminate()

    def kill(self) -> None:
        self._process.kill()


def _execute(program: str, folder: Path, environment: Mapping[str, str], out: Path, err: Path) -> None:
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    for stream, file in ((sys.stdout, out), (sys.stderr, err)):
        with file.open("ab") as written:
            os.dup2(written.fileno(), stream.fileno())
    warnings.simplefilter("error")
    exec(program, {"__name__": "__main__"})
