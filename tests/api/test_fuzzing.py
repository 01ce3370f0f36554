"""Made-up principals, tokens, cursors and bodies, seeded: each gets an answer that says what is wrong, or is right."""

import base64
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from access import operations as access_requests
from access.platforms import PLATFORMS, Platform
from api.authorization import PRINCIPAL_HEADER, Caller, identify_caller
from api.errors import NotAuthenticatedError
from config.context import AppContext
from config.settings import read_settings
from tests.calls import VALID_REQUESTS, call, use_context
from tests.made_up import json_values, seeded, texts
from tests.rows import add_requests

pytestmark = pytest.mark.slow


def encoded(value: Any) -> str:
    return base64.b64encode(json.dumps(value).encode()).decode()


claims = st.lists(
    st.fixed_dictionaries({"typ": st.sampled_from(["roles", "oid", "upn", "azp", "scp"]) | texts, "val": json_values}),
    max_size=4,
)
principals = st.one_of(
    st.text(max_size=50),
    st.binary(max_size=50).map(lambda content: base64.b64encode(content).decode()),
    json_values.map(encoded),
    st.fixed_dictionaries({"claims": claims | json_values, "role_typ": json_values}).map(encoded),
    st.fixed_dictionaries({"userDetails": json_values, "userRoles": st.lists(texts) | json_values}).map(encoded),
)


@seeded(100)
@given(principals)
def test_any_principal_is_somebody_or_nobody(header: str) -> None:
    try:
        caller = identify_caller(
            {PRINCIPAL_HEADER: header}, required=True, platform_authenticates=True, verify_token=None
        )
    except NotAuthenticatedError:
        return
    assert isinstance(caller, Caller)
    assert all(isinstance(role, str) for role in caller.roles)


@seeded(100)
@given(text=st.text(max_size=80) | st.builds("{}.{}.{}".format, *[json_values.map(encoded)] * 3))
def test_no_made_up_token_opens_anything(context: AppContext, text: str) -> None:
    trust = {"auth_issuer": "https://login.test", "auth_audience": "app", "auth_jwks_uri": "http://127.0.0.1:9/keys"}
    given = read_settings(require_authorization=True, **trust)
    use_context(AppContext(given, context.database, context.run_database))
    reply = call(access_requests.list_requests, PLATFORMS[0], headers={"authorization": f"Bearer {text}"})
    assert reply.status in (401, 503)


@pytest.fixture
def listed(context: AppContext, platform: Platform) -> Platform:
    add_requests(context.database, platform, [{}] * 3)
    return platform


@seeded(100)
@given(
    st.text(max_size=50)
    | st.binary(max_size=50).map(lambda content: base64.urlsafe_b64encode(content).decode())
    | json_values.map(lambda value: base64.urlsafe_b64encode(json.dumps(value).encode()).decode())
)
def test_no_made_up_cursor_leads_anywhere(listed: Platform, cursor: str) -> None:
    reply = call(access_requests.list_requests, listed, {"cursor": cursor})
    assert reply.status == 200 if cursor == "" else (reply.status, reply.wrong_fields) == (422, ["cursor"])


@seeded(100)
@given(parts=st.tuples(st.booleans(), st.integers(), st.lists(json_values, max_size=3), st.integers()))
def test_cursor_that_was_tampered_with_leads_to_a_page_or_nowhere(listed: Platform, parts: tuple[Any, ...]) -> None:
    genuine = call(access_requests.list_requests, listed, "limit=1").json["nextCursor"]
    identity = json.loads(base64.urlsafe_b64decode(genuine))[0]
    forged = base64.urlsafe_b64encode(json.dumps([identity, *parts]).encode()).decode()
    assert call(access_requests.list_requests, listed, {"limit": 1, "cursor": forged}).status in (200, 422)


def bodies(platform: Platform) -> st.SearchStrategy[dict[str, Any]]:
    """A valid request of which some fields are anything."""
    valid = VALID_REQUESTS[platform]
    return st.fixed_dictionaries({name: st.just(value) | texts | json_values for name, value in valid.items()})


@seeded(100)
@given(data=st.data())
def test_any_body_is_refused_by_field_or_stored_as_it_is(platform: Platform, data: st.DataObject) -> None:
    body = data.draw(bodies(platform))
    reply = call(access_requests.create_request, platform, body=body)
    if reply.status == 201:
        stored = call(access_requests.show_request, platform, path={"id": reply.json["id"]}).json
        for name in set(body) - {"requestedByEmail"}:
            assert stored[name] == body[name].strip()
    else:
        assert reply.status in (400, 422)
        assert reply.json["detail"]
