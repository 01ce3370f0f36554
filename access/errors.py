"""What can become of an access request besides what the edge knows.

AppError
└── UnavailableError            503
    └── MaybeStoredError        503  the database broke off: the request may be stored; its key tells
"""

from api.errors import UnavailableError


class MaybeStoredError(UnavailableError):
    title = "Perhaps stored"
    description = "The database did not answer; `detail` says how to try again without storing twice."

    def __init__(self, idempotency_key: str) -> None:
        super().__init__(
            "The database did not answer, so the request may have been stored or not. Send it again with the header "
            f"Idempotency-Key: {idempotency_key} and it is stored once."
        )
