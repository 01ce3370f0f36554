"""`python -m local_host` serves the FunctionApp of the current folder until it is interrupted."""

import asyncio
import importlib
import logging
import os
import signal
import socket
import sys
from contextlib import suppress
from pathlib import Path
from types import FrameType

import uvicorn

from local_host.host_settings import QueueSettings
from local_host.local_settings import LocalSettingsError, load_local_settings
from local_host.ports import PortTakenError, require_free_port
from local_host.queue_functions import CONNECTION, QueueError, is_reachable
from local_host.queue_service import QueueService
from local_host.server import GRACE_SECONDS, create_server
from local_host.timer_functions import STATE_FILE, TimerError


class Server(uvicorn.Server):
    """Tells the app of a stop by its own SIGTERM handler, so that running jobs end within the grace period."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self._tell_app = signal.getsignal(signal.SIGTERM)
        signal.signal(signal.SIGTERM, signal.SIG_IGN)  # uvicorn sets its own handlers, and restores this one

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        if callable(self._tell_app):
            self._tell_app(sig, frame)
        super().handle_exit(sig, frame)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        closing = asyncio.create_task(self._close_connections())
        try:
            await super().shutdown(sockets)
        finally:
            closing.cancel()

    async def _close_connections(self) -> None:
        """Closes also new connections, which this host's own queue clients would otherwise keep open."""
        while True:
            await asyncio.sleep(0.1)
            for connection in list(self.server_state.connections):
                connection.shutdown()


def stand_in_for_queues(port: int) -> QueueService | None:
    """Returns a queue service of this server when the storage in the settings does not answer, and tells the app."""
    if is_reachable(os.environ.get(CONNECTION, "")):
        return None
    service = QueueService()
    os.environ[CONNECTION] = service.connection_string(port)
    return service


def main() -> None:
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    logging.getLogger("azure").setLevel(logging.WARNING)  # else this host's own client logs every poll of a queue
    folder = Path.cwd()
    sys.path.insert(0, str(folder))
    try:
        host = load_local_settings(folder)
        require_free_port(host.port, "PORT")
        queue_service = stand_in_for_queues(host.port)
        app = importlib.import_module("function_app").app
        server = create_server(app, host, folder / STATE_FILE, QueueSettings.read(folder), queue_service)
    except (LocalSettingsError, PortTakenError, TimerError, QueueError) as error:
        raise SystemExit(str(error)) from error
    except Exception as error:
        logging.getLogger(__name__).debug("function_app does not load", exc_info=True)
        raise SystemExit(f"function_app does not load: {str(error) or type(error).__name__}") from error
    config = uvicorn.Config(
        server,
        host="localhost",
        port=host.port,
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=GRACE_SECONDS,
    )
    with suppress(KeyboardInterrupt):
        Server(config).run()
    logging.shutdown()
    os._exit(0)  # as in Azure, a job that still runs does not keep the process alive


if __name__ == "__main__":
    main()
