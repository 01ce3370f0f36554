"""The settings by which the product is connected to a fake, and a request with the grant that it stands for."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Protocol

from access.platforms import DATABRICKS, Platform
from tests.fake_platforms import foundry, unity_catalog
from tests.fake_platforms.foundry import FakeFoundry
from tests.fake_platforms.server import FaultyServer, serving
from tests.fake_platforms.unity_catalog import FakeUnityCatalog

LIMITS = {"connector_requests_per_second": 10_000, "connector_timeout_seconds": 5, "connector_retry_seconds": 0.01}


@contextmanager
def unity_catalog_settings(fake: FakeUnityCatalog) -> Iterator[dict[str, Any]]:
    with serving(fake.server, "unity-catalog") as url:
        yield {
            "databricks_access": "unity-catalog",
            "databricks_host": url,
            "databricks_token": unity_catalog.TOKEN,
            **LIMITS,
        }


@contextmanager
def foundry_settings(fake: FakeFoundry) -> Iterator[dict[str, Any]]:
    with serving(fake.server, "foundry") as url:
        yield {
            "palantir_access": "foundry",
            "foundry_hostname": url,
            "foundry_client_id": foundry.CLIENT_ID,
            "foundry_client_secret": foundry.CLIENT_SECRET,
            "foundry_role_ids": foundry.ROLE_IDS,
            **LIMITS,
        }


class Connected(Protocol):
    """Either fake, and what requests say that it understands."""

    settings: dict[str, Any]
    server: FaultyServer
    removal: tuple[str, str]  # method and path of the call that removes
    giving: tuple[str, str]  # and of the one that gives
    fake: Any  # what the platform holds, in its own shape

    def fields(self, resource: int = 0) -> dict[str, str]:
        """A request's columns that name a resource, one of many."""

    def know(self, email: str, resource: int = 0) -> None:
        """The platform knows both, and has no grant of the person there."""

    def grant(self, email: str, resource: int = 0) -> None: ...

    def take_all(self, resource: int = 0) -> None:
        """Somebody removes every grant on it, without the app."""

    def grant_from_above(self, email: str, resource: int = 0) -> str:
        """And what a connector calls it."""

    def has_grant(self, email: str, resource: int = 0) -> bool: ...


class ConnectedUnityCatalog:
    removal = giving = ("PATCH", "/permissions/")

    def __init__(self, fake: FakeUnityCatalog, settings: dict[str, Any]) -> None:
        self.settings, self.server, self.fake = settings, fake.server, fake

    def fields(self, resource: int = 0) -> dict[str, str]:
        table = f"t{resource}"
        return {"catalog_name": "main", "schema_name": "sales", "table_name": table, "privilege": "SELECT"}

    def know(self, email: str, resource: int = 0) -> None:
        self.fake.tables.add(f"main.sales.t{resource}")
        self.fake.people.add(email.lower())

    def grant(self, email: str, resource: int = 0) -> None:
        self.fake.grant(email, f"main.sales.t{resource}")

    def take_all(self, resource: int = 0) -> None:
        self.fake.granted[".".join(list(self.fields(resource).values())[:3])].clear()

    def grant_from_above(self, email: str, resource: int = 0) -> str:
        self.fake.tables.add(f"main.sales.t{resource}")
        self.fake.grant(email, "main")
        return "catalog main"

    def has_grant(self, email: str, resource: int = 0) -> bool:
        return self.fake.has_grant(email, f"main.sales.t{resource}")


class ConnectedFoundry:
    removal = ("POST", "/roles/remove")
    giving = ("POST", "/roles/add")

    def __init__(self, fake: FakeFoundry, settings: dict[str, Any]) -> None:
        self.settings, self.server, self.fake = settings, fake.server, fake

    def fields(self, resource: int = 0) -> dict[str, str]:
        return {"resource_rid": f"ri.foundry.main.dataset.{resource}", "role": "Viewer"}

    def know(self, email: str, resource: int = 0) -> None:
        self.fake.add_person(email)
        self.fake.folder_of.setdefault(self.fields(resource)["resource_rid"], None)

    def grant(self, email: str, resource: int = 0) -> None:
        self.fake.grant(email, self.fields(resource)["resource_rid"])

    def take_all(self, resource: int = 0) -> None:
        self.fake.granted[self.fields(resource)["resource_rid"]].clear()

    def grant_from_above(self, email: str, resource: int = 0) -> str:
        self.fake.grant(email, self.fields(resource)["resource_rid"], folder="ri.compass.main.folder.1")
        return "a folder or project above"

    def has_grant(self, email: str, resource: int = 0) -> bool:
        return self.fake.has_grant(email, self.fields(resource)["resource_rid"])


@contextmanager
def connected_to(platform: Platform) -> Iterator[Connected]:
    if platform is DATABRICKS:
        catalog = FakeUnityCatalog()
        with unity_catalog_settings(catalog) as settings:
            yield ConnectedUnityCatalog(catalog, settings)
    else:
        resources = FakeFoundry()
        with foundry_settings(resources) as settings:
            yield ConnectedFoundry(resources, settings)
