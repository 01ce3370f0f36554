"""SMTP, with certificate checking unless SMTP_SECURITY is none."""

from email.message import EmailMessage
from email.utils import formatdate

from config.settings import Settings
from jobs.errors import ItemFailedError
from jobs.mail.message import ReminderEmail
from jobs.mail.sender import time_limit


class SmtpEmailSender:
    """One SMTP session per mail."""

    def __init__(self, settings: Settings) -> None:
        self.max_concurrency: int | None = settings.email_max_concurrency
        self._settings = settings

    async def send(self, email: ReminderEmail) -> None:
        import aiosmtplib

        settings = self._settings
        message = EmailMessage()
        message["From"] = settings.email_from
        message["To"] = email.to
        if [address.addr_spec for address in message["To"].addresses] != [email.to]:
            raise ItemFailedError("This is not one plain e-mail address.")
        message["Subject"] = email.subject
        message["Date"] = formatdate(usegmt=True)
        message["Message-ID"] = f"<{email.message_key}@{settings.email_from.rpartition('@')[2]}>"
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(email.text)
        password = settings.smtp_password.get_secret_value() if settings.smtp_password else None
        async with time_limit(settings.email_timeout_seconds):
            try:
                await aiosmtplib.send(
                    message,
                    hostname=settings.smtp_host,
                    port=settings.smtp_port,
                    username=settings.smtp_username,
                    password=password,
                    use_tls=settings.smtp_security == "tls",
                    start_tls=settings.smtp_security == "starttls",
                )
            except (aiosmtplib.SMTPException, OSError) as error:
                raise ItemFailedError(_sentence(error)) from error


def _sentence(error: Exception) -> str:
    """The server's own reason where it gave one."""
    import aiosmtplib

    match error:
        case aiosmtplib.SMTPRecipientsRefused(recipients=[first, *_]):
            return _sentence(first)
        case aiosmtplib.SMTPResponseException():
            return f"The mail server refused it: {error.code} {error.message}"
        case aiosmtplib.SMTPNotSupported():
            return "The mail server does not offer what SMTP_SECURITY or SMTP_USERNAME asks for."
    if "CERTIFICATE_VERIFY_FAILED" in str(error):
        return "The mail server's certificate is not trusted."
    return "The mail server could not be reached, or broke off."
