"""The four jobs, as any caller sees them over HTTP."""

from dataclasses import dataclass
from typing import Any

import httpx


@dataclass(frozen=True)
class Job:
    """The paths of one job, and of the list of requests that it has to process."""

    name: str
    requests: str
    trigger: str
    status: str
    pending: str

    async def count_pending(self, client: httpx.AsyncClient) -> int:
        return int((await client.get(self.pending)).json()["total"])

    async def run(self, client: httpx.AsyncClient) -> "JobEnd":
        pending = await self.count_pending(client)
        response = await client.post(self.trigger)
        status = (await client.get(self.status)).json()
        return JobEnd(self, pending, response.status_code, response.json(), status["lastRun"])

    async def describe(self, client: httpx.AsyncClient) -> str:
        state = (await client.get(self.status)).json()
        run = state["activeJob"] or state["lastRun"]
        if run["totalCount"] is None:
            return "waits"
        return f"{run['processedCount']} of {run['totalCount']}"


@dataclass(frozen=True)
class JobEnd:
    """The results of a run. `pending` is the number of requests that were due before it."""

    job: Job
    pending: int
    status_code: int
    answer: dict[str, Any]
    last_run: dict[str, Any]

    @property
    def is_right(self) -> bool:
        processed = self.answer.get("notifiedCount", self.answer.get("revokedCount"))
        counted = (processed, self.answer.get("failedCount", 0)) == (self.pending, 0)
        return self.status_code == 200 and counted and self.last_run["status"] == "Completed"


def _job(verb: str, platform: str, *paths: str) -> Job:
    requests = f"/api/{platform}/access-requests"
    return Job(f"{verb} {platform.title()}", requests, *(f"{requests}/{path}" for path in paths))


JOBS = [
    _job(verb, platform, *paths)
    for verb, *paths in (
        ("Remind", "send-expiry-notifications", "notification-job-status", "pending-notifications"),
        ("Revoke", "revoke-expired", "revoke-job-status", "pending-expiry"),
    )
    for platform in ("databricks", "palantir")
]
