-- Access requests: the three lists, their totals, and creation.
-- {filters}, {order} and {position} are filled from the constants in access/list_query.py, {WALK} by api/listing.py:
-- see there.

-- name: list_requests
-- One page of all requests, each with its latest revocation.
SELECT {request_columns}, r.Revoked_Dt AS revoked_at, r.Revoked_By AS revoked_by, r.Outcome AS removal,
       r.Verified_At AS verified_at, r.Still_Effective_Through AS still_effective_through,
       l.Decided_Dt AS let_expire_at, l.Decided_By AS let_expire_by, {position}
FROM {requests} u
LEFT JOIN {revocations} r
    ON r.{revoked_request} = u.{id}
   AND r.{revocation_id} = (
       SELECT MAX(latest.{revocation_id}) FROM {revocations} latest WHERE latest.{revoked_request} = u.{id}
   )
LEFT JOIN {let_expire} l ON l.Request_Id = u.{id} AND l.Undone_Dt IS NULL
WHERE 1 = 1 {filters}
ORDER BY {order}
{FIRST_ROWS};

-- name: matching_requests
FROM {requests} u WHERE 1 = 1 {filters}

-- name: list_pending_expiry
-- One page of the active requests whose expiry has passed. SQLite seeks by the first of two upper bounds: {filters}.
SELECT {request_columns}, {position}
FROM {requests} u
WHERE {WALK}u.{status} = 'Active' {filters} AND {WALK}u.{expires_on} < GETUTCDATE()
ORDER BY {order}
{FIRST_ROWS};

-- name: matching_pending_expiry
FROM {requests} u
WHERE {WALK}u.{status} = 'Active' {filters} AND {WALK}u.{expires_on} < GETUTCDATE()

-- name: insert_request
-- Stores a new request, once for each key; without OUTPUT, which a table with triggers refuses.
INSERT INTO {requests} ({inserted_columns}, {status}, {requested_on}, {expires_on}, {idempotency_key}, {created_by})
VALUES ({inserted_values}, 'Active', GETUTCDATE(), :expires_on, :idempotency_key, :created_by);

-- name: find_request_by_key
SELECT {request_columns} FROM {requests} u WHERE u.{idempotency_key} = :idempotency_key;

-- name: read_clock
-- The database's clock, which every instance shares.
SELECT GETUTCDATE();
