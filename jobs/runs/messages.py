"""What the queues carry: wake-ups that name a run, never the work itself, of which the database holds the truth.

Messages outlive deployments: what a newer version adds is refused rather than left out, since a job does real work.
"""

from typing import Annotated, Self
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError
from pydantic.alias_generators import to_camel

from jobs.models import TriggerName
from jobs.runs.job_types import JOB_TYPES, JOB_TYPES_BY_NAME
from jobs.runs.request import FailureSimulation, Link, RunRequest

STARTS = "job-starts"
CONTINUATIONS = "job-continuations"


class UnreadableMessageError(Exception):
    """The message is none of this version's; tried often enough, the host moves it to the poison queue."""


def _known_job_type(name: str) -> str:
    if name not in map(str, JOB_TYPES):
        raise ValueError("there is no such job type")
    return name


class _Message(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, extra="forbid", frozen=True)

    job_type: Annotated[str, AfterValidator(_known_job_type)]

    @classmethod
    def read(cls, body: bytes) -> Self:
        """Raises UnreadableMessageError, which tells nothing of what the message holds."""
        try:
            return cls.model_validate_json(body)
        except ValidationError as error:
            wrong = "; ".join(f"{'.'.join(map(str, each['loc']))} {each['msg']}".strip() for each in error.errors())
            raise UnreadableMessageError(f"This is no {cls.__name__}: {wrong}") from None

    def to_text(self) -> str:
        return self.model_dump_json(by_alias=True)


class Continuation(_Message):
    """Wakes the run that goes on where `afterJobId` stopped; `attempt` counts the links of the chain, from 1."""

    after_job_id: UUID
    attempt: Annotated[int, Field(ge=1)]

    def request(self) -> RunRequest:
        after = str(self.after_job_id)
        return RunRequest(
            JOB_TYPES_BY_NAME[self.job_type],
            f"continuation of {after}",
            "continuation",
            link=Link(self.attempt, after),
        )


class Start(_Message):
    """Starts the run that has been promised as `jobId`, with what was asked of it."""

    job_id: UUID
    only_failed_of: UUID | None = None
    simulate_failures: bool = False
    fail_emails: tuple[str, ...] = ()

    @property
    def is_whole(self) -> bool:
        """Nothing less was asked for than what a run on schedule does."""
        return not (self.only_failed_of or self.simulate_failures or self.fail_emails)

    @classmethod
    def of(cls, request: RunRequest, job_id: UUID) -> Self:
        return cls(
            job_type=str(request.job_type),
            job_id=job_id,
            only_failed_of=UUID(request.only_failed_of) if request.only_failed_of else None,
            simulate_failures=request.simulation.random_half,
            fail_emails=tuple(request.simulation.emails),
        )

    def request(self, triggered_by: str, trigger: TriggerName) -> RunRequest:
        """What was asked for, by whom the record of the run says."""
        return RunRequest(
            JOB_TYPES_BY_NAME[self.job_type],
            triggered_by,
            trigger,
            queued_job_id=str(self.job_id),
            only_failed_of=str(self.only_failed_of) if self.only_failed_of else None,
            simulation=FailureSimulation(self.simulate_failures, frozenset(self.fail_emails)),
        )
