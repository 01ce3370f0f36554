-- The timeline of one request: its records from all tables.

-- name: find_request
-- One request with its latest revocation, the decision about it, and the requests that it extends and that extend it.
SELECT {request_columns}, {what_was_decided},
       before.Request_Id AS predecessor_id, {asked_by} AS created_by,
       COALESCE(before.Extension_Number, 0) AS extension_count, after.New_Request_Id AS successor_id,
       made.Found_At_Creation AS found_at_creation, {adopted_finding} AS adopted_finding_id
FROM {requests} u
{with_what_was_decided}
{with_predecessor}
{with_successor}
LEFT JOIN {creations} made ON made.Request_Id = u.{id}
WHERE u.{id} = :id;

-- name: list_reminders_of_request
SELECT Notified_Dt AS happened_at, Notification_Type AS attempted, Notified_Email AS email, Job_Id AS job_id
FROM {notifications}
WHERE {notified_request} = :id;

-- name: list_revocations_of_request
SELECT Revoked_Dt AS happened_at, Revoked_By AS revoked_by, Job_Id AS job_id, Outcome AS removal,
       Verified_At AS verified_at, Verified_Scope AS verified_scope, Still_Effective_Through AS still_effective_through,
       Platform_Request_Id AS platform_request_id, Reason AS reason
FROM {revocations}
WHERE {revoked_request} = :id;

-- name: list_givings_of_request
SELECT Given_Dt AS happened_at, Began_By AS given_by, NULL AS job_id, Outcome AS giving, Verified_At AS verified_at,
       Verified_Scope AS verified_scope, Platform_Request_Id AS platform_request_id, Reason AS reason
FROM {given_access}
WHERE Request_Id = :id AND Given_Dt IS NOT NULL;

-- name: list_extensions_of_request
SELECT e.Extended_Dt AS happened_at, e.Extended_By AS decided_by, e.New_Request_Id AS other_request_id,
       u.{business_reason} AS reason, NULL AS job_id
FROM {extensions} e
LEFT JOIN {requests} u ON u.{id} = e.New_Request_Id
WHERE e.Request_Id = :id;

-- name: list_let_expire_of_request
SELECT Decided_Dt AS happened_at, Decided_By AS decided_by, Undone_Dt AS undone_at, Undone_By AS undone_by, NULL AS job_id
FROM {let_expire}
WHERE Request_Id = :id;

-- name: list_failures_of_request
-- The newest failures. The job type tells platforms apart, since two of them may use the same id.
SELECT f.Failed_At AS happened_at, f.Attempted AS attempted, f.Email AS email, f.Job_Id AS job_id,
       f.Error_Message AS error, f.Is_Not_Known AS is_not_known
FROM JobRunFailure f
JOIN JobRun r ON r.Job_Id = f.Job_Id
WHERE f.Request_Id = :request_id
  AND r.Job_Type LIKE :job_types
ORDER BY f.id DESC
{FIRST_ROWS};

-- name: list_findings_of_request
SELECT f.First_Seen_Dt AS happened_at, f.id AS finding_id, f.Kind AS finding, f.Detail AS error, f.First_Job_Id AS job_id,
       f.Ended_Dt AS ended_at, f.Ended_By AS ended_by, f.Ended_Job_Id AS ended_job_id, f.End_Kind AS end_kind,
       f.End_Reason AS reason
FROM AccessFinding f
WHERE f.Request_Id = :request_id AND f.Platform = '{platform}';
