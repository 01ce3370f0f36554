"""`python -m demo.data [DATABASE_URL]` fills an empty database with realistic requests and their history.

Without a URL it fills the SQLite file of the settings. Any other database must be named.
"""

import random
import sys
from pathlib import Path

from sqlalchemy import text

from access.platforms import PLATFORMS
from demo.decisions import load_decisions
from demo.history import load_history
from demo.requests import load_requests
from demo.target import DemoTarget, DemoTargetError
from sql.database import Database


def count_requests(database: Database) -> int:
    with database.read() as connection:
        counts = (connection.execute(text(f"SELECT COUNT(*) FROM {each.requests}")).scalar_one() for each in PLATFORMS)
        return sum(counts)


def load_demo_data(database: Database) -> bool:
    """Returns False, and changes nothing, when the database already has requests."""
    if count_requests(database):
        return False
    now = database.utc_now()
    with database.transaction() as connection:
        for platform in PLATFORMS:
            chance = random.Random(platform.key)
            load_requests(connection, platform, now, chance)
            load_decisions(connection, platform, now, chance)
        load_history(connection, now)
    database.refresh_statistics()
    return True


def main() -> None:
    try:
        if len(sys.argv) > 1:
            target = DemoTarget.named(sys.argv[1])
        else:
            target = DemoTarget.from_settings(Path.cwd())
            target.require_sqlite_file()
        with target.open() as database:
            loaded = load_demo_data(database)
    except DemoTargetError as error:
        raise SystemExit(str(error)) from error
    print(f"Loaded the demo data into {target}." if loaded else f"{target} already has requests. Nothing was loaded.")


if __name__ == "__main__":
    main()
