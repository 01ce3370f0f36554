"""What a mail says, in text and HTML, by our templates and by a company's own."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from access.platforms import DATABRICKS, PALANTIR, Platform
from config.settings import SettingsError, read_settings
from jobs.reminders.due_notification import DueNotification
from jobs.reminders.mail.message import ReminderEmail
from jobs.reminders.mail.templates import ComposedEmail, MailTemplates, require_usable_templates


def due(
    request_id: int | str = 7, days_left: int = 3, resource: str = "main.sales.orders (SELECT)", **fields: Any
) -> DueNotification:
    values: dict[str, Any] = {
        "email": "alice@test.com",
        "reminder": "7-Day Reminder",
        "expires_on": datetime(2030, 1, 31, 12, 5, tzinfo=UTC),
        "has_ended": False,
        **fields,
    }
    return DueNotification(request_id=request_id, days_left=days_left, resource=resource, **values)


def compose(*reminders: DueNotification, platform: Platform = DATABRICKS, **settings: Any) -> ComposedEmail:
    return MailTemplates(read_settings(**settings)).compose(ReminderEmail("alice@test.com", platform, reminders))


@pytest.mark.parametrize("part", ["text", "html"])
def test_mail_says_what_ends_when_and_what_to_do(part: str) -> None:
    mail = getattr(compose(due(), site_url="https://access.test/", email_reply_to="team@test.com"), part)
    for words in (
        "Databricks",
        "main.sales.orders (SELECT)",
        "Expires in 3 days, on 2030-01-31 12:05 UTC",
        "https://access.test/databricks/requests/7",
        "extend it on its request's page",
        "team@test.com",
    ):
        assert words in mail


def test_link_fits_the_platform_and_is_left_out_without_a_site() -> None:
    mail = compose(due("0c2f6a7e-1111"), platform=PALANTIR, site_url="https://access.test")
    assert 'href="https://access.test/palantir/requests/0c2f6a7e-1111"' in mail.html
    in_azure: dict[str, Any] = {
        "database_url": "mssql+pyodbc://server/access",
        "email_sender": "smtp",
        "website_site_name": "access",
    }
    mail = compose(due(), **in_azure)
    assert "http" not in mail.text
    assert all("make a new access request before then" in text for text in (mail.text, mail.html))


@pytest.mark.parametrize("part", ["text", "html"])
def test_digest_lists_everything(part: str) -> None:
    mail = compose(
        due(1, 0, "main.sales.a (SELECT)"), due(2, 1, "main.sales.b (SELECT)"), due(3, 9, "main.sales.c (SELECT)")
    )
    assert mail.subject == "Your access to 3 resources on Databricks expires, starting today"
    for words in (
        "main.sales.a (SELECT)",
        "main.sales.b (SELECT)",
        "main.sales.c (SELECT)",
        "Expires today",
        "Expires tomorrow",
        "Expires in 9 days",
    ):
        assert words in getattr(mail, part)


def test_names_are_text_in_the_html() -> None:
    mail = compose(due(resource="<script>alert(1)</script> & co"))
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; co" in mail.html
    assert "<script>alert(1)</script> & co" in mail.text


def test_subject_is_one_line_whatever_the_template_puts_in(tmp_path: Path) -> None:
    (tmp_path / "subject.txt").write_text("{{ reminders[0].resource }}\n")
    mail = compose(due(resource="orders\r\nBcc: eve@test.com"), email_templates=tmp_path)
    assert mail.subject == "orders Bcc: eve@test.com"


def test_own_template_is_used_and_ours_for_the_rest(tmp_path: Path) -> None:
    (tmp_path / "reminder.txt").write_text(
        "{% set it = reminders[0] %}{{ it.resource }} endet {{ it.expires_on | utc }}."
    )
    mail = compose(due(), email_templates=tmp_path)
    assert mail.text == "main.sales.orders (SELECT) endet 2030-01-31 12:05 UTC."
    assert mail.subject == compose(due()).subject
    require_usable_templates(read_settings(email_templates=tmp_path))


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("one\n{{ reminders[0].resource ", "reminder.html, line 2, cannot be used: "),
        ("one\n{{ no_such_value }}", "reminder.html, line 2, cannot be used: 'no_such_value' is undefined"),
        ("{{ reminders[0].colour }}", "reminder.html, line 1, cannot be used: "),
        ("one\n\n{{ reminders[1].resource if reminders[0].has_ended }}", "reminder.html, line 3, cannot be used: "),
        ("{% include 'footer.html' %}", "reminder.html, line 1, cannot be used: "),
    ],
)
def test_broken_template_is_refused_with_its_line(tmp_path: Path, text: str, sentence: str) -> None:
    (tmp_path / "reminder.html").write_text(text)
    with pytest.raises(SettingsError) as raised:
        require_usable_templates(read_settings(email_templates=tmp_path))
    assert str(raised.value).startswith(f"EMAIL_TEMPLATES: {sentence}")


def test_folder_without_a_template_is_refused(tmp_path: Path) -> None:
    (tmp_path / "remainder.html").write_text("misspelt")
    with pytest.raises(SettingsError, match="contains none of subject"):
        require_usable_templates(read_settings(email_templates=tmp_path))


def test_templates_of_ours_need_no_check() -> None:
    require_usable_templates(read_settings())
