"""Azure's email service, as far as a send needs it."""

from collections.abc import Iterator

import pytest
from aiohttp import connector

from tests.jobs.reminders.mail.mail_servers import AzureEmailService, azure_email_service


@pytest.fixture(scope="module")
def running_service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AzureEmailService]:
    with azure_email_service(tmp_path_factory.mktemp("azure")) as service:
        # made when aiohttp is imported, from the certificates that were trusted then
        connector._SSL_CONTEXT_VERIFIED.load_verify_locations(service.certificate)
        yield service


@pytest.fixture
def service(running_service: AzureEmailService) -> AzureEmailService:
    running_service.forget()
    return running_service
