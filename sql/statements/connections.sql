-- Connections: the places that active requests name, and what the last checks of a platform found.

-- name: list_places
-- The resources of each place, those with the most active requests first. The place is a catalog or a resource.
SELECT ranked.*
FROM (
    SELECT {place_fields}, u.{place} AS place_name,
           SUM(COUNT(*)) OVER (PARTITION BY u.{place}) AS place_requests,
           ROW_NUMBER() OVER (PARTITION BY u.{place} ORDER BY COUNT(*) DESC) AS place_row
    FROM {requests} u
    WHERE {is_active of u}
    GROUP BY {place_columns}
) ranked
WHERE ranked.place_row <= :samples
ORDER BY ranked.place_requests DESC, ranked.place_name, ranked.place_row
{FIRST_ROWS};

-- name: count_places
SELECT COUNT(DISTINCT u.{place}) FROM {requests} u WHERE {is_active of u};

-- name: list_last_removals
-- When a grant was last removed at the platform, and seen gone, in each place.
SELECT u.{place} AS place_name, MAX(v.Verified_At) AS removed_at
FROM {revocations} v
JOIN {requests} u ON u.{id} = v.{revoked_request}
WHERE v.Outcome = 'removed'
  AND v.Revoked_Dt >= DATEADD({DAY}, -30, GETUTCDATE())
GROUP BY u.{place};

-- name: list_connection_checks
-- The newest first. The last of each platform and kind is kept, and now and then one more.
SELECT Platform AS platform, Kind AS kind, Checked_Dt AS checked_at, Checked_By AS checked_by, Job_Id AS job_id,
       Result AS result
FROM ConnectionCheck
ORDER BY id DESC;

-- name: delete_connection_checks
DELETE FROM ConnectionCheck WHERE Platform = :platform AND Kind = :kind;

-- name: insert_connection_check
INSERT INTO ConnectionCheck (Platform, Kind, Checked_Dt, Checked_By, Job_Id, Result)
VALUES (:platform, :kind, (SELECT GETUTCDATE()), :checked_by, :job_id, :result);
