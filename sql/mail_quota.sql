-- How much mail other runs have tried to send lately, sent or not: a provider counts both.

-- name: tries_on_platform
SELECT n.Job_Id AS job_id, n.Notified_Email AS email, n.Notified_Dt AS tried_at
FROM {notifications} n
WHERE n.Notified_Dt > (SELECT DATEADD({MINUTE}, :minutes, GETUTCDATE()))

-- name: list_tries
-- Failures of the revoke jobs are of the same table, and no mail; nor is what has no address tried.
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
