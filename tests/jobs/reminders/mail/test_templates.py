"""What a mail says, in text and HTML, by our templates and by a company's own."""

import codecs
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


SUBJECT = "Grüße: {{ reminders[0].when }}"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
@pytest.mark.parametrize("line_end", ["", "\n", "\r\n"], ids=repr)
def test_mark_of_a_file_tells_its_encoding_and_is_not_in_the_mail(tmp_path: Path, encoding: str, line_end: str) -> None:
    (tmp_path / "subject.txt").write_bytes(f"{SUBJECT}{line_end}".encode(encoding))
    (tmp_path / "footer.html").write_bytes(f"<p>Grüße</p>{line_end}".encode(encoding))
    (tmp_path / "reminder.html").write_bytes(
        f"{{% extends 'base.html' %}}{line_end}{{% block body %}}{{% include 'footer.html' %}}{{% endblock %}}".encode(
            encoding
        )
    )
    (tmp_path / "base.html").write_bytes(f"<b>{{% block body %}}{{% endblock %}}</b>{line_end}".encode(encoding))
    require_usable_templates(read_settings(email_templates=tmp_path))
    mail = compose(due(), email_templates=tmp_path)
    assert mail.subject == "Grüße: in 3 days"
    assert mail.html.split() == ["<b><p>Grüße</p></b>"]
    assert "\ufeff" not in mail.html


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_mark_of_big_and_little_endian_is_read(tmp_path: Path, encoding: str) -> None:
    (tmp_path / "subject.txt").write_bytes(f"\ufeff{SUBJECT}".encode(encoding))
    assert compose(due(), email_templates=tmp_path).subject == "Grüße: in 3 days"


@pytest.mark.parametrize(
    ("name", "raw"),
    [
        ("subject.txt", SUBJECT.encode("cp1252")),
        ("reminder.txt", SUBJECT.encode("latin-1")),
        ("reminder.html", "Приветствие".encode("cp1251")),
        ("reminder.txt", "ご案内".encode("shift_jis")),
        ("reminder.txt", "plain".encode("utf-16-le")),
        ("subject.txt", SUBJECT.encode("utf-16-be")),
        ("subject.txt", codecs.BOM_UTF16_LE + b"odd"),
        ("subject.txt", codecs.BOM_UTF8 + SUBJECT.encode("cp1252")),
    ],
)
def test_file_in_another_code_page_is_refused_by_name(tmp_path: Path, name: str, raw: bytes) -> None:
    (tmp_path / name).write_bytes(raw)
    with pytest.raises(SettingsError) as raised:
        require_usable_templates(read_settings(email_templates=tmp_path))
    assert str(raised.value) == f"EMAIL_TEMPLATES: {name} is not UTF-8. Save it as UTF-8."


def test_included_file_in_another_code_page_is_refused_by_its_own_name(tmp_path: Path) -> None:
    (tmp_path / "reminder.txt").write_text("{% include 'parts/footer.txt' %}")
    (tmp_path / "parts").mkdir()
    (tmp_path / "parts" / "footer.txt").write_bytes("Grüße".encode("cp1252"))
    with pytest.raises(SettingsError, match=r"EMAIL_TEMPLATES: footer\.txt is not UTF-8"):
        require_usable_templates(read_settings(email_templates=tmp_path))


def test_name_in_capitals_is_the_same_file(tmp_path: Path) -> None:
    (tmp_path / "Subject.TXT").write_text("Yours{% include 'END.txt' %}")
    (tmp_path / "end.TXT").write_text("!")
    require_usable_templates(read_settings(email_templates=tmp_path))
    assert compose(due(), email_templates=tmp_path).subject == "Yours!"
    (tmp_path / "subject.txt").write_text("exact")
    assert compose(due(), email_templates=tmp_path).subject == "exact"


def test_template_is_only_read_from_its_folder(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("secret")
    folder = tmp_path / "templates"
    folder.mkdir()
    (folder / "reminder.txt").write_text("{% include '../secret.txt' %}")
    with pytest.raises(SettingsError, match=r"reminder\.txt, line 1, cannot be used: "):
        require_usable_templates(read_settings(email_templates=folder))


@pytest.mark.parametrize("name", ["subject.txt", "reminder.txt", "reminder.html"])
@pytest.mark.parametrize("text", ["", " \r\n", "\ufeff", "{% if false %}x{% endif %}"])
def test_empty_template_is_refused_by_name(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError, match=f"EMAIL_TEMPLATES: {name} is empty. Write its text"):
        require_usable_templates(read_settings(email_templates=tmp_path))


@pytest.mark.parametrize("folder", ["/no/such/folder", "x" * 400, f"/{'x' * 400}", "/x" * 3000, __file__, "a\0b"])
def test_folder_that_cannot_be_read_is_a_sentence(folder: str) -> None:
    with pytest.raises(SettingsError, match=r"EMAIL_TEMPLATES: Write the path of a folder that the app can read \("):
        read_settings(email_templates=folder)


def test_file_that_cannot_be_read_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "subject.txt").write_text("x")

    def refuse(_path: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", refuse)
    with pytest.raises(SettingsError, match=r"subject\.txt cannot be read \(Permission denied\)"):
        require_usable_templates(read_settings(email_templates=tmp_path))


def test_templates_of_ours_need_no_check() -> None:
    require_usable_templates(read_settings())
