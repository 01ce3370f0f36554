"""Describes a connection: signed in as whom, and what the app may see and remove at each place. Changes nothing."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal, Protocol

from access.connectors.errors import ConnectorError, ConnectorStoppedError, RefusedError
from sql.deadline import Deadline

# The most places to ask about. The others are left out, and counted.
MAX_PLACES = 20
# So many resources of a place are asked about. One may be deleted, or have rights of its own.
MAX_SAMPLES = 2

Answer = Literal["yes", "no", "notKnown"]


@dataclass(frozen=True, slots=True)
class Right:
    """The answer to a question about a place. `why` is a sentence for people."""

    answer: Answer
    why: str


@dataclass(frozen=True, slots=True)
class Rights:
    may_see: Right
    may_remove: Right

    @classmethod
    def not_known(cls, why: str) -> "Rights":
        return cls(Right("notKnown", why), Right("notKnown", why))


@dataclass(frozen=True, slots=True)
class Place:
    """A catalog or a project that active requests name, with some of its resources.

    `names` are the place's names in requests: spellings of a catalog, or the resources of a project.
    """

    name: str
    request_count: int
    samples: tuple[tuple[str, ...], ...]
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Description:
    """`signed_in_as` is None if the platform does not tell. `problem` is the reason if nothing more could be asked."""

    signed_in_as: str | None
    places: Sequence[tuple[Place, Rights]]
    left_out_count: int
    problem: str | None = None


@dataclass(slots=True)
class Usage:
    """The experience of one connection. Moments are on the monotonic clock.

    `signed_in_at` is when the platform first accepted the present token. `is_stopped` if the last call showed that all
    others would fail too.
    """

    call_count: int = 0
    throttled_count: int = 0
    signed_in_at: float | None = None
    error: str | None = None
    error_at: float | None = None
    is_stopped: bool = False

    def note_accepted(self, *, is_new_token: bool) -> None:
        self.is_stopped = False
        if is_new_token:
            self.signed_in_at = time.monotonic()

    def note_error(self, error: ConnectorError) -> None:
        self.error, self.error_at = str(error), time.monotonic()
        self.is_stopped = isinstance(error, ConnectorStoppedError)


class Describable(Protocol):
    """The questions that a platform's connector answers about its connection."""

    max_concurrency: int

    async def signed_in_as(self, deadline: Deadline) -> str | None:
        """Returns the name under which this app is signed in, or None if it is not told. Raises ConnectorError."""

    async def places_of(self, places: Sequence[Place], deadline: Deadline) -> Sequence[Place]:
        """Returns the places as administrators give rights there. Raises ConnectorStoppedError."""

    async def rights_on(self, resource: tuple[str, ...], deadline: Deadline) -> Rights:
        """Returns what this app may do with the grants on a resource. Raises ConnectorError."""


async def describe(connector: Describable, places: Sequence[Place], deadline: Deadline) -> Description:
    """Asks about the places with the most requests, several at once. Never raises a ConnectorError."""
    try:
        signed_in_as = await _signed_in_as(connector, deadline)
        grouped = sorted(await connector.places_of(places, deadline), key=lambda place: -place.request_count)
    except ConnectorStoppedError as error:
        return _without_answers(places, str(error))
    chosen = grouped[:MAX_PLACES]
    slots = asyncio.Semaphore(connector.max_concurrency)

    async def rights(place: Place) -> Rights:
        async with slots:
            found = [await _rights_on(connector, sample, deadline) for sample in place.samples[:MAX_SAMPLES]]
        return _combined(found)

    found = await asyncio.gather(*map(rights, chosen))
    return Description(signed_in_as, list(zip(chosen, found, strict=True)), len(grouped) - len(chosen))


async def _signed_in_as(connector: Describable, deadline: Deadline) -> str | None:
    try:
        return await connector.signed_in_as(deadline)
    except ConnectorStoppedError:
        raise
    except ConnectorError:
        return None


async def _rights_on(connector: Describable, sample: tuple[str, ...], deadline: Deadline) -> Rights:
    try:
        return await connector.rights_on(sample, deadline)
    except RefusedError as error:
        return Rights.not_known(str(error))
    except ConnectorError as error:
        return Rights.not_known(f"The question has no answer yet. {error}")


def _combined(found: Sequence[Rights]) -> Rights:
    """Returns what holds for all samples. One that tells nothing does not count if another does."""
    return Rights(_one([each.may_see for each in found]), _one([each.may_remove for each in found]))


def _one(rights: Sequence[Right]) -> Right:
    known = [right for right in rights if right.answer != "notKnown"]
    if len({right.answer for right in known}) > 1:
        return Right("notKnown", "It differs between resources. " + " ".join(dict.fromkeys(each.why for each in known)))
    return next(iter(known or rights), Right("notKnown", "No resource of this place could be asked about."))


def _without_answers(places: Sequence[Place], problem: str) -> Description:
    chosen = sorted(places, key=lambda place: -place.request_count)[:MAX_PLACES]
    answers = [(replace(place), Rights.not_known(problem)) for place in chosen]
    return Description(None, answers, len(places) - len(chosen), problem)
