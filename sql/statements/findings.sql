-- Findings: what differs between the records and a platform, and what people did about it.

-- name: is_open
{row}.Ended_Dt IS NULL

-- name: given_keys [mssql]
SELECT value FROM OPENJSON(:keys) WITH (value nvarchar(64) '$')

-- name: given_keys [sqlite]
SELECT value FROM json_each(:keys)

-- name: given_finding_ids [mssql]
SELECT value FROM OPENJSON(:finding_ids) WITH (value int '$')

-- name: given_finding_ids [sqlite]
SELECT value FROM json_each(:finding_ids)

-- name: on_given_places
AND f.Place_Key IN ({given_keys})

-- name: missing_of_given_requests
AND f.Kind = 'missing' AND f.Request_Id IN ({given_keys})

-- name: act_is_left
-- The call of an act takes less than a minute. No one works on one that began earlier.
{row}.Act_Began_Dt < DATEADD({MINUTE}, -2, GETUTCDATE())

-- name: is_ignored
{row}.Ignored_Until > GETUTCDATE()

-- name: stored_findings
SELECT f.id AS id, f.Kind AS kind, f.Finding_Key AS finding_key, f.Request_Id AS request_id, f.Principal AS principal,
       f.Principal_Kind AS principal_kind, f.Resource_Path AS resource_path, f.Access_Name AS access_name,
       f.Detail AS detail, f.End_Kind AS end_kind, f.Act_Kind AS act_kind, f.Act_Began_By AS act_began_by,
       f.Act_Reason AS act_reason, CASE WHEN {act_is_left of f} THEN 1 ELSE 0 END AS act_is_left,
       CASE WHEN {is_ignored of f} THEN 1 ELSE 0 END AS is_ignored
FROM AccessFinding f
WHERE f.Platform = '{platform}'

-- name: list_open_findings
{stored_findings} AND {is_open of f} {filters}
ORDER BY f.id
{FIRST_ROWS};

-- name: find_findings
{stored_findings} AND f.id IN ({given_finding_ids});

-- name: given_findings [mssql]
OPENJSON(:findings) WITH (
    kind nvarchar(20), finding_key nvarchar(64), place_key nvarchar(64), request_id nvarchar(36), principal nvarchar(max),
    principal_kind nvarchar(20), resource_path nvarchar(max), access_name nvarchar(max), resource nvarchar(max),
    detail nvarchar(max)
)

-- name: given_findings [sqlite]
(SELECT value ->> 'kind' AS kind, value ->> 'finding_key' AS finding_key, value ->> 'place_key' AS place_key,
        value ->> 'request_id' AS request_id, value ->> 'principal' AS principal,
        value ->> 'principal_kind' AS principal_kind, value ->> 'resource_path' AS resource_path,
        value ->> 'access_name' AS access_name, value ->> 'resource' AS resource, value ->> 'detail' AS detail
 FROM json_each(:findings))

-- name: insert_findings
-- Opens those that are not open. A repetition opens none a second time.
INSERT INTO AccessFinding (Platform, Kind, Finding_Key, Place_Key, Request_Id, Principal, Principal_Kind, Resource_Path,
                           Access_Name, Resource, Detail, First_Seen_Dt, Last_Seen_Dt, First_Job_Id, Last_Job_Id)
SELECT '{platform}', found.kind, found.finding_key, found.place_key, found.request_id, found.principal,
       found.principal_kind, found.resource_path, found.access_name, found.resource, found.detail,
       (SELECT GETUTCDATE()), (SELECT GETUTCDATE()), :job_id, :job_id
FROM {given_findings} found
WHERE NOT EXISTS (SELECT 1 FROM AccessFinding known
                  WHERE known.Platform = '{platform}' AND {is_open of known} AND known.Finding_Key = found.finding_key);

-- name: see_findings_again
UPDATE AccessFinding
SET Last_Seen_Dt = GETUTCDATE(), Last_Job_Id = :job_id
WHERE Platform = '{platform}' AND {is_open of AccessFinding} AND Finding_Key IN ({given_keys});

-- name: describe_finding
UPDATE AccessFinding SET Detail = :detail WHERE id = :id;

-- name: end_findings
-- The app looked at the platform so many milliseconds before this moment of the database's clock.
UPDATE AccessFinding
SET Ended_Dt = GETUTCDATE(), End_Kind = :end_kind, Ended_By = :ended_by, End_Reason = :reason, Ended_Job_Id = :job_id,
    Verified_At = DATEADD({MILLISECOND}, CAST(:milliseconds AS int), GETUTCDATE()), Verified_Scope = :scope,
    Platform_Request_Id = :platform_request_id
WHERE {is_open of AccessFinding} AND id IN ({given_finding_ids});

-- name: forget_finding_acts
UPDATE AccessFinding SET Act_Kind = NULL WHERE {is_open of AccessFinding} AND id IN ({given_finding_ids});

-- name: insert_finding_acts
INSERT INTO AccessFindingAct (Finding_Id, Act, Acted_Dt, Acted_By, Reason, Until_Dt)
SELECT f.id, :act, (SELECT GETUTCDATE()), :acted_by, :reason, :until
FROM AccessFinding f
WHERE {is_open of f} AND f.id IN ({given_finding_ids});

-- name: last_given
-- When the access was last given back. It may be under way.
(SELECT MAX(COALESCE(given.Given_Dt, GETUTCDATE())) FROM {given_access} given WHERE given.Request_Id = u.{id})

-- name: request_states
-- The state of requests as a check needs it.
SELECT u.{id} AS id, u.{requested_by_email} AS requested_by_email, {resource_fields}, u.{status} AS status,
       CASE WHEN {is_active of u} THEN 1 ELSE 0 END AS is_active,
       CASE WHEN {is_live of u} THEN 1 ELSE 0 END AS is_live,
       CASE WHEN EXISTS (SELECT 1 FROM {removal_intents} intent WHERE intent.Request_Id = u.{id}) THEN 1 ELSE 0
       END AS is_removing,
       DATEDIFF_BIG({MILLISECOND}, {last_given}, GETUTCDATE()) AS given_milliseconds_ago,
       r.Outcome AS outcome, DATEDIFF_BIG({MILLISECOND}, r.Revoked_Dt, GETUTCDATE()) AS ended_milliseconds_ago
FROM {requests} u
{with_latest_revocation}

-- name: list_request_states
{request_states}
WHERE 1 = 1 {among_given_ids};

-- name: given_people [mssql]
OPENJSON(:people) WITH ({requested_by_email} nvarchar(320) '$')

-- name: given_people [sqlite]
(SELECT value AS {requested_by_email} FROM json_each(:people))

-- name: list_requests_of_holders
-- The requests of these people that are active, or that ended in the last minutes. CROSS JOIN makes SQLite begin with the
-- people.
{request_states}
WHERE u.{id} IN (
    SELECT other.{id} FROM {given_people} u CROSS JOIN {requests} other WHERE {same_person}
)
  AND ({is_active of u} OR r.Revoked_Dt >= DATEADD({MINUTE}, :minutes, GETUTCDATE()));

-- name: list_findings
-- One page of the findings of all platforms.
SELECT f.id AS id, f.Platform AS platform, f.Kind AS kind, f.Principal AS principal, f.Principal_Kind AS principal_kind,
       f.Request_Id AS request_id, f.Resource AS resource, f.Access_Name AS access_name, f.Detail AS detail,
       f.First_Seen_Dt AS first_seen_at, f.Last_Seen_Dt AS last_seen_at, f.Last_Job_Id AS last_job_id,
       f.Ended_Dt AS ended_at, f.Ended_By AS ended_by, f.End_Kind AS end_kind, f.End_Reason AS end_reason,
       f.Ignored_Until AS ignored_until, f.Ignored_By AS ignored_by, f.Ignored_Reason AS ignored_reason,
       f.Verified_At AS verified_at, f.Verified_Scope AS verified_scope,
       CASE WHEN {is_ignored of f} THEN 1 ELSE 0 END AS is_ignored, {position}
FROM AccessFinding f
WHERE 1 = 1 {filters}
ORDER BY {order}
{FIRST_ROWS};

-- name: matching_findings
FROM AccessFinding f WHERE 1 = 1 {filters}

-- name: needs_someone
{is_open of f} AND (f.Ignored_Until IS NULL OR NOT {is_ignored of f})

-- name: is_over
f.Ended_Dt IS NOT NULL

-- name: is_ignored_now
{is_open of f} AND {is_ignored of f}

-- name: count_open_findings
-- The findings of each kind that need someone, and when the first was seen.
SELECT f.Kind AS kind, COUNT(*) AS findings, MIN(f.First_Seen_Dt) AS first_seen_at
FROM AccessFinding f
WHERE f.Platform = '{platform}' AND {needs_someone}
GROUP BY f.Kind;

-- name: ignore_findings
UPDATE AccessFinding
SET Ignored_Dt = GETUTCDATE(), Ignored_By = :acted_by, Ignored_Until = :until, Ignored_Reason = :reason
WHERE {is_open of AccessFinding} AND id IN ({given_finding_ids});

-- name: stop_ignoring_findings
UPDATE AccessFinding
SET Ignored_Until = NULL
WHERE {is_open of AccessFinding} AND id IN ({given_finding_ids});

-- name: adopt_finding
UPDATE AccessFinding SET Adopted_Request_Id = :request_id WHERE id = :id;

-- name: begin_finding_acts
-- No two people act on the same finding at once.
UPDATE AccessFinding
SET Act_Kind = :act, Act_Began_Dt = GETUTCDATE(), Act_Began_By = :acted_by, Act_Reason = :reason
WHERE {is_open of AccessFinding} AND id IN ({given_finding_ids})
  AND (Act_Kind IS NULL OR {act_is_left of AccessFinding});
