"""Real processes for tests: forked from a server that has imported the product, so that one starts in milliseconds."""

import multiprocessing
import traceback
from collections.abc import Callable, Sequence
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Barrier
from typing import Any, TypeVar

Result = TypeVar("Result")
TIMEOUT_SECONDS = 120

CONTEXT = multiprocessing.get_context("forkserver")
CONTEXT.set_forkserver_preload(
    ["pytest", "jobs.expiry_notifications", "jobs.revoke_expired", "sqlalchemy.dialects.sqlite"]
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
