-- Access that is given back. A row is the intent to give it, until it says that the access was given.

-- name: was_removed_in_error
-- The newest record about the person's access to the resource is a removal in error, and it was not given back since. A
-- request that was extended meanwhile has the record, and its extension is the one that gives access now. CROSS JOIN makes
-- SQLite begin with the person's requests.
EXISTS (SELECT 1
        FROM {requests} other
        CROSS JOIN {revocations} v
        WHERE v.{revoked_request} = other.{id} AND v.Outcome = 'removedInError' AND {other_gives_the_same}
          AND NOT EXISTS (SELECT 1
                          FROM {requests} other
                          CROSS JOIN {revocations} later
                          WHERE later.{revoked_request} = other.{id} AND later.{revocation_id} > v.{revocation_id}
                            AND COALESCE(later.Outcome, '') <> 'superseded' AND {other_gives_the_same})
          AND NOT {was_given_since_removal})

-- name: is_found_missing
-- A check found that the access is not there.
EXISTS (SELECT 1 FROM AccessFinding f
        WHERE f.Request_Id = {id_as_text} AND f.Platform = '{platform}' AND f.Kind = 'missing'
          AND f.Ended_Dt IS NULL)

-- name: can_be_given_back [mssql]
{is_live of u} AND ({was_removed_in_error} OR {is_found_missing}) {among_given_ids}

-- name: can_be_given_back [sqlite]
-- With the plus, the index on the status does not serve: the given requests are fewer than the active ones.
{is_live of +u} AND ({was_removed_in_error} OR {is_found_missing}) {among_given_ids}

-- name: find_to_give_back
-- Those of the given requests that give access now, and whose grant was removed in error or is missing.
SELECT u.{id} AS id
FROM {requests} u
WHERE {can_be_given_back};

-- name: insert_giving_intents
-- A repetition keeps none a second time.
INSERT INTO {given_access} (Intent_Id, Request_Id, Began_Dt, Began_By, Reason)
SELECT :intent_id, u.{id}, (SELECT GETUTCDATE()), :began_by, :reason
FROM {requests} u
WHERE {can_be_given_back}
  AND NOT EXISTS (SELECT 1 FROM {given_access} known WHERE known.Intent_Id = :intent_id AND known.Request_Id = u.{id});

-- name: list_grants_to_give
SELECT u.{id} AS id, u.{requested_by_email} AS requested_by_email, {resource_fields}
FROM {given_access} intent
JOIN {requests} u ON u.{id} = intent.Request_Id
WHERE intent.Intent_Id = :intent_id;

-- name: list_left_givings
-- Intents that no one works on, since a person's call has ended. The newest come first, so that those that can never be
-- settled do not keep the others from their turn.
SELECT intent.Intent_Id AS intent_id, u.{id} AS id, u.{requested_by_email} AS requested_by_email, {resource_fields},
       intent.Began_By AS began_by, intent.Reason AS reason,
       CASE WHEN EXISTS (SELECT 1 FROM {requests} other WHERE {gives_the_same}) THEN 1 ELSE 0 END AS keeps_access
FROM {given_access} intent
JOIN {requests} u ON u.{id} = intent.Request_Id
WHERE intent.Given_Dt IS NULL AND {is_old of intent} {filters}
ORDER BY intent.id DESC
{FIRST_ROWS};

-- name: list_given_by_others
-- Givings of others for the same requests since this intent began.
SELECT mine.Request_Id AS request_id, given.Began_By AS given_by, given.Given_Dt AS given_at
FROM {given_access} mine
JOIN {given_access} given
    ON given.Request_Id = mine.Request_Id AND given.Intent_Id <> mine.Intent_Id AND given.Given_Dt >= mine.Began_Dt
WHERE mine.Intent_Id = :intent_id AND mine.Given_Dt IS NULL AND mine.Request_Id IN ({given_ids});

-- name: list_being_removed
-- Those of the given requests whose grant someone removes now.
SELECT u.{id} AS id
FROM {requests} u
WHERE 1 = 1 {among_given_ids}
  AND EXISTS (SELECT 1
              FROM {requests} other
              CROSS JOIN {removal_intents} removal
              WHERE removal.Request_Id = other.{id} AND NOT {is_left of removal} AND {other_gives_the_same});

-- name: record_given
UPDATE {given_access}
SET Given_Dt = GETUTCDATE(), Outcome = :outcome, Verified_At = DATEADD({MILLISECOND}, :milliseconds, GETUTCDATE()),
    Verified_Scope = :scope, Platform_Request_Id = :platform_request_id
WHERE Intent_Id = :intent_id AND Request_Id = :request_id AND Given_Dt IS NULL;

-- name: delete_giving_intents
DELETE FROM {given_access} WHERE Intent_Id = :intent_id AND Given_Dt IS NULL AND Request_Id IN ({given_ids});

-- name: list_with_newest_record
SELECT u.{id} AS id, u.{requested_by_email} AS requested_by_email, {resource_fields},
       {newest_record_id} AS last_record_id
FROM {requests} u
WHERE 1 = 1 {among_given_ids};
