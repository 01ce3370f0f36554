-- Intents: grants that someone is about to remove. They are deleted in the transaction that records the outcome.

-- name: insert_intents
-- Keeps those of the given requests that are still active. A repetition keeps none a second time.
INSERT INTO {removal_intents} (Intent_Id, Request_Id, Job_Id, Began_Dt, Began_By, Reason, Last_Record_Id, Email,
                               {intent_columns})
SELECT :intent_id, u.{id}, :job_id, (SELECT GETUTCDATE()), :began_by, :reason, {newest_record_id},
       u.{requested_by_email}, {resource_columns}
FROM {requests} u
WHERE {is_active of u} {scope} {among_given_ids}
  AND NOT EXISTS (SELECT 1 FROM {removal_intents} known
                  WHERE known.Intent_Id = :intent_id AND known.Request_Id = u.{id});

-- name: list_intended
SELECT Request_Id FROM {removal_intents} WHERE Intent_Id = :intent_id;

-- name: list_left_intents
-- The newest come first, so that those that can never be settled do not keep the others from their turn.
SELECT intent.Intent_Id AS intent_id, intent.Request_Id AS id, intent.Email AS requested_by_email, {intent_fields},
       intent.Job_Id AS job_id, intent.Began_By AS began_by, intent.Reason AS reason,
       intent.Last_Record_Id AS last_record_id, CASE WHEN {is_old of intent} THEN 1 ELSE 0 END AS is_old
FROM {removal_intents} intent
WHERE {is_left of intent} {filters}
ORDER BY intent.id DESC
{FIRST_ROWS};

-- name: of_given_requests
AND intent.Request_Id IN ({given_ids})

-- name: take_intents [mssql]
-- Deletes intents and returns their requests. If two settle the same intent, only one gets it, and records its outcome.
SET NOCOUNT ON;
DECLARE @taken TABLE (request_id {id_type} NOT NULL);
DELETE FROM {removal_intents}
OUTPUT deleted.Request_Id INTO @taken
WHERE Intent_Id = :intent_id AND Request_Id IN ({given_ids});
SET NOCOUNT OFF;
SELECT request_id FROM @taken;

-- name: take_intents [sqlite]
DELETE FROM {removal_intents}
WHERE Intent_Id = :intent_id AND Request_Id IN ({given_ids})
RETURNING Request_Id;

-- name: delete_left_intents
-- The record of a later removal settles these too.
DELETE FROM {removal_intents}
WHERE Request_Id IN ({given_ids}) AND {is_left of removal_intents};
