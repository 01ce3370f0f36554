-- One person's access on all platforms. {requests_of_person} is requests_of_person_on_platform for each of them.

-- name: requests_of_person_on_platform
-- The requests whose address begins like the person's, or may have a blank in front. An index serves this.
SELECT '{platform}' AS platform,
       CAST(u.{id} AS nvarchar(36)) AS request_id,
       u.{requested_by_email} AS requested_by_email,
       {resource} AS resource,
       u.{status} AS status,
       CASE WHEN {is_active of u} THEN 0 ELSE 1 END AS is_over,
       u.{requested_on} AS requested_on,
       COALESCE(u.{expires_on}, '9999-12-31 00:00:00.000') AS expires_on,
       u.{business_reason} AS business_reason,
       r.Revoked_Dt AS revoked_at,
       r.Revoked_By AS revoked_by
FROM {requests} u
{with_latest_revocation}
WHERE u.{requested_by_email} LIKE :begins ESCAPE '\' AND u.{requested_by_email} >= '0'
   OR u.{requested_by_email} < '0' OR u.{requested_by_email} > 'zzz'

-- name: list_requests_of_person
SELECT p.*, {position} FROM ({requests_of_person}) p
WHERE {is_given_address of p} {filters}
ORDER BY {order}
{FIRST_ROWS};

-- name: matching_requests_of_person
FROM ({requests_of_person}) p WHERE {is_given_address of p} {filters}
