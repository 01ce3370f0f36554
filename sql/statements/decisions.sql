-- The decisions of people about requests: extend them, let them expire without further reminders, or undo that.

-- name: find_chosen_requests
-- The given requests, each with the one that extends it and with its latest revocation.
SELECT u.{id} AS id, u.{requested_by_email} AS email, u.{status} AS status, u.{expires_on} AS expires_on,
       after.New_Request_Id AS successor_id, r.Revoked_Dt AS ended_at, r.Revoked_By AS ended_by
FROM {requests} u
{with_successor}
{with_latest_revocation}
WHERE 1 = 1 {among_given_ids};

-- name: can_be_extended
{is_active of u} AND u.{expires_on} < :expires_on AND NOT {has_unreadable_expiry of u} {among_given_ids}

-- name: end_extended_requests [mssql]
-- Ends those of the given requests that can still be extended, and returns their ids.
SET NOCOUNT ON;
DECLARE @ended TABLE (request_id {id_type} NOT NULL);
UPDATE u
SET {status} = 'Extended'
OUTPUT inserted.{id} INTO @ended
FROM {requests} u
WHERE {can_be_extended};
SET NOCOUNT OFF;
SELECT request_id FROM @ended;

-- name: end_extended_requests [sqlite]
UPDATE {requests} AS u
SET {status} = 'Extended'
WHERE {can_be_extended}
RETURNING {id};

-- name: chosen_extensions [mssql]
OPENJSON(:extensions) WITH (request_id {id_type}, new_request_id {id_type}, idempotency_key nvarchar(100))

-- name: chosen_extensions [sqlite]
(SELECT value ->> 'request_id' AS request_id, value ->> 'new_request_id' AS new_request_id,
        value ->> 'idempotency_key' AS idempotency_key
 FROM json_each(:extensions))

-- name: insert_extending_requests
-- The new requests have the same person and resource. Their keys tell afterwards which request each extends.
INSERT INTO {requests} ({inserted_columns}, {status}, {requested_on}, {expires_on}, {idempotency_key}, {created_by})
SELECT {extended_values}, 'Active', (SELECT GETUTCDATE()), :expires_on, chosen.idempotency_key, :created_by
FROM {chosen_extensions} chosen
JOIN {requests} u ON u.{id} = chosen.request_id;

-- name: insert_extensions
INSERT INTO {extensions} (Request_Id, New_Request_Id, Extended_Dt, Extended_By, Extension_Number)
SELECT chosen.request_id, u.{id}, (SELECT GETUTCDATE()), :extended_by,
       COALESCE((SELECT before.Extension_Number FROM {extensions} before
                 WHERE before.New_Request_Id = chosen.request_id), 0) + 1
FROM {chosen_extensions} chosen
JOIN {requests} u ON u.{idempotency_key} = chosen.idempotency_key;

-- name: insert_inherited_creations
-- An extension is for the same access, so its person had it before, or had not, as with the extended request.
INSERT INTO {creations} (Request_Id, Looked_Dt, Found_At_Creation, Needs_Confirmation)
SELECT u.{id}, made.Looked_Dt, made.Found_At_Creation, made.Needs_Confirmation
FROM {chosen_extensions} chosen
JOIN {requests} u ON u.{idempotency_key} = chosen.idempotency_key
JOIN {creations} made ON made.Request_Id = chosen.request_id;

-- name: insert_let_expire
INSERT INTO {let_expire} (Request_Id, Decided_Dt, Decided_By)
SELECT u.{id}, (SELECT GETUTCDATE()), :decided_by
FROM {requests} u
WHERE {is_active of u} AND NOT {has_unreadable_expiry of u} {among_given_ids} {not_let_expire};

-- name: find_let_expire
-- Those of the given requests that someone has decided to let expire.
SELECT Request_Id FROM {let_expire} WHERE Undone_Dt IS NULL AND Request_Id IN ({given_ids});

-- name: undo_let_expire
UPDATE {let_expire}
SET Undone_Dt = GETUTCDATE(), Undone_By = :undone_by
WHERE Undone_Dt IS NULL AND Request_Id IN ({given_ids});
