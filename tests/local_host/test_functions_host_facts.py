"""The local host behaves as the Functions host does, also where that is surprising."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.local_host.processes import LocalHost, running_local_host

APP = """
import json
import threading

import azure.functions as func

app = func.FunctionApp(http_auth_level=func.AuthLevel.ANONYMOUS)
all_here = threading.Barrier(40, timeout=60)


@app.route("echo/{First}/{second}", methods=["GET", "POST"])
def echo(req: func.HttpRequest) -> func.HttpResponse:
    seen = {
        "method": req.method,
        "url": req.url,
        "params": dict(req.params),
        "route_params": dict(req.route_params),
        "headers": dict(req.headers),
        "length": len(req.get_body()),
    }
    return func.HttpResponse(json.dumps(seen), mimetype="application/json")


@app.route("things/special")
def a_literal(req: func.HttpRequest) -> func.HttpResponse:
    return func.HttpResponse("literal")


@app.route("things/{name}")
def b_parameter(req: func.HttpRequest) -> func.HttpResponse:
    return func.HttpResponse("parameter")


@app.route("others/special")
def d_literal(req: func.HttpRequest) -> func.HttpResponse:
    return func.HttpResponse("literal")


@app.route("others/{name}")
def c_parameter(req: func.HttpRequest) -> func.HttpResponse:
    return func.HttpResponse("parameter")


@app.function_name("renamed")
@app.route(methods=["POST"])
def its_python_name(req: func.HttpRequest) -> func.HttpResponse:
    return func.HttpResponse("by its name")


@app.route("status/{code}")
def status(req: func.HttpRequest) -> func.HttpResponse:
    return func.HttpResponse(status_code=int(req.route_params["code"]), headers={"X-Thing": "seen"})


@app.route("awkward/{kind}")
def awkward(req: func.HttpRequest):
    kind = req.route_params["kind"]
    if kind == "raise":
        raise RuntimeError("the secret is hunter2")
    if kind == "header":
        return func.HttpResponse("x", headers={"X-Name": "M\\u00fcller"})
    return {"none": None, "dict": {}, "bytes": b"x", "tuple": ("x", 200), "int": 7, "str": "text"}[kind]


@app.route("parallel")
def parallel(req: func.HttpRequest) -> func.HttpResponse:
    all_here.wait()
    return func.HttpResponse("met")


@app.route("async")
async def asynchronous(req: func.HttpRequest) -> func.HttpResponse:
    return func.HttpResponse(threading.current_thread().name)


@app.route("thread")
def thread(req: func.HttpRequest) -> func.HttpResponse:
    return func.HttpResponse(threading.current_thread().name)
"""


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalHost]:
    folder = tmp_path_factory.mktemp("facts")
    (folder / "function_app.py").write_text(APP)
    (folder / "local.settings.json").write_text("{}")
    with running_local_host(folder) as host:
        yield host


def echo(host: LocalHost, query: str = "", **arguments: object) -> dict[str, object]:
    seen: dict[str, object] = host.client.post(f"/api/echo/a/b{query}", **arguments).json()  # type: ignore[arg-type]
    return seen


@pytest.mark.parametrize(
    ("query", "params"),
    [
        ("", {}),
        ("?x=1", {"x": "1"}),
        ("?x=a&x=b", {"x": "a,b"}),
        ("?x=a&y=1&x=b&x=a", {"x": "a,b,a", "y": "1"}),
        ("?x=", {}),
        ("?x", {}),
        ("?x=&x=b", {"x": "b"}),
        ("?x=%2C%26+%20", {"x": ",&  "}),
        ("?x=a%2Cb", {"x": "a,b"}),
    ],
)
def test_query_values_are_joined_and_empty_ones_dropped(host: LocalHost, query: str, params: dict[str, str]) -> None:
    seen = echo(host, query)
    assert seen["params"] == params
    assert str(seen["url"]).endswith(f"/api/echo/a/b{query}")


def test_route_parameters_carry_their_segments(host: LocalHost) -> None:
    seen = host.client.get("/API/Echo/One%20x/Two").json()
    assert seen["route_params"] == {"First": "One x", "second": "Two"}


def test_header_names_arrive_in_lower_case(host: LocalHost) -> None:
    seen = echo(host, headers={"X-Some-Header": "Value"})
    assert isinstance(seen["headers"], dict)
    assert seen["headers"]["x-some-header"] == "Value"
    assert not [name for name in seen["headers"] if name != name.lower()]


def test_large_bodies_pass(host: LocalHost) -> None:
    assert echo(host, content=b"x" * 20_000_000)["length"] == 20_000_000


@pytest.mark.parametrize(
    ("path", "answer"),
    [
        ("things/special", "literal"),
        ("things/other", "parameter"),
        ("others/special", "parameter"),
        ("others/other", "parameter"),
    ],
)
def test_first_match_by_function_name_wins(host: LocalHost, path: str, answer: str) -> None:
    assert host.client.get(f"/api/{path}").text == answer


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
def test_function_without_methods_answers_all(host: LocalHost, method: str) -> None:
    assert host.client.request(method, "/api/things/x").status_code == 200


@pytest.mark.parametrize("method", ["HEAD", "OPTIONS", "PUT", "DELETE"])
def test_method_that_is_not_listed_is_not_found(host: LocalHost, method: str) -> None:
    assert host.client.request(method, "/api/echo/a/b").status_code == 404


def test_function_without_a_route_goes_by_its_name(host: LocalHost) -> None:
    assert host.client.post("/api/renamed").text == "by its name"
    assert host.client.post("/api/its_python_name").status_code == 404


@pytest.mark.parametrize("path", ["echo/a", "echo/a/b/c", "echo//b", "things", "nothing"])
def test_path_must_match_as_a_whole(host: LocalHost, path: str) -> None:
    assert host.client.get(f"/api/{path}").status_code == 404


@pytest.mark.parametrize("code", [200, 201, 204, 302, 404, 409, 503])
def test_status_and_headers_of_the_answer_pass(host: LocalHost, code: int) -> None:
    response = host.client.get(f"/api/status/{code}")
    assert (response.status_code, response.headers["x-thing"]) == (code, "seen")


@pytest.mark.parametrize("kind", ["raise", "none", "dict", "bytes", "tuple", "int", "header"])
def test_what_is_no_answer_gives_an_empty_500(host: LocalHost, kind: str) -> None:
    response = host.client.get(f"/api/awkward/{kind}")
    assert (response.status_code, response.content) == (500, b"")
    assert host.client.get("/api/thread").status_code == 200


def test_escaped_exception_is_in_the_log(host: LocalHost) -> None:
    host.client.get("/api/awkward/raise")
    assert "hunter2" in host.log


def test_text_is_an_answer(host: LocalHost) -> None:
    response = host.client.get("/api/awkward/str")
    assert (response.status_code, response.text) == (200, "text")


def test_sync_functions_run_at_the_same_time(host: LocalHost) -> None:
    """Forty requests that wait for each other: each needs a thread of its own."""
    with ThreadPoolExecutor(40) as executor:
        answers = list(executor.map(lambda _: host.client.get("/api/parallel").text, range(40)))
    assert answers == ["met"] * 40


def test_async_functions_run_on_the_event_loop_and_sync_ones_do_not(host: LocalHost) -> None:
    assert host.client.get("/api/async").text == "MainThread"
    assert host.client.get("/api/thread").text != "MainThread"
