"""Foreign words made fit for a log: without addresses however they are written, in time that grows with the text."""

import base64
import time
from collections.abc import Callable
from http.client import RemoteDisconnected

import pytest
from pydantic import BaseModel, ValidationError

from config.log_text import (
    ADDRESS,
    bounded,
    leave_out_addresses,
    one_line,
    without_refused_values,
    words_of,
    words_of_cause,
)

N = 2_000
HOSTILE = {
    "one word": "a" * N,
    "many at signs": "@" * N,
    "addresses without an end": "a@" * N,
    "at signs apart": "@ " * N,
    "quotes": '"@' * N,
    "brackets": "a@[" * N,
    "blanks": " " * N,
    "line breaks": "\n550-5.1.1 " * (N // 10),
    "percent signs": "%41%4" * (N // 5),
    "backslashes": "\\" * N,
    "ampersands": "&#1" * N,
    "base64": "YWxp" * N,
    "beginnings of the address": "alic" * N,
    "accents": "e" + "\u0301\u0316" * N,
    "values": "value (" * N,
    "keys": "Key (" * N,
    "syntax": "invalid input syntax for " * (N // 20),
    "numbers": "value '" + "(1" * N,
    "parameters": "[parameters: " * (N // 10),
}


def clean(text: str) -> str:
    return one_line(leave_out_addresses(without_refused_values(text), ["alice.smith@contoso.com"]))


def seconds(work: Callable[[str], object], text: str) -> float:
    """The processor's time for it, at its best."""

    def once() -> float:
        began = time.thread_time()
        work(text)
        return time.thread_time() - began

    return min(once() for _ in range(4))


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_four_times_the_text_takes_about_four_times_as_long(text: str) -> None:
    """Sixteen times would be quadratic."""
    assert seconds(clean, text * 4) < 9 * seconds(clean, text)


KNOWN = {
    "all its characters": ("under_score-{1}@contoso.com", "550 <under_score-{1}@contoso.com> no", "under_score"),
    "an apostrophe": ("o'brien@contoso.com", "no such user o'brien@contoso.com", "o'"),
    "an escaped apostrophe": ("o'brien@contoso.com", str((550, 'no "user" o\'brien@contoso.com')), "brien"),
    "a slash": ("team/alice=x@contoso.com", "550 team/alice=x@contoso.com is full", "team"),
    "its local part": ("alice@contoso.com", "the mailbox 'alice' is full", "alice"),
    "its local part without the tag": ("alice+audit@contoso.com", "mailbox alice is full", "alice"),
    "capitals": ("alice@contoso.com", "<ALICE@CONTOSO.COM>, CN=ALICE", "ALICE"),
    "VERP": ("alice@contoso.com", "bounce+alice=contoso.com@mx.test", "alice"),
    "SRS": ("alice@contoso.com", "SRS0=Ab1=CD=contoso.com=alice@fwd.test", "alice"),
    "BATV": ("alice@contoso.com", "prvs=1234567890=alice@contoso.com", "alice"),
    "a guest's name": ("alice@contoso.com", "alice_contoso.com#EXT#@fabrikam.onmicrosoft.com", "alice"),
    "percent signs": ("alice@contoso.com", "?to=%3Calice%40contoso.com%3E", "alice"),
    "percent signs twice": ("al+ice@contoso.com", "?to=al%252Bice%2540contoso.com", "ice"),
    "quoted-printable": ("alice@contoso.com", "=?utf-8?Q?=3Calice=40contoso.com=3E?=", "alice"),
    "ORCPT": ("alice+audit@contoso.com", "ORCPT=rfc822;alice+2Baudit+40contoso.com", "alice"),
    "entities": ("alice@contoso.com", "&lt;alice&#64;contoso&#x2e;com&gt;", "alice"),
    "JSON": ("alice@contoso.com", r"\u003calice\u0040contoso.com\u003e", "alice"),
    "quotes": ("alice@contoso.com", '"alice"@contoso.com', "alice"),
    "lines": ("alice.smith@contoso.com", "5.1.1 no user alice.sm\n5.1.1 ith@conto\r\n550-5.1.1 so.com", "alice"),
    "lines made one": ("alice.smith@contoso.com", "no user alice.sm ith@conto so.com", "alice"),
    "invisible characters": ("alice.smith@contoso.com", "alice\u200b.smi\u00adth", "smi"),
    "DNS spelling": ("alice@b\u00fccher.example", "alice@xn--bcher-kva.example", "bcher"),
    "Unicode spelling": ("alice@xn--bcher-kva.example", "alice@B\u00dcCHER.example", "CHER"),
    "accents apart": ("jos\u00e9@contoso.com", "Jose\u0301@contoso.com and jos%C3%A9", "os"),
    "wide letters": ("alice@contoso.com", "\uff41\uff4cice\uff20contoso.com", "ice"),
    "no address at all": ("CONTOSO\\alice", "login of CONTOSO\\alice failed", "alice"),
}


@pytest.mark.parametrize(("address", "said", "part"), KNOWN.values(), ids=KNOWN)
def test_known_address_is_left_out_however_it_is_written(address: str, said: str, part: str) -> None:
    assert part in said
    left = leave_out_addresses(said, [address])
    assert part not in left
    assert ADDRESS in left


@pytest.mark.parametrize("wrap", [b"%s", b"To: %s", b"<%s>"])
@pytest.mark.parametrize("encode", [base64.b64encode, base64.urlsafe_b64encode])
def test_known_address_in_base64_is_left_out(wrap: bytes, encode: Callable[[bytes], bytes]) -> None:
    said = encode(wrap % b"alice@contoso.com").decode()
    assert leave_out_addresses(f"recipient {said} unknown", ["alice@contoso.com"]) == "recipient <address> unknown"


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("alice@contoso.com", "malice, malicious: the servers of contoso.com are down"),
        ("a@contoso.com", "not a mailbox"),
        ("ice@contoso.com", "the service does not serve notices"),
        ("it@contoso.com", "if it is full"),
    ],
)
def test_other_words_stay(address: str, said: str) -> None:
    assert leave_out_addresses(said, [address]) == said


@pytest.mark.parametrize(
    "said",
    [
        "hidden.person@contoso.com",
        "under_score-{1}@contoso.com",
        "o'brien@contoso.com",
        "a/b=c@contoso.com",
        '"hidden person"@contoso.com',
        "hidden%40contoso.com",
        "hidden@[192.0.2.1]",
        "mailto:hidden@contoso.com?subject=x",
    ],
)
def test_unknown_address_is_left_out_whole(said: str) -> None:
    left = leave_out_addresses(f"no user <{said}> here")
    assert left.startswith("no user <")
    assert left.endswith("> here")
    assert not [part for part in ("hidden", "person", "under", "brien", "o'", "a/b", "contoso") if part in left]


def test_at_signs_of_others_stay() -> None:
    said = "    @wraps(handler)\nfetch @ once; a @ b"
    assert leave_out_addresses(said) == said


def test_long_text_keeps_both_ends_and_no_part_of_a_word() -> None:
    text = "begin " + "x" * 100 + " alice.smith@contoso.com " * 300 + "end"
    short = bounded(text, 1000)
    assert short.startswith("begin xxx")
    assert short.endswith("end")
    assert len(short) < 1050
    assert "alice" not in leave_out_addresses(short)


def test_text_without_any_blank_is_cut_too() -> None:
    assert len(bounded("x" * 10_000, 100)) < 150


@pytest.mark.parametrize("character", ["\n", "\r", "\x00", "\x1b", "\x85", "\u2028", "\u202e", "\ud800", "\t"])
def test_nothing_breaks_the_line(character: str) -> None:
    assert one_line(f"a{character}2026-01-01 INFO forged") == "a 2026-01-01 INFO forged"


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("The duplicate key value is (alice, \n hidden). (2601) (SQLExecDirectW)", "value is <value> (2601) (SQL"),
        ("Truncated value: 'a\nhidden 'reason''. (2628) (SQLExecute)\n[SQL: INSERT]", "<value> (2628) (SQL"),
        (
            "duplicate key. DETAIL: Key (email, x)=(hidden, 1) already exists. (2627) (SQLExecute)",
            "Key (email, x)=<value>",
        ),
        ("Failing row contains (1, hidden, null). (515) (SQLExecute)", "contains <value> (515) (SQL"),
        ('invalid input syntax for type integer: "hidden" (8114) (SQLExecute)', "integer: <value> (8114) (SQL"),
        ("[SQL: INSERT]\n[parameters: {'email': 'hidden'}]\n(Background on this error at: x)", "[SQL: INSERT]"),
        ("[SQL: INSERT]\n[parameters: [('hidden]',), ('x',)]]", "[parameters left out]"),
    ],
)
def test_values_of_a_statement_are_left_out(said: str, left: str) -> None:
    assert "hidden" not in without_refused_values(said)
    assert left in without_refused_values(said)


class Shape(BaseModel):
    email: int


class UnreadableError(Exception):
    def __str__(self) -> str:
        raise RuntimeError


@pytest.mark.parametrize(
    "error", [TimeoutError(), ValueError(), OSError(), RemoteDisconnected(""), AssertionError(" ")]
)
def test_error_without_words_is_named(error: Exception) -> None:
    assert words_of(error) == type(error).__name__


def test_error_that_cannot_be_read_is_named() -> None:
    assert words_of(UnreadableError()) == "UnreadableError"


def test_words_of_an_error() -> None:
    assert words_of(ValueError("no")) == "no"
    assert words_of(Exception(550, 'o\'b "x"')) == '550 o\'b "x"'
    assert words_of(FileNotFoundError(2, "No such file")) == "[Errno 2] No such file"


def test_words_of_a_refused_value_do_not_repeat_it() -> None:
    with pytest.raises(ValidationError) as refused:
        Shape.model_validate({"email": "alice@contoso.com"})
    assert "alice" in str(refused.value)
    assert "alice" not in words_of(refused.value)
    assert words_of(refused.value).startswith("email: Input should be a valid integer")


@pytest.mark.parametrize(
    ("cause", "words"),
    [
        (None, "It took too long."),
        (TimeoutError(), "It took too long. (TimeoutError)"),
        (ConnectionError("reset by peer"), "reset by peer"),
    ],
)
def test_cause_without_words_leaves_those_of_the_error(cause: Exception | None, words: str) -> None:
    error = RuntimeError("It took too long.")
    error.__cause__ = cause
    assert words_of_cause(error) == words


def test_words_of_an_error_can_be_written_to_any_log() -> None:
    assert words_of(OSError(550, "\udcff no")) == "[Errno 550] ? no"
    assert words_of(Exception(550, "\udcff no")) == "550 ? no"
