"""The errors of connectors. Their messages are sentences for people. Runs and decisions catch them all.

ConnectorError
├── RefusedError            the platform said no
├── UnreachableError        it did not answer, or broke off, so a change may have taken effect
└── ConnectorStoppedError   make no more calls for now
    ├── SignInError         it does not let this app in
    ├── NoTokenError        it gave out no token to sign in with, which may pass
    └── ThrottledError      it asks to wait longer than a run should
"""

# The wait for a platform that asks to wait, but does not say how long.
DEFAULT_WAIT_SECONDS = 5.0


class ConnectorError(Exception):
    pass


class RefusedError(ConnectorError):
    """`concerns_one` is set if one grant of a group may be the reason for all."""

    def __init__(self, reason: str, *, concerns_one: bool = False) -> None:
        super().__init__(reason)
        self.concerns_one = concerns_one


class UnreachableError(ConnectorError):
    pass


class ConnectorStoppedError(ConnectorError):
    """`resume_after_seconds` is the wait before another try. It is None if only a person can help.

    Grants `may_be_gone` or `may_be_there`, if the call that stopped was to change them.
    """

    resume_after_seconds: float | None = None
    may_be_gone = False
    may_be_there = False


class SignInError(ConnectorStoppedError):
    pass


class NoTokenError(ConnectorStoppedError):
    resume_after_seconds = 60.0


class ThrottledError(ConnectorStoppedError):
    def __init__(self, reason: str, retry_after_seconds: float | None) -> None:
        super().__init__(reason)
        self.resume_after_seconds = DEFAULT_WAIT_SECONDS if retry_after_seconds is None else retry_after_seconds
