-- Rules and parts that several statements share. Each stands only here, and is used as {its_name}.
-- A rule with {row} is used with the name of a row: {is_active of u}.

-- Requests

-- name: is_active
{row}.{status} = 'Active'

-- name: has_unreadable_expiry [mssql]
{expiry_differs_from_time of row}

-- name: has_unreadable_expiry [sqlite]
-- The date is not in the app's own form, as in a file from before the triggers that keep to it. A partial index holds
-- such rows, so this reads no other row.
({row}.{id} IN (SELECT written.{id} FROM {requests} written WHERE {expiry_differs_from_time of written}))

-- name: expiry_differs_from_time [mssql]
-- A column of dates holds nothing else.
(1 = 0)

-- name: expiry_differs_from_time [sqlite]
-- NULL is a date that never comes. It is told by its type: newer versions of SQLite leave IS NOT NULL out where a column
-- allows no NULL. They would no longer recognise the condition of the index.
(NOT (typeof({row}.{expires_on}) = 'null'
      OR (typeof({row}.{expires_on}) = 'text'
          AND {row}.{expires_on} GLOB '????-??-?? ??:??:??.[0-9][0-9][0-9]'
          AND {row}.{expires_on} = substr({row}.{expires_on}, 1, 23)
          AND {row}.{expires_on} >= '0001'
          AND datetime({row}.{expires_on}, '+0 days') IS substr({row}.{expires_on}, 1, 19))))

-- name: is_past
-- A date that cannot be read has never passed.
{row}.{expires_on} < GETUTCDATE() AND NOT {has_unreadable_expiry of row}

-- name: has_expired
-- The revoke job ends these.
{is_active of row} AND {is_past of row}

-- name: is_live
-- These give access now. NULL never expires, and a date that cannot be read has not passed.
{is_active of row}
  AND ({row}.{expires_on} IS NULL OR {row}.{expires_on} >= GETUTCDATE() OR {has_unreadable_expiry of row})

-- name: has_ended
-- Reminders tell people if their access ended earlier on the day of the run.
{row}.{expires_on} <= GETUTCDATE()

-- name: ends_within_30_days
-- The same as DATEDIFF(DAY, GETUTCDATE(), expiry) BETWEEN 0 AND 30, in a form that the index serves.
{row}.{expires_on} >= {TODAY}
      AND {row}.{expires_on} < (SELECT DATEADD({DAY}, 31, {TODAY}))
      AND {row}.{expires_on} < '9999-12-31'
      AND NOT {has_unreadable_expiry of row}

-- name: ends_within_7_days
-- The same as DATEDIFF(DAY, GETUTCDATE(), expiry) <= 7, in a form that the index serves.
{row}.{expires_on} < (SELECT DATEADD({DAY}, 8, {TODAY}))

-- name: if_expired
-- The {scope} of a run, which ends only expired requests. A person who revokes now ends any active request.
AND {is_past of u}

-- name: address [mssql]
-- The address without the blanks around it, which other programs may write.
TRIM({BLANKS} FROM {row}.{requested_by_email})

-- name: address [sqlite]
TRIM({row}.{requested_by_email}, {BLANKS}) COLLATE NOCASE

-- name: has_usable_email [mssql]
-- Reminders can be sent to this address. jobs/reminders/mail/message.py refuses a few more: those with control
-- characters or marks inside, and those with a domain that DNS cannot hold.
({address of row} LIKE '_%@_%' AND {address of row} NOT LIKE '%@%@%'
  AND {address of row} NOT LIKE CONCAT('%=', CHAR(63), '%')
  AND TRANSLATE({address of row}, {NOT_IN_AN_ADDRESS}, {AS_MANY_SEMICOLONS}) NOT LIKE '%;%')

-- name: has_usable_email [sqlite]
({address of row} LIKE '_%@_%' AND {address of row} NOT LIKE '%@%@%'
  AND {address of row} NOT LIKE CONCAT('%=', CHAR(63), '%')
  AND {address of row} NOT GLOB {NOT_IN_AN_ADDRESS})

-- name: lacks_usable_email
({row}.{requested_by_email} IS NULL OR NOT {has_usable_email of row})

-- name: begins_like_the_same_person [mssql]
near.{requested_by_email} LIKE CONCAT({address of u}, '%')

-- name: begins_like_the_same_person [sqlite]
near.{requested_by_email} >= PERSON_PREFIX({address of u}) COLLATE NOCASE
                                   AND near.{requested_by_email} < (PERSON_PREFIX({address of u}) || CHAR(1114111)) COLLATE NOCASE

-- name: requests_that_may_be_of_the_same_person
-- Each part is a range of the index. Addresses with a blank in front stand before or after all others.
SELECT near.{id} FROM {requests} near WHERE {begins_like_the_same_person}
    UNION ALL SELECT ahead.{id} FROM {requests} ahead WHERE ahead.{requested_by_email} < '0'
    UNION ALL SELECT behind.{id} FROM {requests} behind WHERE behind.{requested_by_email} > 'zzz'

-- name: same_person
other.{id} IN ({requests_that_may_be_of_the_same_person})
  AND {same_address} AND {address of u} <> ''

-- name: same_address [mssql]
-- The column's collation decides, which may take letters that look alike for the same.
{address of other} = {address of u}

-- name: same_address [sqlite]
-- The rule of sql/request_names.py.
PERSON_KEY({address of other}) = PERSON_KEY({address of u})

-- name: is_given_address [mssql]
{address of row} = :email

-- name: is_given_address [sqlite]
PERSON_KEY({address of row}) = PERSON_KEY(:email)

-- name: other_is_active [mssql]
{is_active of other}

-- name: other_is_active [sqlite]
{is_active of +other}

-- name: other_is_live [mssql]
{is_live of other}

-- name: other_is_live [sqlite]
-- With the plus, the index on the status does not serve: one person's requests are fewer than the active ones.
{is_live of +other}

-- name: gives_the_same
-- A platform does not count its grants: removing one request's grant removes it for the other request too.
{other_gives_the_same}
  AND {other_is_live}

-- name: other_gives_the_same
-- Another request, or the same one, whether it gives access now or did so before.
{same_person} AND {same_resource}

-- name: was_given_since_removal
-- The access whose removal is the record v was given back since.
EXISTS (SELECT 1
        FROM {requests} other
        CROSS JOIN {given_access} given
        WHERE given.Request_Id = other.{id} AND given.Given_Dt >= v.Revoked_Dt AND {other_gives_the_same})

-- name: was_held_before
-- The person had the access before the app knew of it, or this was not known, and the creator could not decide its end.
EXISTS (SELECT 1 FROM {creations} made WHERE made.Request_Id = {row}.{id} AND made.Needs_Confirmation = 1)

-- name: not_let_expire
-- People who no longer need the access are not reminded of its end.
AND NOT EXISTS (SELECT 1 FROM {let_expire} decided WHERE decided.Request_Id = u.{id} AND decided.Undone_Dt IS NULL)

-- name: spent_reminders
-- How many of the two reminders are spent. A 7-Day Reminder spends both.
COALESCE((SELECT SUM(CASE sent.Notification_Type WHEN '7-Day Reminder' THEN 2 ELSE 1 END)
          FROM {notifications} sent
          WHERE sent.{notified_request} = u.{id}), 0)

-- name: resource_if_known
-- Records stay when their request is purged.
CASE WHEN u.{id} IS NOT NULL THEN {resource} END

-- name: asked_by
-- The app records who asked. Requests from other applications count as asked by the person they are for.
COALESCE(u.{created_by}, before.Extended_By, u.{requested_by_email})

-- Lists that others count too

-- name: pending_expiry
-- SQLite seeks by the first of two upper bounds, so the page's bound, in {filters}, comes first.
FROM {requests} u
WHERE 1 = 1 {filters} AND {has_expired of u}

-- name: pending_notifications
-- The same requests as due_requests, with one look at a request's reminders. Both are due in its last 7 days, and only
-- one before.
FROM {requests} u
WHERE {is_active of u} {filters}
  AND {ends_within_30_days of u}
  AND {spent_reminders} < CASE WHEN {ends_within_7_days of u} THEN 2 ELSE 1 END
  {not_let_expire}

-- name: newest_record_id
-- An active request has a record if another application made it active again.
COALESCE((SELECT MAX(latest.{revocation_id}) FROM {revocations} latest WHERE latest.{revoked_request} = u.{id}), 0)

-- name: adopted_finding
-- The finding that became the request. NULL for all other requests.
(SELECT MAX(adopted.id) FROM AccessFinding adopted
 WHERE adopted.Platform = '{platform}' AND adopted.Adopted_Request_Id = {id_as_text})

-- Intents

-- name: is_old
-- A person's call takes less than a minute. A call that was cut off has arrived by then, or never does.
{row}.Began_Dt < DATEADD({MINUTE}, -2, GETUTCDATE())

-- name: is_left
-- No one works on it: the call of a person has ended, or the run has lost its lock.
(({row}.Job_Id IS NULL AND {is_old of row})
 OR ({row}.Job_Id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM JobRun WHERE Job_Id = {row}.Job_Id AND {holds_lock})))

-- Joins to a request

-- name: with_latest_revocation
-- A request may have several revocations, since another application can make it active again.
LEFT JOIN {revocations} r
    ON r.{revoked_request} = u.{id}
   AND r.{revocation_id} = (
       SELECT MAX(latest.{revocation_id}) FROM {revocations} latest WHERE latest.{revoked_request} = u.{id}
   )

-- name: with_what_was_decided
{with_latest_revocation}
LEFT JOIN {let_expire} l ON l.Request_Id = u.{id} AND l.Undone_Dt IS NULL

-- name: what_was_decided
r.Revoked_Dt AS revoked_at, r.Revoked_By AS revoked_by, r.Outcome AS removal,
       r.Verified_At AS verified_at, r.Verified_Scope AS verified_scope, r.Platform_Request_Id AS platform_request_id,
       r.Still_Effective_Through AS still_effective_through,
       l.Decided_Dt AS let_expire_at, l.Decided_By AS let_expire_by

-- name: with_predecessor
LEFT JOIN {extensions} before ON before.New_Request_Id = u.{id}

-- name: with_successor
-- A request may have several extensions, since another application can make it active again.
LEFT JOIN {extensions} after
    ON after.Request_Id = u.{id}
   AND after.id = (SELECT MAX(latest.id) FROM {extensions} latest WHERE latest.Request_Id = u.{id})

-- Given ids

-- name: given_ids [mssql]
SELECT CAST(value AS {id_type}) FROM OPENJSON(:ids)

-- name: given_ids [sqlite]
SELECT value FROM json_each(:ids)

-- name: among_given_ids
AND u.{id} IN ({given_ids})

-- name: failed_in_runs [mssql]
SELECT CAST(value AS uniqueidentifier) FROM OPENJSON(:failed_in)

-- name: failed_in_runs [sqlite]
SELECT value FROM json_each(:failed_in)

-- name: given_runs [mssql]
SELECT CAST(value AS uniqueidentifier) FROM OPENJSON(:run_ids)

-- name: given_runs [sqlite]
SELECT value FROM json_each(:run_ids)

-- Failures

-- name: failed_request [mssql]
-- Request_Id is text, since every platform has its own type of id. SQL Server may convert ids of other platforms before
-- it has looked at Job_Id. TRY_CAST keeps that from failing.
TRY_CAST({row}.Request_Id AS {id_type})

-- name: failed_request [sqlite]
{row}.Request_Id

-- name: among_failed_in_runs
AND u.{id} IN (SELECT {failed_request of failure} FROM JobRunFailure failure WHERE failure.Job_Id IN ({failed_in_runs}))

-- name: not_failed_in_runs [mssql]
-- NOT IN would find nothing as soon as TRY_CAST returns one NULL.
AND NOT EXISTS (SELECT 1 FROM JobRunFailure failure
                WHERE failure.Job_Id IN ({given_runs}) AND {failed_request of failure} = u.{id})

-- name: not_failed_in_runs [sqlite]
AND u.{id} NOT IN (SELECT {failed_request of failure} FROM JobRunFailure failure WHERE failure.Job_Id IN ({given_runs}))

-- name: not_notified_in_runs
AND NOT EXISTS (SELECT 1 FROM {notifications} sent
                WHERE sent.{notified_request} = u.{id} AND sent.Job_Id IN ({given_runs}))

-- name: id_as_text
-- The records of all platforms store ids as text, with UUIDs in lower case.
LOWER(CAST(u.{id} AS nvarchar(36)))

-- name: failures_of_request
SELECT 1
              FROM JobRunFailure failure
              JOIN JobRun run ON run.Job_Id = failure.Job_Id
              WHERE failure.Request_Id = {id_as_text}

-- name: failed_removals_of_request
{failures_of_request}
                AND failure.Attempted = 'Revocation'
                AND run.Job_Type = 'RevokeExpired{platform_title}'

-- name: has_failed_before
EXISTS ({failed_removals_of_request})

-- name: was_not_removed
-- The platform did not remove the grant. If it only did not tell, the grant may be gone.
EXISTS ({failed_removals_of_request} AND failure.Is_Not_Known = 0)

-- Runs

-- name: last_sign_of_life
COALESCE(Heartbeat_At, Started_At)

-- name: minutes_silent
-- A sign of life in the future is from a clock that was put right since. It is as old as it is far away. So a small step
-- of the clock frees no lock, and a dead run holds none for a day. One that cannot be read is older than any.
COALESCE(ABS(DATEDIFF({MINUTE}, {last_sign_of_life}, GETUTCDATE())), 2147483647)

-- name: holds_lock
Status = 'InProgress' AND {minutes_silent} <= :stale_after_minutes

-- name: is_stale
Status = 'InProgress' AND {minutes_silent} > :stale_after_minutes

-- name: lock_of_type
FROM JobRun WHERE Job_Type = :job_type AND {holds_lock}

-- name: minutes_waited
COALESCE(ABS(DATEDIFF({MINUTE}, Started_At, GETUTCDATE())), 2147483647)

-- name: awaits_its_start
Status = 'Queued' AND {minutes_waited} <= :stale_after_minutes

-- name: is_lost
-- The run has waited so long that its message must be lost.
Status = 'Queued' AND {minutes_waited} > :stale_after_minutes

-- name: job_run_columns
Job_Id, Job_Type, Started_At, Started_By, Triggered_By, Trigger_Kind, Heartbeat_At, Completed_At,
    Total_Count, Processed_Count, Failed_Count, Error_Message, Cancelled_By, Continues_Job_Id,
    Stop_Reason, Stop_Detail, Wait_Reason, No_Longer_Due_Count, Superseded_Count, Removed_In_Error_Count, Not_Known_Count,
    {job_run_status} AS Status, {awaited_from} AS Resumes_At, GETUTCDATE() AS Read_At

-- name: job_run_status
-- A stale run reads as Abandoned even before another run takes over its lock.
CASE WHEN {is_stale} THEN 'Abandoned' ELSE Status END

-- name: awaited_from
-- When its follow-up run begins. NULL if none is planned, or if it has begun.
CASE WHEN EXISTS (SELECT 1 FROM JobRun later WHERE later.Continues_Job_Id = JobRun.Job_Id)
     THEN NULL ELSE Resumes_At END

-- name: recorded_runs
-- An abandoned run ended with its last sign of life. A run that has not ended is last by its end, and first by its
-- duration.
SELECT ended.*,
       COALESCE(ended.Ended_At, '9999-12-31 00:00:00.000') AS Ended_At_Or_Never,
       COALESCE(DATEDIFF_BIG({MILLISECOND}, ended.Started_At, ended.Ended_At), -1) AS Duration_Milliseconds
FROM (
    SELECT {job_run_columns},
           CASE WHEN {job_run_status} = 'Abandoned' THEN {last_sign_of_life} ELSE Completed_At END AS Ended_At
    FROM JobRun
) ended
