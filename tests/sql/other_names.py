"""What fills the placeholders that a list or a platform-wide statement leaves open."""

import re
from pathlib import Path

from access.platforms import PLATFORMS
from sql import statements
from sql.statements import union_all

FRAGMENTS_FILE = Path(statements.__file__).parent / "fragments.sql"
# What stands inside statements alone, as the rules of fragments.sql do.
FRAGMENTS = set(re.findall(r"^-- name: (\w+)", FRAGMENTS_FILE.read_text(encoding="utf-8"), re.MULTILINE))

OTHER_NAMES = {
    "row": "u",
    "filters": "AND u.{status} = :status",
    "order": "u.{expires_on} ASC, u.{id} ASC",
    "position": "u.{expires_on} AS at_0, u.{id} AS at_1",
    "table": "JobRun",
    "column": "Job_Type",
    "matching": "{matching_requests}",
    "moment": "u.{requested_on}",
    "moment_text": "u.{requested_on}",
    "number": "{request_number}",
    "key": "{request_key}",
    "source": "1",
    "scope": "{if_expired}",
    "still_due": "{revocation_still_due}",
    "decision": "'letExpire'",
    "decider": "l.Decided_By",
    "finding_id": "f.id",
    "finding": "f.Kind",
    "act_done": "'ignored'",
    "is_not_known": "0",
    "audited": "SELECT {audited_position} FROM {requests} u WHERE {audited_page}",
    "requests_of_person": union_all("requests_of_person_on_platform", [platform.sql_names for platform in PLATFORMS]),
    "value": "JobRun.Started_At",
    "new_values": "Started_At = NULL",
    "differ": "1 = 1",
    "readable": "Job_Type",
    "tries": union_all("tries_on_platform", [platform.sql_names for platform in PLATFORMS]),
}
