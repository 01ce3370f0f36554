"""The queues' messages: each starts a run and names it. The work itself is in the database.

Messages outlive deployments. A field that a newer version adds is refused, not ignored, since a job does real work.
"""

from collections.abc import Container
from typing import Annotated, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic.alias_generators import to_camel

STARTS = "job-starts"
CONTINUATIONS = "job-continuations"


class UnreadableMessageError(Exception):
    """Raised for a message that this version cannot read. Later the host moves it to the poison queue."""


class _Message(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, extra="forbid", frozen=True)

    job_type: str

    @classmethod
    def read(cls, body: bytes, known_job_types: Container[str]) -> Self:
        """Reads a message. Raises UnreadableMessageError, which repeats nothing from the message."""
        try:
            message = cls.model_validate_json(body)
        except ValidationError as error:
            wrong = "; ".join(f"{'.'.join(map(str, each['loc']))} {each['msg']}".strip() for each in error.errors())
            raise UnreadableMessageError(f"This {cls.__name__} cannot be read: {wrong}") from None
        if message.job_type not in known_job_types:
            raise UnreadableMessageError(f"This {cls.__name__} cannot be read: its jobType does not exist.")
        return message

    def to_text(self) -> str:
        return self.model_dump_json(by_alias=True)


class Continuation(_Message):
    """Starts the follow-up run of `afterJobId`. `attempt` counts the links of the chain, from 1."""

    after_job_id: UUID
    attempt: Annotated[int, Field(ge=1)]


class Start(_Message):
    """Starts the run that was promised as `jobId`, as its caller asked for it."""

    job_id: UUID
    only_failed_of: UUID | None = None
    simulate_failures: bool = False
    fail_emails: tuple[str, ...] = ()

    @property
    def is_whole(self) -> bool:
        """Tells whether the run is for all that is due, as on schedule."""
        return not (self.only_failed_of or self.simulate_failures or self.fail_emails)
