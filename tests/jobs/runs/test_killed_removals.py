"""No removal without its record: runs and decisions killed at any moment, while people extend the same access."""

import random
import time
from collections.abc import Callable, Mapping
from datetime import timedelta
from multiprocessing.connection import Connection
from typing import Any

import pytest
from sqlalchemy import text

from access.decisions.extend import extend_requests
from access.decisions.revoke_now import revoke_requests
from access.models import ExtendRequest
from access.platforms import PLATFORMS_BY_KEY, Platform
from access.revocations import grant_group
from api.authorization import Caller, Permission
from config.context import AppContext
from config.settings import read_settings
from jobs.revocations.run import run_revoke_expired
from sql.database import Database
from tests.fake_platforms.connected import Connected, connected_to
from tests.fake_platforms.server import Fault, Waits
from tests.jobs.run_requests import revoke_run
from tests.processes import CONTEXT
from tests.removal_intents import age_intents, intended
from tests.rows import add_requests, age_heartbeat

pytestmark = pytest.mark.slow

KILLS = 50  # on each platform
MAX_STARTS = 4 * KILLS
PEOPLE, TABLES, GROUP_SIZE = 6, 3, 2
SLOW = Waits(0.015)
MAX_SECONDS = 0.6
START_SECONDS = 60
OPERATOR = Caller("Anna", frozenset(Permission))
Id = int | str


def serve(url: str, platform_key: str, more: Mapping[str, Any], commands: Connection) -> None:
    """A server that does what it is told: end these requests by a person's decision, or run the job."""
    grant_group.GROUP_SIZE = GROUP_SIZE
    database, platform = Database(url), PLATFORMS_BY_KEY[platform_key]
    settings = read_settings(database_url=url, revoke_delay_seconds=0, **more)
    context = AppContext(settings, database, database)
    database.utc_now()
    commands.send(None)
    ids = commands.recv()
    if ids:
        revoke_requests(context, platform, OPERATOR, ids, "Left the company")
    else:
        run_revoke_expired(context, revoke_run(platform))
    commands.send(None)


class Trial:
    """Requests with their grants, and servers that end them and are killed meanwhile."""

    def __init__(self, url: str, database: Database, platform: Platform, connected: Connected) -> None:
        self.url, self.database, self.platform, self.connected = url, database, platform, connected
        self.grants: dict[Id, tuple[str, int]] = {}
        self._next = self._start_server()

    def _start_server(self) -> tuple[Any, Connection]:
        """The next server starts while the one before it works, since that takes most of the time."""
        ours, theirs = CONTEXT.Pipe()
        more = self.connected.settings
        process = CONTEXT.Process(target=serve, args=(self.url, self.platform.key, more, theirs), daemon=True)
        process.start()
        theirs.close()
        return process, ours

    def add_requests(self, *, days: float) -> list[Id]:
        number = len(self.grants)
        people = [(f"person{number + each}@test.com", each % TABLES) for each in range(PEOPLE)]
        expires_on = self.database.utc_now() + timedelta(days=days)
        rows = [{"email": email, "expires_on": expires_on, **self.connected.fields(n)} for email, n in people]
        for email, table in people:
            self.connected.grant(email, table)
        ids = add_requests(self.database, self.platform, rows)
        self.grants.update(zip(ids, people, strict=True))
        return ids

    def kill_during(self, ids: list[Id], after_seconds: float, meanwhile: Callable[[], None]) -> bool:
        """Returns whether the server was killed before it had done all."""
        process, commands = self._next
        assert commands.poll(START_SECONDS)
        commands.recv()
        self._next = self._start_server()
        commands.send(ids)
        started = time.monotonic()
        meanwhile()
        commands.poll(max(0.0, started + after_seconds - time.monotonic()))
        was_done = commands.poll()
        process.kill()
        process.join()
        process.close()
        commands.close()
        return not was_done

    def extend(self, ids: list[Id]) -> None:
        context = AppContext(read_settings(database_url=self.url), self.database, self.database)
        expires_on = self.database.utc_now() + timedelta(days=20)
        extension = ExtendRequest.model_validate({"expiresOn": expires_on, "businessReason": "The audit takes longer"})
        extend_requests(context, self.platform, OPERATOR, ids, extension)

    def let_time_pass(self) -> None:
        """As if the dead had been silent for long."""
        with self.database.read() as connection:
            holders = connection.execute(text("SELECT Job_Id FROM JobRun WHERE Status = 'InProgress'")).scalars().all()
        for holder in holders:
            age_heartbeat(self.database, str(holder), minutes=11)
        age_intents(self.database, self.platform)

    def run(self) -> None:
        settings = read_settings(database_url=self.url, revoke_delay_seconds=0, **self.connected.settings)
        run_revoke_expired(AppContext(settings, self.database, self.database), revoke_run(self.platform))

    def check(self, *, all_settled: bool) -> int:
        """Every grant that is lost has its record, or its intent. Returns how many have only that.

        A loss of access that was extended is on record as an error.
        """
        columns, names = self.platform.columns, self.platform.sql_names
        with self.database.read() as connection:
            query = f"SELECT {columns['id']}, {columns['status']} FROM {names['requests']}"
            statuses: dict[Id, str] = {row[0]: row[1] for row in connection.execute(text(query))}
            records: dict[Id, list[str]] = {}
            query = f"SELECT {self.platform.revoked_request}, Outcome FROM {names['revocations']}"
            for request_id, outcome in connection.execute(text(query)):
                records.setdefault(request_id, []).append(outcome)
        open_intents = intended(self.database, self.platform)
        for request_id, grant in self.grants.items():
            stands, told = self.connected.has_grant(*grant), records.get(request_id, [])
            assert len(told) <= 1, request_id
            assert not (stands and told), (request_id, told)
            assert not (stands and statuses[request_id] == "Revoked"), request_id
            assert stands or told or request_id in open_intents, (request_id, statuses[request_id])
            if told:
                assert (told == ["removedInError"]) == (statuses[request_id] == "Extended"), (request_id, told)
        assert not (all_settled and open_intents), open_intents
        return sum(not self.connected.has_grant(*grant) for each, grant in self.grants.items() if each not in records)

    def end(self) -> None:
        process, commands = self._next
        process.kill()
        process.join()
        process.close()
        commands.close()


def test_grant_that_is_gone_is_on_record_wherever_its_server_was_killed(
    database: Database, database_url: str, platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(grant_group, "GROUP_SIZE", GROUP_SIZE)
    seed = random.randrange(10**9)
    print("seed", seed)  # shown when the test fails
    chance = random.Random(seed)
    with connected_to(platform) as connected:
        connected.server.faults = [Fault(SLOW)]
        trial = Trial(database_url, database, platform, connected)
        longest, kills, unrecorded = MAX_SECONDS, 0, 0
        for number in range(MAX_STARTS):
            by_person = bool(number % 2)
            ids = trial.add_requests(days=20 if by_person else -1)
            longer = chance.sample(ids, PEOPLE // 2)
            extend_after, kill_after = (chance.uniform(0, longest) for _ in range(2))

            def extend_meanwhile(longer: list[Id] = longer, after: float = min(extend_after, kill_after)) -> None:
                time.sleep(after)
                trial.extend(longer)

            started = time.monotonic()
            if trial.kill_during(ids if by_person else [], kill_after, extend_meanwhile):
                kills += 1
                longest = min(MAX_SECONDS, 1.1 * longest)
            else:
                longest = max(0.05, min(longest, time.monotonic() - started))
            trial.extend(longer)
            unrecorded += trial.check(all_settled=False)
            trial.let_time_pass()
            trial.run()
            trial.check(all_settled=True)
            if kills >= KILLS and unrecorded:  # some were killed between the call and the record
                break
        trial.end()
    assert kills >= KILLS
    assert unrecorded
