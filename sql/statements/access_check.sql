-- The nightly check, which compares records with a platform: access that was removed, and access that should be there.

-- name: list_removed_grants
-- Grants that were confirmed gone in the last days, and that no active request gives. Each is listed once.
SELECT DISTINCT u.{id} AS id, u.{requested_by_email} AS requested_by_email, {resource_fields}
FROM {revocations} v
JOIN {requests} u ON u.{id} = v.{revoked_request}
WHERE v.Revoked_Dt >= DATEADD({DAY}, :days, GETUTCDATE())
  AND v.Outcome IN ('removed', 'alreadyGone')
  AND u.{status} = 'Revoked'
  AND NOT EXISTS (SELECT 1 FROM {requests} other WHERE {gives_the_same});

-- name: standing
FROM {requests} u
WHERE {is_live of u}

-- name: count_grants_that_stand
-- Also returns the number of the day, from which a check chooses the grant that it begins with.
SELECT COUNT(*) AS grants, DATEDIFF({DAY}, '20000101', (SELECT GETUTCDATE())) AS day_number
{standing};

-- name: list_grants_that_stand
SELECT u.{id} AS id, u.{requested_by_email} AS requested_by_email, {resource_fields}
{standing}
ORDER BY u.{id}
{ROWS_FROM_START};
