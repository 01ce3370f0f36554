"""Flow 2 on a real database."""

from datetime import timedelta

import pytest

from access.app_context import AppContext
from access.platforms import Platform
from jobs.revoke_expired import NOTHING_FOUND, run_revoke_expired
from tests.rows import add_request, revocation_count, status_of


@pytest.mark.parametrize("expired_for", [timedelta(minutes=1), timedelta(days=1), timedelta(days=400)])
def test_expired_request_is_revoked_and_recorded(
    context: AppContext, platform: Platform, expired_for: timedelta
) -> None:
    request_id = add_request(context.database, platform, expires_on=context.database.utc_now() - expired_for)
    response = run_revoke_expired(context, platform, triggered_by="test")
    assert response.revoked_count == 1
    assert status_of(context.database, platform, request_id) == "Revoked"
    assert revocation_count(context.database, platform, request_id) == 1


def test_nothing_expired_says_so(context: AppContext, platform: Platform) -> None:
    add_request(context.database, platform)
    response = run_revoke_expired(context, platform, triggered_by="test")
    assert (response.message, response.revoked_count) == (NOTHING_FOUND, 0)
