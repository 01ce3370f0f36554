"""Composes emails from three Jinja templates, each from the company's own folder or else from ours."""

import codecs
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from access.platforms import PLATFORMS
from config.log_text import words_of
from config.settings import Settings, SettingsError
from jobs.reminders.due_notification import DueNotification
from jobs.reminders.mail.message import ReminderEmail

if TYPE_CHECKING:
    from jinja2 import Environment

OURS = Path(__file__).parent / "templates"
SUBJECT, TEXT, HTML = "subject.txt", "reminder.txt", "reminder.html"
# The marks that name the encoding of a file. That of UTF-32 begins with that of UTF-16, so it goes first.
_ENCODINGS = {
    codecs.BOM_UTF8: "utf-8",
    codecs.BOM_UTF32_LE: "utf-32-le",
    codecs.BOM_UTF32_BE: "utf-32-be",
    codecs.BOM_UTF16_LE: "utf-16-le",
    codecs.BOM_UTF16_BE: "utf-16-be",
}


class UnreadableTemplateError(Exception):
    """The file cannot be read as text. The message is a sentence that names it."""


@dataclass(frozen=True)
class ComposedEmail:
    """`subject` is one line."""

    to: str
    subject: str
    text: str
    html: str


class MailTemplates:
    """Templates get `platform`, `reply_to` and `reminders`, the soonest first. The HTML one also gets `subject`."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def compose(self, email: ReminderEmail) -> ComposedEmail:
        """Renders one email. Raises jinja2.TemplateError when a template is broken."""
        values = {
            "platform": email.platform.title,
            "reply_to": self._settings.email_reply_to,
            "reminders": [self._reminder(email, due) for due in email.reminders],
        }
        subject = " ".join(self._render(SUBJECT, values).split())
        html = self._render(HTML, {**values, "subject": subject})
        return ComposedEmail(email.to, subject, self._render(TEXT, values), html)

    def _render(self, name: str, values: Mapping[str, object]) -> str:
        return self._environment.get_template(name).render(values)

    @cached_property
    def _environment(self) -> "Environment":
        from jinja2 import Environment, FunctionLoader, StrictUndefined, select_autoescape

        own = self._settings.email_templates

        def load(name: str) -> tuple[str, str, None] | None:
            found = (own and _find(own, name)) or _find(OURS, name)
            return (_read(found), str(found), None) if found else None

        environment = Environment(
            loader=FunctionLoader(load),
            autoescape=select_autoescape(["html"]),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )
        environment.filters["utc"] = lambda moment: f"{moment:%Y-%m-%d %H:%M} UTC"
        return environment

    def _reminder(self, email: ReminderEmail, due: DueNotification) -> dict[str, object]:
        site = (self._settings.trusted_site or "").rstrip("/")
        return {
            "resource": due.resource,
            "request_id": due.request_id,
            "kind": due.reminder,
            "expires_on": due.expires_on,
            "days_left": due.days_left,
            "has_ended": due.has_ended,
            "when": {0: "today", 1: "tomorrow"}.get(due.days_left, f"in {due.days_left} days"),
            "link": site and f"{site}/{email.platform.key}/requests/{quote(str(due.request_id), safe='')}",
        }


def require_usable_templates(settings: Settings) -> None:
    """Raises SettingsError, with the file and the reason, if the company's own templates are broken."""
    folder = settings.email_templates
    if folder is None:
        return
    if not any(_find(folder, name) for name in (SUBJECT, TEXT, HTML)):
        raise SettingsError(f"EMAIL_TEMPLATES: {folder} contains none of {SUBJECT}, {TEXT} and {HTML}.")
    templates = MailTemplates(settings)
    for email in _samples():
        try:
            composed = templates.compose(email)
        except UnreadableTemplateError as error:
            raise SettingsError(f"EMAIL_TEMPLATES: {error}") from error
        except Exception as error:  # a template can fail in any way that Python can
            raise SettingsError(f"EMAIL_TEMPLATES: {_place(error)} cannot be used: {words_of(error)}") from error
        for name, text in ((SUBJECT, composed.subject), (TEXT, composed.text), (HTML, composed.html)):
            if not text.strip():
                raise SettingsError(f"EMAIL_TEMPLATES: {name} is empty. Write its text, or delete it to use ours.")


def _find(folder: Path, name: str) -> Path | None:
    """Returns the file of a template, also if its name is in capitals. None if it does not exist."""
    path = folder
    for part in name.split("/"):
        entries = sorted(path.iterdir()) if path.is_dir() else []
        spellings = [entry for entry in entries if entry.name.casefold() == part.casefold()]
        if not spellings:
            return None
        path = path / part if path / part in spellings else spellings[0]
    return path if path.is_file() else None


def _read(file: Path) -> str:
    """Returns the text of a UTF-8 file, or of another Unicode file whose mark says so, without that mark.

    Raises UnreadableTemplateError.
    """
    try:
        raw = file.read_bytes()
        mark = next(filter(raw.startswith, _ENCODINGS), b"")
        text = raw.removeprefix(mark).decode(_ENCODINGS.get(mark, "utf-8"))
    except UnicodeDecodeError as error:
        raise UnreadableTemplateError(f"{file.name} is not UTF-8. Save it as UTF-8.") from error
    except OSError as error:
        raise UnreadableTemplateError(f"{file.name} cannot be read ({error.strerror}).") from error
    if "\0" in text:  # UTF-16 without a mark
        raise UnreadableTemplateError(f"{file.name} is not UTF-8. Save it as UTF-8.")
    return text.replace("\ufeff", "")


def _samples() -> list[ReminderEmail]:
    """Returns mails with one reminder and with several, for access that ends soon and for access that has ended."""
    now = datetime.now(UTC)
    dues = [
        DueNotification(1, "alice@contoso.com", days, "7-Day Reminder", now + timedelta(days=days), not days, "orders")
        for days in range(2)
    ]
    several = [(due,) for due in dues] + [tuple(dues)]
    return [ReminderEmail("alice@contoso.com", PLATFORMS[0], reminders) for reminders in several]


def _place(error: Exception) -> str:
    """Returns the innermost template line that the error went through."""
    import traceback

    from jinja2 import TemplateSyntaxError

    if isinstance(error, TemplateSyntaxError):
        return f"{error.name}, line {error.lineno},"
    frames = [
        each for each in traceback.extract_tb(error.__traceback__) if each.filename.lower().endswith((".txt", ".html"))
    ]
    return f"{Path(frames[-1].filename).name}, line {frames[-1].lineno}," if frames else "a template"
