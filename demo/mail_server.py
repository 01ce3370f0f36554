"""A slow mail server that remembers the emails that it accepted."""

import asyncio
import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


@dataclass
class Postbox:
    """Accepts an email after `seconds_per_mail`, and only `welcome` emails. The others wait."""

    seconds_per_mail: float
    welcome: float = math.inf
    message_ids: list[str] = field(default_factory=list)

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802  aiosmtpd's name
        await asyncio.sleep(self.seconds_per_mail)
        while not self.welcome:
            await asyncio.sleep(0.02)
        self.welcome -= 1
        self.message_ids.append(message_from_bytes(envelope.original_content or b"")["Message-ID"])
        return "250 OK"


@contextmanager
def serving(postbox: Postbox, port: int) -> Iterator[None]:
    controller = Controller(postbox, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield
    finally:
        controller.stop()
