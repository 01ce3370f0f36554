"""Libraries log no information, and the same in Azure as on the local host."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.ports import closed_port

ROOT = Path(__file__).parents[2]
# Every library that the product may load, also for its Azure settings.
SHOW_LEVELS = """
import json, logging, sys
import aiohttp, aiolimiter, aiosmtplib, idna, jinja2, jwt, sqlalchemy.pool
import azure.communication.email.aio, azure.identity.aio, azure.storage.queue
import azure.monitor.opentelemetry

logging.getLogger("azure.core.pipeline.policies.http_logging_policy")
logging.getLogger("uamqp")
loggers = {name: found for name, found in logging.root.manager.loggerDict.items() if isinstance(found, logging.Logger)}
levels = {name: found.getEffectiveLevel() for name, found in loggers.items() if found.propagate}
print(json.dumps(levels), flush=True)
"""
# The worker gives the root logger this level before it loads the app.
IN_AZURE = f"""
import logging
logging.getLogger().setLevel(logging.INFO)
import function_app
{SHOW_LEVELS}
"""
LOCALLY = f"""
import local_host.__main__ as host
host.Server.run = lambda server: exec({SHOW_LEVELS!r}, {{}})
host.main()
"""
OF_LOCAL_HOST = {"local_host", "uvicorn"}


def levels(program: str, folder: Path) -> dict[str, int]:
    """By the name of each logger."""
    environment = {
        "AZURE_FUNCTIONS_ENVIRONMENT": "Development",
        "DATABASE_URL": f"sqlite:///{folder}/access.db",
        "PORT": str(closed_port()),
        "PYTHONPATH": str(ROOT),
    }
    ended = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    found: dict[str, int] = json.loads(ended.stdout.splitlines()[-1])
    return found


def room(name: str) -> str:
    return name.partition(".")[0]


@pytest.mark.slow
def test_both_hosts_let_only_the_app_log_information(tmp_path: Path) -> None:
    in_azure, locally = levels(IN_AZURE, tmp_path), levels(LOCALLY, tmp_path)
    assert {room(name) for name, level in in_azure.items() if level < 30} == {"access", "api", "jobs"}
    assert in_azure["azure.core.pipeline.policies.http_logging_policy"] == 30
    assert {name: locally[name] for name in in_azure} == in_azure
    others = {room(name) for name in locally.keys() - in_azure.keys()}
    assert others <= OF_LOCAL_HOST | {"asyncio", "azure", "croniter", "email_validator"}
