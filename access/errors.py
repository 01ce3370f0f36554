"""The errors of access requests, in addition to those of the edge.

AppError
├── NotPermittedError           403
│   └── NotYoursError           403  only its own person and operators decide about a request
├── NotActiveError              409  a request has ended, or its access never ends, so there is nothing to decide
│   └── AlreadyExtendedError    409  another request has taken its place
├── ConnectionOffError          409  access is only recorded on the platform, so nothing can be checked
├── NothingToGiveBackError      409  the access was not removed in error, or was given back since
├── FindingEndedError           409  a finding has ended, so there is nothing to do about it
├── ActNotPossibleError         409  this cannot be done about a finding; the sentence says why
├── WronglyRemovedError         409  a grant was removed while its request was extended
├── RemovalFailedError          502  the platform did not remove the grant, or still lets its person in
│   └── AccessNotKnownError     502  the platform does not show whether the grant is gone
├── GivingFailedError           502  the platform did not give the grant, or does not show it
└── UnavailableError            503
    ├── MaybeStoredError        503  the database did not answer, so the request may be stored
    ├── MaybeDecidedError       503  the database did not answer, so the decision may be recorded
    ├── RemovalNotBegunError    503  the grant was not removed, since the database could not take the intent
    ├── RemovalUnrecordedError  503  the grant was removed, and the database did not record it
    ├── GivingNotBegunError     503  the grant was not given, since the database could not take the intent
    └── GivingUnrecordedError   503  the grant was given, and the database did not record it
"""

from access.models import RequestId
from api.errors import AppError, NotPermittedError, UnavailableError
from api.problem import Problem


class NotYoursError(NotPermittedError):
    def __init__(self) -> None:
        super().__init__("You can only change your own requests. Ask an operator.")


class RequestProblem(Problem):
    """`successorId` is the request that takes the place of this one. `successor` is its path in this API."""

    successor_id: RequestId | None = None
    successor: str | None = None


class NotActiveError(AppError):
    status = 409
    title = "Nothing to decide"
    description = "The request is no longer active, or its access never ends. `detail` says which."
    shape = RequestProblem


class AlreadyExtendedError(NotActiveError):
    title = "Already extended"

    def __init__(self, successor_id: int | str, path: str) -> None:
        super().__init__(f"This request was already extended. Request {successor_id} takes its place.")
        self._successor = {"successor_id": successor_id, "successor": path}

    def problem(self) -> Problem:
        return self.shape.model_validate({**super().problem().model_dump(), **self._successor})


class FindingEndedError(AppError):
    status = 409
    title = "Finding ended"
    description = "The finding has ended, so there is nothing to do about it."


class ActNotPossibleError(AppError):
    status = 409
    title = "Not possible"
    description = "This cannot be done about the finding. `detail` says why."


class MaybeDecidedError(UnavailableError):
    title = "Perhaps done"
    description = "The database did not answer. The decision may or may not be recorded."

    def __init__(self) -> None:
        super().__init__(f"{self.description} You can safely try again.")


class MaybeStoredError(UnavailableError):
    title = "Perhaps stored"
    description = "The database did not answer. `detail` says how to try again without storing the request twice."

    def __init__(self, idempotency_key: str) -> None:
        super().__init__(
            "The database did not answer. The request may or may not be stored. Send it again with the header "
            f"Idempotency-Key: {idempotency_key} to store it only once."
        )


class NothingToGiveBackError(AppError):
    status = 409
    title = "Nothing to give back"
    description = "The access was not removed in error, or was given back since. `detail` says which."


class WronglyRemovedError(AppError):
    status = 409
    title = "Removed in error"
    description = "The grant was removed while the access was being extended."

    def __init__(self) -> None:
        super().__init__(f"{self.description} An operator can give it back.")


class ConnectionOffError(AppError):
    status = 409
    title = "Not connected"
    description = "Access on this platform is only recorded."


class RemovalFailedError(AppError):
    status = 502
    title = "Not removed"
    description = "The platform did not remove the grant, or the person still has access. `detail` says why."


class AccessNotKnownError(RemovalFailedError):
    title = "Not known"


class RemovalNotBegunError(UnavailableError):
    title = "Not removed"
    description = "The database did not answer, so nothing was removed."

    def __init__(self) -> None:
        super().__init__(f"{self.description} Try again.")


class RemovalUnrecordedError(UnavailableError):
    title = "Removed, not recorded"
    description = "The grant was removed, but the database did not answer."

    def __init__(self) -> None:
        super().__init__(f"{self.description} Try again to record it.")


class GivingFailedError(AppError):
    status = 502
    title = "Not given"
    description = "The platform did not give the grant, or does not show it. `detail` says why."


class GivingNotBegunError(UnavailableError):
    title = "Not given"
    description = "The database did not answer, so nothing was given."

    def __init__(self) -> None:
        super().__init__(f"{self.description} Try again.")


class GivingUnrecordedError(UnavailableError):
    title = "Given, not recorded"
    description = "The access was given, but the database did not answer."

    def __init__(self) -> None:
        super().__init__(f"{self.description} The next run records it.")
