-- The revoke job: the expired requests, and their revocation in batches of one transaction each.

-- name: count_expired
-- How many requests a run finds to revoke.
SELECT COUNT(*) FROM {requests} u WHERE {has_expired of u} {filters};

-- name: list_expired
-- The requests of a run, the longest expired first. The run looks at each again just before it acts. Requests that have
-- failed before come last, so that they don't hold up the others.
SELECT u.{id} AS id, u.{requested_by_email} AS requested_by_email, {resource_fields},
       CASE WHEN {has_failed_before} THEN 1 ELSE 0 END AS has_failed
FROM {requests} u
WHERE {has_expired of u} {filters}
ORDER BY has_failed, u.{expires_on}
{FIRST_ROWS};

-- name: count_expired_by_resource
SELECT {resource_fields}, COUNT(*) AS requests
FROM {requests} u
WHERE {has_expired of u}
GROUP BY {resource_columns};

-- name: revoke_expired_batch [mssql]
-- Revokes at most :limit expired requests, and records exactly the rows that the UPDATE changed. Rows with a lock of
-- someone else are left for later, and in a deadlock a run gives way.
-- NOCOUNT ON makes the driver raise a failing INSERT at once. NOCOUNT OFF restores the row counts for later statements.
SET NOCOUNT ON;
SET DEADLOCK_PRIORITY LOW;
DECLARE @revoked TABLE (request_id {id_type} NOT NULL);
UPDATE TOP (:limit) {requests} WITH (ROWLOCK, READPAST)
SET {status} = 'Revoked'
OUTPUT inserted.{id} INTO @revoked
WHERE {has_expired of requests};
INSERT INTO {revocations} ({revoked_request}, Revoked_Dt, Revoked_By, Job_Id)
SELECT request_id, GETUTCDATE(), :revoked_by, :job_id FROM @revoked;
SET DEADLOCK_PRIORITY NORMAL;
SET NOCOUNT OFF;
SELECT COUNT(*) FROM @revoked;

-- name: revoke_expired_batch [sqlite]
-- Returns the rows that the UPDATE changed. The caller records them in the same transaction.
-- A batch is in the order of the file, so that each page of the file is written once. The + keeps SQLite from reading
-- the whole file for it.
UPDATE {requests}
SET {status} = 'Revoked'
WHERE rowid IN (
    SELECT u.rowid FROM {requests} u WHERE {has_expired of u} ORDER BY +u.rowid LIMIT :limit
)
RETURNING {id};

-- name: insert_revocations [sqlite]
-- All rows of the batch get the same moment, as they do in one statement of SQL Server.
INSERT INTO {revocations} ({revoked_request}, Revoked_Dt, Revoked_By, Job_Id)
SELECT value, (SELECT GETUTCDATE()), :revoked_by, :job_id FROM json_each(:request_ids);
