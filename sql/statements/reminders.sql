-- The reminder job: the reminders that are due, the records of those sent, and the mails tried lately.

-- name: due_requests
-- Active requests in the 30-day window, each with the reminder that is due, or NULL.
-- SQLite seeks by the first of several bounds, so the page's start, in {filters}, comes first.
-- In imported data, a 7-Day Reminder may be the only one on record. It is not sent again.
SELECT counted.*,
       CASE counted.notification_count
            WHEN 0 THEN '30-Day Reminder'
            WHEN 1 THEN CASE
                WHEN {ends_within_7_days of counted}
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
    WHERE {is_active of u} {filters}
      AND {ends_within_30_days of u}
      {not_let_expire}
) counted

-- name: find_due_requests
-- The ids of the requests that a run may remind, the most urgent first.
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

-- name: was_sent
-- Only this sentence says so in the rows of versions before the column, which may run beside this one.
(failure.Was_Sent = 1
                                OR failure.Error_Message = 'The mail was sent, but the database refused to record it. The next run tries to record it, and does not send it.')

-- name: find_due_notifications
-- Those of the given requests that are due now, each with its reminder. They include access that ended earlier today.
-- A reminder that was sent, but not recorded, is due for its record only.
SELECT {request_columns}, u.days_left, u.due_reminder,
       CASE WHEN {has_ended of u} THEN 1 ELSE 0 END AS has_ended,
       CASE WHEN EXISTS ({failures_of_request}
                           AND failure.Attempted = u.due_reminder
                           AND {was_sent}
                           AND run.Job_Type = 'ExpiryNotification{platform_title}')
            THEN 1 ELSE 0 END AS was_sent
FROM ({due_requests}) u
WHERE u.due_reminder IS NOT NULL
ORDER BY u.{expires_on}, u.{id};

-- name: list_pending_notifications
-- One page of the requests that the next run would remind.
SELECT {request_columns}, u.days_left, u.notification_count, u.due_reminder, {position}
FROM ({due_requests}) u
WHERE u.due_reminder IS NOT NULL
ORDER BY {order}
{FIRST_ROWS};

-- name: matching_pending_notifications
{pending_notifications}

-- name: count_due_by_resource
-- The number of reminders that are due for each resource.
SELECT {resource_fields}, u.due_reminder, COUNT(*) AS requests,
       COUNT(CASE WHEN {has_ended of u} THEN 1 END) AS ended
FROM ({due_requests}) u
WHERE u.due_reminder IS NOT NULL
GROUP BY {resource_columns}, u.due_reminder;

-- name: count_due_people
SELECT COUNT(DISTINCT LOWER({address of u}))
FROM ({due_requests}) u
WHERE u.due_reminder IS NOT NULL;

-- name: insert_notifications [mssql]
-- Records the reminders that were sent. One that is already on record stays as it is.
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

-- name: tries_on_platform
SELECT n.Job_Id AS job_id, n.Notified_Email AS email, n.Notified_Dt AS tried_at
FROM {notifications} n
WHERE n.Notified_Dt > (SELECT DATEADD({MINUTE}, :minutes, GETUTCDATE()))

-- name: list_tries
-- The mails that other runs tried, and the reminders that failed without a try, since they have no usable address. The
-- failures of revoke jobs are in the same table, but they are not mails.
SELECT tried.job_id, tried.email, DATEDIFF({MILLISECOND}, tried.tried_at, GETUTCDATE()) AS age_milliseconds
FROM (
    {tries}
    UNION ALL
    SELECT f.Job_Id, f.Email, f.Failed_At
    FROM JobRunFailure f
    WHERE f.Failed_At > (SELECT DATEADD({MINUTE}, :minutes, GETUTCDATE()))
      AND f.Attempted LIKE '%Reminder' AND f.Email <> ''
) tried
WHERE tried.job_id IS NULL OR tried.job_id <> :job_id;
