"""The errors of jobs and of their items.

AppError
├── JobAlreadyRunningError      409  a run of the same job type holds the lock
├── RunNotCancellableError      409  a run that was to be cancelled has ended, is dead, or is stopping already
├── LockUnsafeError             503  the database could not keep a second run out
└── JobFailedError              500  a run failed; its row in JobRun says why
    ├── JobLockLostError        500  another run took over while it worked
    ├── ServerStoppedError      500  a run's server was stopped before all was done
    └── RecordsRefusedError     500  the database accepted no record of what a run did

ItemFailedError, DoneBeforeError and NoLongerDueError never leave their run. The first becomes a row of JobRunFailure.
"""

from api.errors import AppError
from api.problem import Problem
from jobs.models import ActiveJob, JobProblem


class JobAlreadyRunningError(AppError):
    status = 409
    title = "Job already running"
    description = "A run of this job type holds the lock. `activeJob` describes it."
    shape = JobProblem

    def __init__(self, job_type: str, active_job: ActiveJob | None) -> None:
        super().__init__(f"{job_type} is already running. Wait until it ends, then try again.")
        self.active_job = active_job

    def problem(self) -> Problem:
        return super().problem().model_copy(update={"active_job": self.active_job})


class RunNotCancellableError(AppError):
    status = 409
    title = "Nothing to cancel"
    description = "The run has ended, is dead, or is already stopping. `detail` says which."


class LockUnsafeError(AppError):
    status = 503
    title = "Schema incomplete"
    description = "The database lacks the index that keeps a job from running twice."

    def __init__(self) -> None:
        super().__init__(f"{self.description} Apply the schema with `python -m sql`, then try again.")


class JobFailedError(AppError):
    status = 500
    title = "Job failed"
    description = "The run failed. Its row in the history says why."


class JobLockLostError(JobFailedError):
    title = "Job lost its lock"


class ServerStoppedError(JobFailedError):
    def __init__(self) -> None:
        super().__init__("Its server was stopped. The rest is still due.")


class RecordsRefusedError(JobFailedError):
    def __init__(self) -> None:
        super().__init__("The database refuses to record the results. The log says why. Fix that, then try again.")


class DoneBeforeError(Exception):
    """Raised for an item that an earlier run has done but could not record."""


class NoLongerDueError(Exception):
    """Raised for an item whose work is no longer wanted. `count` is the number of its requests."""

    def __init__(self, count: int) -> None:
        super().__init__(count)
        self.count = count


class ItemFailedError(Exception):
    """Raised when one item fails. The message is a sentence for people. The cause goes to the log."""
