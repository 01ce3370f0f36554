"""Serves a fake Unity Catalog to the browser tests: `python -m tests.fake_platforms PORT`.

The app has MANAGE on the catalog `main` only. After a POST to /make-admin it is admin of the metastore.
"""

import asyncio
import sys

import uvicorn
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from tests.fake_platforms.unity_catalog import APP, FakeUnityCatalog

TABLES = {"main.sales.orders": "alice@test.com", "finance.books.ledger": "bob@test.com"}


def workspace() -> FakeUnityCatalog:
    fake = FakeUnityCatalog()
    fake.metastore_admin = "somebody@test.com"
    fake.grant(APP, "main", "MANAGE")
    for table, person in TABLES.items():
        fake.grant(person, table)
    return fake


def serve(port: int) -> None:
    fake = workspace()

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"] == "/make-admin":
            fake.metastore_admin = APP
            await Response(status_code=204)(scope, receive, send)
        else:
            await fake.server(scope, receive, send)

    config = uvicorn.Config(app, host="127.0.0.1", port=port, log_level="error", lifespan="off", interface="asgi3")
    asyncio.run(uvicorn.Server(config).serve())


if __name__ == "__main__":
    serve(int(sys.argv[1]))
