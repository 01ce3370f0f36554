-- What a run tried and failed to do. No reminder count reads these rows.

-- name: insert_failures [mssql]
-- A transaction that is repeated after an unknown commit records a failure once.
INSERT INTO JobRunFailure (Job_Id, Request_Id, Attempted, Email, Error_Message, Failed_At, Was_Sent)
SELECT :job_id, failed.request_id, failed.attempted, failed.email, failed.error_message, GETUTCDATE(), failed.was_sent
FROM OPENJSON(:failures) WITH (
    request_id nvarchar(36), attempted nvarchar(30), email nvarchar(320), error_message nvarchar(2000),
    was_sent bit
) failed
WHERE NOT EXISTS (
    SELECT 1 FROM JobRunFailure known
    WHERE known.Job_Id = :job_id
      AND known.Request_Id = failed.request_id
      AND known.Attempted = failed.attempted
);

-- name: insert_failures [sqlite]
INSERT INTO JobRunFailure (Job_Id, Request_Id, Attempted, Email, Error_Message, Failed_At, Was_Sent)
SELECT :job_id, value ->> 'request_id', value ->> 'attempted', value ->> 'email', value ->> 'error_message',
       (SELECT GETUTCDATE()), value ->> 'was_sent'
FROM json_each(:failures)
WHERE NOT EXISTS (
    SELECT 1 FROM JobRunFailure known
    WHERE known.Job_Id = :job_id
      AND known.Request_Id = value ->> 'request_id'
      AND known.Attempted = value ->> 'attempted'
);
