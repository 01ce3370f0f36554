-- Comparing with a platform what is on record: access that was taken away, and access that stands.

-- name: list_grants_taken_away
-- What was seen gone in the last days and nobody should have, each once.
SELECT DISTINCT u.{id} AS id, u.{requested_by_email} AS requested_by_email, {resource_fields}
FROM {revocations} v
JOIN {requests} u ON u.{id} = v.{revoked_request}
WHERE v.Revoked_Dt >= DATEADD({DAY}, :days, GETUTCDATE())
  AND v.Outcome IN ('removed', 'alreadyGone')
  AND {WALK}u.{status} = 'Revoked'
  AND NOT EXISTS (SELECT 1 FROM {requests} other WHERE {gives_the_same});

-- name: list_grants_that_stand
SELECT u.{id} AS id, u.{requested_by_email} AS requested_by_email, {resource_fields}
FROM {requests} u
WHERE u.{status} = 'Active' AND (u.{expires_on} IS NULL OR u.{expires_on} >= GETUTCDATE())
ORDER BY u.{id}
{FIRST_ROWS};
