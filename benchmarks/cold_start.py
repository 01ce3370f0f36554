"""A process that imports and indexes the app, against one that does so with the smallest possible app."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from benchmarks.comparison import Comparison, median_seconds, progress, show_seconds
from benchmarks.workspace import Workspace
from sql.database import Database

INDEX_APP = "import function_app; function_app.app.get_functions()"
HELLO_WORLD = """
import azure.functions as func

app = func.FunctionApp()


@app.route("hello")
def hello(req: func.HttpRequest) -> func.HttpResponse:
    return func.HttpResponse("Hello, world")
"""


def compare(workspace: Workspace) -> Iterator[Comparison]:
    progress("Importing and indexing the app, and a hello-world app ...")
    hello_world = workspace.folder / "hello_world"
    hello_world.mkdir()
    (hello_world / "function_app.py").write_text(HELLO_WORLD)
    url = f"sqlite:///{workspace.folder / 'cold_start.db'}"
    Database(url).close()  # creates the schema, which exists at every start but the first

    def index(app_folder: Path) -> None:
        command = [sys.executable, "-c", INDEX_APP]
        subprocess.run(
            command, stdout=subprocess.DEVNULL, cwd=app_folder, env={**os.environ, "DATABASE_URL": url}, check=True
        )

    ours, theirs = median_seconds(
        workspace.sizes.start_repeats, lambda: index(Path(__file__).parent.parent), lambda: index(hello_world)
    )
    compared_with = f"hello world: {show_seconds(theirs)}"
    yield Comparison("import and indexing of the app", show_seconds(ours), compared_with, ours / theirs)
