-- The overview's figures, each by a range of an index.

-- name: count_overdue
-- What still stands although it has ended, since when at worst, and how much of it ended today.
SELECT (SELECT COUNT(*) FROM {requests} u WHERE {has_ended}) AS requests,
       (SELECT MIN(u.{expires_on}) FROM {requests} u WHERE {has_ended}) AS oldest,
       (SELECT COUNT(*) FROM {requests} u WHERE {has_ended} AND u.{expires_on} >= {TODAY}) AS ended_today;

-- name: has_ended
u.{status} = 'Active' AND u.{expires_on} < GETUTCDATE()

-- name: count_expiries_per_period
-- What ends in each of the given periods, period by period, so that each is a range to count.
SELECT (SELECT COUNT(*) FROM {requests} u
        WHERE u.{status} = 'Active'
          AND u.{expires_on} >= period.ends_from
          AND u.{expires_on} < period.ends_before) AS requests
FROM {given_periods} period
ORDER BY period.ends_from;

-- name: given_periods [mssql]
OPENJSON(:periods) WITH (ends_from datetime2(3), ends_before datetime2(3))

-- name: given_periods [sqlite]
(SELECT value ->> 'ends_from' AS ends_from, value ->> 'ends_before' AS ends_before FROM json_each(:periods))

-- name: find_newest_changes
-- Of what decides about reminders; where there is none, what is older than any.
SELECT COALESCE((SELECT MAX({notification_id}) FROM {notifications}), 0) AS newest_reminder,
       COALESCE((SELECT MAX({requested_on}) FROM {requests}), '1900-01-01') AS newest_request,
       COALESCE((SELECT MAX(id) FROM {let_expire}), 0) AS newest_let_expire,
       COALESCE((SELECT MAX(Undone_Dt) FROM {let_expire}), '1900-01-01') AS newest_undone;

-- name: find_changed_hours
-- In which hours since the year 2000 the access ends that something newer is about.
SELECT DISTINCT DATEDIFF({HOUR}, '20000101', u.{expires_on}) AS hour_number
FROM {requests} u
WHERE u.{id} IN (
    SELECT {notified_request} FROM {notifications} WHERE {notification_id} > :newest_reminder
    UNION ALL SELECT {id} FROM {requests} WHERE {requested_on} > :newest_request
    UNION ALL SELECT Request_Id FROM {let_expire} WHERE id > :newest_let_expire
    UNION ALL SELECT Request_Id FROM {let_expire} WHERE Undone_Dt > :newest_undone
) AND u.{expires_on} < (SELECT DATEADD({DAY}, 31, {TODAY}));

-- name: count_revoked_since
SELECT COUNT(*) FROM {revocations} WHERE Revoked_Dt >= :since;

-- name: count_extended_since
SELECT COUNT(*) FROM {extensions} WHERE Extended_Dt >= :since;

-- name: count_let_expire_since
-- The decisions, undone ones too, as the audit lists them.
SELECT COUNT(*) FROM {let_expire} WHERE Decided_Dt >= :since;

-- name: often_extended
FROM {extensions} e
JOIN {requests} u ON u.{id} = e.New_Request_Id AND {NO_INDEX}u.{status} = 'Active'
WHERE e.Extension_Number >= :often

-- name: count_often_extended
SELECT COUNT(*) {often_extended};

-- name: list_often_extended
SELECT u.{id} AS id, u.{requested_by_email} AS email, {resource} AS resource, e.Extension_Number AS extension_count
{often_extended}
ORDER BY e.Extension_Number DESC, e.New_Request_Id
{FIRST_ROWS};

-- name: count_still_held
-- What still stands because it could not be taken away.
SELECT COUNT(*)
FROM {requests} u
WHERE u.{status} = 'Active' AND u.{expires_on} < GETUTCDATE()
  AND EXISTS (SELECT 1
              FROM JobRunFailure f
              JOIN JobRun r ON r.Job_Id = f.Job_Id
              WHERE f.Request_Id = LOWER(CAST(u.{id} AS nvarchar(36)))
                AND f.Attempted = 'Revocation'
                AND r.Job_Type = 'RevokeExpired{platform_title}');

-- name: list_removed_in_error
-- What was taken away lately from people who should still have it, the newest first.
SELECT v.Job_Id AS job_id, v.Revoked_Dt AS removed_at
FROM {revocations} v
JOIN {requests} u ON u.{id} = v.{revoked_request}
WHERE v.Revoked_Dt >= :since
  AND v.Outcome = 'removedInError'
  AND EXISTS (SELECT 1 FROM {requests} other WHERE {gives_the_same})
ORDER BY v.Revoked_Dt DESC
{FIRST_ROWS};

-- name: list_newest_runs_of_type
SELECT r.*
FROM ({recorded_runs}) r
WHERE r.Job_Type = :job_type AND r.Status <> 'Queued'
ORDER BY r.Started_At DESC
{FIRST_ROWS};

-- name: count_runs_per_day
SELECT DATEDIFF({DAY}, r.Started_At, GETUTCDATE()) AS days_ago,
       r.Status,
       CASE WHEN r.Failed_Count > 0 THEN 1 ELSE 0 END AS has_failures,
       COUNT(*) AS runs
FROM ({recorded_runs}) r
WHERE r.Started_At >= DATEADD({DAY}, :last_day, {TODAY}) AND r.Status <> 'Queued'
GROUP BY DATEDIFF({DAY}, r.Started_At, GETUTCDATE()), r.Status, CASE WHEN r.Failed_Count > 0 THEN 1 ELSE 0 END;

-- name: count_failures_by_reason
-- Why those of some runs' items failed that are still to be done, the most frequent reason first; and how many those are.
SELECT f.Error_Message AS reason, COUNT(*) AS items, SUM(COUNT(*)) OVER () AS all_items
FROM JobRunFailure f
WHERE f.Job_Id IN ({failed_in_runs}) {still_due}
GROUP BY f.Error_Message
ORDER BY COUNT(*) DESC, f.Error_Message
{FIRST_ROWS};

-- name: reminder_still_due
AND {failed_request} IN (SELECT u.{id} {matching_pending_notifications})

-- name: revocation_still_due
AND {failed_request} IN (SELECT u.{id} {matching_pending_expiry})

-- name: failed_in_runs [mssql]
SELECT CAST(value AS uniqueidentifier) FROM OPENJSON(:failed_in)

-- name: failed_in_runs [sqlite]
SELECT value FROM json_each(:failed_in)

-- name: failed_request [mssql]
TRY_CAST(f.Request_Id AS {id_type})

-- name: failed_request [sqlite]
f.Request_Id

-- name: find_last_trouble
-- When the newest run that did not go well ended.
SELECT MAX(r.Ended_At)
FROM ({recorded_runs}) r
WHERE r.Started_At >= DATEADD({DAY}, :last_day, {TODAY})
  AND (r.Status IN ('Failed', 'Abandoned') OR r.Failed_Count > 0);
