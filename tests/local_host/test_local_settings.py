"""local.settings.json and host.json as Core Tools takes them; what it would drop without a word is refused by name."""

import codecs
import json
import os
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import patch

import pytest

from local_host.host_settings import QueueSettings
from local_host.local_settings import HostSettings, LocalSettingsError, load_local_settings

TEXT = '{"Values": {"COLOUR": "ünten // no /* comment */, ]"}}'


@pytest.fixture(autouse=True)
def own_environment() -> Iterator[None]:
    with patch.dict(os.environ, clear=True):
        yield


def load(folder: Path, content: str | bytes) -> HostSettings:
    (folder / "local.settings.json").write_bytes(content if isinstance(content, bytes) else content.encode())
    return load_local_settings(folder)


@pytest.mark.parametrize(
    "content",
    [
        TEXT,
        codecs.BOM_UTF8 + TEXT.encode(),
        TEXT.encode("utf-16"),
        codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"),
        TEXT.encode("utf-32"),
        f"// first\n{TEXT}\n/* last */",
        f"/* of\nseveral lines */{TEXT}// without a line end",
        TEXT.replace("{", "{ // why\r\n"),
        TEXT.replace("}", ",}", 1),
        TEXT.replace("}}", ", // why\n } /* why */ , }"),
    ],
    ids=["plain", "mark", "utf-16", "utf-16-be", "utf-32", "around", "long", "inside", "comma", "comma and comment"],
)
def test_file_is_read_as_editors_write_it(tmp_path: Path, content: str | bytes) -> None:
    load(tmp_path, content)
    assert os.environ["COLOUR"] == "ünten // no /* comment */, ]"


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("true", "True"),
        ("false", "False"),
        ("10", "10"),
        ("1.0", "1"),
        ("2.50", "2.5"),
        ('""', ""),
        ('"a\\u00fcb"', "aüb"),
    ],
)
def test_value_that_is_not_text_becomes_text_as_by_core_tools(tmp_path: Path, written: str, text: str) -> None:
    load(tmp_path, f'{{"Values": {{"COLOUR": {written}}}}}')
    assert os.environ["COLOUR"] == text


@pytest.mark.parametrize(
    "content", ['{"Values": {"COLOUR": null, "": "x"}}', '{"Values": null}', "{}", '{"Host": null}']
)
def test_missing_value_sets_nothing(tmp_path: Path, content: str) -> None:
    load(tmp_path, content)
    assert "COLOUR" not in os.environ
    assert "" not in os.environ


def test_last_of_two_values_counts_and_the_environment_before_both(tmp_path: Path) -> None:
    os.environ["SHAPE"] = ""
    load(tmp_path, '{"Values": {"COLOUR": "1", "COLOUR": "2", "colour": "3", "SHAPE": "4"}}')
    assert [os.environ[name] for name in ("COLOUR", "colour", "SHAPE")] == ["2", "3", ""]


def test_connection_strings_become_variables(tmp_path: Path) -> None:
    load(tmp_path, '{"ConnectionStrings": {"A": "1", "B": {"ConnectionString": "2", "ProviderName": "x"}}}')
    assert [os.environ[f"ConnectionStrings:{name}"] for name in "AB"] == ["1", "2"]


def test_host_section_is_read_whatever_its_case(tmp_path: Path) -> None:
    host = load(tmp_path, '{"Host": {"localhttpport": "7071", "CORS": "http://a.test, ", "CORSCredentials": true}}')
    assert host == HostSettings(7071, ["http://a.test"], cors_credentials=True)


@pytest.mark.parametrize(
    ("content", "named"),
    [
        ('{"Values": {"COLOUR": {"a": 1}}}', "Values.COLOUR is an object or a list"),
        ('{"Values": {"COLOUR": ["a"]}}', "Values.COLOUR is an object or a list"),
        ('{"Values": ["COLOUR"]}', "Values must be an object"),
        ('{"Values": {"CO=LOUR": "a"}}', "'CO=LOUR'"),
        ('{"Values": {"COLOUR": "a\\u0000b"}}', "'COLOUR'"),
        ('{"values": {"COLOUR": "a"}}', "'values'. Write Values"),
        ('{"IsEncrypted": true, "Values": {"COLOUR": "CfDJ8N"}}', "func settings decrypt"),
        ('{"IsEncrypted": "maybe", "Values": {"COLOUR": "a"}}', "IsEncrypted must be true or false"),
        ('{"ConnectionStrings": {"A": 1}}', "ConnectionStrings.A"),
        ('{"Host": {"LocalHttpPort": true}}', "the port"),
        ('{"Host": {"LocalHttpPort": 70.5}}', "the port"),
        ('{"Host": {"LocalHttpPort": null}}', "the port"),
        ('{"Host": {"CORS": ["http://a.test"]}}', "Host.CORS"),
        ('{"Host": {"LocalHttpAddress": "0.0.0.0"}}', "Host.LocalHttpAddress"),
        ('{"Host": {"CORSCredentials": "yes"}}', "Host.CORSCredentials"),
        ('{"Values": {\n"COLOUR": "a"\n"SHAPE": "b"}}', "line 3"),
        ("{/* open", "line 1"),
        (b'{"Values": {"COLOUR": "\xfc"}}', "save it as UTF-8"),
        ("[" * 100_000, "nested too deeply"),
        ("[]", "one JSON object"),
    ],
)
def test_what_cannot_be_used_is_named(tmp_path: Path, content: str | bytes, named: str) -> None:
    with pytest.raises(LocalSettingsError, match=r"^local\.settings\.json or PORT cannot be used: ") as raised:
        load(tmp_path, content)
    assert named in str(raised.value)


@pytest.mark.parametrize(
    "content", ['{"IsEncrypted": false}', '{"IsEncrypted": true, "Values": {}}', '{"IsEncrypted": 0}']
)
def test_file_without_secrets_is_not_encrypted(tmp_path: Path, content: str) -> None:
    assert load(tmp_path, content) == HostSettings(5000, [])


def queues(folder: Path, **settings: object) -> QueueSettings:
    content = "// comment\n" + json.dumps({"Extensions": {"queues": settings}})
    (folder / "host.json").write_text(content, encoding="utf-8-sig")
    return QueueSettings.read(folder)


def test_queue_settings_are_read_as_the_host_reads_them(tmp_path: Path) -> None:
    found = queues(tmp_path, BatchSize="8", visibilityTimeout="1.00:00:00", messageEncoding="None")
    assert (found.batch_size, found.new_batch_threshold, found.visibility_seconds) == (8, 4, 86_400)
    assert not found.is_base64


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("batchSize", 33),
        ("batchSize", 0),
        ("batchSize", "many"),
        ("newBatchThreshold", -1),
        ("maxDequeueCount", 0),
        ("visibilityTimeout", "30"),
        ("visibilityTimeout", "soon"),
        ("maxPollingInterval", 2.5),
        ("messageEncoding", "utf-8"),
    ],
)
def test_queue_setting_that_would_fail_at_the_first_message_is_named(tmp_path: Path, name: str, value: object) -> None:
    with pytest.raises(LocalSettingsError, match=rf"^host\.json cannot be used: {name} must be"):
        queues(tmp_path, **{name: value})
