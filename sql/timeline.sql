-- What happened to one request: its records, from every table that keeps some.

-- name: find_request
-- One request with its latest revocation.
SELECT {request_columns}, r.Revoked_Dt AS revoked_at, r.Revoked_By AS revoked_by, r.Outcome AS removal,
       r.Verified_At AS verified_at, r.Still_Effective_Through AS still_effective_through
FROM {requests} u
LEFT JOIN {revocations} r
    ON r.{revoked_request} = u.{id}
   AND r.{revocation_id} = (
       SELECT MAX(latest.{revocation_id}) FROM {revocations} latest WHERE latest.{revoked_request} = u.{id}
   )
WHERE u.{id} = :id;

-- name: list_reminders_of_request
SELECT Notified_Dt AS happened_at, Notification_Type AS attempted, Notified_Email AS email, Job_Id AS job_id
FROM {notifications}
WHERE {notified_request} = :id;

-- name: list_revocations_of_request
SELECT Revoked_Dt AS happened_at, Revoked_By AS revoked_by, Job_Id AS job_id, Outcome AS removal,
       Verified_At AS verified_at, Still_Effective_Through AS still_effective_through,
       Platform_Request_Id AS platform_request_id
FROM {revocations}
WHERE {revoked_request} = :id;

-- name: list_failures_of_request
-- The newest attempts that failed. The job type tells platforms apart whose ids may be alike.
SELECT f.Failed_At AS happened_at, f.Attempted AS attempted, f.Email AS email, f.Job_Id AS job_id,
       f.Error_Message AS error
FROM JobRunFailure f
JOIN JobRun r ON r.Job_Id = f.Job_Id
WHERE f.Request_Id = :request_id
  AND r.Job_Type LIKE :job_types
ORDER BY f.id DESC
{FIRST_ROWS};
