"""What can keep a connector from its work. Messages are sentences for people; runs and decisions catch them all.

ConnectorError
├── RefusedError            the platform said no
├── UnreachableError        it did not answer, or broke off: whether a change took effect is not known
└── ConnectorStoppedError   ask it for nothing more for now
    ├── SignInError         it does not let this app in
    ├── NoTokenError        it gave out no token to sign in with, which may pass
    └── ThrottledError      it asks to wait longer than a run should
"""

# How long to wait for a platform that asks for it and does not say how long.
DEFAULT_WAIT_SECONDS = 5.0


class ConnectorError(Exception):
    pass


class RefusedError(ConnectorError):
    """`concerns_one` is set where one grant of a group may be to blame for all."""

    def __init__(self, reason: str, *, concerns_one: bool = False) -> None:
        super().__init__(reason)
        self.concerns_one = concerns_one


class UnreachableError(ConnectorError):
    pass


class ConnectorStoppedError(ConnectorError):
    """`resume_after_seconds` is when to try again; None where only a person can help."""

    resume_after_seconds: float | None = None


class SignInError(ConnectorStoppedError):
    pass


class NoTokenError(ConnectorStoppedError):
    resume_after_seconds = 60.0


class ThrottledError(ConnectorStoppedError):
    def __init__(self, reason: str, retry_after_seconds: float | None) -> None:
        super().__init__(reason)
        self.resume_after_seconds = DEFAULT_WAIT_SECONDS if retry_after_seconds is None else retry_after_seconds
