-- The records of revocations, by a run or a person, with or without the platform.

-- name: find_grants_to_end
-- Those of the given requests that are still active, each with another request that gives the same access, and with its
-- newest record. Also tells what a connector found when the request was created.
SELECT {request_columns}, {newest_record_id} AS last_record_id,
       made.Found_At_Creation AS found_at_creation, COALESCE(made.Needs_Confirmation, 0) AS needs_confirmation,
       (SELECT MIN(CAST(other.{id} AS nvarchar(36)))
        FROM {requests} other
        WHERE {gives_the_same} AND other.{id} NOT IN ({given_ids})) AS superseded_by
FROM {requests} u
LEFT JOIN {creations} made ON made.Request_Id = u.{id}
WHERE {is_active of u} {scope} {among_given_ids};

-- name: list_standing_beside
-- Other access of the same people to the same resources. Removing the given requests' grants may take it along.
-- CROSS JOIN makes SQLite begin with the given requests.
SELECT u.{id} AS id, u.{requested_by_email} AS requested_by_email, {resource_fields},
       {newest_record_id} AS last_record_id
FROM {requests} u
WHERE u.{id} IN (
    SELECT other.{id}
    FROM {requests} u
    CROSS JOIN {requests} other
    WHERE u.{id} IN ({given_ids}) AND {same_person} AND {same_place} AND {other_is_live} AND other.{id} NOT IN ({given_ids})
);

-- name: end_requests [mssql]
-- Ends those of the given requests that are still active, and returns their ids.
SET NOCOUNT ON;
DECLARE @ended TABLE (request_id {id_type} NOT NULL);
UPDATE u
SET {status} = 'Revoked'
OUTPUT inserted.{id} INTO @ended
FROM {requests} u
WHERE {is_active of u} {scope} {among_given_ids};
SET NOCOUNT OFF;
SELECT request_id FROM @ended;

-- name: end_requests [sqlite]
UPDATE {requests} AS u
SET {status} = 'Revoked'
WHERE {is_active of u} {scope} {among_given_ids}
RETURNING {id};

-- name: supersede_requests [mssql]
-- Ends requests whose access another request gives. If the other one has ended meanwhile, they stay as they are.
-- With row versions alone, two such requests would each see the other as active, and both would end. UPDLOCK prevents
-- that. If two transactions wait for each other, the database makes one of them try again.
SET NOCOUNT ON;
DECLARE @ended TABLE (request_id {id_type} NOT NULL);
UPDATE u
SET {status} = 'Superseded'
OUTPUT inserted.{id} INTO @ended
FROM {requests} u
WHERE {is_active of u} {scope} {among_given_ids}
  AND EXISTS (SELECT 1 FROM {requests} other WITH (UPDLOCK)
              WHERE {gives_the_same} AND other.{id} NOT IN ({given_ids}));
SET NOCOUNT OFF;
SELECT request_id FROM @ended;

-- name: supersede_requests [sqlite]
UPDATE {requests} AS u
SET {status} = 'Superseded'
WHERE {is_active of u} {scope} {among_given_ids}
  AND EXISTS (SELECT 1 FROM {requests} other WHERE {gives_the_same} AND other.{id} NOT IN ({given_ids}))
RETURNING {id};

-- name: keeps_its_access
WHERE EXISTS (SELECT 1 FROM {requests} other WHERE {gives_the_same}) {among_given_ids}

-- name: find_wrongly_removed [mssql]
-- Those of the given requests whose person should keep the access after all, by the same request or another one.
-- UPDLOCK makes a second transaction about the same removal wait, so that it sees the record of the first.
SELECT u.{id} AS id
FROM {requests} u WITH (UPDLOCK)
{keeps_its_access};

-- name: find_wrongly_removed [sqlite]
SELECT u.{id} AS id
FROM {requests} u
{keeps_its_access};

-- name: given_records [mssql]
OPENJSON(:records) WITH (request_id {id_type}, record_id bigint)

-- name: given_records [sqlite]
(SELECT value ->> 'request_id' AS request_id, value ->> 'record_id' AS record_id FROM json_each(:records))

-- name: find_later_records
-- The records of these requests that are newer than the given ones.
SELECT known.{revoked_request} AS request_id, known.Outcome AS outcome
FROM {given_records} given
JOIN {revocations} known ON known.{revoked_request} = given.request_id AND known.{revocation_id} > given.record_id;

-- name: insert_revocation_records [mssql]
-- A transaction that is repeated after an unknown commit records each request only once. The app looked at the platform
-- milliseconds_ago before this moment of the database's clock.
INSERT INTO {revocations} ({revoked_request}, Revoked_Dt, Revoked_By, Job_Id, Outcome, Verified_At,
                           Verified_Scope, Still_Effective_Through, Platform_Request_Id, Reason)
SELECT record.request_id, GETUTCDATE(), :revoked_by, :job_id, record.outcome,
       DATEADD(MILLISECOND, -record.milliseconds_ago, GETUTCDATE()), record.scope, record.through,
       record.platform_request_id, :reason
FROM OPENJSON(:records) WITH (
    request_id {id_type}, outcome nvarchar(20), milliseconds_ago int, scope nvarchar(1000),
    through nvarchar(600), platform_request_id nvarchar(200)
) record
WHERE NOT EXISTS (
    SELECT 1 FROM {revocations} known WHERE known.{revoked_request} = record.request_id AND known.Job_Id = :job_id
);

-- name: insert_revocation_records [sqlite]
-- The clock is read once: no grant is seen gone after its record. The plus keeps the planner from reading all records of
-- the run for each request.
INSERT INTO {revocations} ({revoked_request}, Revoked_Dt, Revoked_By, Job_Id, Outcome, Verified_At,
                           Verified_Scope, Still_Effective_Through, Platform_Request_Id, Reason)
WITH clock AS MATERIALIZED (SELECT GETUTCDATE() AS moment)
SELECT value ->> 'request_id', clock.moment, :revoked_by, :job_id, value ->> 'outcome',
       DATEADD('millisecond', -(value ->> 'milliseconds_ago'), clock.moment), value ->> 'scope',
       value ->> 'through', value ->> 'platform_request_id', :reason
FROM clock, json_each(:records)
WHERE NOT EXISTS (
    SELECT 1 FROM {revocations} known
    WHERE known.{revoked_request} = value ->> 'request_id' AND +known.Job_Id = :job_id
);

-- name: count_revocations_of_run
-- How many requests one run recorded for each outcome, and when it recorded the last one.
SELECT Outcome AS outcome, COUNT(*) AS requests, MAX(Revoked_Dt) AS revoked_at
FROM {revocations}
WHERE Job_Id = :job_id
GROUP BY Outcome;

-- name: find_first_outcome
-- The outcome of a run's first record. NULL means that access is only recorded, for all of the run's records.
SELECT Outcome
FROM {revocations}
WHERE Job_Id = :job_id
ORDER BY {revocation_id}
{FIRST_ROWS};
