-- Every decision of a period. Each SELECT is used once for each platform, joined by UNION ALL. sql/audit_records.py
-- fills in its {moment}, its {number} or, if it has none, its {key}, and the {source} that numbers all SELECTs.

-- name: audited_position
-- The place of a record. Records of one moment are in the order of their number. The index on the moment ends with it,
-- so that no page sorts them.
{moment} AS happened_at, {moment_text} AS moment_text, {number} AS record_number, {key} AS record_key, {source} AS source, '{platform}' AS platform,
{finding_id} AS finding_id, {finding} AS finding

-- name: audited_page
-- The records of the period that follow the page before.
{moment} >= {AFTER_AT} AND {moment} < :until
  AND ({moment} > {AFTER_AT} OR {number} > :after_number
       OR ({number} = :after_number AND ({key} > :after_key OR ({key} = :after_key AND {source} > :after_source))))

-- name: audited_requests
SELECT {audited_position}, 'created' AS event, CAST(u.{id} AS nvarchar(36)) AS request_id,
       u.{requested_by_email} AS email, {resource} AS resource, NULL AS attempted,
       {asked_by} AS actor, NULL AS job_id, NULL AS error, NULL AS removal,
       u.{business_reason} AS reason, NULL AS successor_id
FROM {requests} u
{with_predecessor}
WHERE {audited_page}

-- name: audited_reminders
SELECT {audited_position}, 'reminded' AS event, CAST(n.{notified_request} AS nvarchar(36)) AS request_id,
       n.Notified_Email AS email, {resource_if_known} AS resource,
       n.Notification_Type AS attempted, NULL AS actor, CAST(n.Job_Id AS nvarchar(36)) AS job_id, NULL AS error, NULL AS removal,
       NULL AS reason, NULL AS successor_id
FROM {notifications} n
LEFT JOIN {requests} u ON u.{id} = n.{notified_request}
WHERE {audited_page}

-- name: audited_failures
-- Request_Id is text. The CASE keeps SQL Server from converting another platform's id to this platform's type.
SELECT {audited_position}, {decision} AS event, f.Request_Id AS request_id,
       f.Email AS email, {resource_if_known} AS resource,
       f.Attempted AS attempted, NULL AS actor, CAST(f.Job_Id AS nvarchar(36)) AS job_id, f.Error_Message AS error, NULL AS removal,
       NULL AS reason, NULL AS successor_id
FROM JobRunFailure f
JOIN JobRun r ON r.Job_Id = f.Job_Id AND r.Job_Type LIKE '%{platform_title}'
LEFT JOIN {requests} u
    ON u.{id} = CASE WHEN r.Job_Type IN ('ExpiryNotification{platform_title}', 'RevokeExpired{platform_title}',
                                      'AccessCheck{platform_title}')
                     THEN f.Request_Id END
WHERE f.Is_Not_Known = {is_not_known} AND {audited_page}

-- name: audited_revocations
SELECT {audited_position}, 'revoked' AS event, CAST(v.{revoked_request} AS nvarchar(36)) AS request_id,
       u.{requested_by_email} AS email, {resource_if_known} AS resource,
       'Revocation' AS attempted, v.Revoked_By AS actor, CAST(v.Job_Id AS nvarchar(36)) AS job_id, NULL AS error, v.Outcome AS removal,
       v.Reason AS reason, NULL AS successor_id
FROM {revocations} v
LEFT JOIN {requests} u ON u.{id} = v.{revoked_request}
WHERE {audited_page}

-- name: audited_givings
SELECT {audited_position}, 'givenBack' AS event, CAST(g.Request_Id AS nvarchar(36)) AS request_id,
       u.{requested_by_email} AS email, {resource_if_known} AS resource,
       NULL AS attempted, g.Began_By AS actor, NULL AS job_id, NULL AS error, NULL AS removal,
       g.Reason AS reason, NULL AS successor_id
FROM {given_access} g
LEFT JOIN {requests} u ON u.{id} = g.Request_Id
WHERE {audited_page}

-- name: audited_cancellations
-- Every cancelled run, however it ended. An older version of the app, which may run beside this one, stores no moment.
SELECT {audited_position}, 'cancelled' AS event, NULL AS request_id,
       NULL AS email, NULL AS resource,
       NULL AS attempted, r.Cancelled_By AS actor, CAST(r.Job_Id AS nvarchar(36)) AS job_id, NULL AS error, NULL AS removal,
       NULL AS reason, NULL AS successor_id
FROM JobRun r
WHERE r.Cancelled_By IS NOT NULL AND r.Job_Type LIKE '%{platform_title}' AND {audited_page}

-- name: audited_extensions
SELECT {audited_position}, 'extended' AS event, CAST(e.Request_Id AS nvarchar(36)) AS request_id,
       u.{requested_by_email} AS email, {resource_if_known} AS resource,
       NULL AS attempted, e.Extended_By AS actor, NULL AS job_id, NULL AS error, NULL AS removal,
       u.{business_reason} AS reason, CAST(e.New_Request_Id AS nvarchar(36)) AS successor_id
FROM {extensions} e
LEFT JOIN {requests} u ON u.{id} = e.New_Request_Id
WHERE {audited_page}

-- name: audited_let_expire
-- One row for the decision and, if it was undone, another for that.
SELECT {audited_position}, {decision} AS event, CAST(l.Request_Id AS nvarchar(36)) AS request_id,
       u.{requested_by_email} AS email, {resource_if_known} AS resource,
       NULL AS attempted, {decider} AS actor, NULL AS job_id, NULL AS error, NULL AS removal,
       NULL AS reason, NULL AS successor_id
FROM {let_expire} l
LEFT JOIN {requests} u ON u.{id} = l.Request_Id
WHERE {audited_page}

-- name: audited_findings_opened
SELECT {audited_position}, 'findingOpened' AS event, f.Request_Id AS request_id,
       f.Principal AS email, f.Resource AS resource,
       NULL AS attempted, NULL AS actor, CAST(f.First_Job_Id AS nvarchar(36)) AS job_id, f.Detail AS error, NULL AS removal,
       NULL AS reason, NULL AS successor_id
FROM AccessFinding f
WHERE f.Platform = '{platform}' AND {audited_page}

-- name: audited_findings_ended
-- Those that a check or another record ended. Acts have records of their own.
SELECT {audited_position}, 'findingEnded' AS event, f.Request_Id AS request_id,
       f.Principal AS email, f.Resource AS resource,
       NULL AS attempted, f.Ended_By AS actor, CAST(f.Ended_Job_Id AS nvarchar(36)) AS job_id, NULL AS error, NULL AS removal,
       f.End_Reason AS reason, NULL AS successor_id
FROM AccessFinding f
WHERE f.Platform = '{platform}' AND f.End_Kind IN ('notSeen', 'settled') AND {audited_page}

-- name: audited_finding_acts
SELECT {audited_position}, {decision} AS event, f.Request_Id AS request_id,
       f.Principal AS email, f.Resource AS resource,
       NULL AS attempted, a.Acted_By AS actor, NULL AS job_id, NULL AS error, NULL AS removal,
       a.Reason AS reason, CASE WHEN a.Act = 'adopted' THEN f.Adopted_Request_Id END AS successor_id
FROM AccessFindingAct a
JOIN AccessFinding f ON f.id = a.Finding_Id AND f.Platform = '{platform}'
WHERE a.Act = {act_done} AND {audited_page}

-- name: list_audit
-- One page of the decisions, the oldest first.
{audited}
ORDER BY happened_at, record_number, record_key, source
{FIRST_ROWS};
