"""Inputs that have broken other products: a clean refusal, or a row that reads back as it was sent."""

from typing import Any

import pytest

from access.operations import create_request, list_requests, list_requests_of_person, show_request
from access.platforms import DATABRICKS, PALANTIR, Platform
from tests.calls import VALID_REQUESTS, call, call_operation

pytestmark = pytest.mark.slow

# fmt: off
SQL = [
    "'", "''", "';", "'; DROP TABLE JobRun; --", "' OR '1'='1", "' OR 1=1 --", '" OR ""="', "') OR ('a'='a",
    '1; SELECT 1', "'; WAITFOR DELAY '0:0:5' --", "'; EXEC xp_cmdshell('dir'); --", "' UNION SELECT NULL, NULL --",
    '/* */', '--', '#', '%', '_', '[a-z]', '[^a]', '\\', "\\'", '%27', "N'x'", 'CHAR(39)', ':limit', ':id', '@p1', '?',
    '{requests}', '{{id}}', 'GO', '\nGO\n', 'NULL', 'null', 'DEFAULT', "x' COLLATE NOCASE", 'a;b', 'a||b', '0x41',
    'CAST(1 AS int)',
]
MARKUP = [
    '<script>alert(1)</script>', '<img src=x onerror=alert(1)>', '<svg/onload=alert(1)>', 'javascript:alert(1)', '<!--',
    '</textarea>', '&lt;', '&#60;', '&amp;', '<a href=//evil.test>', '{{7*7}}', '${7*7}', '#{7*7}', '<%= 7*7 %>', ']]>',
    "<?xml version='1.0'?>", "<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]>", '<b>bold</b>', '`id`', '$(id)',
]
FORMULAS = [
    '=1+1', '+1+1', '-1+1', '@SUM(1)', '=HYPERLINK("http://evil.test")', "=cmd|'/c calc'!A1", '\t=1+1', '|calc',
]
PATHS = [
    '../../etc/passwd', '..\\..\\boot.ini', '/etc/passwd', 'file:///etc/passwd', 'C:\\', '\\\\evil.test\\share',
    '%2e%2e%2f', 'CON', 'NUL', 'aux.txt', 'a/b', './.', '~root', 'con.', 'http://169.254.169.254/', 'ldap://evil.test',
    '${jndi:ldap://x}',
]
HEADERS = [
    'a\r\nBcc: bob@test.com', 'a\nSet-Cookie: x=1', 'a\r\n\r\nbody', 'a\rb', '=?utf-8?q?=0aBcc?=', '\r\n.\r\n',
    'a\x0bb', 'a\x00b', 'a\x1bb', '\x1b[31mred', 'a\x7fb', 'a\x85b', 'a\u2028b', 'a\u2029b', '\ufeffa', 'a\u202eb',
    'a\u2066b\u2069',
]
TEXTS = [
    '', ' ', '\t', '\n', '\xa0', '\u3000', '\u200b', '\u200d', '\u2060', '\xad', '\u3164', '\u115f', '\u2800', '\ufe0f',
    'a\u0300', '\u0300',
    'Z\u0335\u0335\u0335\u0335\u0335\u0335\u0335\u0335\u0335\u0335\u0335\u0335\u0335\u0335\u0335\u0335\u0335\u0335\u0335\u0335\u0335\u0335\u0335\u0335\u0335\u0335\u0335\u0335\u0335\u0335\u0335\u0335\u0335\u0335\u0335\u0335\u0335\u0335\u0335\u0335\u0335\u0335\u0335\u0335\u0335\u0335\u0335\u0335\u0335\u0335',
    '\ufdfa', '\ufb01', '\xdf', '\u0130', '\u0131', '\u01c5', '\u03a9', '\xc5', 'e\u0301', '\xe9', '\xf1',
    '\ud55c\uae00', '\u0e20\u0e32\u0e29\u0e32\u0e44\u0e17\u0e22', '\u65e5\u672c\u8a9e',
    '\u05e2\u05d1\u05e8\u05d9\u05ea', '\u0627\u0644\u0639\u0631\u0628\u064a\u0629',
    '\u0939\u093f\u0928\u094d\u0926\u0940', '\U0001f44d', '\U0001f44d\U0001f3fd',
    '\U0001f469\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466', '\U0001f3f3\ufe0f\u200d\U0001f308',
    '\U0001f1e9\U0001f1ea', '\U0001d56c\U0001d587\U0001d588', '\U0002070e', '\U0010ffff', '\ufffd', '\uffff', '\u2460',
    '\xbd',
]
NUMBERS = [
    '0', '-0', '-1', '1e309', 'NaN', 'Infinity', '-Infinity', '0x10', '1_000', '\u0661\u0662\u0663',
    '99999999999999999999999999999999999999999999999999', '2147483648', '1.0', '1,5', 'true', 'false', 'undefined',
    'None', '[]', '{}', '[object Object]', '0000-00-00', '9999-12-31', '1970-01-01T00:00:00Z',
]
# fmt: on
LONG = [
    "x" * 255,
    "x" * 256,
    "x" * 2000,
    "x" * 2001,
    "👍" * 127,
    "👍" * 128,
    "👍" * 1000,
    "👍" * 1001,
    "a " * 1000,
    "\u0300" * 255,
]
WRONG_TYPES: list[Any] = [
    None,
    True,
    False,
    0,
    -1,
    1.5,
    10**400,
    [],
    ["x"],
    {},
    {"$ne": ""},
    {"toString": 1},
    [[]],
    [None],
]

HOSTILE_TEXTS = [*SQL, *MARKUP, *FORMULAS, *PATHS, *HEADERS, *TEXTS, *NUMBERS, *LONG]
# fmt: off
HOSTILE_ADDRESSES = [
    'alice', '@', 'a@', '@b', 'a@b', 'a@@b.com', 'a b@test.com', 'a@b..com', 'a@-b.com', '.a@test.com', 'a.@test.com',
    'a@test.com,b@test.com', 'a@test.com;b@test.com', 'a@test.com b@test.com', 'Alice <a@test.com>', '<a@test.com>',
    'a@test.com\r\nBcc: b@test.com', 'a@test.com\x00', 'a@[127.0.0.1]', 'a@127.0.0.1', 'a@localhost', '"a b"@test.com',
    'a@test.com%0aBcc:b@test.com', 'mailto:a@test.com', 'a@test\u3002com', 'a@\u202etest.com', '\u0430@test.com\u200b',
    'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx@test.com',
    'a@xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx.com',
    'a@x.x.x.x.x.x.x.x.x.x.x.x.x.x.x.x.x.x.x.x.x.x.x.x.x.x.x.x.x.x.x.x.x.x.x.x.x.x.x.x.x.x.x.x.x.x.x.x.x.x.x.x.x.x.x.x.x.x.x.x.x.x.x.x.x.x.x.x.x.x.x.x.x.x.x.x.x.x.x.x.x.x.x.x.x.x.x.x.x.x.x.x.x.x.x.x.x.x.x.x.x.x.x.x.x.x.x.x.x.x.x.x.x.x.x.x.x.x.x.x.x.x.x.x.x.x.x.x.x.x.x.x.x.x.x.x.x.x.x.x.x.x.x.x.x.x.x.x.x.x.x.x.x.x.x.x.x.x.x.x.com',
    '\xfcn\xef@test.com', 'a@m\xfcller.de', 'a+b@test.com', "o'neil@test.com", 'a%b@test.com', 'a_b@test.com',
    'A@TEST.COM', 'a=b@test.com', '{a}@test.com', 'a@xn--mller-kva.de', '-a@test.com', 'a|b@test.com',
]
# fmt: on


def answered(platform: Platform, **fields: Any) -> dict[str, Any] | None:
    """The request as stored, or None when it was refused by the names of its fields."""
    reply = call(create_request, platform, body={**VALID_REQUESTS[platform], **fields})
    if reply.status == 201:
        stored: dict[str, Any] = call(show_request, platform, path={"id": reply.json["id"]}).json
        return stored
    assert reply.status == 422, reply
    assert set(reply.wrong_fields) == set(fields)
    return None


def test_list_is_long() -> None:
    assert len({*HOSTILE_TEXTS, *HOSTILE_ADDRESSES}) >= 200


@pytest.mark.parametrize("text", HOSTILE_TEXTS, ids=lambda text: ascii(text[:20]))
def test_hostile_text_is_refused_or_reads_back_as_it_was_sent(text: str) -> None:
    for platform, field in ((PALANTIR, "businessReason"), (DATABRICKS, "tableName"), (DATABRICKS, "businessReason")):
        stored = answered(platform, **{field: text})
        if stored:
            expected = text.replace("\r\n", "\n").strip()
            assert stored[field] == expected
            assert is_found(platform, expected)


def is_found(platform: Platform, text: str) -> bool:
    """By a search for it, where it is one and not for an address."""
    reply = call(list_requests, platform, {"q": text[:300]})
    if "@" in text[1:]:
        return reply.status == 200
    if len(text) < 3:
        return (reply.status, reply.wrong_fields) == (422, ["q"])
    return bool(reply.json["total"])


@pytest.mark.parametrize("address", HOSTILE_ADDRESSES, ids=lambda text: ascii(text[:24]))
def test_hostile_address_is_refused_or_is_one_address(platform: Platform, address: str) -> None:
    stored = answered(platform, requestedByEmail=address)
    if stored:
        kept = stored["requestedByEmail"]
        assert kept.count("@") == 1
        assert not set(kept) & set(" \r\n\t,;<>\0")
        found = call_operation(list_requests_of_person, {"email": kept}).json["items"]
        assert [item["id"] for item in found] == [stored["id"]]


@pytest.mark.parametrize("value", WRONG_TYPES, ids=str)
def test_wrong_type_is_refused_by_field(platform: Platform, value: Any) -> None:
    for field in set(VALID_REQUESTS[platform]):
        assert answered(platform, **{field: value}) is None


def test_hostile_ids_and_filters_find_nothing(platform: Platform) -> None:
    for text in [*HOSTILE_TEXTS, *HOSTILE_ADDRESSES]:
        assert call(show_request, platform, path={"id": text}).status == 404
        assert call(list_requests, platform, {"status": text, "id": text}).status in (200, 422)
