"""`python -m local_host`: serves the FunctionApp of the current folder until it is interrupted."""

import importlib
import logging
import os
import sys
from pathlib import Path

import uvicorn

from local_host.local_settings import LocalSettingsError, load_local_settings
from local_host.ports import PortTakenError, require_free_port
from local_host.server import create_server
from local_host.timer_functions import STATE_FILE, ScheduleError

# How long a running job may take to end after an interrupt; one cut off frees its lock when it goes stale.
GRACE_SECONDS = 20


def main() -> None:
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    folder = Path.cwd()
    sys.path.insert(0, str(folder))
    try:
        host = load_local_settings(folder)
        require_free_port(host.port, "PORT")
        app = importlib.import_module("function_app").app
        server = create_server(app, host.cors_origins, folder / STATE_FILE)
    except (LocalSettingsError, PortTakenError, ScheduleError) as error:
        raise SystemExit(str(error)) from error
    except Exception as error:
        logging.getLogger(__name__).debug("function_app does not load", exc_info=True)
        raise SystemExit(f"function_app does not load: {error}") from error
    uvicorn.run(
        server,
        host="localhost",
        port=host.port,
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=GRACE_SECONDS,
    )
    logging.shutdown()
    os._exit(0)  # as in Azure, no thread of a job that is still running keeps the process alive


if __name__ == "__main__":
    main()
