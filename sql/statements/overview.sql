-- The overview's figures, each counted in a range of an index, and the concerns that need a person.

-- name: count_overdue
-- The number of expired requests that are still active, the oldest expiry, and the number of those that ended today.
SELECT (SELECT COUNT(*) FROM {requests} u WHERE {has_expired of u}) AS requests,
       (SELECT MIN(u.{expires_on}) FROM {requests} u WHERE {has_expired of u}) AS oldest,
       (SELECT COUNT(*) FROM {requests} u WHERE {has_expired of u} AND u.{expires_on} >= {TODAY}) AS ended_today;

-- name: count_unreadable_expiries
-- The number of active requests whose expiry date cannot be read.
SELECT COUNT(*) FROM {requests} u WHERE {is_active of u} AND {has_unreadable_expiry of u};

-- name: count_expiries_per_period
-- How many requests end in each of the given periods. Each period is a range of the index.
SELECT (SELECT COUNT(*) FROM {requests} u
        WHERE {is_active of u}
          AND u.{expires_on} >= period.ends_from
          AND u.{expires_on} < period.ends_before
          AND NOT {has_unreadable_expiry of u}) AS requests
FROM {given_periods} period
ORDER BY period.ends_from;

-- name: given_periods [mssql]
OPENJSON(:periods) WITH (ends_from datetime2(3), ends_before datetime2(3))

-- name: given_periods [sqlite]
(SELECT value ->> 'ends_from' AS ends_from, value ->> 'ends_before' AS ends_before FROM json_each(:periods))

-- name: count_due_reminders
-- How many requests are due for a reminder, by the number of spent ones, and how many of these have no usable address.
-- Counts only the :limit most urgent requests.
SELECT due.spent_reminders, COUNT(*) AS requests,
       COUNT(CASE WHEN {lacks_usable_email of due} THEN 1 END) AS without_usable_email
FROM (
    SELECT {spent_reminders} AS spent_reminders, u.{requested_by_email}
    {pending_notifications}
    ORDER BY u.{expires_on}
    {FIRST_ROWS}
) due
GROUP BY due.spent_reminders;

-- name: count_revoked_since
SELECT COUNT(*) FROM {revocations} WHERE Revoked_Dt >= :since;

-- name: count_extended_since
SELECT COUNT(*) FROM {extensions} WHERE Extended_Dt >= :since;

-- name: count_let_expire_since
-- Counts all decisions, undone ones too, like the audit.
SELECT COUNT(*) FROM {let_expire} WHERE Decided_Dt >= :since;

-- name: often_extended
FROM {extensions} e
JOIN {requests} u ON u.{id} = e.New_Request_Id AND {is_active of u}
WHERE e.Extension_Number >= :often

-- name: count_often_extended
SELECT COUNT(*) {often_extended};

-- name: list_often_extended
SELECT u.{id} AS id, u.{requested_by_email} AS email, {resource} AS resource, e.Extension_Number AS extension_count
{often_extended}
ORDER BY e.Extension_Number DESC, e.New_Request_Id
{FIRST_ROWS};

-- name: count_not_removed
-- Requests that are still active because their grants could not be removed.
SELECT COUNT(*)
FROM {requests} u
WHERE {has_expired of u}
  AND {was_not_removed};

-- name: list_removed_in_error
-- Grants that were removed lately from people who should keep them, and not given back, the newest first.
SELECT v.Job_Id AS job_id, v.Revoked_Dt AS removed_at
FROM {revocations} v
JOIN {requests} u ON u.{id} = v.{revoked_request}
WHERE v.Revoked_Dt >= :since
  AND v.Outcome = 'removedInError'
  AND EXISTS (SELECT 1 FROM {requests} other WHERE {gives_the_same})
  AND NOT {was_given_since_removal}
ORDER BY v.Revoked_Dt DESC
{FIRST_ROWS};

-- name: count_unsettled_removals
-- Requests with a removal or a giving whose outcome has not been known for a day, and when the oldest began.
SELECT COUNT(DISTINCT intent.Request_Id) AS requests, MIN(intent.Began_Dt) AS oldest
FROM (SELECT Request_Id, Began_Dt FROM {removal_intents}
      UNION ALL SELECT Request_Id, Began_Dt FROM {given_access} WHERE Given_Dt IS NULL) intent
WHERE intent.Began_Dt < DATEADD({DAY}, -1, GETUTCDATE());

-- name: list_newest_runs_of_type
SELECT r.*
FROM ({recorded_runs}) r
WHERE r.Job_Type = :job_type AND r.Status <> 'Queued'
ORDER BY r.Started_At DESC
{FIRST_ROWS};

-- name: began_lately
r.Started_At >= DATEADD({DAY}, :last_day, {TODAY})

-- name: count_runs_per_day
SELECT DATEDIFF({DAY}, r.Started_At, GETUTCDATE()) AS days_ago,
       r.Status,
       CASE WHEN r.Failed_Count > 0 THEN 1 ELSE 0 END AS has_failures,
       COUNT(*) AS runs
FROM ({recorded_runs}) r
WHERE {began_lately} AND r.Status <> 'Queued'
GROUP BY DATEDIFF({DAY}, r.Started_At, GETUTCDATE()), r.Status, CASE WHEN r.Failed_Count > 0 THEN 1 ELSE 0 END;

-- name: count_failures_by_reason
-- The reasons of failures of the given runs that are still to be done, the most frequent first, and the number of all.
SELECT f.Error_Message AS reason, COUNT(*) AS items, SUM(COUNT(*)) OVER () AS all_items
FROM JobRunFailure f
WHERE f.Job_Id IN ({failed_in_runs}) AND f.Is_Not_Known = :is_not_known {still_due}
GROUP BY f.Error_Message
ORDER BY COUNT(*) DESC, f.Error_Message
{FIRST_ROWS};

-- name: reminder_still_due
AND {failed_request of f} IN (SELECT u.{id} {pending_notifications})

-- name: revocation_still_due
AND {failed_request of f} IN (SELECT u.{id} {pending_expiry})

-- name: find_last_trouble
-- The end of the newest run that failed, was abandoned, or had failures.
SELECT MAX(r.Ended_At)
FROM ({recorded_runs}) r
WHERE {began_lately}
  AND (r.Status IN ('Failed', 'Abandoned') OR r.Failed_Count > 0);
