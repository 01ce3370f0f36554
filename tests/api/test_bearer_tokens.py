"""Bearer tokens, verified against the keys of an issuer that runs here: what opens a door, and what never does."""

import base64
import hashlib
import hmac
import json
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key

from access import operations as access_requests
from access.platforms import DATABRICKS
from api import bearer_tokens
from api.authorization import PRINCIPAL_HEADER
from api.bearer_tokens import MAX_KEYS_BYTES, token_verifier
from config.context import AppContext
from config.settings import read_settings
from jobs import operations as jobs
from tests.calls import Reply, call, use_context

ISSUER = "https://login.test/tenant/v2.0"
AUDIENCE = "00000000-1111-2222-3333-444444444444"
KEY = generate_private_key(65537, 2048)
OTHER_KEY = generate_private_key(65537, 2048)


def as_jwk(key: RSAPrivateKey, key_id: str) -> dict[str, Any]:
    return {**jwt.algorithms.RSAAlgorithm.to_jwk(key.public_key(), as_dict=True), "kid": key_id, "use": "sig"}


@dataclass
class Issuer:
    """Tells its keys over HTTP, unless it is `down`, and only once `may_answer` is set."""

    keys: dict[str, RSAPrivateKey] = field(default_factory=lambda: {"one": KEY})
    body: bytes | None = None
    location: str | None = None
    down: bool = False
    asked: int = 0
    may_answer: threading.Event = field(default_factory=threading.Event)
    uri: str = ""

    def answer(self) -> tuple[int, bytes]:
        self.asked += 1
        self.may_answer.wait(30)
        if self.down:
            return 500, b""
        if self.location:
            return 302, b""
        keys = [as_jwk(key, key_id) for key_id, key in self.keys.items()]
        return 200, self.body if self.body is not None else json.dumps({"keys": keys}).encode()


@pytest.fixture
def issuer(context: AppContext) -> Iterator[Issuer]:
    issuer = Issuer()
    issuer.may_answer.set()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, body = issuer.answer()
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            if status == 302:
                self.send_header("Location", str(issuer.location))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    issuer.uri = f"http://127.0.0.1:{server.server_port}/keys"
    serve(context, issuer)
    yield issuer
    issuer.may_answer.set()
    server.shutdown()
    server.server_close()


def serve(context: AppContext, issuer: Issuer, **settings: Any) -> None:
    """An app that requires authorization and trusts the issuer."""
    token_verifier.cache_clear()
    trust = {"auth_issuer": ISSUER, "auth_audience": AUDIENCE, "auth_jwks_uri": issuer.uri}
    given = read_settings(require_authorization=True, revoke_delay_seconds=0, **trust, **settings)
    use_context(AppContext(given, context.database, context.run_database))


def token(
    key: RSAPrivateKey = KEY, *, key_id: str | None = "one", algorithm: str = "RS256", **changes: Any
) -> dict[str, str]:
    now = int(time.time())
    claims = {
        **{"iss": ISSUER, "aud": AUDIENCE, "iat": now, "nbf": now, "exp": now + 3600},
        **{"azp": "robot", "oid": "4f0b", "roles": ["read", "operate"]},
        **changes,
    }
    claims = {name: value for name, value in claims.items() if value is not None}
    headers = {"kid": key_id} if key_id else {}
    return {"Authorization": f"Bearer {jwt.encode(claims, key, algorithm, headers=headers)}"}


def listed(headers: dict[str, str]) -> Reply:
    return call(access_requests.list_requests, DATABRICKS, headers=headers)


def part(content: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(content).encode()).rstrip(b"=").decode()


def _header(**changes: Any) -> bytes:
    return json.dumps({"alg": "RS256", "kid": "one", **changes}).encode()


FORGED = "mallory@test.com\r\n2026-01-01 00:00:00 INFO forged\u2028forged"
HOSTILE_HEADERS = {
    "critical": _header(crit=[FORGED]),
    "many critical": _header(crit=[f"forged{number}" for number in range(900)]),
    "too long": _header(crit=[f"forged{number}" for number in range(30_000)]),
    "critical text": _header(crit=FORGED),
    "algorithm": _header(alg=FORGED),
    "algorithms": _header(alg=[FORGED]),
    "key id": _header(kid=FORGED),
    "key ids": _header(kid={FORGED: FORGED}),
    "type": _header(typ=FORGED),
    "key": _header(jwk={"kty": FORGED}, jku=FORGED, x5u=FORGED),
    "detached": _header(b64=False, crit=["b64"]),
    "deep": b'{"alg": "RS256", "kid": ' + b"[" * 10_000,
    "huge number": b'{"alg": "RS256", "kid": ' + b"9" * 10_000 + b"}",
    "not a number": b'{"alg": NaN, "kid": Infinity}',
    "twice": b'{"alg": "RS256", "alg": "forged", "kid": "one", "kid": "forged"}',
    "half a character": b'{"alg": "\\ud800forged", "kid": "\\udc00"}',
    "not UTF-8": b'{"alg": "\xff\xfeforged"}',
    "empty": b"",
}


def signed_with_the_public_key(audience: str = AUDIENCE) -> dict[str, str]:
    """HS256 with what everybody knows of the key as its secret: libraries that trust the header accept it."""
    public = KEY.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    claims = {"iss": ISSUER, "aud": audience, "exp": int(time.time()) + 3600, "roles": ["read"]}
    signed = f"{part({'alg': 'HS256', 'typ': 'JWT', 'kid': 'one'})}.{part(claims)}"
    signature = hmac.new(public, signed.encode(), hashlib.sha256).digest()
    return {"Authorization": f"Bearer {signed}.{base64.urlsafe_b64encode(signature).rstrip(b'=').decode()}"}


def unsigned() -> dict[str, str]:
    claims = {"iss": ISSUER, "aud": AUDIENCE, "exp": int(time.time()) + 3600, "roles": ["read"]}
    return {"Authorization": f"Bearer {part({'alg': 'none', 'kid': 'one'})}.{part(claims)}."}


@pytest.mark.usefixtures("issuer")
def test_token_opens_what_its_roles_allow() -> None:
    assert listed(token()).status == 200
    assert call(jobs.revoke_expired, DATABRICKS, headers=token()).status == 200
    assert call(jobs.revoke_expired, DATABRICKS, headers=token(roles=["read"])).status == 403
    assert listed(token(roles=None)).status == 403
    assert listed(token(roles="read")).status == 200
    assert listed({}).status == 401


@pytest.mark.usefixtures("issuer")
def test_run_is_recorded_under_the_application_of_its_token() -> None:
    call(jobs.revoke_expired, DATABRICKS, headers=token())
    last = call(jobs.revoke_job_status, DATABRICKS, headers=token()).json["lastRun"]
    assert last["triggeredBy"] == "robot"


@pytest.mark.usefixtures("issuer")
@pytest.mark.parametrize(
    "headers",
    [
        token(aud="somebody else"),
        token(aud=None),
        token(aud=[]),
        token(iss="https://login.test/other/v2.0"),
        token(iss=None),
        token(exp=int(time.time()) - 3600),
        token(exp=None),
        token(exp="tomorrow"),
        token(nbf=int(time.time()) + 3600),
        token(OTHER_KEY),
        token(key_id="unknown"),
        token(key_id=None),
        token(algorithm="RS512"),
        token(algorithm="PS256"),
        signed_with_the_public_key(),
        unsigned(),
        token(upn="alice\ud800@test.com"),
        {"Authorization": "Bearer"},
        {"Authorization": "Bearer garbage"},
        {"Authorization": "Bearer a.b.c"},
        {"Authorization": f"Bearer {part({'alg': 'RS256', 'kid': ['one']})}.e30.e30"},
        {"Authorization": f"Bearer {part([])}.e30.e30"},
        {"Authorization": "Basic YWxpY2U6c2VjcmV0"},
    ],
    ids=[
        *("other audience", "no audience", "empty audience", "other issuer", "no issuer", "expired", "no expiry"),
        *("odd expiry", "not yet valid", "other key", "unknown key", "no key", "RS512", "PS256", "HS256 confusion"),
        *("alg none", "half a character", "nothing", "garbage", "dots", "odd key id", "odd header", "password"),
    ],
)
def test_token_that_is_not_the_issuers_for_this_app_and_moment_is_nobody(headers: dict[str, str]) -> None:
    reply = listed(headers)
    assert (reply.status, reply.mimetype) == (401, "application/problem+json")
    assert reply.headers["WWW-Authenticate"] == "Bearer"


def test_keys_are_asked_for_once(issuer: Issuer) -> None:
    for _ in range(5):
        assert listed(token()).status == 200
    assert issuer.asked == 1


def test_key_that_came_since_is_found(issuer: Issuer, monkeypatch: pytest.MonkeyPatch) -> None:
    assert listed(token()).status == 200
    issuer.keys = {"two": OTHER_KEY}
    monkeypatch.setattr(bearer_tokens, "ASK_AGAIN_SECONDS", 0.0)
    assert listed(token(OTHER_KEY, key_id="two")).status == 200
    assert listed(token()).status == 401  # withdrawn


def test_made_up_keys_do_not_make_the_issuer_be_asked_each_time(issuer: Issuer) -> None:
    for number in range(20):
        assert listed(token(key_id=f"made up {number}")).status == 401
    assert issuer.asked == 1


def test_issuer_that_is_down_is_told_apart_from_a_wrong_token(issuer: Issuer) -> None:
    issuer.down = True
    reply = listed(token())
    assert (reply.status, reply.json["title"]) == (503, "Sign-in unavailable")
    assert reply.headers["Retry-After"]


def test_issuer_that_hangs_is_given_up(issuer: Issuer, monkeypatch: pytest.MonkeyPatch, context: AppContext) -> None:
    monkeypatch.setattr(bearer_tokens, "FETCH_TIMEOUT_SECONDS", 0.2)
    serve(context, issuer)
    issuer.may_answer.clear()
    assert listed(token()).status == 503


DEEP = b"[" * 100_000
NONSENSE = {
    **{text: text.encode() for text in ("", "<html>", "[]", "{}", '{"keys": 7}', '{"keys": []}', '{"keys": [{}]}')},
    "deep": DEEP,
    "deep inside": b'{"keys": ' + DEEP,
    "huge number": b'{"keys": [' + b"9" * 10_000 + b"]}",
    "not a number": b'{"keys": NaN}',
    "key id that is a list": json.dumps({"keys": [{**as_jwk(KEY, "one"), "kid": ["one"]}]}).encode(),
    "odd key": json.dumps({"keys": [{**as_jwk(KEY, "one"), "n": 7}]}).encode(),
    "too much": json.dumps({"keys": [as_jwk(KEY, "one")], "padding": "x" * MAX_KEYS_BYTES}).encode(),
}


@pytest.mark.parametrize("body", NONSENSE.values(), ids=NONSENSE)
def test_issuer_that_tells_nonsense_is_unavailable(issuer: Issuer, body: bytes) -> None:
    issuer.body = body
    assert listed(token()).status == 503


def test_issuer_is_not_followed_elsewhere(issuer: Issuer) -> None:
    issuer.location = issuer.uri
    assert listed(token()).status == 503
    assert issuer.asked == 1


def test_known_keys_serve_on_while_the_issuer_is_down(issuer: Issuer, monkeypatch: pytest.MonkeyPatch) -> None:
    assert listed(token()).status == 200
    issuer.down = True
    for name in ("FRESH_SECONDS", "ASK_AGAIN_SECONDS"):
        monkeypatch.setattr(bearer_tokens, name, 0.0)
    assert listed(token()).status == 200
    assert issuer.asked == 2
    monkeypatch.setattr(bearer_tokens, "USABLE_SECONDS", 0.0)
    assert listed(token()).status == 503


def test_known_key_waits_for_no_hanging_issuer(issuer: Issuer, monkeypatch: pytest.MonkeyPatch) -> None:
    assert listed(token()).status == 200
    for name in ("FRESH_SECONDS", "ASK_AGAIN_SECONDS"):
        monkeypatch.setattr(bearer_tokens, name, 0.0)
    issuer.may_answer.clear()
    asking = threading.Thread(target=token_verifier(ISSUER, AUDIENCE, issuer.uri).verify, args=[bearer(token())])
    asking.start()
    while issuer.asked < 2:
        time.sleep(0.01)
    assert token_verifier(ISSUER, AUDIENCE, issuer.uri).verify(bearer(token()))
    assert asking.is_alive()
    issuer.may_answer.set()
    asking.join()


def bearer(headers: dict[str, str]) -> str:
    return headers["Authorization"].removeprefix("Bearer ")


def test_principal_of_the_platform_comes_first_where_it_authenticates(issuer: Issuer, context: AppContext) -> None:
    """A Static Web App puts a token of its own into Authorization."""
    serve(context, issuer, website_auth_enabled=True)
    principal = {"userDetails": "alice@test.com", "userRoles": ["read"]}
    header = {PRINCIPAL_HEADER: base64.b64encode(json.dumps(principal).encode()).decode()}
    assert listed({**header, "Authorization": "Bearer of.somebody.else"}).status == 200
    assert issuer.asked == 0


@pytest.mark.usefixtures("issuer")
def test_token_counts_and_no_principal_where_the_platform_does_not_vouch_for_it() -> None:
    principal = {"userDetails": "mallory@test.com", "userRoles": ["operate"]}
    header = {PRINCIPAL_HEADER: base64.b64encode(json.dumps(principal).encode()).decode()}
    assert listed({**header, **token(roles=["read"])}).status == 200
    assert call(jobs.revoke_expired, DATABRICKS, headers={**header, **token(roles=["read"])}).status == 403
    assert listed({**header, **token(aud="somebody else")}).status == 401
    assert listed(header).status == 400


def test_token_is_nobodys_business_where_no_issuer_is_trusted(context: AppContext) -> None:
    use_context(AppContext(read_settings(require_authorization=True), context.database, context.run_database))
    assert listed(token()).status == 401


@pytest.mark.usefixtures("issuer")
@pytest.mark.parametrize("header", HOSTILE_HEADERS.values(), ids=HOSTILE_HEADERS)
def test_what_a_token_says_is_neither_logged_nor_answered(caplog: pytest.LogCaptureFixture, header: bytes) -> None:
    caplog.set_level("DEBUG", "api")
    encoded = base64.urlsafe_b64encode(header).rstrip(b"=").decode()
    reply = listed({"Authorization": f"Bearer {encoded}.e30.e30"})
    assert reply.status == 401
    assert len(reply.text) < 300
    assert max(map(len, caplog.messages), default=0) < 150
    for text in (*caplog.messages, reply.text):
        assert "forged" not in text
        assert "mallory" not in text


@pytest.mark.usefixtures("issuer")
def test_longer_token_takes_no_more_than_its_share_of_time() -> None:
    """Sixteen times as long would be quadratic."""

    def seconds(count: int) -> float:
        critical = {"alg": "RS256", "kid": "one", "crit": [f"n{number}" for number in range(count)]}
        headers = {"Authorization": f"Bearer {part(critical)}.e30.e30"}
        took = []
        for _ in range(5):
            began = time.thread_time()
            assert listed(headers).status == 401
            took.append(time.thread_time() - began)
        return min(took)

    assert seconds(1200) < 9 * seconds(300)
    assert seconds(30_000) < 9 * seconds(300)


@pytest.mark.usefixtures("issuer")
def test_refused_token_is_not_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG", "api")
    headers = token(aud="somebody else")
    listed(headers)
    assert "refused" in caplog.text
    assert bearer(headers).partition(".")[2] not in caplog.text
