"""What can keep a job from doing its work, or one item of it from being done.

AppError
├── JobAlreadyRunningError      409  a run of the same job type holds the lock
├── RunNotCancellableError      409  a run that was to be cancelled has ended, is dead, or is stopping already
├── WronglyRemovedError         409  access was taken away that was extended at the very moment
├── RemovalFailedError          502  the platform did not take access away, or still lets its person in
├── LockUnsafeError             503  the database could not keep a second run out
├── RemovalUnrecordedError      503  access was taken away, and the database did not record it
└── JobFailedError              500  a run broke off; its row in JobRun says why
    ├── JobLockLostError        500  a run was overtaken while it worked
    ├── ServerStoppedError      500  a run's server was stopped before all was done
    └── RecordsRefusedError     500  the database accepted no record of what a run did

ItemFailedError, DoneBeforeError and NoLongerDueError never leave their run: the first becomes a row of JobRunFailure.
"""

from api.errors import AppError, UnavailableError
from api.problem import Problem
from jobs.models import ActiveJob, JobProblem


class JobAlreadyRunningError(AppError):
    status = 409
    title = "Job already running"
    description = "A run of this job type holds the lock; `activeJob` describes it."
    shape = JobProblem

    def __init__(self, job_type: str, active_job: ActiveJob | None) -> None:
        super().__init__(f"{job_type} is already running. Wait until it ends, then try again.")
        self.active_job = active_job

    def problem(self) -> Problem:
        return super().problem().model_copy(update={"active_job": self.active_job})


class RunNotCancellableError(AppError):
    status = 409
    title = "Nothing to cancel"
    description = "The run has ended, is dead, or is stopping already; `detail` says which."


class WronglyRemovedError(AppError):
    status = 409
    title = "Taken away in error"
    description = "The access was extended at this very moment, and taken away all the same."

    def __init__(self) -> None:
        super().__init__(f"{self.description} Give it back at the platform.")


class RemovalFailedError(AppError):
    status = 502
    title = "Not taken away"
    description = "The platform did not take the access away, or still lets its person in; `detail` says why."


class RemovalUnrecordedError(UnavailableError):
    title = "Taken away, not recorded"
    description = "The access was taken away, but the database did not answer."

    def __init__(self) -> None:
        super().__init__(f"{self.description} Send it again, so that it is recorded.")


class LockUnsafeError(AppError):
    status = 503
    title = "Schema incomplete"
    description = "The database lacks the index that keeps a job from running twice."

    def __init__(self) -> None:
        super().__init__(f"{self.description} Apply the schema with `python -m sql`, then try again.")


class JobFailedError(AppError):
    status = 500
    title = "Job failed"
    description = "The run broke off; its row in the history says why."


class JobLockLostError(JobFailedError):
    title = "Job lost its lock"


class ServerStoppedError(JobFailedError):
    def __init__(self) -> None:
        super().__init__("Its server was stopped. What it left is still due.")


class RecordsRefusedError(JobFailedError):
    def __init__(self) -> None:
        super().__init__("The database refuses to record what was done; the log says why. Mend that, then start again.")


class DoneBeforeError(Exception):
    """An earlier run has done the item, and could not record it."""


class NoLongerDueError(Exception):
    """What an item, which stands for so many requests, was to do is not wanted any more."""

    def __init__(self, count: int) -> None:
        super().__init__(count)
        self.count = count


class ItemFailedError(Exception):
    """One item could not be done; the message is a sentence for people, the cause goes to the log."""
