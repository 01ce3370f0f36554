"""Previews a revoke run. Nothing is locked or changed, here or at the platform."""

from access.connectors.choice import removes_access
from access.list_query import RequestListQuery
from access.models import StoredRequest
from access.platforms.platform import Platform
from access.repository import AccessRequestRepository
from config.context import AppContext
from jobs.models import PreviewedRevocation, RevokeExpiredPreview
from jobs.revocations.due import NOTHING_FOUND
from jobs.runs.preview import MAX_ITEMS, by_resource
from jobs.runs.report import would_do
from sql.statements import statement


def preview_revoke_expired(context: AppContext, platform: Platform) -> RevokeExpiredPreview:
    """Returns the requests that a run would revoke. With a connector, they have the platform's answer."""
    first = AccessRequestRepository(platform, context).list_pending_expiry(RequestListQuery(limit=MAX_ITEMS)).items
    with context.database.read() as connection:
        clause = statement("count_expired_by_resource", connection, **platform.sql_names)
        counts = connection.execute(clause).mappings().all()
    count = sum(row["requests"] for row in counts)
    is_removed = removes_access(context.settings, platform)
    items = [_previewed(platform, request) for request in first]
    if is_removed:
        from jobs.revocations.current_grants import with_current_grants  # only with a connector

        items = with_current_grants(context, platform, first, items)
    return RevokeExpiredPreview(
        message=would_do("revoke", count) or NOTHING_FOUND,
        count=count,
        removes_access=is_removed,
        **by_resource(platform, counts),
        items=items,
    )


def _previewed(platform: Platform, request: StoredRequest) -> PreviewedRevocation:
    fields = {
        "request_id": request.id,
        "email": request.requested_by_email,
        "resource": platform.resource_text(request.model_dump()),
        "expires_on": request.expires_on,
    }
    return PreviewedRevocation.model_validate(fields)
