"""Both flows share pooled connections: what one leaves behind must not disturb the other."""

from datetime import timedelta

from access.platforms import Platform
from config.context import AppContext
from jobs.reminders.run import run_expiry_notifications
from jobs.revocations.run import run_revoke_expired
from tests.jobs.run_requests import reminder_run, revoke_run
from tests.rows import add_request


def test_reminders_are_recorded_on_connections_that_revoked_before(context: AppContext, platform: Platform) -> None:
    for _ in range(3):
        now = context.database.utc_now()
        add_request(context.database, platform, expires_on=now - timedelta(days=2))
        add_request(context.database, platform, expires_on=now + timedelta(days=20))
        assert run_revoke_expired(context, revoke_run(platform)).revoked_count == 1
        response = run_expiry_notifications(context, reminder_run(platform))
        assert response.failed == []
