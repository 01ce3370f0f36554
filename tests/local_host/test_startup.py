"""How the local host starts: which settings it takes, and what it says when it cannot use one."""

import base64
import json
import shutil
import socket
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.local_host.processes import EXAMPLE, running_local_host, stopped_local_host
from tests.ports import closed_port

TRIVIAL_APP = """
import os
import azure.functions as func

app = func.FunctionApp(http_auth_level=func.AuthLevel.ANONYMOUS)


@app.route("variable/{name}", methods=["GET"])
def show_variable(req: func.HttpRequest) -> func.HttpResponse:
    return func.HttpResponse(os.environ.get(req.route_params["name"], "unset"))


@app.timer_trigger("timer", "%NEVER_SCHEDULE%")
def never(timer: func.TimerRequest) -> None:
    pass
"""
NEVER = "0 0 0 29 2 *"


@pytest.fixture
def product(tmp_path: Path) -> Path:
    """A folder from which the product is served."""
    shutil.copy(EXAMPLE, tmp_path)
    return tmp_path


@pytest.fixture
def trivial(tmp_path: Path) -> Path:
    """A folder with an app that shows its environment."""
    (tmp_path / "function_app.py").write_text(TRIVIAL_APP)
    write_settings(tmp_path, {"NEVER_SCHEDULE": NEVER, "COLOUR": "from the file"})
    return tmp_path


def write_settings(folder: Path, values: dict[str, str], **host: Any) -> None:
    (folder / "local.settings.json").write_text(json.dumps({"Values": values, "Host": host}))


def test_new_database_gets_the_schema_and_no_rows(product: Path) -> None:
    with running_local_host(product, by_command=True) as host:
        assert host.client.get("/api/databricks/access-requests").json()["items"] == []
        with closing(sqlite3.connect(product / "access_requests.db")) as connection:
            names = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'"
            tables = [name for (name,) in connection.execute(names)]
            rows = [connection.execute(f"SELECT COUNT(*) FROM {table}").fetchone()[0] for table in tables]
    assert set(tables) >= {"JobRun", "DataAccessDeltaRequests", "RevokedAccess_Palantir"}
    assert sum(rows) == 0


def test_example_settings_serve_when_there_are_none(trivial: Path) -> None:
    (trivial / "local.settings.json").rename(trivial / "local.settings.json.example")
    with running_local_host(trivial) as host:
        assert host.client.get("/api/variable/COLOUR").text == "from the file"


def test_own_settings_replace_the_example(trivial: Path) -> None:
    shutil.copy(EXAMPLE, trivial)
    with running_local_host(trivial) as host:
        assert host.client.get("/api/variable/COLOUR").text == "from the file"
        assert host.client.get("/api/variable/EMAIL_SENDER").text == "unset"


def test_environment_beats_the_file(trivial: Path) -> None:
    with running_local_host(trivial, COLOUR="from the environment") as host:
        assert host.client.get("/api/variable/COLOUR").text == "from the environment"


def test_port_of_the_file_is_served(trivial: Path) -> None:
    port = closed_port()
    write_settings(trivial, {"NEVER_SCHEDULE": NEVER}, LocalHttpPort=port)
    with running_local_host(trivial, port=port) as host:
        assert host.client.get("/api/variable/COLOUR").text == "unset"


def test_port_variable_overrides_the_file(trivial: Path) -> None:
    write_settings(trivial, {"NEVER_SCHEDULE": NEVER}, LocalHttpPort=1)
    with running_local_host(trivial) as host:
        assert host.client.get("/api/variable/PORT").text == str(host.port)


def test_cors_origins_are_those_of_the_file(trivial: Path) -> None:
    write_settings(trivial, {"NEVER_SCHEDULE": NEVER}, CORS="http://one.test, http://two.test")
    with running_local_host(trivial) as host:
        for origin in ("http://one.test", "http://two.test"):
            response = host.client.get("/api/variable/COLOUR", headers={"Origin": origin})
            assert response.headers["access-control-allow-origin"] == origin


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"SMTP_PORT": "none"}, "SMTP_PORT: "),
        ({"EMAIL_SENDER": "pigeon"}, "EMAIL_SENDER: "),
        ({"JOB_BUDGET_SECONDS": "-1"}, "JOB_BUDGET_SECONDS: "),
        ({"DATABASE_URL": "postgresql://localhost/access"}, "DATABASE_URL: "),
        ({"DATABASE_URL": "sqlite:////no/such/folder/access.db"}, "DATABASE_URL: "),
        ({"REQUIRE_AUTHORIZATION": "false", "WEBSITE_SITE_NAME": "site"}, "REQUIRE_AUTHORIZATION "),
        ({"REVOKE_EXPIRED_PALANTIR_SCHEDULE": "daily"}, "REVOKE_EXPIRED_PALANTIR_SCHEDULE: Write NCRONTAB"),
        ({"REVOKE_EXPIRED_PALANTIR_SCHEDULE": "0 0 25 * * *"}, "REVOKE_EXPIRED_PALANTIR_SCHEDULE: Write NCRONTAB"),
        ({"REVOKE_EXPIRED_PALANTIR_SCHEDULE": ""}, "REVOKE_EXPIRED_PALANTIR_SCHEDULE: Write NCRONTAB"),
        ({"WEBSITE_TIME_ZONE": "Europe"}, "WEBSITE_TIME_ZONE: Write the name of a time zone"),
        ({"PORT": "many"}, "PORT"),
        ({"PORT": "65536"}, "PORT"),
        ({"PORT": "-1"}, "PORT"),
    ],
    ids=lambda value: "-".join(value.values()) if isinstance(value, dict) else "",
)
def test_unusable_setting_stops_it_with_a_sentence_that_names_it(
    product: Path, settings: dict[str, Any], sentence: str
) -> None:
    code, said = stopped_local_host(product, **settings)
    assert code == 1
    assert sentence in said
    assert "Traceback" not in said


@pytest.mark.parametrize("name", ["SMTP_PORT", "REVOKE_EXPIRED_PALANTIR_SCHEDULE", "PORT"])
def test_command_ends_with_the_sentence_of_whoever_reads_the_setting(product: Path, name: str) -> None:
    """They are the app, the timers and the host itself."""
    setting: dict[str, Any] = {name: "none"}
    code, said = stopped_local_host(product, by_command=True, **setting)
    assert (code, "Traceback" in said) == (1, False)
    assert name in said


@pytest.mark.parametrize("content", ["{", "[]", '{"Values": 7}', '{"Host": []}', ""])
def test_unreadable_settings_file_stops_it_by_its_name(trivial: Path, content: str) -> None:
    (trivial / "local.settings.json").write_text(content)
    code, said = stopped_local_host(trivial, by_command=content == "{")
    assert (code, "Traceback" in said) == (1, False)
    assert "local.settings.json" in said


def test_missing_settings_files_stop_it_by_their_name(trivial: Path) -> None:
    (trivial / "local.settings.json").unlink()
    code, said = stopped_local_host(trivial, by_command=True)
    assert code == 1
    assert "local.settings.json.example" in said


def test_app_that_does_not_load_stops_it_with_the_reason(trivial: Path) -> None:
    (trivial / "function_app.py").write_text("import nothing_of_this_name")
    code, said = stopped_local_host(trivial, by_command=True)
    assert code == 1
    assert "function_app does not load: No module named 'nothing_of_this_name'" in said


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.create_server(("localhost", 0)) as server:
        yield server.getsockname()[1]


def test_port_in_use_stops_it_with_one_sentence_that_names_port_and_variable(trivial: Path, taken_port: int) -> None:
    code, said = stopped_local_host(trivial, by_command=True, PORT=str(taken_port))
    assert code == 1
    assert said == f"Port {taken_port} is taken. Stop the program that uses it, or choose another with PORT=.\n"


def test_interrupted_host_stops_although_a_function_runs_on(trivial: Path) -> None:
    app = (
        TRIVIAL_APP
        + """
@app.route("sleep")
def sleep(req: func.HttpRequest) -> func.HttpResponse:
    import threading, time
    threading.Thread(target=time.sleep, args=(600,)).start()
    return func.HttpResponse("sleeping")
"""
    )
    (trivial / "function_app.py").write_text(app)
    with running_local_host(trivial, by_command=True) as host:
        assert host.client.get("/api/sleep").text == "sleeping"
        host.process.terminate()
        host.process.wait(timeout=60)


@pytest.mark.parametrize(("role", "status"), [(None, 401), ("read", 403), ("operate", 200)])
def test_authorization_is_required_where_the_settings_say_so(product: Path, role: str | None, status: int) -> None:
    principal = base64.b64encode(json.dumps({"userDetails": "alice", "userRoles": [role]}).encode()).decode()
    headers = {"X-MS-CLIENT-PRINCIPAL": principal} if role else {}
    settings: dict[str, Any] = {
        "REQUIRE_AUTHORIZATION": "true",
        "WEBSITE_AUTH_ENABLED": "true",
        "REVOKE_DELAY_SECONDS": "0",
    }
    with running_local_host(product, **settings) as host:
        assert host.client.post("/api/palantir/access-requests/revoke-expired", headers=headers).status_code == status
