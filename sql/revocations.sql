-- Revocation of expired access, each with its record, in batches of one transaction each.

-- name: count_expired
-- How many requests a run finds to revoke.
SELECT COUNT(*) FROM {requests} u WHERE u.{status} = 'Active' AND u.{expires_on} < GETUTCDATE() {filters};

-- name: count_revoked_by_run
-- What one run has revoked, and when it revoked last, by its records.
SELECT COUNT(*) AS revoked_count, MAX(Revoked_Dt) AS revoked_at FROM {revocations} WHERE Job_Id = :job_id;

-- name: revoke_expired_batch [mssql]
-- Revokes at most :limit expired requests and records exactly the rows that the UPDATE changed. Rows that somebody
-- else has locked are left for later, and in a deadlock a run gives way.
-- Without row counts in between, a failing INSERT is raised at once; left off, they would be missing later.
SET NOCOUNT ON;
SET DEADLOCK_PRIORITY LOW;
DECLARE @revoked TABLE (request_id {id_type} NOT NULL);
UPDATE TOP (:limit) {requests} WITH (ROWLOCK, READPAST)
SET {status} = 'Revoked'
OUTPUT inserted.{id} INTO @revoked
WHERE {status} = 'Active' AND {expires_on} < GETUTCDATE();
INSERT INTO {revocations} ({revoked_request}, Revoked_Dt, Revoked_By, Job_Id)
SELECT request_id, GETUTCDATE(), :revoked_by, :job_id FROM @revoked;
SET DEADLOCK_PRIORITY NORMAL;
SET NOCOUNT OFF;
SELECT COUNT(*) FROM @revoked;

-- name: revoke_expired_batch [sqlite]
-- The rows that the UPDATE changed come back to the caller, who records them in the same transaction.
-- A batch is taken in the order of the file, so that each of its pages is written once.
UPDATE {requests}
SET {status} = 'Revoked'
WHERE rowid IN (
    SELECT rowid FROM {requests} WHERE {status} = 'Active' AND {expires_on} < GETUTCDATE() ORDER BY rowid LIMIT :limit
)
RETURNING {id};

-- name: insert_revocations [sqlite]
-- One moment for the whole batch, as GETUTCDATE() has within one statement of SQL Server.
INSERT INTO {revocations} ({revoked_request}, Revoked_Dt, Revoked_By, Job_Id)
SELECT value, (SELECT GETUTCDATE()), :revoked_by, :job_id FROM json_each(:request_ids);
