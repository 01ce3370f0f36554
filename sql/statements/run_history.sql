-- The history of runs, and the records of each run.

-- name: list_runs
-- One page of all runs.
SELECT r.*, {position}
FROM ({recorded_runs}) r
WHERE 1 = 1 {filters}
ORDER BY {order}
{FIRST_ROWS};

-- name: matching_runs
FROM ({recorded_runs}) r WHERE 1 = 1 {filters}

-- name: find_recorded_run
SELECT r.* FROM ({recorded_runs}) r WHERE r.Job_Id = :job_id;

-- name: notified_items
FROM {notifications} n
LEFT JOIN {requests} u ON u.{id} = n.{notified_request}
WHERE n.Job_Id = :job_id

-- name: list_notified_items
-- One page of the reminders that a run sent.
SELECT n.{notified_request} AS request_id, n.Notified_Email AS email,
       n.Notification_Type AS attempted, n.Notified_Dt AS happened_at, {request_columns}, {position}
{notified_items} {filters}
ORDER BY {order}
{FIRST_ROWS};

-- name: matching_notified_items
{notified_items} {filters}

-- name: revoked_items
FROM {revocations} n
LEFT JOIN {requests} u ON u.{id} = n.{revoked_request}
WHERE n.Job_Id = :job_id

-- name: list_revoked_items
-- One page of the requests that a run revoked.
SELECT n.{revoked_request} AS request_id, u.{requested_by_email} AS email,
       'Revocation' AS attempted, n.Revoked_Dt AS happened_at, n.Outcome AS removal,
       n.Verified_At AS verified_at, n.Verified_Scope AS verified_scope, n.Platform_Request_Id AS platform_request_id,
       n.Still_Effective_Through AS still_effective_through, {request_columns}, {position}
{revoked_items} {filters}
ORDER BY {order}
{FIRST_ROWS};

-- name: matching_revoked_items
{revoked_items} {filters}

-- name: failed_items
FROM JobRunFailure n
LEFT JOIN {requests} u ON u.{id} = {failed_request of n}
WHERE n.Job_Id = :job_id AND n.Is_Not_Known = 0

-- name: list_failed_items
-- One page of a run's failures.
SELECT n.Request_Id AS request_id, n.Email AS email,
       n.Attempted AS attempted, n.Failed_At AS happened_at, n.Error_Message AS error, {request_columns}, {position}
{failed_items} {filters}
ORDER BY {order}
{FIRST_ROWS};

-- name: matching_failed_items
{failed_items} {filters}

-- name: not_known_items
FROM JobRunFailure n
LEFT JOIN {requests} u ON u.{id} = {failed_request of n}
WHERE n.Job_Id = :job_id AND n.Is_Not_Known = 1

-- name: list_not_known_items
-- One page of the requests of a run whose grants the platform did not tell of.
SELECT n.Request_Id AS request_id, n.Email AS email,
       n.Attempted AS attempted, n.Failed_At AS happened_at, n.Error_Message AS error, {request_columns}, {position}
{not_known_items} {filters}
ORDER BY {order}
{FIRST_ROWS};

-- name: matching_not_known_items
{not_known_items} {filters}

-- name: finding_of_item
n.Request_Id AS request_id, n.Principal AS email, 'Access check' AS attempted, n.Detail AS error, n.id AS finding_id,
       n.Kind AS finding, n.End_Kind AS finding_end, n.Resource AS finding_resource, {request_columns}

-- name: findings_with_requests
FROM AccessFinding n
LEFT JOIN {requests} u ON u.{id} = {failed_request of n}

-- name: list_found_items
-- One page of the findings that a check was the first to see.
SELECT {finding_of_item}, n.First_Seen_Dt AS happened_at, {position}
{findings_with_requests}
WHERE n.First_Job_Id = :job_id {filters}
ORDER BY {order}
{FIRST_ROWS};

-- name: matching_found_items
{findings_with_requests}
WHERE n.First_Job_Id = :job_id {filters}

-- name: list_ended_items
-- One page of the findings that a check ended.
SELECT {finding_of_item}, n.Ended_Dt AS happened_at, {position}
{findings_with_requests}
WHERE n.Ended_Job_Id = :job_id {filters}
ORDER BY {order}
{FIRST_ROWS};

-- name: matching_ended_items
{findings_with_requests}
WHERE n.Ended_Job_Id = :job_id {filters}
