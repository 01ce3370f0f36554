"""Platforms that answer anything at any moment: each grant ends once, and none counts as gone that is still there."""

from dataclasses import replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from reports.operations import list_job_run_items
from tests.calls import call_operation
from tests.connected_requests import Requests
from tests.fake_platforms.server import Answers, Fault, LosesAnswer, Spoils
from tests.made_up import is_sentence, json_values, seeded, texts
from tests.rows import empty_tables

pytestmark = pytest.mark.slow
GRANTS = [("alice@test.com", 0), ("bob@test.com", 0), ("carol@test.com", 1)]

headers = st.fixed_dictionaries(
    {},
    optional={
        "retry-after": st.sampled_from(
            ["0", "61", "9" * 400, "-1", "1e5", "soon", "²", "Wed, 21 Oct 2065 07:28:00 GMT"]
        ),
        "x-request-id": st.sampled_from(["\udcff", "\u202ecall", "x" * 5000]),
        "content-type": st.sampled_from(["text/html", "application/json; charset=none"]),
    },
)
# An empty answer says that no one has a grant; nothing would tell such a lie from the truth.
bodies = json_values.filter(lambda value: value != {})
no_json = texts | st.sampled_from(["{", '"access_token"', "NaN", "9" * 5000])
refusals = st.fixed_dictionaries({"error_code": json_values, "message": json_values, "errorName": json_values})
statuses = st.sampled_from([200, 201, 302, 400, 401, 403, 404, 409, 429, 500, 503])
actions = st.one_of(
    st.builds(Answers, statuses, bodies, headers),
    st.builds(Answers, statuses, st.none(), headers, no_json),
    st.builds(Answers, st.sampled_from([400, 401, 403, 404, 409, 429, 503]), refusals, headers),
    st.builds(Spoils, st.integers(0, 30), json_values),
    st.just(LosesAnswer()),
)
methods = st.sampled_from(["", "GET", "POST", "PATCH"])
paths = st.sampled_from(["", "token", "search", "permissions", "roles"])
faults = st.lists(st.builds(Fault, actions, methods, paths, st.integers(1, 5)), min_size=1, max_size=3)


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """For a platform that does not say how long."""
    monkeypatch.setattr("access.connectors.errors.DEFAULT_WAIT_SECONDS", 0.01)


@seeded(80)
@given(faults)
@example([Fault(Answers(200, text="[" * 100_000), times=1)])
@example([Fault(Answers(403, {"message": "\ud800", "errorName": "\u202e"}), times=2)])
@example([Fault(Answers(200, {"access_token": "a\r\nb", "expires_in": "soon"}), path="token", times=1)])
@example([Fault(Spoils(3, None), "GET", times=1)])
def test_grant_ends_once(requests: Requests, faults: list[Fault]) -> None:
    server = requests.connected.server
    empty_tables(requests.context.database)
    server.faults = []
    grant_of = {requests.add(email, resource=resource): (email, resource) for email, resource in GRANTS}
    server.faults = [replace(fault) for fault in faults]

    response = requests.run()

    left_count = len(GRANTS) - response.revoked_count - response.failed_count
    assert left_count >= 0
    assert (left_count > 0) == (" left due: " in response.message)
    for outcome, count in (("revoked", response.revoked_count), ("failed", response.failed_count)):
        listed = call_operation(list_job_run_items, {"outcome": outcome}, path={"jobId": str(response.job_id)}).json
        assert len(listed["items"]) == count
    for request_id, grant in grant_of.items():
        records, failures = requests.records(request_id), requests.failures(request_id)
        assert len(records) + len(failures) <= 1
        assert requests.status(request_id) == ("Revoked" if records else "Active")
        assert not (records and requests.connected.has_grant(*grant))
        assert [failure for failure in failures if not is_sentence(failure)] == []
