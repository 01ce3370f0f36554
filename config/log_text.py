"""Makes the words of other programs and people fit for a log: short, on one line, and without email addresses.

Each step takes time in proportion to the text, whatever the text is.
"""

import base64
import binascii
import html
import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from unicodedata import combining, normalize

from pydantic import ValidationError

MAX_CHARACTERS = 2000
ADDRESS = "<address>"
# A longer word at a cut is cut as well.
_MAX_WORD = 320
_MAX_ERRORS = 20
# A shorter local part is also an ordinary word. It counts only on its own, and only in one piece.
_SURE_CHARACTERS = 6
# A still shorter one, between blanks, says nothing about a person.
_MIN_CHARACTERS = 3

# An address in a text of which nothing else is known. Everything up to these characters belongs to it.
_AT = re.compile(r"@|%40|\uff20|\ufe6b", re.IGNORECASE)
_BESIDE_ADDRESS = frozenset('<>()[],;:"')
_ADDRESSES = re.compile(rf"{ADDRESS}(?:\s?{ADDRESS})+")
# The line breaks of an answer in several lines, with the codes that servers repeat at the start of each line. Blanks
# and invisible characters are left out as well.
_GAP = re.compile(
    r"(?:\r\n?|\n)[ \t]*(?:\d{3}[ -])?(?:\d\.\d{1,3}\.\d{1,3} )?"
    r"|[\s\x00-\x1f\x7f-\x9f\xad\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff]"
)
# Bytes in hexadecimal after a percent sign, as quoted-printable, or as SMTP writes them in an ORCPT.
_BYTES = re.compile(r"(?:[%=+][0-9a-fA-F]{2})+")
_SOFT_BREAK = re.compile(r"=\r?\n")
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z]{2,10});")
_BACKSLASH = re.compile(r"\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|([rnt])|(.))")
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{8,}={0,2}")

# SQL Server repeats a value that is a duplicate, too long or not a number. The driver adds the error's number and its
# own function after it. PostgreSQL, behind other T-SQL engines, writes its own words.
_REFUSED_VALUE = re.compile(
    r"(\bvalue(?: is|:)? |\bKey \([^()]*\)=|\bFailing row contains |\binvalid input syntax for [\w ]{1,60}: )"
    r"""['"(].*?(?=\(\d{1,10}\) \(SQL|\Z)""",
    re.DOTALL,
)
_PARAMETERS = re.compile(r"\[parameters: .*?(?=\n\(Background on this error|\Z)", re.DOTALL)


def words_of(error: BaseException) -> str:
    """Returns the error's own words, or the name of its class if it has none, as after a time-out.

    Halves of characters, as a mail server's bytes may become, are shown as question marks.
    """
    try:
        if isinstance(error, ValidationError):  # whose text repeats the input
            wrong = error.errors(include_input=False, include_url=False, include_context=False)[:_MAX_ERRORS]
            text = "; ".join(f"{'.'.join(map(str, each['loc'])) or 'all'}: {each['msg']}" for each in wrong)
        elif len(error.args) > 1 and type(error).__str__ is BaseException.__str__:
            text = " ".join(map(str, error.args))
        else:
            text = str(error)
    except Exception:  # foreign code, which can fail in any way
        text = ""
    return text.encode("utf-8", "replace").decode() if text.strip() else type(error).__name__


def words_of_cause(error: BaseException) -> str:
    """Returns the words of the error's cause, or the error's own words if its cause has none."""
    cause = error.__cause__
    if cause is None:
        return words_of(error)
    words = words_of(cause)
    return f"{words_of(error)} ({words})" if words == type(cause).__name__ else words


def bounded(text: str, max_characters: int = MAX_CHARACTERS) -> str:
    """Returns the text, or the beginning and the end of a longer one. No word is left that was cut."""
    if len(text) <= max_characters:
        return text
    begin, end = text[: max_characters // 2], text[-max_characters // 2 :]
    begin = begin[: len(begin) - _length_of_word(reversed(begin))]
    end = end[_length_of_word(end) :]
    return f"{begin}[... {len(text) - len(begin) - len(end)} characters ...]{end}"


def one_line(text: str) -> str:
    """Returns the text with a blank for each line break, control character and half of a character."""
    if text.isprintable():
        return text
    return "".join(character if character.isprintable() else " " for character in text)


def without_refused_values(text: str) -> str:
    """Returns a driver's text without the values that the database refused, and without a statement's parameters."""
    return _PARAMETERS.sub("[parameters left out]", _REFUSED_VALUE.sub(r"\1<value> ", text))


def leave_out_addresses(text: str, known: Iterable[str] = ()) -> str:
    """Returns the text without email addresses.

    The known ones are found in any usual spelling or code, whatever surrounds them, and so are their local parts.
    """
    whole, parts = _forms(known)
    if whole or parts:
        text = _BASE64.sub(lambda token: ADDRESS if _names(_from_base64(token[0]), whole, parts) else token[0], text)
    for forms in ((whole, ()), ((), parts)):  # a local part alone would leave the rest of its address
        for decode in _DECODERS if any(forms) else ():
            decoded = decode(text)
            if _names(decoded, *forms):
                text = _without(decoded, *forms)
    return _ADDRESSES.sub(ADDRESS, _without_any(text))


def _length_of_word(characters: Iterable[str]) -> int:
    """Returns how many characters belong to the first word, or 0 if it is longer than any address."""
    for count, character in enumerate(characters):
        if character.isspace():
            return count
        if count == _MAX_WORD:
            break
    return 0


def _without_any(text: str) -> str:
    """Returns the text without everything that could be an address."""
    parts, done = [], 0
    for at in _AT.finditer(text):
        if at.start() < done:
            continue
        begin = at.start()
        if begin > done and text[begin - 1] == '"':
            begin = max(done, text.rfind('"', max(done, begin - _MAX_WORD), begin - 1))
        while begin > done and not (text[begin - 1] in _BESIDE_ADDRESS or text[begin - 1].isspace()):
            begin -= 1
        end = text.find("]", at.end(), at.end() + _MAX_WORD) + 1 if text.startswith("[", at.end()) else at.end()
        while end < len(text) and not (text[end] in _BESIDE_ADDRESS or text[end].isspace()):
            end += 1
        if end > at.end() and (begin < at.start() or text.endswith(ADDRESS, 0, begin)):
            parts += [text[done:begin], ADDRESS]
            done = end
    return "".join(parts) + text[done:]


def _forms(known: Iterable[str]) -> tuple[set[str], set[str]]:
    """Returns the spellings of the whole addresses, and those of their local parts, without blanks in lower case."""
    whole, parts = set(), set()
    for address in known:
        for written in {address, _from_other_letters(address)}:
            local, _, domain = _Squeezed(written).text.rpartition("@")
            whole |= {f"{local}@{spelled}" for spelled in _spellings(domain)} if local else set()
            parts |= {local, local.strip('"'), local.partition("+")[0]} if local else {domain}
    return whole, parts - {""}


def _spellings(domain: str) -> set[str]:
    if domain.isascii() and "xn--" not in domain:
        return {domain}
    import idna

    spellings = {domain}
    with suppress(UnicodeError):
        spellings.add(idna.encode(domain, uts46=True).decode())
    with suppress(UnicodeError):
        spellings.add(idna.decode(domain))
    return spellings


class _Squeezed:
    """A text in lower case without its gaps, which knows where each character stood."""

    def __init__(self, text: str) -> None:
        self.original = text
        pieces, self._starts, self._origins, length, done = [], [0], [0], 0, 0
        for gap in _GAP.finditer(text):
            pieces.append(text[done : gap.start()])
            length += gap.start() - done
            done = gap.end()
            if self._starts[-1] == length:
                self._origins[-1] = done
            else:
                self._starts.append(length)
                self._origins.append(done)
        pieces.append(text[done:])
        self.text = _in_lower_case("".join(pieces))

    def places(self, form: str) -> Iterator[tuple[int, int]]:
        """Yields the beginning and the end of each place in the original text."""
        found = self.text.find(form)
        while found >= 0:
            yield self._origin(found), self._origin(found + len(form) - 1) + 1
            found = self.text.find(form, found + len(form))

    def _origin(self, place: int) -> int:
        index = bisect_right(self._starts, place) - 1
        return self._origins[index] + place - self._starts[index]


def _in_lower_case(text: str) -> str:
    """Returns as many characters as the text has."""
    lower = text.lower()
    if len(lower) == len(text):
        return lower
    return "".join(lower if len(lower := character.lower()) == 1 else character for character in text)


def _places(text: str, whole: Iterable[str], parts: Iterable[str]) -> Iterator[tuple[int, int]]:
    squeezed = _Squeezed(text)
    for form in whole:
        yield from squeezed.places(form)
    for form in parts:
        for begin, end in squeezed.places(form):
            before, after = text[begin - 1 : begin], text[end : end + 1]
            is_word = end - begin == len(form) and not (before.isalnum() or after.isalnum())
            is_short_word = len(form) < _MIN_CHARACTERS and not (before.strip() or after.strip())
            if len(form) >= _SURE_CHARACTERS or (is_word and not is_short_word):
                yield begin, end


def _names(text: str, whole: Iterable[str], parts: Iterable[str]) -> bool:
    return next(_places(text, whole, parts), None) is not None


def _without(text: str, whole: Iterable[str], parts: Iterable[str]) -> str:
    kept, done = [], 0
    for begin, end in sorted(_places(text, whole, parts)):
        if end > done:
            kept += [text[done : max(begin, done)], ADDRESS]
            done = end
    return "".join(kept) + text[done:]


def _from_other_letters(text: str) -> str:
    """Returns the text with plain letters for wide and accented ones. One by one, since a long run takes longer."""
    if text.isascii():
        return text
    plain = "".join(normalize("NFKD", character) for character in text)
    return "".join(character for character in plain if not combining(character))


def _from_bytes(text: str) -> str:
    def decoded(run: re.Match[str]) -> str:
        return bytes.fromhex(re.sub("[%=+]", "", run[0])).decode("utf-8", "replace")

    return _BYTES.sub(decoded, _SOFT_BREAK.sub("", text))


def _from_entities(text: str) -> str:
    return _ENTITY.sub(lambda entity: html.unescape(entity[0]), text)


def _from_backslashes(text: str) -> str:
    def decoded(escape: re.Match[str]) -> str:
        byte, unit, blank, other = escape.groups()
        return "\n" if blank else other or chr(int(byte or unit, 16))

    return _BACKSLASH.sub(decoded, text)


def _from_base64(token: str) -> str:
    bare = token.rstrip("=").translate(str.maketrans("-_", "+/"))
    try:
        return base64.b64decode(bare + "=" * (-len(bare) % 4)).decode()
    except (binascii.Error, UnicodeDecodeError):
        return ""


_DECODERS: tuple[Callable[[str], str], ...] = (
    lambda text: text,
    _from_other_letters,
    _from_backslashes,
    _from_bytes,
    lambda text: _from_bytes(_from_bytes(text)),
    _from_entities,
)
