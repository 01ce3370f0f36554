-- Runs: one lock per job type, its heartbeat, the ends of runs and their failures.

-- name: abandon_stale_run
-- Marks a run whose heartbeat stopped too long ago, in the transaction that takes its lock.
-- The run is found by its type and changed by its key. So the key is locked before the indexes, as when a run ends.
-- Moments in the future are put before the run that takes over, which would not be the newest one otherwise.
UPDATE JobRun
SET Status = 'Abandoned',
    Started_At = CASE WHEN Started_At > GETUTCDATE() THEN DATEADD({MINUTE}, -1, GETUTCDATE()) ELSE Started_At END,
    Heartbeat_At = CASE WHEN Heartbeat_At > GETUTCDATE() THEN DATEADD({MINUTE}, -1, GETUTCDATE()) ELSE Heartbeat_At END,
    Completed_At = GETUTCDATE(),
    Error_Message = :error_message
WHERE Job_Id IN (SELECT Job_Id FROM JobRun WHERE Job_Type = :job_type AND Status = 'InProgress')
  AND {is_stale};

-- name: acquire_lock
-- Takes the lock when no live run of this type holds it. When two instances race, the unique index decides.
INSERT INTO JobRun (Job_Id, Job_Type, Status, Started_At, Started_By, Triggered_By, Trigger_Kind, Heartbeat_At,
                    Continues_Job_Id)
SELECT :job_id, :job_type, 'InProgress', GETUTCDATE(), :started_by, :triggered_by, :trigger_kind, GETUTCDATE(),
       :continues_job_id
WHERE NOT EXISTS (
    SELECT 1 {lock_of_type}
);

-- name: fail_lost_queued_runs
-- Ends a run that has waited so long that its message must be lost. It is found by its type and changed by its key.
UPDATE JobRun
SET Status = 'Failed',
    Completed_At = GETUTCDATE(),
    Error_Message = :error_message
WHERE Job_Id IN (SELECT Job_Id FROM JobRun WHERE Job_Type = :job_type AND Status = 'Queued')
  AND {is_lost};

-- name: queue_run
-- Records a run that a queue will start. It holds no lock. A unique index forbids a second one of its type.
INSERT INTO JobRun (Job_Id, Job_Type, Status, Started_At, Started_By, Triggered_By, Trigger_Kind)
VALUES (:job_id, :job_type, 'Queued', GETUTCDATE(), :started_by, :triggered_by, :trigger_kind);

-- name: find_queued_run
-- The run of this type that waits for its start, unless it has waited so long that its message must be lost.
SELECT {job_run_columns}
FROM JobRun
WHERE Job_Type = :job_type
  AND {awaits_its_start}
ORDER BY Started_At DESC
{FIRST_ROWS};

-- name: acquire_lock_for_queued_run
-- The same as acquire_lock, for a run that is already on record.
UPDATE JobRun
SET Status = 'InProgress', Started_At = GETUTCDATE(), Started_By = :started_by, Heartbeat_At = GETUTCDATE()
WHERE Job_Id = :job_id
  AND Status = 'Queued'
  AND NOT EXISTS (
    SELECT 1 {lock_of_type}
);

-- name: cancel_queued_run
UPDATE JobRun
SET Status = 'Cancelled', Cancelled_By = :cancelled_by, Cancelled_At = GETUTCDATE(), Completed_At = GETUTCDATE()
WHERE Job_Id = :job_id AND Status = 'Queued';

-- name: cancel_continuation
-- Cancels a run that has ended, so that its follow-up does not start.
UPDATE JobRun
SET Status = 'Cancelled', Cancelled_By = :cancelled_by, Cancelled_At = GETUTCDATE(), Wait_Reason = :wait_reason,
    Resumes_At = NULL
WHERE Job_Id = :job_id
  AND Status = 'Completed'
  AND NOT EXISTS (SELECT 1 FROM JobRun later WHERE later.Continues_Job_Id = :job_id);

-- name: fail_queued_run
UPDATE JobRun
SET Status = 'Failed', Completed_At = GETUTCDATE(), Error_Message = :error_message
WHERE Job_Id = :job_id AND Status = 'Queued';

-- name: delete_queued_run
DELETE FROM JobRun WHERE Job_Id = :job_id AND Status = 'Queued';

-- name: record_successor
-- Records when the follow-up of an ended run begins, or why none does. No one else writes to an ended run.
UPDATE JobRun
SET Resumes_At = :resumes_at, Wait_Reason = :wait_reason
WHERE Job_Id = :job_id AND Status NOT IN ('InProgress', 'Queued');

-- name: renew_lock [mssql]
-- Fence and heartbeat in one. The row lock makes a takeover wait. If no row comes back, the lock is lost.
SET NOCOUNT ON;
DECLARE @renewed TABLE (Cancelled_By nvarchar(320) NULL);
UPDATE JobRun SET Heartbeat_At = GETUTCDATE()
OUTPUT inserted.Cancelled_By INTO @renewed
WHERE Job_Id = :job_id AND Status = 'InProgress';
SET NOCOUNT OFF;
SELECT Cancelled_By FROM @renewed;

-- name: renew_lock [sqlite]
UPDATE JobRun SET Heartbeat_At = GETUTCDATE()
WHERE Job_Id = :job_id AND Status = 'InProgress'
RETURNING Cancelled_By;

-- name: request_cancel
-- Asks a live run to stop. The run ends itself when it next reads its row.
UPDATE JobRun SET Cancelled_By = :cancelled_by, Cancelled_At = GETUTCDATE()
WHERE Job_Id = :job_id
  AND {holds_lock}
  AND Cancelled_By IS NULL;

-- name: report_progress
-- Used behind the fence, in the transaction that writes the counted records.
UPDATE JobRun
SET Total_Count = :total_count,
    Processed_Count = :processed_count,
    Failed_Count = :failed_count
WHERE Job_Id = :job_id;

-- name: complete_run
-- Ends a run that still holds its lock.
UPDATE JobRun
SET Status = CASE WHEN Cancelled_By IS NULL THEN 'Completed' ELSE 'Cancelled' END,
    Completed_At = GETUTCDATE(),
    Total_Count = COALESCE(:total_count, Total_Count),
    Processed_Count = :processed_count,
    Failed_Count = :failed_count,
    Stop_Reason = :stop_reason,
    Stop_Detail = :stop_detail,
    No_Longer_Due_Count = :no_longer_due_count,
    Superseded_Count = :superseded_count,
    Removed_In_Error_Count = :removed_in_error_count,
    Waiting_Mails = :waiting_mails,
    Not_Known_Count = :not_known_count
WHERE Job_Id = :job_id AND Status = 'InProgress';

-- name: fail_run
-- Ends a run that still holds its lock, as failed.
UPDATE JobRun
SET Status = 'Failed',
    Completed_At = GETUTCDATE(),
    Error_Message = :error_message
WHERE Job_Id = :job_id AND Status = 'InProgress';

-- name: find_run
-- One run in any status.
SELECT {job_run_columns} FROM JobRun WHERE Job_Id = :job_id;

-- name: find_waiting_mails
-- The mails that a run left waiting, and the time since then.
SELECT Waiting_Mails AS waiting_mails, DATEDIFF({MILLISECOND}, Completed_At, GETUTCDATE()) AS age_milliseconds
FROM JobRun
WHERE Job_Id = :job_id AND Waiting_Mails IS NOT NULL;

-- name: find_continuation
-- The newest run that continues this one.
SELECT {job_run_columns} FROM JobRun WHERE Continues_Job_Id = :job_id ORDER BY Started_At DESC {FIRST_ROWS};

-- name: list_chain
-- A run with all runs that it continues and that continue it, in their order. The first of them may have been pruned.
WITH earlier (Job_Id, Continues_Job_Id) AS (
    SELECT Job_Id, Continues_Job_Id FROM JobRun WHERE Job_Id = :job_id
    UNION ALL
    SELECT r.Job_Id, r.Continues_Job_Id FROM JobRun r INNER JOIN earlier e ON r.Job_Id = e.Continues_Job_Id
), chain (Job_Id) AS (
    SELECT e.Job_Id FROM earlier e WHERE NOT EXISTS (SELECT 1 FROM JobRun p WHERE p.Job_Id = e.Continues_Job_Id)
    UNION ALL
    SELECT r.Job_Id FROM chain c CROSS JOIN JobRun r WHERE r.Continues_Job_Id = c.Job_Id
)
SELECT {job_run_columns} FROM JobRun WHERE Job_Id IN (SELECT Job_Id FROM chain) ORDER BY Started_At, Job_Id;

-- name: find_active_run
-- The live run that holds the lock of this type, if any.
SELECT {job_run_columns} {lock_of_type};

-- name: find_last_run
-- The newest run of this type that no longer holds the lock.
SELECT {job_run_columns}
FROM JobRun
WHERE Job_Type = :job_type
  AND Status <> 'Queued'
  AND (Status <> 'InProgress' OR {is_stale})
ORDER BY Started_At DESC
{FIRST_ROWS};

-- name: insert_failures [mssql]
-- A transaction that is repeated after an unknown commit records each failure only once.
INSERT INTO JobRunFailure (Job_Id, Request_Id, Attempted, Email, Error_Message, Failed_At, Was_Sent,
                           Is_Not_Known)
SELECT :job_id, failed.request_id, failed.attempted, failed.email, failed.error_message, GETUTCDATE(), failed.was_sent,
       failed.is_not_known
FROM OPENJSON(:failures) WITH (
    request_id nvarchar(36), attempted nvarchar(30), email nvarchar(320), error_message nvarchar(2000),
    was_sent bit, is_not_known bit
) failed
WHERE NOT EXISTS (
    SELECT 1 FROM JobRunFailure known
    WHERE known.Job_Id = :job_id
      AND known.Request_Id = failed.request_id
      AND known.Attempted = failed.attempted
);

-- name: insert_failures [sqlite]
INSERT INTO JobRunFailure (Job_Id, Request_Id, Attempted, Email, Error_Message, Failed_At, Was_Sent,
                           Is_Not_Known)
SELECT :job_id, value ->> 'request_id', value ->> 'attempted', value ->> 'email', value ->> 'error_message',
       (SELECT GETUTCDATE()), value ->> 'was_sent', value ->> 'is_not_known'
FROM json_each(:failures)
WHERE NOT EXISTS (
    SELECT 1 FROM JobRunFailure known
    WHERE known.Job_Id = :job_id
      AND known.Request_Id = value ->> 'request_id'
      AND known.Attempted = value ->> 'attempted'
);

-- name: prune_failures
-- Deletes one batch, the oldest first.
DELETE FROM JobRunFailure
WHERE id IN (
    SELECT id FROM JobRunFailure WHERE Failed_At < DATEADD({DAY}, :days, GETUTCDATE()) ORDER BY Failed_At {FIRST_ROWS}
);

-- name: prune_runs
-- Deletes one batch, the oldest first. A run in progress stays, however old it is, since it holds its lock.
DELETE FROM JobRun
WHERE Job_Id IN (
    SELECT Job_Id FROM JobRun
    WHERE Started_At < DATEADD({DAY}, :days, GETUTCDATE()) AND Status <> 'InProgress'
    ORDER BY Started_At {FIRST_ROWS}
);
