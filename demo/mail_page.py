"""`python -m demo.mail_page SMTP_PORT PAGE_PORT` accepts every email, delivers none, and shows them on a page."""

import sys
from collections import deque
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default as modern_policy
from pathlib import Path

import uvicorn
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from jinja2 import Environment, FileSystemLoader
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

MAX_MAILS = 1000
_PAGES = Environment(autoescape=True, loader=FileSystemLoader(Path(__file__).parent / "templates"))


@dataclass
class Mailbox:
    """The newest emails, each with its number."""

    mails: deque[tuple[int, EmailMessage]] = field(default_factory=lambda: deque(maxlen=MAX_MAILS))
    taken: int = 0

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802  aiosmtpd's name
        message = message_from_bytes(envelope.original_content or b"", policy=modern_policy)
        self.taken += 1
        self.mails.appendleft((self.taken, message))
        return "250 OK"

    def find(self, number: int) -> EmailMessage | None:
        return next((mail for each, mail in self.mails if each == number), None)


def page_of(mailbox: Mailbox) -> Starlette:
    async def show_list(_request: Request) -> Response:
        return HTMLResponse(_PAGES.get_template("mails.html").render(mails=list(mailbox.mails)))

    async def show_mail(request: Request) -> Response:
        number = request.path_params["number"]
        mail = mailbox.find(number)
        if mail is None:
            return HTMLResponse("This email is no longer kept. Open the list for the newest ones.", status_code=404)
        return HTMLResponse(
            _PAGES.get_template("mail.html").render(number=number, mail=mail, text=_body(mail, "plain"))
        )

    async def show_html(request: Request) -> Response:
        mail = mailbox.find(request.path_params["number"])
        return HTMLResponse(_body(mail, "html") if mail else "", status_code=200 if mail else 404)

    return Starlette(
        routes=[
            Route("/", show_list),
            Route("/mails/{number:int}", show_mail),
            Route("/mails/{number:int}/html", show_html),
        ]
    )


def _body(mail: EmailMessage, kind: str) -> str:
    part = mail.get_body((kind,))
    return str(part.get_content()) if part else ""


def main(smtp_port: int, page_port: int) -> None:
    mailbox = Mailbox()
    controller = Controller(mailbox, hostname="localhost", port=smtp_port)
    controller.start()
    try:
        uvicorn.run(page_of(mailbox), host="localhost", port=page_port, log_level="warning")
    finally:
        controller.stop()


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
