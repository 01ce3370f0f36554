"""Registers every function of the app; what they do is in access/ and jobs/."""

import azure.functions as func

from access import endpoints as access_requests
from access.app_context import app_context
from access.platforms import DATABRICKS, PALANTIR
from jobs import endpoints as jobs

app_context()  # an unusable setting stops the app here, and an embedded database gets its schema
app = func.FunctionApp(http_auth_level=func.AuthLevel.ANONYMOUS)


@app.route("openapi.json", methods=["GET"])
def get_openapi_document(req: func.HttpRequest) -> func.HttpResponse:
    return access_requests.get_openapi_document(req)


@app.route("databricks/access-requests", methods=["GET"])
def databricks_list_requests(req: func.HttpRequest) -> func.HttpResponse:
    return access_requests.list_requests(req, DATABRICKS)


@app.route("databricks/access-requests/pending-expiry", methods=["GET"])
def databricks_list_pending_expiry(req: func.HttpRequest) -> func.HttpResponse:
    return access_requests.list_pending_expiry(req, DATABRICKS)


@app.route("databricks/access-requests", methods=["POST"])
def databricks_create_request(req: func.HttpRequest) -> func.HttpResponse:
    return access_requests.create_request(req, DATABRICKS)


@app.route("databricks/access-requests/pending-notifications", methods=["GET"])
def databricks_list_pending_notifications(req: func.HttpRequest) -> func.HttpResponse:
    return access_requests.list_pending_notifications(req, DATABRICKS)


@app.route("databricks/access-requests/send-expiry-notifications", methods=["POST"])
def databricks_send_expiry_notifications(req: func.HttpRequest) -> func.HttpResponse:
    return jobs.send_expiry_notifications(req, DATABRICKS)


@app.route("databricks/access-requests/notification-job-status", methods=["GET"])
def databricks_notification_job_status(req: func.HttpRequest) -> func.HttpResponse:
    return jobs.notification_job_status(req, DATABRICKS)


@app.route("databricks/access-requests/revoke-expired", methods=["POST"])
def databricks_revoke_expired(req: func.HttpRequest) -> func.HttpResponse:
    return jobs.revoke_expired(req, DATABRICKS)


@app.route("databricks/access-requests/revoke-job-status", methods=["GET"])
def databricks_revoke_job_status(req: func.HttpRequest) -> func.HttpResponse:
    return jobs.revoke_job_status(req, DATABRICKS)


@app.timer_trigger("timer", "%EXPIRY_NOTIFICATION_DATABRICKS_SCHEDULE%")
def databricks_send_expiry_notifications_on_timer(timer: func.TimerRequest) -> None:
    jobs.send_expiry_notifications_on_timer(timer, DATABRICKS)


@app.timer_trigger("timer", "%REVOKE_EXPIRED_DATABRICKS_SCHEDULE%")
def databricks_revoke_expired_on_timer(timer: func.TimerRequest) -> None:
    jobs.revoke_expired_on_timer(timer, DATABRICKS)


@app.route("palantir/access-requests", methods=["GET"])
def palantir_list_requests(req: func.HttpRequest) -> func.HttpResponse:
    return access_requests.list_requests(req, PALANTIR)


@app.route("palantir/access-requests/pending-expiry", methods=["GET"])
def palantir_list_pending_expiry(req: func.HttpRequest) -> func.HttpResponse:
    return access_requests.list_pending_expiry(req, PALANTIR)


@app.route("palantir/access-requests", methods=["POST"])
def palantir_create_request(req: func.HttpRequest) -> func.HttpResponse:
    return access_requests.create_request(req, PALANTIR)


@app.route("palantir/access-requests/pending-notifications", methods=["GET"])
def palantir_list_pending_notifications(req: func.HttpRequest) -> func.HttpResponse:
    return access_requests.list_pending_notifications(req, PALANTIR)


@app.route("palantir/access-requests/send-expiry-notifications", methods=["POST"])
def palantir_send_expiry_notifications(req: func.HttpRequest) -> func.HttpResponse:
    return jobs.send_expiry_notifications(req, PALANTIR)


@app.route("palantir/access-requests/notification-job-status", methods=["GET"])
def palantir_notification_job_status(req: func.HttpRequest) -> func.HttpResponse:
    return jobs.notification_job_status(req, PALANTIR)


@app.route("palantir/access-requests/revoke-expired", methods=["POST"])
def palantir_revoke_expired(req: func.HttpRequest) -> func.HttpResponse:
    return jobs.revoke_expired(req, PALANTIR)


@app.route("palantir/access-requests/revoke-job-status", methods=["GET"])
def palantir_revoke_job_status(req: func.HttpRequest) -> func.HttpResponse:
    return jobs.revoke_job_status(req, PALANTIR)


@app.timer_trigger("timer", "%EXPIRY_NOTIFICATION_PALANTIR_SCHEDULE%")
def palantir_send_expiry_notifications_on_timer(timer: func.TimerRequest) -> None:
    jobs.send_expiry_notifications_on_timer(timer, PALANTIR)


@app.timer_trigger("timer", "%REVOKE_EXPIRED_PALANTIR_SCHEDULE%")
def palantir_revoke_expired_on_timer(timer: func.TimerRequest) -> None:
    jobs.revoke_expired_on_timer(timer, PALANTIR)
