"""A few days of runs over the demo's requests: what they did, what failed, and a chain of runs."""

import random
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, text

from access.platforms import DATABRICKS, Platform
from demo.requests import insert_rows
from jobs.job_types import JOB_TYPES, JobKind, JobType
from sql.column_types import from_sql_time, to_sql_time

HISTORY_DAYS = 4
# The counts of each run of a chain: due, done, failed. The rest was left to the next run.
LINKS = [(7, 3, 0), (4, 1, 0), (3, 1, 2)]
FAILURE = "The mail server refused the email: 550 5.1.1 Mailbox unavailable"


def load_history(connection: Connection, now: datetime) -> None:
    """Inserts a few days of runs. One failed, one was abandoned, and the last reminders took three runs."""
    chance = random.Random("history")
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    runs: list[dict[str, Any]] = []
    for day in range(HISTORY_DAYS, 0, -1):
        for slot, job_type in enumerate(JOB_TYPES):
            started = midnight - timedelta(days=day) + timedelta(hours=6, minutes=10 * slot)
            runs.append(
                {
                    "Job_Id": str(UUID(int=chance.getrandbits(128), version=4)),
                    "Job_Type": str(job_type),
                    "Status": "Completed",
                    "Started_At": to_sql_time(started),
                    "Started_By": f"func-access-{chance.randint(1, 3)}",
                    "Triggered_By": "timer",
                    "Trigger_Kind": "timer",
                    "Heartbeat_At": to_sql_time(started + timedelta(seconds=15)),
                    "Completed_At": to_sql_time(started + timedelta(seconds=16)),
                    "Total_Count": 0,
                    "Processed_Count": 0,
                    "Failed_Count": 0,
                    "Error_Message": None,
                    "Continues_Job_Id": None,
                    "Resumes_At": None,
                    "Stop_Reason": None,
                }
            )
    chain = [runs[-len(JOB_TYPES)], *_links_after(runs[-len(JOB_TYPES)], midnight, chance)]
    _load_items(connection, DATABRICKS, chain)
    for number, run in enumerate(runs):
        if run not in chain:
            done = _take_records_of_the_day(connection, JOB_TYPES[number % len(JOB_TYPES)], run)
            run |= {"Total_Count": done, "Processed_Count": done}
    runs[1] |= {
        "Status": "Failed",
        "Error_Message": "Database 'access' is not currently available.",
    }
    runs[6] |= {
        "Status": "Abandoned",
        "Total_Count": runs[6]["Processed_Count"] + 3,
        "Completed_At": to_sql_time(midnight - timedelta(days=HISTORY_DAYS - 2) + timedelta(hours=6, minutes=20)),
        "Error_Message": f"Its server gave no sign of life for 10 minutes; run {runs[10]['Job_Id']} took over.",
    }
    insert_rows(connection, "JobRun", [*runs, *chain[1:]])


def _take_records_of_the_day(connection: Connection, job_type: JobType, run: Mapping[str, Any]) -> int:
    """Gives the run the records of its day."""
    platform = job_type.platform
    table, moment = {
        JobKind.EXPIRY_NOTIFICATION: (platform.notifications, "Notified_Dt"),
        JobKind.REVOKE_EXPIRED: (platform.revocations, "Revoked_Dt"),
    }[job_type.kind]
    day = from_sql_time(run["Started_At"]).replace(hour=0, minute=0, second=0, microsecond=0)
    take = (
        f"UPDATE {table} SET Job_Id = :job_id, {moment} = :moment "
        f"WHERE {moment} BETWEEN :day AND :end AND Job_Id IS NULL"
    )
    parameters = {
        "job_id": run["Job_Id"],
        "moment": run["Heartbeat_At"],
        "day": to_sql_time(day),
        "end": to_sql_time(day + timedelta(days=1)),
    }
    return connection.execute(text(take), parameters).rowcount


def _links_after(first: dict[str, Any], midnight: datetime, chance: random.Random) -> list[dict[str, Any]]:
    """Makes a run the first of a chain with an hourly limit, and returns the other runs."""
    chain = [first]
    for number, (total, done, failed) in enumerate(LINKS):
        started = midnight - timedelta(days=1) + timedelta(hours=6 + number)
        link = chain[0] if number == 0 else {**chain[0], "Job_Id": str(UUID(int=chance.getrandbits(128), version=4))}
        left = total - done - failed
        resumes_at = started + timedelta(hours=1)
        link |= {
            "Started_At": to_sql_time(started),
            "Heartbeat_At": to_sql_time(started + timedelta(seconds=15)),
            "Completed_At": to_sql_time(started + timedelta(seconds=16)),
            "Total_Count": total,
            "Processed_Count": done,
            "Failed_Count": failed,
            "Stop_Reason": "maxItemsReached" if left else None,
            "Resumes_At": to_sql_time(resumes_at) if left else None,
        }
        if number:
            before = chain[-1]["Job_Id"]
            link |= {"Triggered_By": f"continuation of {before}", "Trigger_Kind": "continuation"}
            link["Continues_Job_Id"] = before
            chain.append(link)
    return chain[1:]


def _load_items(connection: Connection, platform: Platform, chain: Sequence[Mapping[str, Any]]) -> None:
    """Gives the chain reminders that are on record, and failures for requests that are still due."""
    names = platform.columns
    of_requests = (
        f"SELECT n.id AS reminder_id, u.{names['id']} AS request_id, u.{names['requested_by_email']} AS email "
        f"FROM {platform.requests} u "
        f"LEFT JOIN {platform.notifications} n ON n.{platform.notified_request} = u.{names['id']} "
        f"WHERE u.{names['status']} = 'Active' AND u.{names['expires_on']} BETWEEN :soonest AND :latest "
        f"ORDER BY u.{names['expires_on']}, u.{names['id']}"
    )
    started = [from_sql_time(run["Started_At"]) for run in chain]
    days = {
        "soonest": to_sql_time(started[0] + timedelta(days=9)),
        "latest": to_sql_time(started[0] + timedelta(days=30)),
    }
    rows = connection.execute(text(of_requests), days).all()
    reminded, due = (iter([row for row in rows if (row.reminder_id is None) is is_due]) for is_due in (False, True))
    for run, moment in zip(chain, started, strict=True):
        for _ in range(run["Processed_Count"]):
            connection.execute(
                text(f"UPDATE {platform.notifications} SET Job_Id = :job_id, Notified_Dt = :moment WHERE id = :id"),
                {"job_id": run["Job_Id"], "moment": to_sql_time(moment), "id": next(reminded).reminder_id},
            )
        for _ in range(run["Failed_Count"]):
            request = next(due)
            failure = {"Request_Id": str(request.request_id), "Email": request.email, "Attempted": "30-Day Reminder"}
            record = {"Job_Id": run["Job_Id"], "Error_Message": FAILURE, "Failed_At": to_sql_time(moment)}
            insert_rows(connection, "JobRunFailure", [{**failure, **record}])
