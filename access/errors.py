"""What can become of an access request besides what the edge knows.

AppError
├── NotPermittedError           403
│   └── NotYoursError           403  only its own person and operators decide about a request
├── NotActiveError              409  a request has ended, or its access never ends: there is nothing to decide
│   └── AlreadyExtendedError    409  another request has taken its place
├── WronglyRemovedError         409  access was taken away that was extended at the very moment
├── RemovalFailedError          502  the platform did not take access away, or still lets its person in
└── UnavailableError            503
    ├── MaybeStoredError        503  the database broke off: the request may be stored; its key tells
    ├── MaybeDecidedError       503  the database broke off: the decision may stand
    └── RemovalUnrecordedError  503  access was taken away, and the database did not record it
"""

from access.models import RequestId
from api.errors import AppError, NotPermittedError, UnavailableError
from api.problem import Problem


class NotYoursError(NotPermittedError):
    def __init__(self) -> None:
        super().__init__("This is somebody else's request: only its own person and operators decide about it.")


class RequestProblem(Problem):
    """`successorId` is the request that takes the place of this one, to be read at `successor`."""

    successor_id: RequestId | None = None
    successor: str | None = None


class NotActiveError(AppError):
    status = 409
    title = "Nothing to decide"
    description = "The request is not active any more, or never ends; `detail` says which."
    shape = RequestProblem


class AlreadyExtendedError(NotActiveError):
    title = "Already extended"

    def __init__(self, successor_id: int | str, path: str) -> None:
        super().__init__(f"This request was extended already: request {successor_id} takes its place.")
        self._successor = {"successor_id": successor_id, "successor": path}

    def problem(self) -> Problem:
        return self.shape.model_validate({**super().problem().model_dump(), **self._successor})


class MaybeDecidedError(UnavailableError):
    title = "Perhaps done"
    description = "The database did not answer: the decision may stand or not."

    def __init__(self) -> None:
        super().__init__(f"{self.description} Send it again; nothing is done twice.")


class MaybeStoredError(UnavailableError):
    title = "Perhaps stored"
    description = "The database did not answer; `detail` says how to try again without storing twice."

    def __init__(self, idempotency_key: str) -> None:
        super().__init__(
            "The database did not answer, so the request may have been stored or not. Send it again with the header "
            f"Idempotency-Key: {idempotency_key} and it is stored once."
        )


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
