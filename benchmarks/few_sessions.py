"""A run's mails to a server that takes three sessions at once, against a run that is set to three sessions.

The mail server is a process of its own on this machine. It takes 20 ms for each mail, and refuses further sessions with
421.
"""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from access.platforms import DATABRICKS
from benchmarks.comparison import Comparison, Reach, progress, seconds_taken, show_seconds
from benchmarks.notification_run import create_due_requests
from benchmarks.workspace import Workspace
from config.context import open_app_context
from config.settings import read_settings
from jobs.job_types import JobKind, JobType
from jobs.reminders.run import run_expiry_notifications
from jobs.request import RunRequest
from tests.jobs.reminders.mail.scripted_smtp import GREETING, scripted_server
from tests.jobs.reminders.mail.unfriendly_smtp import sessions_at_once

REQUEST = RunRequest(JobType(JobKind.EXPIRY_NOTIFICATION, DATABRICKS), "benchmark")
SESSIONS = 3
MAIL_SECONDS = 0.02
REFUSED = "421 4.7.0 Too many concurrent SMTP connections from this client; please try again later."


def compare(workspace: Workspace) -> Iterator[Comparison]:
    count = workspace.sizes.few_sessions_mails
    progress(f"{count} mails to a server that takes few sessions ...")
    with _mail_server() as port:
        _run(workspace.folder / "first.db", port, 1, SESSIONS)  # imports the client library
        best_seconds = _run(workspace.folder / "best.db", port, count, SESSIONS)
        found_seconds = _run(workspace.folder / "found.db", port, count, None)
    yield Comparison(
        f"{count} mails to a server that takes {SESSIONS} sessions at once",
        show_seconds(found_seconds),
        f"EMAIL_MAX_CONCURRENCY={SESSIONS}: {show_seconds(best_seconds)}",
        found_seconds / best_seconds,
        Reach("<=", 2),
        "the default is 20 sessions: the run finds out how many the server takes",
    )


def _run(file: Path, port: int, count: int, max_concurrency: int | None) -> float:
    create_due_requests(file, count)
    chosen = {"email_max_concurrency": max_concurrency} if max_concurrency else {}
    settings = read_settings(
        database_url=f"sqlite:///{file}",
        email_sender="smtp",
        email_from="access@test.com",
        smtp_host="127.0.0.1",
        smtp_port=port,
        smtp_security="none",
        **chosen,
    )

    def run() -> None:
        with closing(open_app_context(settings)) as context:
            response = run_expiry_notifications(context, REQUEST)
        assert response.notified_count == count, response.message

    return seconds_taken(run)


@contextmanager
def _mail_server() -> Iterator[int]:
    command, pipe = [sys.executable, "-m", __name__], subprocess.PIPE
    process = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, text=True)
    assert process.stdout
    try:
        yield int(process.stdout.readline())
    finally:
        process.communicate()


def serve() -> None:
    """Serves until the standard input ends."""
    with scripted_server(sessions_at_once(lambda: SESSIONS, GREETING, REFUSED)) as server:
        server.mail_seconds = MAIL_SECONDS
        print(server.port, flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    serve()
