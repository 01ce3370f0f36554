"""A connector, opened for one question at a time, as a run opens it."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, TypeVar

from access.connectors.choice import open_connector
from access.connectors.connector import Connector, Found, Giving, Grant, Removal, Survey
from access.platforms import DATABRICKS, PALANTIR, Platform
from config.settings import read_settings
from sql.deadline import Deadline

PATIENCE_SECONDS = 30
Answered = TypeVar("Answered")


def on_table(
    email: str, table: str = "main.sales.orders", access: str = "SELECT", *, request_id: int | str = 1
) -> Grant:
    return Grant(request_id, email, tuple(table.split(".")), access)


def on_resource(email: str, rid: str, access: str = "Viewer", *, request_id: int | str = "1") -> Grant:
    return Grant(request_id, email, (rid,), access)


class Asked:
    """A platform's connector with these settings; each question is asked by one that was opened for it."""

    def __init__(self, platform: Platform, settings: Mapping[str, Any]) -> None:
        self._platform = platform
        self.settings = dict(settings)

    def current_grants(self, *grants: Grant, **settings: Any) -> list[Found]:
        async def ask(connector: Connector) -> Mapping[Grant, Found]:
            return await connector.current_grants(grants, Deadline.after(PATIENCE_SECONDS))

        return self._ask(ask, grants, settings)

    def remove(self, *grants: Grant, patience_seconds: float = PATIENCE_SECONDS, **settings: Any) -> list[Removal]:
        async def ask(connector: Connector) -> Mapping[Grant, Removal]:
            return await connector.remove(grants, Deadline.after(patience_seconds))

        return self._ask(ask, grants, settings)

    def give(self, *grants: Grant, patience_seconds: float = PATIENCE_SECONDS, **settings: Any) -> list[Giving]:
        async def ask(connector: Connector) -> Mapping[Grant, Giving]:
            return await connector.give(grants, Deadline.after(patience_seconds))

        return self._ask(ask, grants, settings)

    def survey(self, *grants: Grant) -> Survey:
        async def run() -> Survey:
            async with open_connector(read_settings(**self.settings), self._platform) as connector:
                return await connector.survey(grants, Deadline.after(PATIENCE_SECONDS))

        return asyncio.run(run())

    def _ask(
        self,
        ask: Callable[[Connector], Awaitable[Mapping[Grant, Answered]]],
        grants: Sequence[Grant],
        changed: Mapping[str, Any],
    ) -> list[Answered]:
        settings = read_settings(**{**self.settings, **changed})

        async def run() -> Mapping[Grant, Answered]:
            async with open_connector(settings, self._platform) as connector:
                return await ask(connector)

        answers = asyncio.run(run())
        assert len(answers) == len(set(grants))
        return [answers[grant] for grant in grants]


def asked_of_databricks(settings: Mapping[str, Any]) -> Asked:
    return Asked(DATABRICKS, settings)


def asked_of_foundry(settings: Mapping[str, Any]) -> Asked:
    return Asked(PALANTIR, settings)
