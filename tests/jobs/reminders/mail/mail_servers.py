"""Mail servers of the tests' own: SMTP by aiosmtpd, and the email service of Azure as far as a send needs it."""

import datetime
import ipaddress
import json
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default as modern_policy
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from tests.ports import closed_port


class Inbox:
    """Takes every mail except those to `refused`."""

    def __init__(self, refused: str = "") -> None:
        self.envelopes: list[Envelope] = []
        self._refused = refused

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address == self._refused:
            return "550 5.1.1 No such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802  aiosmtpd's name
        self.envelopes.append(envelope)
        return "250 OK"

    @property
    def recipients(self) -> list[str]:
        return sorted(address for envelope in self.envelopes for address in envelope.rcpt_tos)

    @property
    def messages(self) -> list[EmailMessage]:
        contents = [envelope.content for envelope in self.envelopes]
        return [message_from_bytes(content, policy=modern_policy) for content in contents if isinstance(content, bytes)]


def part(message: EmailMessage, kind: str) -> str:
    body = message.get_body((kind,))
    assert body is not None
    return str(body.get_content())


def plain_text(message: EmailMessage) -> str:
    return part(message, "plain")


@contextmanager
def smtp_server(inbox: object, *, implicit_tls: ssl.SSLContext | None = None, **options: Any) -> Iterator[int]:
    """Yields the port."""
    port = closed_port()
    controller = Controller(inbox, hostname="127.0.0.1", port=port, ssl_context=implicit_tls, **options)
    controller.start()
    try:
        yield port
    finally:
        controller.stop()


def self_signed_certificate(folder: Path) -> tuple[Path, ssl.SSLContext]:
    """For localhost: the certificate's file, and a context for a server."""
    certificate_file, key_file = write_self_signed_certificate(folder)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate_file, key_file)
    return certificate_file, context


def write_self_signed_certificate(folder: Path) -> tuple[Path, Path]:
    """For localhost: the files of the certificate and of its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName(
                [x509.DNSName("localhost"), x509.IPAddress(ipaddress.IPv4Address("127.0.0.1"))]
            ),
            critical=False,
        )
        .sign(key, hashes.SHA256())
    )
    certificate_file, key_file = folder / "certificate.pem", folder / "key.pem"
    certificate_file.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    key_file.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return certificate_file, key_file


@dataclass
class AzureEmailService:
    """What it was asked, and what it answers: what `script` holds, then by recipient, else 202."""

    url: str
    certificate: Path
    connections: int = 0
    requests: list[tuple[str, str, dict[str, str], Any]] = field(default_factory=list)
    answers: dict[str, tuple[int, dict[str, str]]] = field(default_factory=dict)
    answers_once: bool = False
    script: list[tuple[int, dict[str, str], bytes]] = field(default_factory=list)
    silent_to: str = ""
    stopping: Event = field(default_factory=Event)

    @property
    def recipients(self) -> list[str]:
        """Of every try."""
        return [body["recipients"]["to"][0]["address"] for _, _, _, body in self.requests]

    @property
    def connection_string(self) -> str:
        return f"endpoint={self.url}/;accesskey=c2VjcmV0"

    def forget(self) -> None:
        self.connections = 0
        self.requests.clear()
        self.answers.clear()
        self.answers_once = False
        self.script.clear()
        self.silent_to = ""

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        body = json.loads(handler.rfile.read(int(handler.headers.get("Content-Length", 0))) or b"null")
        self.requests.append((handler.command, handler.path, dict(handler.headers), body))
        recipient = body["recipients"]["to"][0]["address"] if body else ""
        if recipient and recipient == self.silent_to:
            self.stopping.wait()
            return
        status, headers = self.answers.get(recipient, (202, {}))
        if self.answers_once:
            self.answers.clear()
        error = {"error": {"code": "Refused", "message": f"Refused with {status}"}}
        content = json.dumps({"id": "4f0b", "status": "Running"} if status == 202 else error).encode()
        if self.script:
            status, headers, content = self.script.pop(0)
        handler.send_response(status)
        operation = {"Operation-Location": f"{self.url}/emails/operations/4f0b"}
        for name, value in {**operation, **headers, "Content-Length": str(len(content))}.items():
            handler.send_header(name, value)
        handler.send_header("Content-Type", "application/json")
        handler.end_headers()
        handler.wfile.write(content)


@contextmanager
def azure_email_service(folder: Path) -> Iterator[AzureEmailService]:
    """Over TLS; its certificate lies in `folder`."""
    certificate, tls = self_signed_certificate(folder)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def setup(self) -> None:
            service.connections += 1
            super().setup()

        def do_POST(self) -> None:
            service.answer(self)

        do_GET = do_POST  # noqa: N815

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.socket = tls.wrap_socket(server.socket, server_side=True)
    service = AzureEmailService(f"https://127.0.0.1:{server.server_address[1]}", certificate)
    thread = Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield service
    finally:
        service.stopping.set()
        server.shutdown()
        server.server_close()
        thread.join()
