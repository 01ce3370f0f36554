-- What a job would do now.

-- name: count_due_by_resource
-- Whose reminders are due, by what they have access to.
SELECT {resource_fields}, u.due_reminder, COUNT(*) AS requests,
       COUNT(CASE WHEN u.{expires_on} <= GETUTCDATE() THEN 1 END) AS ended
FROM ({due_requests}) u
WHERE u.due_reminder IS NOT NULL
GROUP BY {resource_columns}, u.due_reminder;

-- name: count_due_people
SELECT COUNT(DISTINCT LOWER(u.{requested_by_email}))
FROM ({due_requests}) u
WHERE u.due_reminder IS NOT NULL;

-- name: count_expired_by_resource
SELECT {resource_fields}, COUNT(*) AS requests
FROM {requests} u
WHERE u.{status} = 'Active' AND u.{expires_on} < GETUTCDATE()
GROUP BY {resource_columns};
