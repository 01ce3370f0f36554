-- Expiry notifications: who is due for which reminder, and the record of what was sent.

-- name: due_requests
-- Active requests in the 30-day window, each with the reminder that is due, or NULL.
-- The range on the expiry date is DATEDIFF(DAY, GETUTCDATE(), expiry) BETWEEN 0 AND 30, written for the index, and
-- so is days left <= 7. SQLite seeks by the first of several bounds: a page's start, in {filters}, comes first.
-- A 7-Day Reminder that is the only one on record, as imported data may have it, is not sent again.
SELECT counted.*,
       CASE counted.notification_count
            WHEN 0 THEN '30-Day Reminder'
            WHEN 1 THEN CASE
                WHEN counted.{expires_on} < (SELECT DATEADD({DAY}, 8, {TODAY}))
                 AND NOT EXISTS (SELECT 1 FROM {notifications} sent
                                 WHERE sent.{notified_request} = counted.{id}
                                   AND sent.Notification_Type = '7-Day Reminder')
                THEN '7-Day Reminder' END
       END AS due_reminder
FROM (
    SELECT u.*,
           DATEDIFF({DAY}, (SELECT GETUTCDATE()), u.{expires_on}) AS days_left,
           (SELECT COUNT(*) FROM {notifications} sent WHERE sent.{notified_request} = u.{id}) AS notification_count
    FROM {requests} u
    WHERE {WALK}u.{status} = 'Active' {filters}
      AND {WALK}u.{expires_on} >= {TODAY}
      AND {WALK}u.{expires_on} < (SELECT DATEADD({DAY}, 31, {TODAY}))
      AND {WALK}u.{expires_on} < '9999-12-31'
      {not_let_expire}
) counted

-- name: not_let_expire
-- Whoever needs the access no more is not reminded of its end.
AND NOT EXISTS (SELECT 1 FROM {let_expire} decided WHERE decided.Request_Id = u.{id} AND decided.Undone_Dt IS NULL)

-- name: find_due_requests
-- The ids of what a run of the notification job may send, the most urgent first.
SELECT u.{id} AS id
FROM ({due_requests}) u
WHERE u.due_reminder IS NOT NULL
ORDER BY u.{expires_on}, u.{id}
{FIRST_ROWS};

-- name: find_due_requests_with_people
SELECT u.{id} AS id, u.{requested_by_email} AS email
FROM ({due_requests}) u
WHERE u.due_reminder IS NOT NULL
ORDER BY u.{expires_on}, u.{id}
{FIRST_ROWS};

-- name: find_due_notifications
-- Those of the given requests that are due at this moment, and of what; whoever's access ended earlier today too.
-- One that was sent is due for its record alone. Failures hold ids as text, a UUID in lower case.
SELECT {request_columns}, u.days_left, u.due_reminder,
       CASE WHEN u.{expires_on} <= (SELECT GETUTCDATE()) THEN 1 ELSE 0 END AS has_ended,
       CASE WHEN EXISTS (SELECT 1
                         FROM JobRunFailure failure
                         JOIN JobRun r ON r.Job_Id = failure.Job_Id
                         WHERE failure.Request_Id = LOWER(CAST(u.{id} AS nvarchar(36)))
                           AND failure.Attempted = u.due_reminder
                           AND failure.Was_Sent = 1
                           AND r.Job_Type = 'ExpiryNotification{platform_title}')
            THEN 1 ELSE 0 END AS was_sent
FROM ({due_requests}) u
WHERE u.due_reminder IS NOT NULL
ORDER BY u.{expires_on}, u.{id};

-- name: among_given_ids
AND u.{id} IN ({given_ids})

-- name: given_ids [mssql]
SELECT CAST(value AS {id_type}) FROM OPENJSON(:ids)

-- name: given_ids [sqlite]
SELECT value FROM json_each(:ids)

-- name: among_failed_in_runs [mssql]
-- Request_Id is text, since every platform has its own type of id. SQL Server may convert that of other platforms before
-- it has looked at Job_Id, which must not fail: TRY_CAST.
AND u.{id} IN (SELECT TRY_CAST(failure.Request_Id AS {id_type}) FROM JobRunFailure failure
               WHERE failure.Job_Id IN ({failed_in_runs}))

-- name: among_failed_in_runs [sqlite]
AND u.{id} IN (SELECT failure.Request_Id FROM JobRunFailure failure
               WHERE failure.Job_Id IN ({failed_in_runs}))

-- name: not_failed_in_runs [mssql]
-- Not by NOT IN, which one NULL of TRY_CAST would make empty.
AND NOT EXISTS (SELECT 1 FROM JobRunFailure failure
                WHERE failure.Job_Id IN (SELECT CAST(value AS uniqueidentifier) FROM OPENJSON(:run_ids))
                  AND TRY_CAST(failure.Request_Id AS {id_type}) = u.{id})

-- name: not_failed_in_runs [sqlite]
AND u.{id} NOT IN (SELECT failure.Request_Id FROM JobRunFailure failure
                   WHERE failure.Job_Id IN (SELECT value FROM json_each(:run_ids)))

-- name: not_notified_in_runs [mssql]
AND NOT EXISTS (SELECT 1 FROM {notifications} sent
                WHERE sent.{notified_request} = u.{id}
                  AND sent.Job_Id IN (SELECT CAST(value AS uniqueidentifier) FROM OPENJSON(:run_ids)))

-- name: not_notified_in_runs [sqlite]
AND NOT EXISTS (SELECT 1 FROM {notifications} sent
                WHERE sent.{notified_request} = u.{id} AND +sent.Job_Id IN (SELECT value FROM json_each(:run_ids)))

-- name: list_pending_notifications
-- One page of the requests that the next run would remind.
SELECT {request_columns}, u.days_left, u.notification_count, u.due_reminder, {position}
FROM ({due_requests}) u
WHERE u.due_reminder IS NOT NULL
ORDER BY {order}
{FIRST_ROWS};

-- name: spent_reminders
-- How many of the two reminders are not to be sent any more: a 7-Day Reminder spends both.
COALESCE((SELECT SUM(CASE sent.Notification_Type WHEN '7-Day Reminder' THEN 2 ELSE 1 END)
          FROM {notifications} sent
          WHERE sent.{notified_request} = u.{id}), 0)

-- name: matching_pending_notifications
-- The requests of due_requests, by one look at a request's reminders: both are to be spent in its last days, and one
-- before.
FROM {requests} u
WHERE {WALK}u.{status} = 'Active' {filters}
  AND {WALK}u.{expires_on} >= {TODAY}
  AND {WALK}u.{expires_on} < (SELECT DATEADD({DAY}, 31, {TODAY}))
  AND {WALK}u.{expires_on} < '9999-12-31'
  AND {spent_reminders} < CASE WHEN u.{expires_on} < (SELECT DATEADD({DAY}, 8, {TODAY})) THEN 2 ELSE 1 END
  {not_let_expire}

-- name: count_by_spent_reminders
-- The requests that may be reminded of their end in each of the given periods, by how many reminders they have spent.
SELECT counted.ends_from, counted.spent_reminders, COUNT(*) AS requests
FROM (
    SELECT period.ends_from, {spent_reminders} AS spent_reminders
    FROM {given_periods} period
    CROSS JOIN {requests} u
    WHERE u.{status} = 'Active'
      AND u.{expires_on} >= period.ends_from
      AND u.{expires_on} < period.ends_before
      {not_let_expire}
) counted
GROUP BY counted.ends_from, counted.spent_reminders;

-- name: insert_notifications [mssql]
-- Records the reminders that were sent; one that is on record already stays as it is.
INSERT INTO {notifications} ({notified_request}, Notification_Type, Notified_Email, Notified_Dt, Job_Id)
SELECT sent.request_id, sent.reminder, sent.email, GETUTCDATE(), :job_id
FROM OPENJSON(:reminders) WITH (request_id {id_type}, reminder nvarchar(30), email nvarchar(320)) sent
WHERE NOT EXISTS (
    SELECT 1 FROM {notifications} known
    WHERE known.{notified_request} = sent.request_id AND known.Notification_Type = sent.reminder
);

-- name: insert_notifications [sqlite]
INSERT INTO {notifications} ({notified_request}, Notification_Type, Notified_Email, Notified_Dt, Job_Id)
SELECT value ->> 'request_id', value ->> 'reminder', value ->> 'email', (SELECT GETUTCDATE()), :job_id
FROM json_each(:reminders)
WHERE NOT EXISTS (
    SELECT 1 FROM {notifications} known
    WHERE known.{notified_request} = value ->> 'request_id' AND known.Notification_Type = value ->> 'reminder'
);
