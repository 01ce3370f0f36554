-- Access requests: the lists, their totals, and creation. sql/paging.py fills in {filters}, {order} and {position}.

-- name: list_requests
-- One page of all requests, each with its latest revocation.
SELECT {request_columns}, {what_was_decided}, {position}
FROM {requests} u
{with_what_was_decided}
WHERE 1 = 1 {filters}
ORDER BY {order}
{FIRST_ROWS};

-- name: matching_requests
FROM {requests} u WHERE 1 = 1 {filters}

-- name: list_pending_expiry
-- One page of the active requests whose expiry has passed.
SELECT {request_columns}, {position}
{pending_expiry}
ORDER BY {order}
{FIRST_ROWS};

-- name: matching_pending_expiry
{pending_expiry}

-- name: insert_request
-- Stores a new request, once for each key. It has no OUTPUT, which a table with triggers refuses.
INSERT INTO {requests} ({inserted_columns}, {status}, {requested_on}, {expires_on}, {idempotency_key}, {created_by})
VALUES ({inserted_values}, 'Active', GETUTCDATE(), :expires_on, :idempotency_key, :created_by);

-- name: insert_creation
-- Records what a connector found when a request was created. The app knew the access if an active
-- request gives it.
INSERT INTO {creations} (Request_Id, Looked_Dt, Found_At_Creation, Needs_Confirmation)
SELECT u.{id}, (SELECT GETUTCDATE()), :found, :needs_confirmation
FROM {requests} u
WHERE u.{idempotency_key} = :idempotency_key
  AND NOT EXISTS (SELECT 1 FROM {requests} other
                  WHERE {other_gives_the_same} AND {other_is_active} AND other.{id} <> u.{id}
                    AND NOT {was_held_before of other});

-- name: find_request_by_key
SELECT {request_columns} FROM {requests} u WHERE u.{idempotency_key} = :idempotency_key;

-- name: read_clock
-- The database's clock, which all instances share.
SELECT GETUTCDATE();
