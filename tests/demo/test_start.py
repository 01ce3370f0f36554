"""`make start` as a newcomer runs it: real processes, of which none lives on however it ends."""

import asyncio
import json
import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import httpx
import pytest

from demo.start import start
from local_host.local_settings import LocalSettingsError
from tests.ports import closed_port

ROOT = Path(__file__).parents[2]
PATIENCE_SECONDS = 90
MARK = "START_TEST"
# What is installed stays as it is: several tests may run at once.
INSTALLED = (".venv/.installed", "static_web/node_modules/.installed")

pytestmark = pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="finds processes by their environment")


@pytest.fixture(autouse=True)
def terminal() -> Iterator[None]:
    """nohup, and a shell in whose background the tests run, hand their deafness down: what is started here hears."""
    before = {number: signal.signal(number, signal.SIG_DFL) for number in (signal.SIGHUP, signal.SIGINT)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The project in a folder of its own: its database and what its timers remember are the test's."""
    for name in (
        "Makefile",
        ".venv",
        "requirements.txt",
        "requirements-dev.txt",
        "host.json",
        "local.settings.json.example",
    ):
        (tmp_path / name).symlink_to(ROOT / name)
    for package in ROOT.iterdir():
        if (package.is_dir() and (package / "__init__.py").exists()) or package.suffix == ".py":
            (tmp_path / package.name).symlink_to(package)
    (tmp_path / "static_web").symlink_to(ROOT / "static_web")
    return tmp_path


@dataclass
class Started:
    """A running `make start`; `said` is what it has written so far."""

    process: subprocess.Popen[bytes]
    log: Path
    mark: str
    api: str
    site: str

    @property
    def said(self) -> str:
        return self.log.read_text(encoding="utf-8")

    @property
    def processes(self) -> dict[int, str]:
        """The command line of every process that came of it, by process id."""
        mark, found = f"{MARK}={self.mark}".encode(), {}
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                if mark in (folder / "environ").read_bytes().split(b"\0"):
                    found[int(folder.name)] = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            except OSError:
                continue  # it has just ended, or is somebody else's
        return found

    def process_of(self, part: str) -> int:
        (found,) = (pid for pid, command in self.processes.items() if part in command)
        return found

    def wait_until_served(self) -> None:
        self.wait_until("│ Stop", "it says where the site is")

    def wait_until(self, text: str, what: str) -> None:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while text not in self.said:
            assert self.process.poll() is None, f"It ended: {self.said}"
            assert time.monotonic() < deadline, f"Waited in vain until {what}: {self.said}"
            time.sleep(0.02)

    def wait_until_opened(self, file: str) -> None:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not any(self._has_opened(pid, file) for pid in self.processes):
            assert self.process.poll() is None, f"It ended: {self.said}"
            assert time.monotonic() < deadline, f"Nobody opened {file}: {self.said}"
            time.sleep(0.02)

    @staticmethod
    def _has_opened(pid: int, file: str) -> bool:
        try:
            return any(opened.readlink().name == file for opened in Path(f"/proc/{pid}/fd").iterdir())
        except OSError:
            return False  # it has just ended

    def end(self) -> int:
        """Its exit code, once it and all that came of it are gone."""
        code = self.process.wait(PATIENCE_SECONDS)
        deadline = time.monotonic() + 5
        while self.processes and time.monotonic() < deadline:
            time.sleep(0.02)
        assert self.processes == {}
        return code


@contextmanager
def started(project: Path, **settings: str) -> Iterator[Started]:
    """Starts it as a shell does: a make that runs these tests would hold back what it says until it has ended."""
    mark, log = uuid4().hex, project / "start.log"
    shell = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS"))}
    ports = {"PORT": str(closed_port()), "SITE_PORT": str(closed_port()), "AzureWebJobsStorage": "", **settings}
    with log.open("wb") as output:
        process = subprocess.Popen(
            ["make", "start", *(f"--old-file={stamp}" for stamp in INSTALLED)],
            cwd=project,
            env={**shell, MARK: mark, **ports},
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    api, site = (f"http://localhost:{ports[name]}" for name in ("PORT", "SITE_PORT"))
    running = Started(process, log, mark, api, site)
    try:
        yield running
    finally:
        for pid in running.processes:
            os.kill(pid, signal.SIGKILL)
        process.wait()


def ctrl_c(running: Started) -> None:
    os.killpg(running.process.pid, signal.SIGINT)


def test_site_and_api_are_served_with_demo_data_and_the_box_says_where(project: Path) -> None:
    with started(project) as running:
        running.wait_until_served()
        requests = "/api/databricks/access-requests"
        totals = [httpx.get(origin + requests).json()["total"] for origin in (running.api, running.site)]
        assert totals == [74, 74]
        assert "<div id=" in httpx.get(running.site).text
        for shown in (running.site, f"{running.api}/api", "access_requests.db", "148 made-up requests", "Ctrl-C"):
            assert shown in running.said
        ctrl_c(running)
        running.end()


def test_mail_that_is_sent_is_shown_in_a_page(project: Path) -> None:
    page = closed_port()
    with started(project, MAIL="1", MAIL_PORT=str(page), MAIL_SMTP_PORT=str(closed_port())) as running:
        running.wait_until_served()
        assert f"http://localhost:{page}" in running.said
        sent = httpx.post(f"{running.api}/api/databricks/access-requests/send-expiry-notifications", timeout=60).json()
        mails = httpx.get(f"http://localhost:{page}").text
        assert mails.count("/mails/") == sent["notifiedCount"] > 0
        assert f"{running.site}/databricks/requests/" in httpx.get(f"http://localhost:{page}/mails/1").text
        ctrl_c(running)
        running.end()


def test_mail_spool_that_a_login_names_is_no_wish_to_see_mail(project: Path) -> None:
    with started(project, MAIL="/var/mail/person") as running:
        running.wait_until_served()
        assert "Email " not in running.said
        ctrl_c(running)
        running.end()


def test_site_on_another_port_may_change_something_in_a_browser_that_only_sends_its_origin(project: Path) -> None:
    with started(project) as running:
        running.wait_until_served()
        job = f"{running.site}/api/databricks/access-requests/revoke-expired?dryRun=true"
        origins = [running.site, running.site.replace("localhost", "evil.test")]
        answers = [httpx.post(job, headers={"Origin": origin}).status_code for origin in origins]
        assert answers == [200, 403]
        ctrl_c(running)
        running.end()


@pytest.mark.parametrize(
    "stop",
    [
        pytest.param(ctrl_c, id="Ctrl-C"),
        pytest.param(lambda running: running.process.terminate(), id="make is terminated"),
        pytest.param(lambda running: os.killpg(running.process.pid, signal.SIGHUP), id="terminal is closed"),
    ],
)
@pytest.mark.parametrize("moment", ["Starting", "│ Stop"])
def test_nothing_lives_on_when_somebody_stops_it(project: Path, stop: Callable[[Started], None], moment: str) -> None:
    with started(project) as running:
        running.wait_until(moment, "it has come that far")
        stop(running)
        running.end()
        assert "Traceback" not in running.said


def test_ctrl_c_before_anything_runs_is_no_error(project: Path) -> None:
    """While the database is opened, say: asyncio then lets the next wait fail, which must not be for a process."""
    assert reset(project).returncode == 0
    with closing(sqlite3.connect(project / "access_requests.db", isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")  # in which nobody reads beside whoever writes
        connection.execute("BEGIN EXCLUSIVE")
        with started(project) as running:
            running.wait_until_opened("access_requests.db")
            ctrl_c(running)
            connection.execute("ROLLBACK")
            running.end()
            assert "Traceback" not in running.said


@pytest.mark.parametrize(("part", "name"), [("local_host", "API"), ("vite", "site")])
def test_nothing_lives_on_when_one_side_crashes(project: Path, part: str, name: str) -> None:
    with started(project) as running:
        running.wait_until_served()
        os.kill(running.process_of(part), signal.SIGKILL)
        assert running.end() != 0
        assert f"The {name} ended by itself" in running.said


@pytest.mark.parametrize("variable", ["PORT", "SITE_PORT"])
def test_taken_port_is_named_with_its_variable_and_nothing_starts(project: Path, variable: str) -> None:
    with socket.create_server(("localhost", 0)) as server:
        port = server.getsockname()[1]
        with started(project, **{variable: str(port)}) as running:
            assert running.end() != 0
            said = re.sub(r"^make.*\n", "", running.said, flags=re.MULTILINE)
    assert said == f"Port {port} is taken. Stop the program that uses it, or choose another with {variable}=.\n"
    assert not (project / "access_requests.db").exists()


@pytest.mark.parametrize(
    ("ports", "said"),
    [
        ({"SITE_PORT": "-1"}, "SITE_PORT must be a number from 1 to 65535, but it is '-1'."),
        ({"SITE_PORT": "0"}, "SITE_PORT must be a number from 1 to 65535, but it is '0'."),
        ({"SITE_PORT": "99999"}, "SITE_PORT must be a number from 1 to 65535, but it is '99999'."),
        ({"SITE_PORT": "http"}, "SITE_PORT must be a number from 1 to 65535, but it is 'http'."),
        ({"MAIL_PORT": "0"}, "MAIL_PORT must be a number from 1 to 65535, but it is '0'."),
        ({"MAIL_SMTP_PORT": "99999"}, "MAIL_SMTP_PORT must be a number from 1 to 65535, but it is '99999'."),
        ({"PORT": "47011", "SITE_PORT": "47011"}, "PORT is 47011 too. Choose another port with SITE_PORT=."),
        ({"MAIL_PORT": "47011", "SITE_PORT": "47011"}, "SITE_PORT is 47011 too. Choose another port with MAIL_PORT=."),
        ({"MAIL_PORT": "1025"}, "MAIL_PORT is 1025 too. Choose another port with MAIL_SMTP_PORT=."),
    ],
    ids=lambda value: " ".join(f"{name}={port}" for name, port in value.items()) if isinstance(value, dict) else "",
)
def test_port_that_cannot_be_served_is_named_with_what_to_do(
    project: Path, monkeypatch: pytest.MonkeyPatch, ports: dict[str, str], said: str
) -> None:
    monkeypatch.setattr(os, "environ", {**os.environ, "MAIL": "1", **ports})  # a copy, which takes the rest
    with pytest.raises(LocalSettingsError) as raised:
        asyncio.run(start(project))
    assert str(raised.value) == said


def test_timers_that_were_missed_since_the_last_start_do_not_fire(project: Path) -> None:
    state = project / ".local_host" / "timers.json"
    settings = json.loads((ROOT / "local.settings.json.example").read_text())["Values"]
    schedule = settings["REVOKE_EXPIRED_DATABRICKS_SCHEDULE"]
    state.parent.mkdir()
    state.write_text(json.dumps({f"databricks_revoke_expired_on_timer {schedule}": "2020-01-01T06:20:00+00:00"}))
    with started(project) as running:
        running.wait_until_served()
        assert " fires" not in running.said
        assert min(json.loads(state.read_text()).values()) > "2020-01-02"
        ctrl_c(running)
        running.end()


def test_second_start_keeps_what_was_there(project: Path) -> None:
    for said in ("148 made-up requests, loaded just now", "147 requests from before"):
        with started(project) as running:
            running.wait_until_served()
            assert said in running.said
            ctrl_c(running)
            running.end()
        with closing(sqlite3.connect(project / "access_requests.db")) as connection:
            connection.execute("DELETE FROM DataAccessDeltaRequests WHERE id = 1")
            connection.commit()


def test_reset_replaces_the_database_by_a_fresh_demo(project: Path) -> None:
    (project / "access_requests.db").write_text("this is no database")
    done = reset(project)
    assert done.returncode == 0, done.stderr
    with closing(sqlite3.connect(project / "access_requests.db")) as connection:
        assert connection.execute("SELECT COUNT(*) FROM DataAccessDeltaRequests").fetchone() == (74,)


def test_reset_refuses_while_the_database_is_in_use(project: Path) -> None:
    assert reset(project).returncode == 0
    with closing(sqlite3.connect(project / "access_requests.db")) as connection:
        before = connection.execute("SELECT COUNT(*) FROM JobRun").fetchone()
        refused = reset(project)
        assert refused.returncode == 1
        assert refused.stderr == "access_requests.db is in use. Stop `make start` first.\n"
        assert connection.execute("SELECT COUNT(*) FROM JobRun").fetchone() == before


def reset(project: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "demo.reset"], cwd=project, capture_output=True, text=True, check=False
    )
