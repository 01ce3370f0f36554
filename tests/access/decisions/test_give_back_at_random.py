"""People who give back, revoke and extend at once, under faults: no one holds access whose request has ended."""

import random
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, nullcontext, suppress

import pytest

from access.decisions.revoke_now import revoke_requests
from jobs.runs.errors import JobFailedError
from tests.access.decisions.test_give_back import ANNA, BEN, age_givings, extend, give_back, given, lose
from tests.connected_requests import Requests
from tests.fake_platforms.server import Answers, Fault, LosesAnswer, Waits
from tests.faults import failing_statements
from tests.removal_intents import age_intents

pytestmark = pytest.mark.slow
PEOPLE = [f"person{number}@test.com" for number in range(5)]
Id = int | str


def add_faults(requests: Requests, choice: random.Random) -> None:
    """Answers that come late, are lost, or refuse, on the calls of any kind. The platform may show changes late."""
    actions = (Waits(0.4), LosesAnswer(), Answers(500), Answers(403, {}), Answers(429, headers={"retry-after": "0"}))
    calls = (requests.connected.giving, requests.connected.removal, ("GET", ""))
    for _ in range(choice.randrange(4)):
        fault = Fault(choice.choice(actions), *choice.choice(calls), times=choice.randrange(1, 4))
        requests.connected.server.faults.append(fault)
    requests.connected.fake.stale_seconds = choice.choice((0.0, 0.0, 0.5))


def dying(requests: Requests, choice: random.Random) -> AbstractContextManager[object]:
    """Sometimes the process of whoever gives first ends before the record."""
    record = f"UPDATE {requests.platform.sql_names['given_access']}"
    dies = choice.random() < 0.4
    return failing_statements(requests.context.database, record, ZeroDivisionError()) if dies else nullcontext()


def act_at_once(requests: Requests, choice: random.Random, ids: list[Id]) -> None:
    to_revoke, to_extend = choice.sample(ids, 2), choice.sample(ids, 2)

    def extend_some() -> None:
        for request_id in to_extend:
            extend(requests, request_id)

    acts: list[Callable[[], object]] = [
        lambda: give_back(requests, *ids, caller=ANNA),
        lambda: give_back(requests, *ids, caller=BEN),
        lambda: revoke_requests(requests.context, requests.platform, BEN, to_revoke, "Left the company"),
        extend_some,
    ]
    if choice.random() < 0.5:
        acts.append(requests.run)
    pauses = [choice.random() * 0.5 for _ in acts]

    def begin(act: Callable[[], object], seconds: float) -> None:
        time.sleep(seconds)
        with suppress(ZeroDivisionError, AssertionError, JobFailedError):  # it died, or the request had ended before
            act()

    with dying(requests, choice), ThreadPoolExecutor(len(acts)) as threads:
        list(threads.map(begin, acts, pauses))


@pytest.mark.parametrize("seed", range(10))
def test_no_access_stays_in_silence_and_no_intent_stays_open(requests: Requests, seed: int) -> None:
    choice = random.Random(seed)
    ids = [lose(requests, email, resource=number % 2) for number, email in enumerate(PEOPLE)]
    add_faults(requests, choice)
    act_at_once(requests, choice, ids)
    requests.connected.server.faults = []
    requests.connected.fake.stale_seconds = 0.0
    time.sleep(0.6)  # the platform shows by now what it holds
    for _ in range(2):
        age_givings(requests)
        age_intents(requests.context.database, requests.platform)
        requests.run()
    assert [each for each in given(requests) if each[2] is None] == []
    for number, (email, request_id) in enumerate(zip(PEOPLE, ids, strict=True)):
        if requests.connected.has_grant(email, number % 2):
            assert requests.status(request_id) in ("Active", "Extended")
        times = [each for each, _, _ in given(requests) if each == request_id]
        errors = [record for record in requests.records(request_id) if record["Outcome"] == "removedInError"]
        assert len(times) <= len(errors)
