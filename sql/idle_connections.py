"""Closes pooled connections that are unused for a while, since a serverless database pauses only without sessions."""

import threading
import time

from sqlalchemy import Engine, QueuePool, event


def close_idle_connections(engine: Engine, idle_seconds: float) -> None:
    """Watches the engine's pool, and closes all its connections once none was used for `idle_seconds`."""
    lock = threading.Lock()
    last_used = time.monotonic()
    watching = False

    def watch(delay: float) -> None:
        timer = threading.Timer(delay, close_if_idle)
        timer.daemon = True
        timer.start()

    def close_if_idle() -> None:
        nonlocal watching
        with lock:
            left = last_used + idle_seconds - time.monotonic()
            in_use = isinstance(engine.pool, QueuePool) and engine.pool.checkedout() > 0
            watching = in_use or left > 0
            if watching:
                watch(max(left, idle_seconds if in_use else 0.0))
                return
        engine.dispose()

    def on_checkin(*_: object) -> None:
        nonlocal last_used, watching
        with lock:
            last_used = time.monotonic()
            if not watching:
                watching = True
                watch(idle_seconds)

    event.listen(engine, "checkin", on_checkin)
