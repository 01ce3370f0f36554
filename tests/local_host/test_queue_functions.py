"""Queue functions by the Functions host's rules, from Azurite and from the stand-in alike."""

import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from azure.storage.queue import QueueClient

from tests.local_host.processes import LocalHost, running_local_host, stopped_local_host, wait_until
from tests.ports import closed_port
from tests.queues import send

APP = """
import os
import time
from pathlib import Path

import azure.functions as func

app = func.FunctionApp(http_auth_level=func.AuthLevel.ANONYMOUS)
STORAGE = "AzureWebJobsStorage"


def note(name: str, text: str) -> None:
    with Path(name).open("a") as file:
        file.write(text + "\\n")


@app.route("storage")
def storage(req: func.HttpRequest) -> str:
    return os.environ[STORAGE]


@app.queue_trigger("message", "plain", STORAGE)
def plain(message: func.QueueMessage) -> None:
    note("plain", f"{message.dequeue_count} {message.get_body().decode()}")


@app.queue_trigger("message", "async", STORAGE)
async def called_async(message: func.QueueMessage) -> None:
    note("async", message.get_body().decode())


@app.queue_trigger("message", "failing", STORAGE)
def failing(message: func.QueueMessage) -> None:
    note("failing", f"{message.dequeue_count} {time.time()}")
    raise RuntimeError("this function always fails")


@app.queue_trigger("message", "failing-poison", STORAGE)
def poisoned(message: func.QueueMessage) -> None:
    note("poisoned", message.get_body().decode())


@app.queue_trigger("message", "slow", STORAGE)
def slow(message: func.QueueMessage) -> None:
    note("slow", f"{message.get_body().decode()} begins")
    time.sleep(3)
    note("slow", f"{message.get_body().decode()} ends")
"""
RETRY_SECONDS, LEASE_SECONDS, BATCH_SIZE = 1, 2, 2


def make_app(folder: Path) -> None:
    (folder / "function_app.py").write_text(APP)
    (folder / "local.settings.json").write_text("{}")
    queues = {
        "batchSize": BATCH_SIZE,
        "newBatchThreshold": 0,
        "maxDequeueCount": 2,
        "visibilityTimeout": f"00:00:0{RETRY_SECONDS}",
        "maxPollingInterval": "00:00:00.2",
    }
    (folder / "host.json").write_text(json.dumps({"version": "2.0", "extensions": {"queues": queues}}))


@pytest.fixture(scope="module", params=["azurite", "stand-in"])
def host(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalHost]:
    """Where it is given no storage that answers, it has a stand-in."""
    folder = tmp_path_factory.mktemp("queues")
    make_app(folder)
    given = (
        next(request.getfixturevalue("azurite_accounts"))
        if request.param == "azurite"
        else f"DefaultEndpointsProtocol=http;AccountName=a;AccountKey=a;QueueEndpoint=http://localhost:{closed_port()}/a"
    )
    with running_local_host(folder, lease_seconds=LEASE_SECONDS, AzureWebJobsStorage=given) as host:
        assert (storage_of(host) == given) == (request.param == "azurite")
        yield host


def storage_of(host: LocalHost) -> str:
    return host.client.get("/api/storage").text


def lines(host: LocalHost, name: str) -> list[str]:
    """What a function has noted so far."""
    file = host.folder / name
    return file.read_text().splitlines() if file.exists() else []


@pytest.mark.parametrize("name", ["plain", "async"])
def test_function_is_called_with_the_text_of_a_message_once(host: LocalHost, name: str) -> None:
    send(storage_of(host), name, f"grüße {name}")
    wait_until(lambda: [line for line in lines(host, name) if f"grüße {name}" in line], "the function is called")
    time.sleep(LEASE_SECONDS + 1)
    (line,) = [line for line in lines(host, name) if f"grüße {name}" in line]
    assert line == (f"1 grüße {name}" if name == "plain" else f"grüße {name}")


def test_message_with_a_delay_is_not_handled_before_it(host: LocalHost) -> None:
    send(storage_of(host), "plain", "delayed", delay_seconds=3)
    send(storage_of(host), "plain", "at once")
    wait_until(lambda: "1 at once" in lines(host, "plain"), "the later message is handled")
    assert "1 delayed" not in lines(host, "plain")
    wait_until(lambda: "1 delayed" in lines(host, "plain"), "the delayed message is handled")


def test_function_that_fails_is_called_again_later_and_then_its_message_is_poison(host: LocalHost) -> None:
    send(storage_of(host), "failing", "too much")
    wait_until(lambda: "too much" in lines(host, "poisoned"), "the message is in the poison queue")
    (first, began), (second, again) = (line.split() for line in lines(host, "failing"))
    assert (first, second) == ("1", "2")
    assert float(again) - float(began) >= RETRY_SECONDS
    assert "this function always fails" in host.log


def test_message_that_is_not_base64_is_poison_and_stops_nothing(host: LocalHost) -> None:
    send(storage_of(host), "plain", "before")
    with QueueClient.from_connection_string(storage_of(host), "plain") as queue:
        queue.send_message("no base64!")
    wait_until(lambda: "plain got a message that is not base64" in host.log, "the message is refused")
    wait_until(lambda: "is in plain-poison" in host.log, "the message is in the poison queue")
    with QueueClient.from_connection_string(storage_of(host), "plain-poison") as queue:
        assert [message.content for message in queue.peek_messages()] == ["no base64!"]
    send(storage_of(host), "plain", "afterwards")
    wait_until(lambda: "1 afterwards" in lines(host, "plain"), "the next message is handled")


def test_batch_is_worked_on_at_once_and_no_more_and_nothing_in_work_comes_twice(host: LocalHost) -> None:
    """Each takes longer than a lease, which is therefore renewed."""
    for number in range(3):
        send(storage_of(host), "slow", f"{number}")
    wait_until(lambda: len(lines(host, "slow")) >= 6, "three messages have been handled")
    noted = lines(host, "slow")
    assert sorted(noted) == sorted(f"{number} {verb}" for number in range(3) for verb in ("begins", "ends"))
    in_work = [sum(1 if line.endswith("begins") else -1 for line in noted[: end + 1]) for end in range(len(noted))]
    assert max(in_work) <= BATCH_SIZE


def test_message_of_a_killed_host_comes_to_the_next_one(tmp_path: Path, azurite_accounts: Iterator[str]) -> None:
    make_app(tmp_path)
    storage = next(azurite_accounts)
    with running_local_host(tmp_path, lease_seconds=LEASE_SECONDS, AzureWebJobsStorage=storage) as first:
        send(storage, "slow", "it")
        wait_until(lambda: lines(first, "slow"), "the function works")
        first.process.kill()
        first.process.wait()
    with running_local_host(tmp_path, lease_seconds=LEASE_SECONDS, AzureWebJobsStorage=storage) as second:
        wait_until(lambda: len(lines(second, "slow")) >= 3, "the function is called again")
        assert lines(second, "slow") == ["it begins", "it begins", "it ends"]


@pytest.mark.parametrize("content", ["{", "[]", '{"extensions": {"queues": {"batchSize": "many"}}}'])
def test_unusable_host_json_stops_it_by_its_name(tmp_path: Path, content: str) -> None:
    make_app(tmp_path)
    (tmp_path / "host.json").write_text(content)
    code, said = stopped_local_host(tmp_path, by_command=content == "{")
    assert (code, "Traceback" in said) == (1, False)
    assert "host.json cannot be used" in said


def test_queue_of_another_storage_stops_it_with_a_sentence(tmp_path: Path) -> None:
    make_app(tmp_path)
    (tmp_path / "function_app.py").write_text(APP.replace('STORAGE = "AzureWebJobsStorage"', 'STORAGE = "Other"'))
    code, said = stopped_local_host(tmp_path, by_command=True)
    assert code == 1
    assert "the connection of a queue trigger must be AzureWebJobsStorage here" in said
