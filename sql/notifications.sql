-- Expiry notifications: who is due for which reminder, and the record of what was sent.

-- name: due_requests
-- Active requests in the 30-day window, each with the reminder that is due, or NULL.
-- The range on the expiry date is DATEDIFF(DAY, GETUTCDATE(), expiry) BETWEEN 0 AND 30, written for the index.
SELECT counted.*,
       CASE WHEN counted.notification_count = 0 THEN '30-Day Reminder'
            WHEN counted.notification_count = 1 AND counted.days_left <= 7 THEN '7-Day Reminder'
       END AS due_reminder
FROM (
    SELECT candidate.*,
           DATEDIFF({DAY}, GETUTCDATE(), candidate.{expires_on}) AS days_left,
           (SELECT COUNT(*) FROM {notifications} sent
            WHERE sent.{notified_request} = candidate.{id}) AS notification_count
    FROM {requests} candidate
    WHERE candidate.{status} = 'Active'
      AND candidate.{expires_on} >= {TODAY}
      AND candidate.{expires_on} < DATEADD({DAY}, 31, {TODAY})
      AND candidate.{expires_on} < '9999-12-31'
) counted

-- name: find_due_notifications
-- What one run of the notification job sends, the most urgent first.
SELECT {request_columns}, u.days_left, u.due_reminder
FROM ({due_requests}) u
WHERE u.due_reminder IS NOT NULL
ORDER BY u.{expires_on}, u.{id};

-- name: list_pending_notifications
-- One page of the requests that the next run would remind.
SELECT {request_columns}, u.days_left, u.notification_count, u.due_reminder
FROM ({due_requests}) u
WHERE u.due_reminder IS NOT NULL {filters}
ORDER BY {order}
{FIRST_ROWS};

-- name: count_pending_notifications
SELECT COUNT(*) FROM ({due_requests}) u WHERE u.due_reminder IS NOT NULL {filters};

-- name: insert_notification
-- Records one reminder that was sent; the unique index refuses the same reminder twice.
INSERT INTO {notifications} ({notified_request}, Notification_Type, Notified_Email, Notified_Dt, Job_Id)
VALUES (:request_id, :notification_type, :notified_email, GETUTCDATE(), :job_id);

-- name: find_notification
-- Whether a reminder is on record, and by which run.
SELECT Job_Id FROM {notifications}
WHERE {notified_request} = :request_id AND Notification_Type = :notification_type;
