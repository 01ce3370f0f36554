// Generated from the API's OpenAPI document by `npm run api`; do not edit.

export interface paths {
    "/api/access-requests": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * All requests of one person, on every platform
         * @description Needs any of the app roles `read`, `request`, `operate`.
         */
        get: operations["listRequestsOfPerson"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/audit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Every decision of a period, the oldest first
         * @description Needs any of the app roles `read`, `request`, `operate`.
         */
        get: operations["listAudit"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/caller": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The caller's name, address and app roles, and the limits of decisions
         * @description Needs any of the app roles `read`, `request`, `operate`.
         */
        get: operations["showCaller"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/connections": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The connections to the platforms, with what their last checks found
         * @description Needs any of the app roles `read`, `request`, `operate`.
         */
        get: operations["showConnections"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/connections/databricks/check": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * The connection, after the platform was asked what the app may see and remove there
         * @description Needs the app role `operate`.
         */
        post: operations["databricksCheckConnection"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/connections/palantir/check": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * The connection, after the platform was asked what the app may see and remove there
         * @description Needs the app role `operate`.
         */
        post: operations["palantirCheckConnection"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/databricks/access-requests": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * All requests, each with its latest revocation
         * @description Needs any of the app roles `read`, `request`, `operate`.
         */
        get: operations["databricksListRequests"];
        put?: never;
        /**
         * The new request, as stored
         * @description Needs the app role `request` or `create`.
         */
        post: operations["databricksCreateRequest"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/databricks/access-requests/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One request with its timeline
         * @description Needs any of the app roles `read`, `request`, `operate`.
         */
        get: operations["databricksShowRequest"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/databricks/access-requests/{id}/extend": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * The new request, which replaces the old one
         * @description Needs the app role `request` for the caller's own requests, or `operate` for all requests.
         */
        post: operations["databricksExtendRequest"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/databricks/access-requests/{id}/give-back": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * The request, whose access is there again
         * @description Needs the app role `operate`.
         */
        post: operations["databricksGiveBackRequest"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/databricks/access-requests/{id}/let-expire": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * The request, without further reminders
         * @description Needs the app role `request` for the caller's own requests, or `operate` for all requests.
         */
        post: operations["databricksLetExpireRequest"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/databricks/access-requests/{id}/revoke": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * The revoked request
         * @description Needs the app role `request` for the caller's own requests, or `operate` for all requests.
         */
        post: operations["databricksRevokeRequest"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/databricks/access-requests/{id}/undo-let-expire": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * The request, whose reminders are sent again
         * @description Needs the app role `request` for the caller's own requests, or `operate` for all requests.
         */
        post: operations["databricksUndoLetExpireRequest"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/databricks/access-requests/extend": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * The outcome for each of the requests
         * @description Needs the app role `request` for the caller's own requests, or `operate` for all requests.
         */
        post: operations["databricksExtendRequests"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/databricks/access-requests/give-back": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * The outcome for each of the requests
         * @description Needs the app role `operate`.
         */
        post: operations["databricksGiveBackRequests"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/databricks/access-requests/let-expire": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * The outcome for each of the requests
         * @description Needs the app role `request` for the caller's own requests, or `operate` for all requests.
         */
        post: operations["databricksLetExpireRequests"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/databricks/access-requests/notification-job-status": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The state of the notification job, and the end of its last run
         * @description Needs any of the app roles `read`, `request`, `operate`.
         */
        get: operations["databricksNotificationJobStatus"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/databricks/access-requests/pending-expiry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Active requests whose expiry has passed
         * @description Needs any of the app roles `read`, `request`, `operate`.
         */
        get: operations["databricksListPendingExpiry"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/databricks/access-requests/pending-notifications": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Requests that are due for a reminder
         * @description Needs any of the app roles `read`, `request`, `operate`.
         */
        get: operations["databricksListPendingNotifications"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/databricks/access-requests/revoke": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * The outcome for each of the requests
         * @description Needs the app role `request` for the caller's own requests, or `operate` for all requests.
         */
        post: operations["databricksRevokeRequests"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/databricks/access-requests/revoke-expired": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * The result of the revoke job
         * @description Needs the app role `operate`.
         */
        post: operations["databricksRevokeExpired"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/databricks/access-requests/revoke-job-status": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The state of the revoke job, and the end of its last run
         * @description Needs any of the app roles `read`, `request`, `operate`.
         */
        get: operations["databricksRevokeJobStatus"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/databricks/access-requests/send-expiry-notifications": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * The result of the notification job
         * @description Needs the app role `operate`.
         */
        post: operations["databricksSendExpiryNotifications"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/databricks/access-requests/undo-let-expire": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * The outcome for each of the requests
         * @description Needs the app role `request` for the caller's own requests, or `operate` for all requests.
         */
        post: operations["databricksUndoLetExpireRequests"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/findings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * All findings of the nightly checks, the newest first
         * @description Needs any of the app roles `read`, `request`, `operate`.
         */
        get: operations["listFindings"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/findings/databricks/adopt": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * The outcome for each of the findings
         * @description Needs the app role `operate`.
         */
        post: operations["databricksAdoptFindings"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/findings/databricks/give-back": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * The outcome for each of the findings
         * @description Needs the app role `operate`.
         */
        post: operations["databricksGiveBackFindings"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/findings/databricks/ignore": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * The outcome for each of the findings
         * @description Needs the app role `operate`.
         */
        post: operations["databricksIgnoreFindings"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/findings/databricks/stop-ignoring": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * The outcome for each of the findings
         * @description Needs the app role `operate`.
         */
        post: operations["databricksStopIgnoringFindings"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/findings/databricks/take-away": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * The outcome for each of the findings
         * @description Needs the app role `operate`.
         */
        post: operations["databricksTakeAwayFindings"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/findings/palantir/adopt": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * The outcome for each of the findings
         * @description Needs the app role `operate`.
         */
        post: operations["palantirAdoptFindings"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/findings/palantir/give-back": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * The outcome for each of the findings
         * @description Needs the app role `operate`.
         */
        post: operations["palantirGiveBackFindings"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/findings/palantir/ignore": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * The outcome for each of the findings
         * @description Needs the app role `operate`.
         */
        post: operations["palantirIgnoreFindings"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/findings/palantir/stop-ignoring": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * The outcome for each of the findings
         * @description Needs the app role `operate`.
         */
        post: operations["palantirStopIgnoringFindings"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/findings/palantir/take-away": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * The outcome for each of the findings
         * @description Needs the app role `operate`.
         */
        post: operations["palantirTakeAwayFindings"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/health": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The app is alive
         * @description Open to everyone.
         */
        get: operations["showHealth"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/health/ready": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The database can be reached and written to, and its schema is complete
         * @description Open to everyone.
         */
        get: operations["showReadiness"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/job-runs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * All runs, the newest first
         * @description Needs any of the app roles `read`, `request`, `operate`.
         */
        get: operations["listJobRuns"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/job-runs/{jobId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One run, with the number of its records of each outcome
         * @description Needs any of the app roles `read`, `request`, `operate`.
         */
        get: operations["showJobRun"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/job-runs/{jobId}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * The cancelled run, which stops at its next item or gets no follow-up run
         * @description Needs the app role `operate`.
         */
        post: operations["cancelJobRun"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/job-runs/{jobId}/items": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The records of one run: what it notified, revoked or failed at
         * @description Needs any of the app roles `read`, `request`, `operate`.
         */
        get: operations["listJobRunItems"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/overview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The concerns that need a person, and the figures of every platform and job
         * @description Needs any of the app roles `read`, `request`, `operate`.
         */
        get: operations["showOverview"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/palantir/access-requests": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * All requests, each with its latest revocation
         * @description Needs any of the app roles `read`, `request`, `operate`.
         */
        get: operations["palantirListRequests"];
        put?: never;
        /**
         * The new request, as stored
         * @description Needs the app role `request` or `create`.
         */
        post: operations["palantirCreateRequest"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/palantir/access-requests/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One request with its timeline
         * @description Needs any of the app roles `read`, `request`, `operate`.
         */
        get: operations["palantirShowRequest"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/palantir/access-requests/{id}/extend": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * The new request, which replaces the old one
         * @description Needs the app role `request` for the caller's own requests, or `operate` for all requests.
         */
        post: operations["palantirExtendRequest"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/palantir/access-requests/{id}/give-back": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * The request, whose access is there again
         * @description Needs the app role `operate`.
         */
        post: operations["palantirGiveBackRequest"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/palantir/access-requests/{id}/let-expire": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * The request, without further reminders
         * @description Needs the app role `request` for the caller's own requests, or `operate` for all requests.
         */
        post: operations["palantirLetExpireRequest"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/palantir/access-requests/{id}/revoke": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * The revoked request
         * @description Needs the app role `request` for the caller's own requests, or `operate` for all requests.
         */
        post: operations["palantirRevokeRequest"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/palantir/access-requests/{id}/undo-let-expire": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * The request, whose reminders are sent again
         * @description Needs the app role `request` for the caller's own requests, or `operate` for all requests.
         */
        post: operations["palantirUndoLetExpireRequest"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/palantir/access-requests/extend": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * The outcome for each of the requests
         * @description Needs the app role `request` for the caller's own requests, or `operate` for all requests.
         */
        post: operations["palantirExtendRequests"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/palantir/access-requests/give-back": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * The outcome for each of the requests
         * @description Needs the app role `operate`.
         */
        post: operations["palantirGiveBackRequests"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/palantir/access-requests/let-expire": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * The outcome for each of the requests
         * @description Needs the app role `request` for the caller's own requests, or `operate` for all requests.
         */
        post: operations["palantirLetExpireRequests"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/palantir/access-requests/notification-job-status": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The state of the notification job, and the end of its last run
         * @description Needs any of the app roles `read`, `request`, `operate`.
         */
        get: operations["palantirNotificationJobStatus"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/palantir/access-requests/pending-expiry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Active requests whose expiry has passed
         * @description Needs any of the app roles `read`, `request`, `operate`.
         */
        get: operations["palantirListPendingExpiry"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/palantir/access-requests/pending-notifications": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Requests that are due for a reminder
         * @description Needs any of the app roles `read`, `request`, `operate`.
         */
        get: operations["palantirListPendingNotifications"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/palantir/access-requests/revoke": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * The outcome for each of the requests
         * @description Needs the app role `request` for the caller's own requests, or `operate` for all requests.
         */
        post: operations["palantirRevokeRequests"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/palantir/access-requests/revoke-expired": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * The result of the revoke job
         * @description Needs the app role `operate`.
         */
        post: operations["palantirRevokeExpired"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/palantir/access-requests/revoke-job-status": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The state of the revoke job, and the end of its last run
         * @description Needs any of the app roles `read`, `request`, `operate`.
         */
        get: operations["palantirRevokeJobStatus"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/palantir/access-requests/send-expiry-notifications": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * The result of the notification job
         * @description Needs the app role `operate`.
         */
        post: operations["palantirSendExpiryNotifications"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/palantir/access-requests/undo-let-expire": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * The outcome for each of the requests
         * @description Needs the app role `request` for the caller's own requests, or `operate` for all requests.
         */
        post: operations["palantirUndoLetExpireRequests"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /**
         * @description The run that holds the lock, with its progress. `totalCount` is null until the run knows it.
         *
         *     `heartbeatAt` is null for a queued run, which takes the lock in a moment. `isSilent` says whether the last sign of
         *     life is so old that the run has probably died.
         */
        ActiveJob: {
            cancelledBy: string | null;
            failedCount: number | null;
            heartbeatAt: string | null;
            isSilent: boolean;
            /** Format: uuid */
            jobId: string;
            processedCount: number | null;
            /** Format: date-time */
            startedAt: string;
            startedBy: string;
            totalCount: number | null;
            triggeredBy: string | null;
        };
        /** @description The findings, and the reason for the act. */
        ActOnFindings: {
            ids: number[];
            reason: string;
        };
        /** @description The findings that become requests, each with this end and this reason. */
        AdoptFindings: {
            businessReason: string;
            /** Format: date-time */
            expiresOn: string;
            ids: number[];
        };
        /**
         * @description One decision. `attempted` is what was sent, failed or revoked, `by` who decided, `jobId` the run that did it.
         *
         *     `removal` is the result of a revocation at the platform. It is null where access is only recorded.
         *
         *     `reason` is the reason that the person gave. `successorId` is the request that an extension or an adoption created.
         *
         *     `findingId` and `finding` are the finding that the event is about, and its kind. `findingId` of `created` is the
         *     finding that became the request.
         */
        AuditEvent: {
            /** Format: date-time */
            at: string;
            attempted: ("30-Day Reminder" | "7-Day Reminder" | "Revocation" | "Access check") | null;
            by: string | null;
            email: string | null;
            error: string | null;
            /** @enum {string} */
            event: "created" | "reminded" | "failed" | "notKnown" | "letExpire" | "letExpireUndone" | "extended" | "revoked" | "cancelled" | "givenBack" | "findingOpened" | "findingEnded" | "findingIgnored" | "findingNotIgnored" | "findingAdopted" | "findingTakenAway" | "findingGivenBack";
            /** @default null */
            finding?: ("cameBack" | "missing" | "unrecorded" | "heldBefore" | "notKnown") | null;
            /** @default null */
            findingId?: number | null;
            jobId: string | null;
            /** @enum {string} */
            platform: "databricks" | "palantir";
            reason: string | null;
            removal: ("removed" | "alreadyGone" | "superseded" | "removedInError") | null;
            requestId: number | string | null;
            resource: string | null;
            successorId: number | string | null;
        };
        /** @description `nextCursor` is null on the last page. */
        AuditPage: {
            items: components["schemas"]["AuditEvent"][];
            nextCursor: string | null;
        };
        /** @description The caller. `email` is null if the sign-in name is not an email address. Such a caller has no own requests. */
        CallerRights: {
            email: string | null;
            maxExtensionDays: number;
            name: string;
            platforms: components["schemas"]["PlatformOfCaller"][];
            roles: ("read" | "create" | "request" | "operate")[];
        };
        /** @description The last check that a person asked for. */
        CheckedConnection: {
            /** Format: date-time */
            checkedAt: string;
            checkedBy: string;
            leftOut: number;
            places: components["schemas"]["ConnectedPlace"][];
            sees: boolean | null;
            signedInAs: string | null;
            use: components["schemas"]["ConnectionUse"];
        };
        /** @description The findings of one platform that an act is about. */
        ChosenFindings: {
            ids: number[];
        };
        /** @description The requests of one platform that a decision is about. */
        ChosenRequests: {
            ids: (number | string)[];
        };
        /**
         * @description Something that needs a person.
         *
         *     `removedInError`: `count` grants were removed lately from people who should keep them, the last one at `since`.
         *
         *     `removalUnsettled`: `count` removals and returns of access were interrupted, the oldest at `since`.
         *     For a day the platform has not said whether they happened.
         *
         *     `connection`: at `since`, the platform did not let the app in, or showed it no grants of others. `reasons` says why.
         *
         *     `runFailed`, `runAbandoned`: the job's last run that was not cancelled, `jobId`, ended in this way at `since`.
         *
         *     `runSilent`: the run in progress has given no sign of life since `since`.
         *
         *     `unreadableExpiry`: the expiry dates of `count` active requests cannot be read. They are never reminded or revoked.
         *
         *     `overdue`: `count` expired requests are still active, the oldest since `since`. The revoke job has been due since.
         *
         *     `findings`: `count` findings of the nightly checks need someone, the first seen at `since`. `reasons` are their
         *     kinds. Those of kind `unrecorded`, and ignored ones, are not among them.
         *
         *     `itemsFailed`: `count` items of that run, or of its chain, failed and are still due, mostly for these `reasons`.
         *
         *     `notKnown`: the platform did not show that run, or its chain, whether `count` grants are gone. They are still due.
         */
        Concern: {
            /** @default null */
            count?: number | null;
            /** @default null */
            jobId?: string | null;
            jobType: string;
            /** @enum {string} */
            kind: "removedInError" | "removalUnsettled" | "connection" | "runFailed" | "runAbandoned" | "runSilent" | "overdue" | "unreadableExpiry" | "findings" | "itemsFailed" | "notKnown";
            /** @enum {string} */
            platform: "databricks" | "palantir";
            /** @default [] */
            reasons?: components["schemas"]["ReasonCount"][];
            /** @default null */
            since?: string | null;
        };
        /**
         * @description A catalog, or a project of Foundry, that active requests name. If Foundry does not tell projects, a resource.
         *
         *     `maySee` is whether the platform shows the app the grants of others there.
         */
        ConnectedPlace: {
            activeRequests: number;
            mayRemove: components["schemas"]["PlaceRight"];
            maySee: components["schemas"]["PlaceRight"];
            name: string;
        };
        /**
         * @description The connection to one platform. `isOn` is false if access there is only recorded. Then the rest is null.
         *
         *     `signInBy` is the way to sign in. `requestsPerSecond` and `maxConcurrency` are the limits of the app's calls.
         */
        Connection: {
            /** @default null */
            host?: string | null;
            isOn: boolean;
            /** @default null */
            lastCheck?: components["schemas"]["CheckedConnection"] | null;
            /** @default null */
            lastRun?: components["schemas"]["ConnectionOfRun"] | null;
            /** @default null */
            maxConcurrency?: number | null;
            /** @enum {string} */
            platform: "databricks" | "palantir";
            /** @default null */
            requestsPerSecond?: number | null;
            /** @default null */
            signInBy?: ("token" | "clientCredentials" | "managedIdentity") | null;
        };
        /** @description The last run that called the platform. */
        ConnectionOfRun: {
            /** Format: date-time */
            endedAt: string;
            /** Format: uuid */
            jobId: string;
            jobType: string;
            use: components["schemas"]["ConnectionUse"];
        };
        Connections: {
            connections: components["schemas"]["Connection"][];
        };
        /**
         * @description The experience of a check or of a run. `signedInAt` is when the platform accepted the token that it used.
         *
         *     `isRefused` is whether the platform did not let the app in, or asked it to wait too long. `lastError` is the last
         *     refusal or failure, in the platform's words if it had any. `throttled` counts the answers that asked to wait (429).
         */
        ConnectionUse: {
            /** @default 0 */
            calls?: number;
            /** @default false */
            isRefused?: boolean;
            /** @default null */
            lastError?: string | null;
            /** @default null */
            lastErrorAt?: string | null;
            /** @default null */
            signedInAt?: string | null;
            /** @default 0 */
            throttled?: number;
        };
        CreateDatabricksRequest: {
            businessReason: string;
            catalogName: string;
            /** @default null */
            expiresOn?: string | null;
            /** @enum {string} */
            privilege: "SELECT" | "MODIFY" | "ALL PRIVILEGES";
            /** Format: email */
            requestedByEmail: string;
            schemaName: string;
            tableName: string;
        };
        CreatePalantirRequest: {
            businessReason: string;
            /** @default null */
            expiresOn?: string | null;
            /** Format: email */
            requestedByEmail: string;
            resourceRid: string;
            /** @enum {string} */
            role: "Viewer" | "Editor" | "Owner" | "Discoverer";
        };
        DatabricksRequest: {
            businessReason: string;
            catalogName: string;
            expiresOn: string | null;
            /** @default null */
            expiresOnAsWritten?: string | null;
            id: number;
            privilege: string;
            requestedByEmail: string;
            requestedOn: string | null;
            schemaName: string;
            status: components["schemas"]["RequestStatus"] | string;
            tableName: string;
        };
        DatabricksRequestDetails: {
            businessReason: string;
            canBeGivenBack: boolean;
            catalogName: string;
            expiresOn: string | null;
            /** @default null */
            expiresOnAsWritten?: string | null;
            extensionCount: number;
            foundAtCreation: boolean | null;
            id: number | string;
            letExpireAt: string | null;
            letExpireBy: string | null;
            /** @default null */
            platformRequestId?: string | null;
            predecessorId: number | string | null;
            privilege: string;
            /** @default null */
            removal?: ("removed" | "alreadyGone" | "superseded" | "removedInError") | null;
            requestedByEmail: string;
            requestedOn: string | null;
            revokedAt: string | null;
            revokedBy: string | null;
            schemaName: string;
            status: components["schemas"]["RequestStatus"] | string;
            /** @default null */
            stillEffectiveThrough?: string | null;
            successorId: number | string | null;
            tableName: string;
            timeline: components["schemas"]["TimelineEvent"][];
            /** @default null */
            verifiedAt?: string | null;
            /** @default null */
            verifiedScope?: string | null;
        };
        DatabricksRequestPage: {
            items: components["schemas"]["DatabricksRequest"][];
            nextCursor: string | null;
            prevCursor: string | null;
            total: number;
            totalIsExact: boolean;
        };
        /** @description The outcome for one request. `problem` is null on success. `successorId` is the request that extends it. */
        DecisionOutcome: {
            id: number | string;
            problem: components["schemas"]["Refusal"] | null;
            successorId: number | string | null;
        };
        /** @description One outcome for each request, in the order of the call. */
        DecisionOutcomes: {
            outcomes: components["schemas"]["DecisionOutcome"][];
        };
        /**
         * @description How many requests are due for their first and for their second reminder.
         *
         *     `total` counts both, the most urgent first. When `totalIsExact` is false, there are more. `withoutUsableEmail` says
         *     how many of them have no single, plain email address.
         */
        DueReminders: {
            first: number;
            second: number;
            total: number;
            totalIsExact: boolean;
            withoutUsableEmail: number;
        };
        ExpiriesOfDay: {
            count: number;
            /** Format: date */
            day: string;
        };
        /**
         * @description `endedCount` counts access that ended earlier today. A run takes on at most `runMaxItems` requests.
         *
         *     `delay` is null if no limit delays any email.
         */
        ExpiryNotificationsPreview: {
            count: number;
            delay: components["schemas"]["SendingDelay"] | null;
            /**
             * @default true
             * @constant
             */
            dryRun?: true;
            /** @enum {string} */
            emailSender: "simulated" | "smtp" | "azure";
            endedCount: number;
            items: components["schemas"]["PreviewedReminder"][];
            message: string;
            reminders: components["schemas"]["ReminderCount"][];
            resourceCount: number;
            resources: components["schemas"]["ResourceCount"][];
            runMaxItems: number;
            sampleEmail: components["schemas"]["SampleEmail"] | null;
        };
        ExpiryNotificationsResponse: {
            failed: components["schemas"]["FailedNotification"][];
            failedCount: number;
            /** Format: uuid */
            jobId: string;
            leftDueCount: number;
            message: string;
            notified: components["schemas"]["NotifiedRequest"][];
            notifiedCount: number;
            performance: components["schemas"]["SendPerformance"];
        };
        /** @description The new expiry date of the access, and the reason for it. */
        ExtendRequest: {
            businessReason: string;
            /** Format: date-time */
            expiresOn: string;
        };
        ExtendRequests: {
            businessReason: string;
            /** Format: date-time */
            expiresOn: string;
            ids: (number | string)[];
        };
        FailedNotification: {
            daysLeft: number;
            email: string | null;
            error: string;
            /** @enum {string} */
            reminder: "30-Day Reminder" | "7-Day Reminder";
            requestId: number | string;
        };
        FieldError: {
            field: string;
            message: string;
        };
        /**
         * @description Something that differs between the records and a platform.
         *
         *     `cameBack`: the access was removed, and is there again. `missing`: the request is active, and its access is not
         *     there. `unrecorded`: someone has the access directly, and no active request gives it. `heldBefore`: the person had
         *     the access before the app knew of it, and an operator must confirm its removal. `notKnown`: the platform does not
         *     show whether the access is there.
         *
         *     `principalKind` tells people from groups and service principals. `requestId` is null for `unrecorded`. `lastJobId`
         *     is the check that saw it last. `end` is `notSeen` if a later check did not see it, and `settled` if the records
         *     changed so that it is right. Otherwise it names an act. `acts` is what an operator can do about it now.
         */
        Finding: {
            access: string;
            acts: ("takeAway" | "giveBack" | "adopt" | "ignore" | "stopIgnoring")[];
            detail: string | null;
            end: ("notSeen" | "takenAway" | "givenBack" | "adopted" | "settled") | null;
            endedAt: string | null;
            endedBy: string | null;
            endReason: string | null;
            /** Format: date-time */
            firstSeenAt: string;
            id: number;
            ignoredBy: string | null;
            ignoredReason: string | null;
            ignoredUntil: string | null;
            /** @enum {string} */
            kind: "cameBack" | "missing" | "unrecorded" | "heldBefore" | "notKnown";
            lastJobId: string | null;
            /** Format: date-time */
            lastSeenAt: string;
            /** @enum {string} */
            platform: "databricks" | "palantir";
            principal: string;
            /** @enum {string} */
            principalKind: "person" | "group" | "servicePrincipal" | "unknown";
            requestId: number | string | null;
            resource: string;
            /** @enum {string} */
            state: "open" | "ignored" | "ended";
            verifiedAt: string | null;
            verifiedScope: string | null;
        };
        FindingCount: {
            count: number;
            /** @enum {string} */
            kind: "cameBack" | "missing" | "unrecorded" | "heldBefore" | "notKnown";
        };
        /** @description The outcome for one finding. `problem` is null on success. `requestId` is its request, or the one it became. */
        FindingOutcome: {
            id: number;
            problem: components["schemas"]["Refusal"] | null;
            requestId: number | string | null;
        };
        /** @description One outcome for each finding, in the order of the call. */
        FindingOutcomes: {
            outcomes: components["schemas"]["FindingOutcome"][];
        };
        FindingPage: {
            items: components["schemas"]["Finding"][];
            nextCursor: string | null;
            prevCursor: string | null;
            total: number;
            totalIsExact: boolean;
        };
        /** @description The reason for giving access back that was removed in error. */
        GiveBackRequest: {
            reason: string;
        };
        GiveBackRequests: {
            ids: (number | string)[];
            reason: string;
        };
        Health: {
            /** @enum {string} */
            status: "live" | "ready";
        };
        /** @description The findings to ignore until that moment, a year from now at most. */
        IgnoreFindings: {
            ids: number[];
            reason: string;
            /** Format: date-time */
            until: string;
        };
        /** @description `activeJob` is the run to wait for, if it is known. */
        JobProblem: {
            /** @default null */
            activeJob?: components["schemas"]["ActiveJob"] | null;
            detail: string;
            /** @default null */
            errors?: components["schemas"]["FieldError"][] | null;
            status: number;
            title: string;
            /** @default about:blank */
            type?: string;
        };
        /**
         * @description One job. `nextRunAt` is when its next run starts, scheduled or as a follow-up. It is null when unknown.
         *
         *     `neverRuns` tells that no moment fits its schedule, like 31 February: its timer is switched off.
         *
         *     `seenGoneCount` is how many revocations of its last run were confirmed at the platform. It is null where access was
         *     only recorded.
         */
        JobState: {
            activeRun: components["schemas"]["RecordedRun"] | null;
            jobType: string;
            /** @enum {string} */
            kind: "ExpiryNotification" | "RevokeExpired" | "AccessCheck";
            lastRun: components["schemas"]["RecordedRun"] | null;
            neverRuns: boolean;
            nextRunAt: string | null;
            /** @enum {string} */
            platform: "databricks" | "palantir";
            seenGoneCount: number | null;
        };
        /** @description The state of one job type. `testSimulationAllowed` says whether failures may be simulated here. */
        JobStatusResponse: {
            activeJob: components["schemas"]["ActiveJob"] | null;
            isLocked: boolean;
            lastRun: components["schemas"]["LastRun"] | null;
            testSimulationAllowed: boolean;
        };
        /**
         * @description The newest run that has ended. `note` says what failed and what is left, `stopReason` why it stopped early.
         *
         *     `error` says why a run failed. For a completed run, it repeats the note. `notKnownCount` requests stay due, since
         *     the platform did not show whether their access is gone.
         */
        LastRun: {
            cancelledBy: string | null;
            completedAt: string | null;
            error: string | null;
            failedCount: number | null;
            heartbeatAt: string | null;
            isSilent: boolean;
            /** Format: uuid */
            jobId: string;
            note: string | null;
            /** @default null */
            notKnownCount?: number | null;
            processedCount: number | null;
            /** Format: date-time */
            startedAt: string;
            startedBy: string;
            /** @enum {string} */
            status: "Queued" | "InProgress" | "Completed" | "Failed" | "Abandoned" | "Cancelled";
            stopReason: components["schemas"]["StopCode"] | null;
            totalCount: number | null;
            triggeredBy: string | null;
        };
        ListedDatabricksRequest: {
            businessReason: string;
            catalogName: string;
            expiresOn: string | null;
            /** @default null */
            expiresOnAsWritten?: string | null;
            id: number | string;
            letExpireAt: string | null;
            letExpireBy: string | null;
            /** @default null */
            platformRequestId?: string | null;
            privilege: string;
            /** @default null */
            removal?: ("removed" | "alreadyGone" | "superseded" | "removedInError") | null;
            requestedByEmail: string;
            requestedOn: string | null;
            revokedAt: string | null;
            revokedBy: string | null;
            schemaName: string;
            status: components["schemas"]["RequestStatus"] | string;
            /** @default null */
            stillEffectiveThrough?: string | null;
            tableName: string;
            /** @default null */
            verifiedAt?: string | null;
            /** @default null */
            verifiedScope?: string | null;
        };
        ListedDatabricksRequestPage: {
            items: components["schemas"]["ListedDatabricksRequest"][];
            nextCursor: string | null;
            prevCursor: string | null;
            total: number;
            totalIsExact: boolean;
        };
        ListedPalantirRequest: {
            businessReason: string;
            expiresOn: string | null;
            /** @default null */
            expiresOnAsWritten?: string | null;
            id: number | string;
            letExpireAt: string | null;
            letExpireBy: string | null;
            /** @default null */
            platformRequestId?: string | null;
            /** @default null */
            removal?: ("removed" | "alreadyGone" | "superseded" | "removedInError") | null;
            requestedByEmail: string;
            requestedOn: string | null;
            resourceRid: string;
            revokedAt: string | null;
            revokedBy: string | null;
            role: string;
            status: components["schemas"]["RequestStatus"] | string;
            /** @default null */
            stillEffectiveThrough?: string | null;
            /** @default null */
            verifiedAt?: string | null;
            /** @default null */
            verifiedScope?: string | null;
        };
        ListedPalantirRequestPage: {
            items: components["schemas"]["ListedPalantirRequest"][];
            nextCursor: string | null;
            prevCursor: string | null;
            total: number;
            totalIsExact: boolean;
        };
        /** @description `email` is null only for a request without an address, whose reminder always fails. */
        NotifiedRequest: {
            daysLeft: number;
            email: string | null;
            /** @enum {string} */
            reminder: "30-Day Reminder" | "7-Day Reminder";
            requestId: number | string;
        };
        /** @description An active request that has been extended several times. */
        OftenExtended: {
            email: string;
            extensionCount: number;
            requestId: number | string;
            resource: string;
        };
        OutcomeCount: {
            count: number;
            /** @enum {string} */
            outcome: "notified" | "revoked" | "failed" | "notKnown" | "found" | "ended";
        };
        /** @description Active requests whose expiry has passed. `oldestExpiresOn` is null when there are none. */
        OverdueFigure: {
            count: number;
            oldestExpiresOn: string | null;
        };
        /**
         * @description The state of everything at `asOf`. `concerns` begins with the worst.
         *
         *     `lastTroubleAt` is the end of the newest run that failed, was abandoned or had failures. It is null when the days of
         *     `runsPerDay` had none.
         */
        Overview: {
            /** Format: date-time */
            asOf: string;
            concerns: components["schemas"]["Concern"][];
            jobs: components["schemas"]["JobState"][];
            lastTroubleAt: string | null;
            platforms: components["schemas"]["PlatformFigures"][];
            runsPerDay: components["schemas"]["RunsOfDay"][];
        };
        PalantirRequest: {
            businessReason: string;
            expiresOn: string | null;
            /** @default null */
            expiresOnAsWritten?: string | null;
            /** Format: uuid */
            id: string;
            requestedByEmail: string;
            requestedOn: string | null;
            resourceRid: string;
            role: string;
            status: components["schemas"]["RequestStatus"] | string;
        };
        PalantirRequestDetails: {
            businessReason: string;
            canBeGivenBack: boolean;
            expiresOn: string | null;
            /** @default null */
            expiresOnAsWritten?: string | null;
            extensionCount: number;
            foundAtCreation: boolean | null;
            id: number | string;
            letExpireAt: string | null;
            letExpireBy: string | null;
            /** @default null */
            platformRequestId?: string | null;
            predecessorId: number | string | null;
            /** @default null */
            removal?: ("removed" | "alreadyGone" | "superseded" | "removedInError") | null;
            requestedByEmail: string;
            requestedOn: string | null;
            resourceRid: string;
            revokedAt: string | null;
            revokedBy: string | null;
            role: string;
            status: components["schemas"]["RequestStatus"] | string;
            /** @default null */
            stillEffectiveThrough?: string | null;
            successorId: number | string | null;
            timeline: components["schemas"]["TimelineEvent"][];
            /** @default null */
            verifiedAt?: string | null;
            /** @default null */
            verifiedScope?: string | null;
        };
        PalantirRequestPage: {
            items: components["schemas"]["PalantirRequest"][];
            nextCursor: string | null;
            prevCursor: string | null;
            total: number;
            totalIsExact: boolean;
        };
        PendingDatabricksNotification: {
            businessReason: string;
            catalogName: string;
            daysLeft: number;
            /** @enum {string} */
            dueReminder: "30-Day Reminder" | "7-Day Reminder";
            expiresOn: string | null;
            /** @default null */
            expiresOnAsWritten?: string | null;
            id: number | string;
            notificationCount: number;
            privilege: string;
            requestedByEmail: string;
            requestedOn: string | null;
            schemaName: string;
            status: components["schemas"]["RequestStatus"] | string;
            tableName: string;
        };
        PendingDatabricksNotificationPage: {
            items: components["schemas"]["PendingDatabricksNotification"][];
            nextCursor: string | null;
            prevCursor: string | null;
            total: number;
            totalIsExact: boolean;
        };
        PendingPalantirNotification: {
            businessReason: string;
            daysLeft: number;
            /** @enum {string} */
            dueReminder: "30-Day Reminder" | "7-Day Reminder";
            expiresOn: string | null;
            /** @default null */
            expiresOnAsWritten?: string | null;
            id: number | string;
            notificationCount: number;
            requestedByEmail: string;
            requestedOn: string | null;
            resourceRid: string;
            role: string;
            status: components["schemas"]["RequestStatus"] | string;
        };
        PendingPalantirNotificationPage: {
            items: components["schemas"]["PendingPalantirNotification"][];
            nextCursor: string | null;
            prevCursor: string | null;
            total: number;
            totalIsExact: boolean;
        };
        /** @description A count over a period, which includes `since` and excludes `until`. */
        PeriodFigure: {
            count: number;
            /** Format: date-time */
            since: string;
            /** Format: date-time */
            until: string;
        };
        /** @description The answer to one question about a place. `why` is a sentence for people. */
        PlaceRight: {
            /** @enum {string} */
            answer: "yes" | "no" | "notKnown";
            why: string;
        };
        /**
         * @description `endingWithin7Days` and `endingWithin30Days` sum up `expiriesPerDay`, whose first day is the rest of today.
         *
         *     `letExpireWithin30Days` counts decisions, undone ones too.
         *
         *     `oftenExtendedCount` active requests have been extended three times or more. `oftenExtended` lists the first of
         *     them, the most often extended first.
         *
         *     `findings` counts what the nightly checks found and what is neither ignored nor ended, by kind.
         *
         *     `stillHeldCount` is how many overdue grants could not be removed at the platform. It is null where access is only
         *     recorded.
         */
        PlatformFigures: {
            dueReminders: components["schemas"]["DueReminders"];
            endingWithin7Days: components["schemas"]["PeriodFigure"];
            endingWithin30Days: components["schemas"]["PeriodFigure"];
            expiriesPerDay: components["schemas"]["ExpiriesOfDay"][];
            extendedWithin30Days: components["schemas"]["PeriodFigure"];
            /** @default [] */
            findings?: components["schemas"]["FindingCount"][];
            letExpireWithin30Days: components["schemas"]["PeriodFigure"];
            oftenExtended: components["schemas"]["OftenExtended"][];
            oftenExtendedCount: number;
            overdue: components["schemas"]["OverdueFigure"];
            /** @enum {string} */
            platform: "databricks" | "palantir";
            revokedWithin30Days: components["schemas"]["PeriodFigure"];
            stillHeldCount: number | null;
        };
        /** @description One platform's settings. `removesAccess` says whether revoking also removes the grant at the platform. */
        PlatformOfCaller: {
            /** @enum {string} */
            platform: "databricks" | "palantir";
            removesAccess: boolean;
        };
        PreviewedReminder: {
            daysLeft: number;
            email: string | null;
            /** Format: date-time */
            expiresOn: string;
            /** @enum {string} */
            reminder: "30-Day Reminder" | "7-Day Reminder";
            requestId: number | string;
            resource: string;
        };
        /**
         * @description `held` is the platform's answer: `direct`, by the grant itself, `through` something else, `gone`, or `unknown`.
         *
         *     `detail` says through what, or why it is unknown. Both are null if the platform was not asked.
         */
        PreviewedRevocation: {
            /** @default null */
            detail?: string | null;
            email: string | null;
            /** Format: date-time */
            expiresOn: string;
            /** @default null */
            held?: ("direct" | "through" | "gone" | "unknown") | null;
            requestId: number | string;
            resource: string;
        };
        /** @description `detail` says what happened, then what to do. `errors` names the wrong fields. */
        Problem: {
            detail: string;
            /** @default null */
            errors?: components["schemas"]["FieldError"][] | null;
            status: number;
            title: string;
            /** @default about:blank */
            type?: string;
        };
        /** @description A run that starts within seconds, or once the job's lock is free. Use its `jobId` to ask for it. */
        QueuedRun: {
            /** Format: uuid */
            jobId: string;
            message: string;
            /**
             * @default Queued
             * @constant
             */
            status?: "Queued";
        };
        ReasonCount: {
            count: number;
            reason: string;
        };
        /**
         * @description A run as it is on record. `note` says what it failed at and left, `stopReason` why it stopped early.
         *
         *     `error` says why a run failed. For a completed run, it repeats the note.
         *
         *     A `Queued` run has waited since `startedAt` to be started.
         *
         *     `endedAt` is null while the run is in progress. An abandoned run ended with its last sign of life. `leftCount` is
         *     how many of the requests it found are still to be done. `notKnownCount` of them were tried, and the platform did not
         *     show whether their access is gone.
         *
         *     A run in progress has a `heartbeatAgeSeconds`, the age of its last sign of life. `isSilent` says that it has most
         *     likely died. If no sign follows, a new run may take over from `staleAt`.
         *
         *     `resumesAt` is when a follow-up run starts on what this one has left. Cancelling this run prevents it. It is null
         *     when no follow-up is planned, or when it has started.
         */
        RecordedRun: {
            cancelledBy: string | null;
            continuesJobId: string | null;
            endedAt: string | null;
            error: string | null;
            failedCount: number | null;
            heartbeatAgeSeconds: number | null;
            heartbeatAt: string | null;
            isSilent: boolean;
            /** Format: uuid */
            jobId: string;
            jobType: string;
            /** @enum {string} */
            kind: "ExpiryNotification" | "RevokeExpired" | "AccessCheck";
            leftCount: number | null;
            note: string | null;
            notKnownCount: number | null;
            /** @enum {string} */
            platform: "databricks" | "palantir";
            processedCount: number | null;
            resumesAt: string | null;
            staleAt: string | null;
            /** Format: date-time */
            startedAt: string;
            startedBy: string;
            /** @enum {string} */
            status: "Queued" | "InProgress" | "Completed" | "Failed" | "Abandoned" | "Cancelled";
            stopReason: components["schemas"]["StopCode"] | null;
            totalCount: number | null;
            trigger: ("timer" | "person" | "automation" | "continuation") | null;
            triggeredBy: string | null;
        };
        /**
         * @description `outcomes` counts the records of each kind that such a run can have, and `notKnown` only if there are any.
         *
         *     `seenGoneCount` is how many of its revocations were confirmed at the platform. It is null where access was only
         *     recorded.
         *
         *     `chain` is null for a run that neither continues another nor was continued.
         */
        RecordedRunDetails: {
            cancelledBy: string | null;
            chain: components["schemas"]["RunChain"] | null;
            continuedByJobId: string | null;
            continuesJobId: string | null;
            endedAt: string | null;
            error: string | null;
            failedCount: number | null;
            heartbeatAgeSeconds: number | null;
            heartbeatAt: string | null;
            isSilent: boolean;
            /** Format: uuid */
            jobId: string;
            jobType: string;
            /** @enum {string} */
            kind: "ExpiryNotification" | "RevokeExpired" | "AccessCheck";
            leftCount: number | null;
            note: string | null;
            notKnownCount: number | null;
            outcomes: components["schemas"]["OutcomeCount"][];
            /** @enum {string} */
            platform: "databricks" | "palantir";
            processedCount: number | null;
            resumesAt: string | null;
            seenGoneCount: number | null;
            staleAt: string | null;
            /** Format: date-time */
            startedAt: string;
            startedBy: string;
            /** @enum {string} */
            status: "Queued" | "InProgress" | "Completed" | "Failed" | "Abandoned" | "Cancelled";
            stopReason: components["schemas"]["StopCode"] | null;
            totalCount: number | null;
            trigger: ("timer" | "person" | "automation" | "continuation") | null;
            triggeredBy: string | null;
        };
        RecordedRunPage: {
            items: components["schemas"]["RecordedRun"][];
            nextCursor: string | null;
            prevCursor: string | null;
            total: number;
            totalIsExact: boolean;
        };
        /** @description The reason why one of several requests was not changed: the problem that a call about it alone would get. */
        Refusal: {
            detail: string;
            status: number;
            title: string;
        };
        ReminderCount: {
            count: number;
            /** @enum {string} */
            reminder: "30-Day Reminder" | "7-Day Reminder";
        };
        /**
         * @description A request on any platform. `resource` names its resource and grant.
         *
         *     `expiresOn` is null when it never expires, and when the date cannot be read: then `expiresOnAsWritten` is its text.
         */
        RequestOfPerson: {
            businessReason: string;
            expiresOn: string | null;
            /** @default null */
            expiresOnAsWritten?: string | null;
            id: number | string;
            /** @enum {string} */
            platform: "databricks" | "palantir";
            requestedByEmail: string;
            requestedOn: string | null;
            resource: string;
            revokedAt: string | null;
            revokedBy: string | null;
            status: components["schemas"]["RequestStatus"] | string;
        };
        RequestOfPersonPage: {
            items: components["schemas"]["RequestOfPerson"][];
            nextCursor: string | null;
            prevCursor: string | null;
            total: number;
            totalIsExact: boolean;
        };
        /** @description `successorId` is the request that takes the place of this one. `successor` is its path in this API. */
        RequestProblem: {
            detail: string;
            /** @default null */
            errors?: components["schemas"]["FieldError"][] | null;
            status: number;
            /** @default null */
            successor?: string | null;
            /** @default null */
            successorId?: number | string | null;
            title: string;
            /** @default about:blank */
            type?: string;
        };
        /**
         * @description The state of a request, as its status column stores it.
         * @enum {string}
         */
        RequestStatus: "Active" | "Extended" | "Revoked" | "Superseded";
        ResourceCount: {
            count: number;
            resource: string;
        };
        /** @description `takesAccessAway` says whether a run removes grants at the platform. Otherwise it only records that they end. */
        RevokeExpiredPreview: {
            count: number;
            /**
             * @default true
             * @constant
             */
            dryRun?: true;
            items: components["schemas"]["PreviewedRevocation"][];
            message: string;
            resourceCount: number;
            resources: components["schemas"]["ResourceCount"][];
            takesAccessAway: boolean;
        };
        /**
         * @description `revokedAt` is the time of the last revocation. It is null if nothing was revoked.
         *
         *     `notKnownCount` counts those of the `leftDueCount` requests that were tried, and of which the platform did not say
         *     whether the access is gone.
         *
         *     `supersededCount` counts requests whose access another request covers. It is 0 if access is only recorded. Then
         *     `failedCount` counts the revocations that the database refused.
         */
        RevokeExpiredResponse: {
            failedCount: number;
            /** Format: uuid */
            jobId: string;
            leftDueCount: number;
            message: string;
            /** @default 0 */
            notKnownCount?: number;
            revokedAt: string | null;
            revokedCount: number;
            supersededCount: number;
        };
        /** @description The reason for revoking access now. */
        RevokeRequest: {
            reason: string;
        };
        RevokeRequests: {
            ids: (number | string)[];
            reason: string;
        };
        /** @description The sums of all runs that continue one another. They found `totalCount` requests due; `leftCount` still wait. */
        RunChain: {
            failedCount: number;
            leftCount: number;
            processedCount: number;
            runCount: number;
            totalCount: number;
        };
        /**
         * @description One thing that a run did or failed to do. `resource` and `expiresOn` are null when the request is gone.
         *
         *     `found` and `ended` are findings that a check was the first to see, and that it ended. A finding about no request
         *     has no `requestId`.
         *
         *     `expiresOn` is also null when the access never expires, or when `expiresOnAsWritten` is a date that cannot be read.
         */
        RunItem: {
            at: string | null;
            attempted: ("30-Day Reminder" | "7-Day Reminder" | "Revocation" | "Access check") | null;
            email: string | null;
            error: string | null;
            expiresOn: string | null;
            /** @default null */
            expiresOnAsWritten?: string | null;
            /** @default null */
            finding?: ("cameBack" | "missing" | "unrecorded" | "heldBefore" | "notKnown") | null;
            /** @default null */
            findingEnd?: ("notSeen" | "takenAway" | "givenBack" | "adopted" | "settled") | null;
            /** @default null */
            findingId?: number | null;
            /** @enum {string} */
            outcome: "notified" | "revoked" | "failed" | "notKnown" | "found" | "ended";
            /** @default null */
            platformRequestId?: string | null;
            /** @default null */
            removal?: ("removed" | "alreadyGone" | "superseded" | "removedInError") | null;
            requestId: number | string | null;
            resource: string | null;
            /** @default null */
            stillEffectiveThrough?: string | null;
            /** @default null */
            verifiedAt?: string | null;
            /** @default null */
            verifiedScope?: string | null;
        };
        RunItemPage: {
            items: components["schemas"]["RunItem"][];
            nextCursor: string | null;
            prevCursor: string | null;
            total: number;
            totalIsExact: boolean;
        };
        /** @description How many runs started on a day, by how they went. Those that completed with failures have their own count. */
        RunsOfDay: {
            /** @default 0 */
            abandoned?: number;
            /** @default 0 */
            cancelled?: number;
            /** @default 0 */
            completed?: number;
            /** @default 0 */
            completedWithFailures?: number;
            /** Format: date */
            day: string;
            /** @default 0 */
            failed?: number;
            /** @default 0 */
            inProgress?: number;
        };
        SampleEmail: {
            subject: string;
            text: string;
            to: string;
        };
        /**
         * @description At most `count` emails leave within any `minutes`, so that the last of all leaves at about `lastLeavesAt`.
         *
         *     `lastLeavesAt` is null if no follow-up run starts automatically. Then reminders above the limit stay due.
         */
        SendingDelay: {
            count: number;
            lastLeavesAt: string | null;
            minutes: number;
        };
        /** @description `sequentialSeconds` is the time that the sends would have taken one after another. */
        SendPerformance: {
            elapsedSeconds: number;
            sendCount: number;
            sequentialSeconds: number;
            speedUp: number;
        };
        /**
         * @description The reason why a run starts no further work, as in JobRun.Stop_Reason.
         * @enum {string}
         */
        StopCode: "serverStopped" | "lockLost" | "lockNotRenewed" | "cancelled" | "timeSpent" | "maxItemsReached" | "recordsRefused" | "changedMeanwhile" | "emailLimitReached" | "emailPaused" | "emailFailing" | "platformStopped";
        /**
         * @description One event in the life of a request.
         *
         *     `attempted` names the action that was done or failed. `by` is who requested, decided or revoked. `jobId` is the run
         *     that did it. `otherRequestId` is the request that extends this one, or that this one extends. `reason` is the reason
         *     that a person gave. `notKnown`: a removal was tried, and the platform did not show whether the access is gone.
         *     `giving` tells whether access that was given back was `given`, or was `alreadyThere`.
         *     `findingId` of `requested` is the finding that became this request.
         */
        TimelineEvent: {
            /** Format: date-time */
            at: string;
            /** @default null */
            attempted?: ("30-Day Reminder" | "7-Day Reminder" | "Revocation" | "Access check") | null;
            /** @default null */
            by?: string | null;
            /** @default null */
            email?: string | null;
            /** @default null */
            error?: string | null;
            /** @enum {string} */
            event: "requested" | "reminded" | "failed" | "notKnown" | "expired" | "findingOpened" | "findingEnded" | "letExpire" | "letExpireUndone" | "extended" | "revoked" | "givenBack";
            /** @default null */
            finding?: ("cameBack" | "missing" | "unrecorded" | "heldBefore" | "notKnown") | null;
            /** @default null */
            findingEnd?: ("notSeen" | "takenAway" | "givenBack" | "adopted" | "settled") | null;
            /** @default null */
            findingId?: number | null;
            /** @default null */
            giving?: ("given" | "alreadyThere") | null;
            /** @default null */
            jobId?: string | null;
            /** @default null */
            otherRequestId?: number | string | null;
            /** @default null */
            platformRequestId?: string | null;
            /** @default null */
            reason?: string | null;
            /** @default null */
            removal?: ("removed" | "alreadyGone" | "superseded" | "removedInError") | null;
            /** @default null */
            stillEffectiveThrough?: string | null;
            /** @default null */
            verifiedAt?: string | null;
            /** @default null */
            verifiedScope?: string | null;
        };
    };
    responses: {
        /** @description The request is no longer active, or its access never ends. `detail` says which. */
        AlreadyExtended: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["RequestProblem"];
            };
        };
        /** @description The body is too large. */
        BodyTooLarge: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description Access on this platform is only recorded. */
        ConnectionOff: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The platform did not give the grant, or does not show it. `detail` says why. */
        GivingFailed: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description Something went wrong. The error id in `detail` is also in the log. */
        Internal: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description Fields are missing, unknown or wrong. `errors` names each of them. */
        InvalidFields: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description A run of this job type holds the lock. `activeJob` describes it. */
        JobAlreadyRunning: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["JobProblem"];
            };
        };
        /** @description The body or the query cannot be read. */
        MalformedRequest: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The database did not answer. The decision may or may not be recorded. */
        MaybeDecided: {
            headers: {
                /** @description The seconds to wait before trying again. */
                "Retry-After"?: number;
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The database did not answer. `detail` says how to try again without storing the request twice. */
        MaybeStored: {
            headers: {
                /** @description The seconds to wait before trying again. */
                "Retry-After"?: number;
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The request is no longer active, or its access never ends. `detail` says which. */
        NotActive: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["RequestProblem"];
            };
        };
        /** @description The caller is not signed in. */
        NotAuthenticated: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The requested resource does not exist. */
        NotFound: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The access was not removed in error, or was given back since. `detail` says which. */
        NothingToGiveBack: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The caller lacks the app role, or a page of another site sent the call. */
        NotPermitted: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The database cannot be reached, or part of its schema is missing. */
        NotReady: {
            headers: {
                /** @description The seconds to wait before trying again. */
                "Retry-After"?: number;
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The platform did not remove the grant, or the person still has access. `detail` says why. */
        RemovalFailed: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The run has ended, is dead, or is already stopping. `detail` says which. */
        RunNotCancellable: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The database did not answer. */
        Unavailable: {
            headers: {
                /** @description The seconds to wait before trying again. */
                "Retry-After"?: number;
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The body must be sent as application/json. */
        UnsupportedMediaType: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
    };
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    listRequestsOfPerson: {
        parameters: {
            query: {
                /** @description The `nextCursor` or `prevCursor` of another page. Leave it out for the first page. */
                cursor?: string;
                /** @description Only requests of the person with this address. Give the whole address, in capitals or not, and write a plus sign as %2B. */
                email: string;
                /** @description The largest number of items on a page. */
                limit?: number;
                /** @description The order. A leading `-` means descending. `urgency` begins with overdue requests, then those that expire soonest, those that never expire, and those no longer active. */
                sort?: "urgency" | "requestedOn" | "-requestedOn";
                /** @description Only requests in this status. */
                status?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All requests of one person, on every platform */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestOfPersonPage"];
                };
            };
            400: components["responses"]["MalformedRequest"];
            401: components["responses"]["NotAuthenticated"];
            403: components["responses"]["NotPermitted"];
            422: components["responses"]["InvalidFields"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    listAudit: {
        parameters: {
            query: {
                /** @description The `nextCursor` of the page before. Leave it out for the first page. */
                cursor?: string;
                /** @description Only decisions of this kind. */
                event?: "created" | "reminded" | "failed" | "notKnown" | "letExpire" | "letExpireUndone" | "extended" | "revoked" | "cancelled" | "givenBack" | "findingOpened" | "findingEnded" | "findingIgnored" | "findingNotIgnored" | "findingAdopted" | "findingTakenAway" | "findingGivenBack";
                /** @description `csv` answers a table. Its first page begins with a byte order mark and the headings, and `Link` leads to the next page. */
                format?: "json" | "csv";
                /** @description Only what was decided at this moment or later. */
                from: string;
                /** @description The largest number of decisions on a page. */
                limit?: number;
                /** @description Only decisions about this platform. */
                platform?: "databricks" | "palantir";
                /** @description Only what was decided before this moment. Leave it out for everything until now. */
                to?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Every decision of a period, the oldest first */
            200: {
                headers: {
                    /** @description A name for the file, which says what is inside. */
                    "Content-Disposition"?: string;
                    /** @description The path of the next page, as rel=next. The last page has none. */
                    Link?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuditPage"];
                    "text/csv": string;
                };
            };
            400: components["responses"]["MalformedRequest"];
            401: components["responses"]["NotAuthenticated"];
            403: components["responses"]["NotPermitted"];
            422: components["responses"]["InvalidFields"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    showCaller: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The caller's name, address and app roles, and the limits of decisions */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CallerRights"];
                };
            };
            400: components["responses"]["MalformedRequest"];
            401: components["responses"]["NotAuthenticated"];
            403: components["responses"]["NotPermitted"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    showConnections: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The connections to the platforms, with what their last checks found */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Connections"];
                };
            };
            400: components["responses"]["MalformedRequest"];
            401: components["responses"]["NotAuthenticated"];
            403: components["responses"]["NotPermitted"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    databricksCheckConnection: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The connection, after the platform was asked what the app may see and remove there */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Connection"];
                };
            };
            400: components["responses"]["MalformedRequest"];
            401: components["responses"]["NotAuthenticated"];
            403: components["responses"]["NotPermitted"];
            409: components["responses"]["ConnectionOff"];
            422: components["responses"]["InvalidFields"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    palantirCheckConnection: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The connection, after the platform was asked what the app may see and remove there */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Connection"];
                };
            };
            400: components["responses"]["MalformedRequest"];
            401: components["responses"]["NotAuthenticated"];
            403: components["responses"]["NotPermitted"];
            409: components["responses"]["ConnectionOff"];
            422: components["responses"]["InvalidFields"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    databricksListRequests: {
        parameters: {
            query?: {
                /** @description The `nextCursor` or `prevCursor` of another page. Leave it out for the first page. */
                cursor?: string;
                /** @description Only requests that expire at this moment or later. Those that never expire are left out. */
                expiresFrom?: string;
                /** @description Only requests that expire before this moment. */
                expiresTo?: string;
                /** @description `false`: only requests without a single, plain email address, which get no reminders until someone corrects it. `true`: only the others. */
                hasUsableEmail?: boolean;
                /** @description Only the request with this id. */
                id?: string;
                /** @description The largest number of items on a page. */
                limit?: number;
                /** @description Only requests for this privilege. */
                privilege?: string;
                /** @description Only requests with a text field that contains this, three characters or more. A text with an `@` finds only email addresses that begin with it, which is faster. */
                q?: string;
                /** @description Only requests made at this moment or later. */
                requestedFrom?: string;
                /** @description Only requests made before this moment. */
                requestedTo?: string;
                /** @description The order. A leading `-` means descending. `urgency` begins with overdue requests, then those that expire soonest, those that never expire, and those no longer active. */
                sort?: "expiresOn" | "-expiresOn" | "requestedOn" | "-requestedOn" | "requestedByEmail" | "-requestedByEmail" | "id" | "-id" | "urgency";
                /** @description Only requests in this status: Active, Extended, Revoked, Superseded, or one that only your own programs know. */
                status?: string;
                /** @description `true`: only requests whose expiry date cannot be read. `false`: only the others. */
                unreadableExpiry?: boolean;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All requests, each with its latest revocation */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ListedDatabricksRequestPage"];
                };
            };
            400: components["responses"]["MalformedRequest"];
            401: components["responses"]["NotAuthenticated"];
            403: components["responses"]["NotPermitted"];
            422: components["responses"]["InvalidFields"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    databricksCreateRequest: {
        parameters: {
            query?: never;
            header?: {
                /** @description A key that the caller chooses. A request that is sent again with the same key is stored only once. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateDatabricksRequest"];
            };
        };
        responses: {
            /** @description The new request, as stored */
            201: {
                headers: {
                    /** @description The path of the new resource. */
                    Location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DatabricksRequest"];
                };
            };
            400: components["responses"]["MalformedRequest"];
            401: components["responses"]["NotAuthenticated"];
            403: components["responses"]["NotPermitted"];
            413: components["responses"]["BodyTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["InvalidFields"];
            500: components["responses"]["Internal"];
            503: components["responses"]["MaybeStored"];
        };
    };
    databricksShowRequest: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The request. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One request with its timeline */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DatabricksRequestDetails"];
                };
            };
            400: components["responses"]["MalformedRequest"];
            401: components["responses"]["NotAuthenticated"];
            403: components["responses"]["NotPermitted"];
            404: components["responses"]["NotFound"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    databricksExtendRequest: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The request. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ExtendRequest"];
            };
        };
        responses: {
            /** @description The new request, which replaces the old one */
            201: {
                headers: {
                    /** @description The path of the new resource. */
                    Location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DatabricksRequestDetails"];
                };
            };
            400: components["responses"]["MalformedRequest"];
            401: components["responses"]["NotAuthenticated"];
            403: components["responses"]["NotPermitted"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["AlreadyExtended"];
            413: components["responses"]["BodyTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["InvalidFields"];
            500: components["responses"]["Internal"];
            503: components["responses"]["MaybeDecided"];
        };
    };
    databricksGiveBackRequest: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The request. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["GiveBackRequest"];
            };
        };
        responses: {
            /** @description The request, whose access is there again */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DatabricksRequestDetails"];
                };
            };
            400: components["responses"]["MalformedRequest"];
            401: components["responses"]["NotAuthenticated"];
            403: components["responses"]["NotPermitted"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["NothingToGiveBack"];
            413: components["responses"]["BodyTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["InvalidFields"];
            500: components["responses"]["Internal"];
            502: components["responses"]["GivingFailed"];
            503: components["responses"]["MaybeDecided"];
        };
    };
    databricksLetExpireRequest: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The request. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The request, without further reminders */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DatabricksRequestDetails"];
                };
            };
            400: components["responses"]["MalformedRequest"];
            401: components["responses"]["NotAuthenticated"];
            403: components["responses"]["NotPermitted"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["NotActive"];
            422: components["responses"]["InvalidFields"];
            500: components["responses"]["Internal"];
            503: components["responses"]["MaybeDecided"];
        };
    };
    databricksRevokeRequest: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The request. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RevokeRequest"];
            };
        };
        responses: {
            /** @description The revoked request */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DatabricksRequestDetails"];
                };
            };
            400: components["responses"]["MalformedRequest"];
            401: components["responses"]["NotAuthenticated"];
            403: components["responses"]["NotPermitted"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["NotActive"];
            413: components["responses"]["BodyTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["InvalidFields"];
            500: components["responses"]["Internal"];
            502: components["responses"]["RemovalFailed"];
            503: components["responses"]["MaybeDecided"];
        };
    };
    databricksUndoLetExpireRequest: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The request. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The request, whose reminders are sent again */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DatabricksRequestDetails"];
                };
            };
            400: components["responses"]["MalformedRequest"];
            401: components["responses"]["NotAuthenticated"];
            403: components["responses"]["NotPermitted"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["NotActive"];
            422: components["responses"]["InvalidFields"];
            500: components["responses"]["Internal"];
            503: components["responses"]["MaybeDecided"];
        };
    };
    databricksExtendRequests: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ExtendRequests"];
            };
        };
        responses: {
            /** @description The outcome for each of the requests */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DecisionOutcomes"];
                };
            };
            400: components["responses"]["MalformedRequest"];
            401: components["responses"]["NotAuthenticated"];
            403: components["responses"]["NotPermitted"];
            413: components["responses"]["BodyTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["InvalidFields"];
            500: components["responses"]["Internal"];
            503: components["responses"]["MaybeDecided"];
        };
    };
    databricksGiveBackRequests: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["GiveBackRequests"];
            };
        };
        responses: {
            /** @description The outcome for each of the requests */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DecisionOutcomes"];
                };
            };
            400: components["responses"]["MalformedRequest"];
            401: components["responses"]["NotAuthenticated"];
            403: components["responses"]["NotPermitted"];
            413: components["responses"]["BodyTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["InvalidFields"];
            500: components["responses"]["Internal"];
            503: components["responses"]["MaybeDecided"];
        };
    };
    databricksLetExpireRequests: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ChosenRequests"];
            };
        };
        responses: {
            /** @description The outcome for each of the requests */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DecisionOutcomes"];
                };
            };
            400: components["responses"]["MalformedRequest"];
            401: components["responses"]["NotAuthenticated"];
            403: components["responses"]["NotPermitted"];
            413: components["responses"]["BodyTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["InvalidFields"];
            500: components["responses"]["Internal"];
            503: components["responses"]["MaybeDecided"];
        };
    };
    databricksNotificationJobStatus: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The state of the notification job, and the end of its last run */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobStatusResponse"];
                };
            };
            400: components["responses"]["MalformedRequest"];
            401: components["responses"]["NotAuthenticated"];
            403: components["responses"]["NotPermitted"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    databricksListPendingExpiry: {
        parameters: {
            query?: {
                /** @description The `nextCursor` or `prevCursor` of another page. Leave it out for the first page. */
                cursor?: string;
                /** @description Only requests that expire at this moment or later. Those that never expire are left out. */
                expiresFrom?: string;
                /** @description Only requests that expire before this moment. */
                expiresTo?: string;
                /** @description `false`: only requests without a single, plain email address, which get no reminders until someone corrects it. `true`: only the others. */
                hasUsableEmail?: boolean;
                /** @description Only the request with this id. */
                id?: string;
                /** @description The largest number of items on a page. */
                limit?: number;
                /** @description Only requests for this privilege. */
                privilege?: string;
                /** @description Only requests with a text field that contains this, three characters or more. A text with an `@` finds only email addresses that begin with it, which is faster. */
                q?: string;
                /** @description Only requests made at this moment or later. */
                requestedFrom?: string;
                /** @description Only requests made before this moment. */
                requestedTo?: string;
                /** @description The order. A leading `-` means descending. `urgency` begins with overdue requests, then those that expire soonest, those that never expire, and those no longer active. */
                sort?: "expiresOn" | "-expiresOn" | "requestedOn" | "-requestedOn" | "requestedByEmail" | "-requestedByEmail" | "id" | "-id" | "urgency";
                /** @description Only requests in this status: Active, Extended, Revoked, Superseded, or one that only your own programs know. */
                status?: string;
                /** @description `true`: only requests whose expiry date cannot be read. `false`: only the others. */
                unreadableExpiry?: boolean;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Active requests whose expiry has passed */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DatabricksRequestPage"];
                };
            };
            400: components["responses"]["MalformedRequest"];
            401: components["responses"]["NotAuthenticated"];
            403: components["responses"]["NotPermitted"];
            422: components["responses"]["InvalidFields"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    databricksListPendingNotifications: {
        parameters: {
            query?: {
                /** @description The `nextCursor` or `prevCursor` of another page. Leave it out for the first page. */
                cursor?: string;
                /** @description Only requests that expire at this moment or later. Those that never expire are left out. */
                expiresFrom?: string;
                /** @description Only requests that expire before this moment. */
                expiresTo?: string;
                /** @description `false`: only requests without a single, plain email address, which get no reminders until someone corrects it. `true`: only the others. */
                hasUsableEmail?: boolean;
                /** @description Only the request with this id. */
                id?: string;
                /** @description The largest number of items on a page. */
                limit?: number;
                /** @description Only requests for this privilege. */
                privilege?: string;
                /** @description Only requests with a text field that contains this, three characters or more. A text with an `@` finds only email addresses that begin with it, which is faster. */
                q?: string;
                /** @description Only requests made at this moment or later. */
                requestedFrom?: string;
                /** @description Only requests made before this moment. */
                requestedTo?: string;
                /** @description The order. A leading `-` means descending. `urgency` begins with overdue requests, then those that expire soonest, those that never expire, and those no longer active. */
                sort?: "expiresOn" | "-expiresOn" | "requestedOn" | "-requestedOn" | "requestedByEmail" | "-requestedByEmail" | "id" | "-id" | "urgency";
                /** @description Only requests in this status: Active, Extended, Revoked, Superseded, or one that only your own programs know. */
                status?: string;
                /** @description `true`: only requests whose expiry date cannot be read. `false`: only the others. */
                unreadableExpiry?: boolean;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Requests that are due for a reminder */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PendingDatabricksNotificationPage"];
                };
            };
            400: components["responses"]["MalformedRequest"];
            401: components["responses"]["NotAuthenticated"];
            403: components["responses"]["NotPermitted"];
            422: components["responses"]["InvalidFields"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    databricksRevokeRequests: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RevokeRequests"];
            };
        };
        responses: {
            /** @description The outcome for each of the requests */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DecisionOutcomes"];
                };
            };
            400: components["responses"]["MalformedRequest"];
            401: components["responses"]["NotAuthenticated"];
            403: components["responses"]["NotPermitted"];
            413: components["responses"]["BodyTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["InvalidFields"];
            500: components["responses"]["Internal"];
            503: components["responses"]["MaybeDecided"];
        };
    };
    databricksRevokeExpired: {
        parameters: {
            query?: {
                /** @description Returns a preview instead of starting a run. Nothing is locked, sent or changed. */
                dryRun?: boolean;
            };
            header?: {
                /** @description `respond-async` asks for an answer of 202 at once, instead of one when the work has ended. */
                Prefer?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The result of the revoke job */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RevokeExpiredResponse"] | components["schemas"]["RevokeExpiredPreview"];
                };
            };
            /** @description The accepted run, which starts as soon as it can */
            202: {
                headers: {
                    /** @description The path of the run, which tells the outcome. */
                    Location?: string;
                    /** @description Always `respond-async`. */
                    "Preference-Applied"?: string;
                    /** @description The seconds to wait before reading it. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["QueuedRun"];
                };
            };
            400: components["responses"]["MalformedRequest"];
            401: components["responses"]["NotAuthenticated"];
            403: components["responses"]["NotPermitted"];
            409: components["responses"]["JobAlreadyRunning"];
            422: components["responses"]["InvalidFields"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    databricksRevokeJobStatus: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The state of the revoke job, and the end of its last run */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobStatusResponse"];
                };
            };
            400: components["responses"]["MalformedRequest"];
            401: components["responses"]["NotAuthenticated"];
            403: components["responses"]["NotPermitted"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    databricksSendExpiryNotifications: {
        parameters: {
            query?: {
                /** @description Returns a preview instead of starting a run. Nothing is locked, sent or changed. */
                dryRun?: boolean;
                /** @description Fails the sends to this address. For tests, if the settings allow it. May be repeated. */
                failEmail?: string[];
                /** @description Retries only the requests that failed in this run or its chain and are still due. */
                onlyFailedOf?: string;
                /** @description Fails about half of the sends at random. For tests, if the settings allow it. */
                simulateFailures?: boolean;
            };
            header?: {
                /** @description `respond-async` asks for an answer of 202 at once, instead of one when the work has ended. */
                Prefer?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The result of the notification job */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ExpiryNotificationsResponse"] | components["schemas"]["ExpiryNotificationsPreview"];
                };
            };
            /** @description The accepted run, which starts as soon as it can */
            202: {
                headers: {
                    /** @description The path of the run, which tells the outcome. */
                    Location?: string;
                    /** @description Always `respond-async`. */
                    "Preference-Applied"?: string;
                    /** @description The seconds to wait before reading it. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["QueuedRun"];
                };
            };
            400: components["responses"]["MalformedRequest"];
            401: components["responses"]["NotAuthenticated"];
            403: components["responses"]["NotPermitted"];
            409: components["responses"]["JobAlreadyRunning"];
            422: components["responses"]["InvalidFields"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    databricksUndoLetExpireRequests: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ChosenRequests"];
            };
        };
        responses: {
            /** @description The outcome for each of the requests */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DecisionOutcomes"];
                };
            };
            400: components["responses"]["MalformedRequest"];
            401: components["responses"]["NotAuthenticated"];
            403: components["responses"]["NotPermitted"];
            413: components["responses"]["BodyTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["InvalidFields"];
            500: components["responses"]["Internal"];
            503: components["responses"]["MaybeDecided"];
        };
    };
    listFindings: {
        parameters: {
            query?: {
                /** @description The `nextCursor` or `prevCursor` of another page. Leave it out for the first page. */
                cursor?: string;
                /** @description Only findings of this kind. */
                kind?: "cameBack" | "missing" | "unrecorded" | "heldBefore" | "notKnown";
                /** @description The largest number of items on a page. */
                limit?: number;
                /** @description Only findings on this platform. */
                platform?: "databricks" | "palantir";
                /** @description Only findings about people, groups or service principals. */
                principalKind?: "person" | "group" | "servicePrincipal" | "unknown";
                /** @description Only findings whose principal or resource contains this, three characters or more. */
                q?: string;
                /** @description The order. A leading `-` means descending. */
                sort?: "firstSeenAt" | "-firstSeenAt" | "lastSeenAt" | "-lastSeenAt" | "endedAt" | "-endedAt";
                /** @description `open`: only findings that need someone. `ignored`: only those ignored now. `ended`: only the others. */
                state?: "open" | "ignored" | "ended";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All findings of the nightly checks, the newest first */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FindingPage"];
                };
            };
            400: components["responses"]["MalformedRequest"];
            401: components["responses"]["NotAuthenticated"];
            403: components["responses"]["NotPermitted"];
            422: components["responses"]["InvalidFields"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    databricksAdoptFindings: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AdoptFindings"];
            };
        };
        responses: {
            /** @description The outcome for each of the findings */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FindingOutcomes"];
                };
            };
            400: components["responses"]["MalformedRequest"];
            401: components["responses"]["NotAuthenticated"];
            403: components["responses"]["NotPermitted"];
            413: components["responses"]["BodyTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["InvalidFields"];
            500: components["responses"]["Internal"];
            503: components["responses"]["MaybeDecided"];
        };
    };
    databricksGiveBackFindings: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ActOnFindings"];
            };
        };
        responses: {
            /** @description The outcome for each of the findings */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FindingOutcomes"];
                };
            };
            400: components["responses"]["MalformedRequest"];
            401: components["responses"]["NotAuthenticated"];
            403: components["responses"]["NotPermitted"];
            413: components["responses"]["BodyTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["InvalidFields"];
            500: components["responses"]["Internal"];
            503: components["responses"]["MaybeDecided"];
        };
    };
    databricksIgnoreFindings: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["IgnoreFindings"];
            };
        };
        responses: {
            /** @description The outcome for each of the findings */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FindingOutcomes"];
                };
            };
            400: components["responses"]["MalformedRequest"];
            401: components["responses"]["NotAuthenticated"];
            403: components["responses"]["NotPermitted"];
            413: components["responses"]["BodyTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["InvalidFields"];
            500: components["responses"]["Internal"];
            503: components["responses"]["MaybeDecided"];
        };
    };
    databricksStopIgnoringFindings: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ChosenFindings"];
            };
        };
        responses: {
            /** @description The outcome for each of the findings */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FindingOutcomes"];
                };
            };
            400: components["responses"]["MalformedRequest"];
            401: components["responses"]["NotAuthenticated"];
            403: components["responses"]["NotPermitted"];
            413: components["responses"]["BodyTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["InvalidFields"];
            500: components["responses"]["Internal"];
            503: components["responses"]["MaybeDecided"];
        };
    };
    databricksTakeAwayFindings: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ActOnFindings"];
            };
        };
        responses: {
            /** @description The outcome for each of the findings */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FindingOutcomes"];
                };
            };
            400: components["responses"]["MalformedRequest"];
            401: components["responses"]["NotAuthenticated"];
            403: components["responses"]["NotPermitted"];
            413: components["responses"]["BodyTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["InvalidFields"];
            500: components["responses"]["Internal"];
            503: components["responses"]["MaybeDecided"];
        };
    };
    palantirAdoptFindings: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AdoptFindings"];
            };
        };
        responses: {
            /** @description The outcome for each of the findings */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FindingOutcomes"];
                };
            };
            400: components["responses"]["MalformedRequest"];
            401: components["responses"]["NotAuthenticated"];
            403: components["responses"]["NotPermitted"];
            413: components["responses"]["BodyTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["InvalidFields"];
            500: components["responses"]["Internal"];
            503: components["responses"]["MaybeDecided"];
        };
    };
    palantirGiveBackFindings: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ActOnFindings"];
            };
        };
        responses: {
            /** @description The outcome for each of the findings */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FindingOutcomes"];
                };
            };
            400: components["responses"]["MalformedRequest"];
            401: components["responses"]["NotAuthenticated"];
            403: components["responses"]["NotPermitted"];
            413: components["responses"]["BodyTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["InvalidFields"];
            500: components["responses"]["Internal"];
            503: components["responses"]["MaybeDecided"];
        };
    };
    palantirIgnoreFindings: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["IgnoreFindings"];
            };
        };
        responses: {
            /** @description The outcome for each of the findings */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FindingOutcomes"];
                };
            };
            400: components["responses"]["MalformedRequest"];
            401: components["responses"]["NotAuthenticated"];
            403: components["responses"]["NotPermitted"];
            413: components["responses"]["BodyTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["InvalidFields"];
            500: components["responses"]["Internal"];
            503: components["responses"]["MaybeDecided"];
        };
    };
    palantirStopIgnoringFindings: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ChosenFindings"];
            };
        };
        responses: {
            /** @description The outcome for each of the findings */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FindingOutcomes"];
                };
            };
            400: components["responses"]["MalformedRequest"];
            401: components["responses"]["NotAuthenticated"];
            403: components["responses"]["NotPermitted"];
            413: components["responses"]["BodyTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["InvalidFields"];
            500: components["responses"]["Internal"];
            503: components["responses"]["MaybeDecided"];
        };
    };
    palantirTakeAwayFindings: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ActOnFindings"];
            };
        };
        responses: {
            /** @description The outcome for each of the findings */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FindingOutcomes"];
                };
            };
            400: components["responses"]["MalformedRequest"];
            401: components["responses"]["NotAuthenticated"];
            403: components["responses"]["NotPermitted"];
            413: components["responses"]["BodyTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["InvalidFields"];
            500: components["responses"]["Internal"];
            503: components["responses"]["MaybeDecided"];
        };
    };
    showHealth: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The app is alive */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Health"];
                };
            };
            400: components["responses"]["MalformedRequest"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    showReadiness: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The database can be reached and written to, and its schema is complete */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Health"];
                };
            };
            400: components["responses"]["MalformedRequest"];
            500: components["responses"]["Internal"];
            503: components["responses"]["NotReady"];
        };
    };
    listJobRuns: {
        parameters: {
            query?: {
                /** @description The `nextCursor` or `prevCursor` of another page. Leave it out for the first page. */
                cursor?: string;
                /** @description Only runs that ended at this moment or later. */
                endedFrom?: string;
                /** @description Only runs that ended before this moment. */
                endedTo?: string;
                /** @description Only runs of jobs of this kind. */
                kind?: "ExpiryNotification" | "RevokeExpired" | "AccessCheck";
                /** @description The largest number of items on a page. */
                limit?: number;
                /** @description Only runs of this platform's jobs. */
                platform?: "databricks" | "palantir";
                /** @description The order. A leading `-` means descending. */
                sort?: "startedAt" | "-startedAt" | "endedAt" | "-endedAt" | "duration" | "-duration";
                /** @description Only runs that started at this moment or later. */
                startedFrom?: string;
                /** @description Only runs that started before this moment. */
                startedTo?: string;
                /** @description Only runs in this status. A run without a sign of life for too long is Abandoned. */
                status?: "Queued" | "InProgress" | "Completed" | "Failed" | "Abandoned" | "Cancelled";
                /** @description Only runs with this trigger. */
                trigger?: "timer" | "person" | "automation" | "continuation";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All runs, the newest first */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RecordedRunPage"];
                };
            };
            400: components["responses"]["MalformedRequest"];
            401: components["responses"]["NotAuthenticated"];
            403: components["responses"]["NotPermitted"];
            422: components["responses"]["InvalidFields"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    showJobRun: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The run. */
                jobId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One run, with the number of its records of each outcome */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RecordedRunDetails"];
                };
            };
            400: components["responses"]["MalformedRequest"];
            401: components["responses"]["NotAuthenticated"];
            403: components["responses"]["NotPermitted"];
            404: components["responses"]["NotFound"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    cancelJobRun: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The run. */
                jobId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The cancelled run, which stops at its next item or gets no follow-up run */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RecordedRunDetails"];
                };
            };
            400: components["responses"]["MalformedRequest"];
            401: components["responses"]["NotAuthenticated"];
            403: components["responses"]["NotPermitted"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["RunNotCancellable"];
            422: components["responses"]["InvalidFields"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    listJobRunItems: {
        parameters: {
            query: {
                /** @description The `nextCursor` or `prevCursor` of another page. Leave it out for the first page. */
                cursor?: string;
                /** @description The largest number of items on a page. */
                limit?: number;
                /** @description Only records of this outcome: what the run notified or revoked, or what failed. */
                outcome: "notified" | "revoked" | "failed" | "notKnown" | "found" | "ended";
                /** @description Only items whose email address contains this, three characters or more. */
                q?: string;
                /** @description The order. A leading `-` means descending. */
                sort?: "at" | "-at";
            };
            header?: never;
            path: {
                /** @description The run. */
                jobId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The records of one run: what it notified, revoked or failed at */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RunItemPage"];
                };
            };
            400: components["responses"]["MalformedRequest"];
            401: components["responses"]["NotAuthenticated"];
            403: components["responses"]["NotPermitted"];
            404: components["responses"]["NotFound"];
            422: components["responses"]["InvalidFields"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    showOverview: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The concerns that need a person, and the figures of every platform and job */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Overview"];
                };
            };
            400: components["responses"]["MalformedRequest"];
            401: components["responses"]["NotAuthenticated"];
            403: components["responses"]["NotPermitted"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    palantirListRequests: {
        parameters: {
            query?: {
                /** @description The `nextCursor` or `prevCursor` of another page. Leave it out for the first page. */
                cursor?: string;
                /** @description Only requests that expire at this moment or later. Those that never expire are left out. */
                expiresFrom?: string;
                /** @description Only requests that expire before this moment. */
                expiresTo?: string;
                /** @description `false`: only requests without a single, plain email address, which get no reminders until someone corrects it. `true`: only the others. */
                hasUsableEmail?: boolean;
                /** @description Only the request with this id. */
                id?: string;
                /** @description The largest number of items on a page. */
                limit?: number;
                /** @description Only requests with a text field that contains this, three characters or more. A text with an `@` finds only email addresses that begin with it, which is faster. */
                q?: string;
                /** @description Only requests made at this moment or later. */
                requestedFrom?: string;
                /** @description Only requests made before this moment. */
                requestedTo?: string;
                /** @description Only requests for this role. */
                role?: string;
                /** @description The order. A leading `-` means descending. `urgency` begins with overdue requests, then those that expire soonest, those that never expire, and those no longer active. */
                sort?: "expiresOn" | "-expiresOn" | "requestedOn" | "-requestedOn" | "requestedByEmail" | "-requestedByEmail" | "id" | "-id" | "urgency";
                /** @description Only requests in this status: Active, Extended, Revoked, Superseded, or one that only your own programs know. */
                status?: string;
                /** @description `true`: only requests whose expiry date cannot be read. `false`: only the others. */
                unreadableExpiry?: boolean;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All requests, each with its latest revocation */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ListedPalantirRequestPage"];
                };
            };
            400: components["responses"]["MalformedRequest"];
            401: components["responses"]["NotAuthenticated"];
            403: components["responses"]["NotPermitted"];
            422: components["responses"]["InvalidFields"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    palantirCreateRequest: {
        parameters: {
            query?: never;
            header?: {
                /** @description A key that the caller chooses. A request that is sent again with the same key is stored only once. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreatePalantirRequest"];
            };
        };
        responses: {
            /** @description The new request, as stored */
            201: {
                headers: {
                    /** @description The path of the new resource. */
                    Location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PalantirRequest"];
                };
            };
            400: components["responses"]["MalformedRequest"];
            401: components["responses"]["NotAuthenticated"];
            403: components["responses"]["NotPermitted"];
            413: components["responses"]["BodyTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["InvalidFields"];
            500: components["responses"]["Internal"];
            503: components["responses"]["MaybeStored"];
        };
    };
    palantirShowRequest: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The request. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One request with its timeline */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PalantirRequestDetails"];
                };
            };
            400: components["responses"]["MalformedRequest"];
            401: components["responses"]["NotAuthenticated"];
            403: components["responses"]["NotPermitted"];
            404: components["responses"]["NotFound"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    palantirExtendRequest: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The request. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ExtendRequest"];
            };
        };
        responses: {
            /** @description The new request, which replaces the old one */
            201: {
                headers: {
                    /** @description The path of the new resource. */
                    Location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PalantirRequestDetails"];
                };
            };
            400: components["responses"]["MalformedRequest"];
            401: components["responses"]["NotAuthenticated"];
            403: components["responses"]["NotPermitted"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["AlreadyExtended"];
            413: components["responses"]["BodyTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["InvalidFields"];
            500: components["responses"]["Internal"];
            503: components["responses"]["MaybeDecided"];
        };
    };
    palantirGiveBackRequest: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The request. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["GiveBackRequest"];
            };
        };
        responses: {
            /** @description The request, whose access is there again */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PalantirRequestDetails"];
                };
            };
            400: components["responses"]["MalformedRequest"];
            401: components["responses"]["NotAuthenticated"];
            403: components["responses"]["NotPermitted"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["NothingToGiveBack"];
            413: components["responses"]["BodyTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["InvalidFields"];
            500: components["responses"]["Internal"];
            502: components["responses"]["GivingFailed"];
            503: components["responses"]["MaybeDecided"];
        };
    };
    palantirLetExpireRequest: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The request. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The request, without further reminders */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PalantirRequestDetails"];
                };
            };
            400: components["responses"]["MalformedRequest"];
            401: components["responses"]["NotAuthenticated"];
            403: components["responses"]["NotPermitted"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["NotActive"];
            422: components["responses"]["InvalidFields"];
            500: components["responses"]["Internal"];
            503: components["responses"]["MaybeDecided"];
        };
    };
    palantirRevokeRequest: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The request. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RevokeRequest"];
            };
        };
        responses: {
            /** @description The revoked request */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PalantirRequestDetails"];
                };
            };
            400: components["responses"]["MalformedRequest"];
            401: components["responses"]["NotAuthenticated"];
            403: components["responses"]["NotPermitted"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["NotActive"];
            413: components["responses"]["BodyTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["InvalidFields"];
            500: components["responses"]["Internal"];
            502: components["responses"]["RemovalFailed"];
            503: components["responses"]["MaybeDecided"];
        };
    };
    palantirUndoLetExpireRequest: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The request. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The request, whose reminders are sent again */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PalantirRequestDetails"];
                };
            };
            400: components["responses"]["MalformedRequest"];
            401: components["responses"]["NotAuthenticated"];
            403: components["responses"]["NotPermitted"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["NotActive"];
            422: components["responses"]["InvalidFields"];
            500: components["responses"]["Internal"];
            503: components["responses"]["MaybeDecided"];
        };
    };
    palantirExtendRequests: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ExtendRequests"];
            };
        };
        responses: {
            /** @description The outcome for each of the requests */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DecisionOutcomes"];
                };
            };
            400: components["responses"]["MalformedRequest"];
            401: components["responses"]["NotAuthenticated"];
            403: components["responses"]["NotPermitted"];
            413: components["responses"]["BodyTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["InvalidFields"];
            500: components["responses"]["Internal"];
            503: components["responses"]["MaybeDecided"];
        };
    };
    palantirGiveBackRequests: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["GiveBackRequests"];
            };
        };
        responses: {
            /** @description The outcome for each of the requests */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DecisionOutcomes"];
                };
            };
            400: components["responses"]["MalformedRequest"];
            401: components["responses"]["NotAuthenticated"];
            403: components["responses"]["NotPermitted"];
            413: components["responses"]["BodyTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["InvalidFields"];
            500: components["responses"]["Internal"];
            503: components["responses"]["MaybeDecided"];
        };
    };
    palantirLetExpireRequests: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ChosenRequests"];
            };
        };
        responses: {
            /** @description The outcome for each of the requests */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DecisionOutcomes"];
                };
            };
            400: components["responses"]["MalformedRequest"];
            401: components["responses"]["NotAuthenticated"];
            403: components["responses"]["NotPermitted"];
            413: components["responses"]["BodyTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["InvalidFields"];
            500: components["responses"]["Internal"];
            503: components["responses"]["MaybeDecided"];
        };
    };
    palantirNotificationJobStatus: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The state of the notification job, and the end of its last run */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobStatusResponse"];
                };
            };
            400: components["responses"]["MalformedRequest"];
            401: components["responses"]["NotAuthenticated"];
            403: components["responses"]["NotPermitted"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    palantirListPendingExpiry: {
        parameters: {
            query?: {
                /** @description The `nextCursor` or `prevCursor` of another page. Leave it out for the first page. */
                cursor?: string;
                /** @description Only requests that expire at this moment or later. Those that never expire are left out. */
                expiresFrom?: string;
                /** @description Only requests that expire before this moment. */
                expiresTo?: string;
                /** @description `false`: only requests without a single, plain email address, which get no reminders until someone corrects it. `true`: only the others. */
                hasUsableEmail?: boolean;
                /** @description Only the request with this id. */
                id?: string;
                /** @description The largest number of items on a page. */
                limit?: number;
                /** @description Only requests with a text field that contains this, three characters or more. A text with an `@` finds only email addresses that begin with it, which is faster. */
                q?: string;
                /** @description Only requests made at this moment or later. */
                requestedFrom?: string;
                /** @description Only requests made before this moment. */
                requestedTo?: string;
                /** @description Only requests for this role. */
                role?: string;
                /** @description The order. A leading `-` means descending. `urgency` begins with overdue requests, then those that expire soonest, those that never expire, and those no longer active. */
                sort?: "expiresOn" | "-expiresOn" | "requestedOn" | "-requestedOn" | "requestedByEmail" | "-requestedByEmail" | "id" | "-id" | "urgency";
                /** @description Only requests in this status: Active, Extended, Revoked, Superseded, or one that only your own programs know. */
                status?: string;
                /** @description `true`: only requests whose expiry date cannot be read. `false`: only the others. */
                unreadableExpiry?: boolean;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Active requests whose expiry has passed */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PalantirRequestPage"];
                };
            };
            400: components["responses"]["MalformedRequest"];
            401: components["responses"]["NotAuthenticated"];
            403: components["responses"]["NotPermitted"];
            422: components["responses"]["InvalidFields"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    palantirListPendingNotifications: {
        parameters: {
            query?: {
                /** @description The `nextCursor` or `prevCursor` of another page. Leave it out for the first page. */
                cursor?: string;
                /** @description Only requests that expire at this moment or later. Those that never expire are left out. */
                expiresFrom?: string;
                /** @description Only requests that expire before this moment. */
                expiresTo?: string;
                /** @description `false`: only requests without a single, plain email address, which get no reminders until someone corrects it. `true`: only the others. */
                hasUsableEmail?: boolean;
                /** @description Only the request with this id. */
                id?: string;
                /** @description The largest number of items on a page. */
                limit?: number;
                /** @description Only requests with a text field that contains this, three characters or more. A text with an `@` finds only email addresses that begin with it, which is faster. */
                q?: string;
                /** @description Only requests made at this moment or later. */
                requestedFrom?: string;
                /** @description Only requests made before this moment. */
                requestedTo?: string;
                /** @description Only requests for this role. */
                role?: string;
                /** @description The order. A leading `-` means descending. `urgency` begins with overdue requests, then those that expire soonest, those that never expire, and those no longer active. */
                sort?: "expiresOn" | "-expiresOn" | "requestedOn" | "-requestedOn" | "requestedByEmail" | "-requestedByEmail" | "id" | "-id" | "urgency";
                /** @description Only requests in this status: Active, Extended, Revoked, Superseded, or one that only your own programs know. */
                status?: string;
                /** @description `true`: only requests whose expiry date cannot be read. `false`: only the others. */
                unreadableExpiry?: boolean;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Requests that are due for a reminder */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PendingPalantirNotificationPage"];
                };
            };
            400: components["responses"]["MalformedRequest"];
            401: components["responses"]["NotAuthenticated"];
            403: components["responses"]["NotPermitted"];
            422: components["responses"]["InvalidFields"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    palantirRevokeRequests: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RevokeRequests"];
            };
        };
        responses: {
            /** @description The outcome for each of the requests */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DecisionOutcomes"];
                };
            };
            400: components["responses"]["MalformedRequest"];
            401: components["responses"]["NotAuthenticated"];
            403: components["responses"]["NotPermitted"];
            413: components["responses"]["BodyTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["InvalidFields"];
            500: components["responses"]["Internal"];
            503: components["responses"]["MaybeDecided"];
        };
    };
    palantirRevokeExpired: {
        parameters: {
            query?: {
                /** @description Returns a preview instead of starting a run. Nothing is locked, sent or changed. */
                dryRun?: boolean;
            };
            header?: {
                /** @description `respond-async` asks for an answer of 202 at once, instead of one when the work has ended. */
                Prefer?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The result of the revoke job */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RevokeExpiredResponse"] | components["schemas"]["RevokeExpiredPreview"];
                };
            };
            /** @description The accepted run, which starts as soon as it can */
            202: {
                headers: {
                    /** @description The path of the run, which tells the outcome. */
                    Location?: string;
                    /** @description Always `respond-async`. */
                    "Preference-Applied"?: string;
                    /** @description The seconds to wait before reading it. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["QueuedRun"];
                };
            };
            400: components["responses"]["MalformedRequest"];
            401: components["responses"]["NotAuthenticated"];
            403: components["responses"]["NotPermitted"];
            409: components["responses"]["JobAlreadyRunning"];
            422: components["responses"]["InvalidFields"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    palantirRevokeJobStatus: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The state of the revoke job, and the end of its last run */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobStatusResponse"];
                };
            };
            400: components["responses"]["MalformedRequest"];
            401: components["responses"]["NotAuthenticated"];
            403: components["responses"]["NotPermitted"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    palantirSendExpiryNotifications: {
        parameters: {
            query?: {
                /** @description Returns a preview instead of starting a run. Nothing is locked, sent or changed. */
                dryRun?: boolean;
                /** @description Fails the sends to this address. For tests, if the settings allow it. May be repeated. */
                failEmail?: string[];
                /** @description Retries only the requests that failed in this run or its chain and are still due. */
                onlyFailedOf?: string;
                /** @description Fails about half of the sends at random. For tests, if the settings allow it. */
                simulateFailures?: boolean;
            };
            header?: {
                /** @description `respond-async` asks for an answer of 202 at once, instead of one when the work has ended. */
                Prefer?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The result of the notification job */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ExpiryNotificationsResponse"] | components["schemas"]["ExpiryNotificationsPreview"];
                };
            };
            /** @description The accepted run, which starts as soon as it can */
            202: {
                headers: {
                    /** @description The path of the run, which tells the outcome. */
                    Location?: string;
                    /** @description Always `respond-async`. */
                    "Preference-Applied"?: string;
                    /** @description The seconds to wait before reading it. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["QueuedRun"];
                };
            };
            400: components["responses"]["MalformedRequest"];
            401: components["responses"]["NotAuthenticated"];
            403: components["responses"]["NotPermitted"];
            409: components["responses"]["JobAlreadyRunning"];
            422: components["responses"]["InvalidFields"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    palantirUndoLetExpireRequests: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ChosenRequests"];
            };
        };
        responses: {
            /** @description The outcome for each of the requests */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DecisionOutcomes"];
                };
            };
            400: components["responses"]["MalformedRequest"];
            401: components["responses"]["NotAuthenticated"];
            403: components["responses"]["NotPermitted"];
            413: components["responses"]["BodyTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["InvalidFields"];
            500: components["responses"]["Internal"];
            503: components["responses"]["MaybeDecided"];
        };
    };
}

export const formRules = {
  "CreateDatabricksRequest": {
    "required": [
      "requestedByEmail",
      "businessReason",
      "catalogName",
      "schemaName",
      "tableName",
      "privilege"
    ],
    "properties": {
      "requestedByEmail": {
        "format": "email",
        "maxLength": 320,
        "type": "string"
      },
      "businessReason": {
        "maxLength": 2000,
        "minLength": 1,
        "type": "string"
      },
      "expiresOn": {
        "anyOf": [
          {
            "format": "date-time",
            "type": "string"
          },
          {
            "type": "null"
          }
        ],
        "default": null
      },
      "catalogName": {
        "maxLength": 255,
        "minLength": 1,
        "type": "string"
      },
      "schemaName": {
        "maxLength": 255,
        "minLength": 1,
        "type": "string"
      },
      "tableName": {
        "maxLength": 255,
        "minLength": 1,
        "type": "string"
      },
      "privilege": {
        "enum": [
          "SELECT",
          "MODIFY",
          "ALL PRIVILEGES"
        ],
        "type": "string"
      }
    }
  },
  "CreatePalantirRequest": {
    "required": [
      "requestedByEmail",
      "businessReason",
      "resourceRid",
      "role"
    ],
    "properties": {
      "requestedByEmail": {
        "format": "email",
        "maxLength": 320,
        "type": "string"
      },
      "businessReason": {
        "maxLength": 2000,
        "minLength": 1,
        "type": "string"
      },
      "expiresOn": {
        "anyOf": [
          {
            "format": "date-time",
            "type": "string"
          },
          {
            "type": "null"
          }
        ],
        "default": null
      },
      "resourceRid": {
        "maxLength": 255,
        "pattern": "^ri\\.[a-z][a-z0-9-]*\\.([a-z0-9][a-z0-9-]*)?\\.[a-z][a-z0-9-]*\\.[A-Za-z0-9._-]+$",
        "type": "string"
      },
      "role": {
        "enum": [
          "Viewer",
          "Editor",
          "Owner",
          "Discoverer"
        ],
        "type": "string"
      }
    }
  }
} as const;

export const requestStatuses = ["Active","Extended","Revoked","Superseded"] as const;
