-- What ran: the history of all runs, and what each of them did, from the records themselves.

-- name: recorded_runs
-- A run that was abandoned ended with its last sign of life; a run that has not ended sorts after all others by its
-- end, and before them by its duration.
SELECT ended.*,
       COALESCE(ended.Ended_At, '9999-12-31 00:00:00.000') AS Ended_At_Or_Never,
       COALESCE(DATEDIFF_BIG({MILLISECOND}, ended.Started_At, ended.Ended_At), -1) AS Duration_Milliseconds
FROM (
    SELECT {job_run_columns},
           CASE WHEN {job_run_status} = 'Abandoned' THEN COALESCE(Heartbeat_At, Started_At)
                ELSE Completed_At END AS Ended_At
    FROM JobRun
) ended

-- name: list_runs
-- One page of the history.
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
       n.Verified_At AS verified_at, n.Still_Effective_Through AS still_effective_through, {request_columns}, {position}
{revoked_items} {filters}
ORDER BY {order}
{FIRST_ROWS};

-- name: matching_revoked_items
{revoked_items} {filters}

-- name: failed_items [mssql]
-- Request_Id is text; TRY_CAST as in among_failed_of.
FROM JobRunFailure n
LEFT JOIN {requests} u ON u.{id} = TRY_CAST(n.Request_Id AS {id_type})
WHERE n.Job_Id = :job_id

-- name: failed_items [sqlite]
FROM JobRunFailure n
LEFT JOIN {requests} u ON u.{id} = n.Request_Id
WHERE n.Job_Id = :job_id

-- name: list_failed_items
-- One page of what a run tried in vain.
SELECT n.Request_Id AS request_id, n.Email AS email,
       n.Attempted AS attempted, n.Failed_At AS happened_at, n.Error_Message AS error, {request_columns}, {position}
{failed_items} {filters}
ORDER BY {order}
{FIRST_ROWS};

-- name: matching_failed_items
{failed_items} {filters}

-- name: prune_failures
-- The oldest first, one batch.
DELETE FROM JobRunFailure
WHERE id IN (
    SELECT id FROM JobRunFailure WHERE Failed_At < DATEADD({DAY}, :days, GETUTCDATE()) ORDER BY Failed_At {FIRST_ROWS}
);

-- name: prune_runs
-- A run in progress holds its lock, however old it is.
DELETE FROM JobRun
WHERE Job_Id IN (
    SELECT Job_Id FROM JobRun
    WHERE Started_At < DATEADD({DAY}, :days, GETUTCDATE()) AND Status <> 'InProgress'
    ORDER BY Started_At {FIRST_ROWS}
);
