"""A process that opens an embedded database and settles batches, for strace to look at.

python -m tests.integration.database.talking FOLDER BATCHES [durable]: with `durable` the publish
transaction waits for the disk as well. Ends with 75 when the store says Fatal.
"""

import sys
from pathlib import Path

from sqlalchemy.engine.interfaces import DBAPICursor

from onrecord.app.migrate import migrate
from onrecord.core.domain.errors import Fatal
from onrecord.database.database import Database
from onrecord.database.options import SqlcipherOptions, StorageOptions
from onrecord.database.sqlcipher import Sqlcipher
from tests.integration.world import World

as_in_service = Sqlcipher.begin


def begin_durably(backend: Sqlcipher, cursor: DBAPICursor, *, durable: bool) -> None:
    """Begin a transaction whose commit waits for the disk, whatever was asked for."""
    as_in_service(backend, cursor, durable=True)


def main() -> int:
    """Settle the batches; say `talking` before the first one."""
    folder, batches = Path(sys.argv[1]), int(sys.argv[2])
    options = StorageOptions(SqlcipherOptions(folder / "onrecord.db", folder / "database.key"))
    migrate(options)
    if "durable" in sys.argv:
        Sqlcipher.begin = begin_durably  # type: ignore[method-assign, assignment]
    database = Database(options)
    world = World(database)
    anna, ben = world.person("Anna"), world.person("Ben")
    stream = world.conversation(anna, ben)
    (folder / "talking").touch()
    try:
        for n in range(batches):
            world.say(anna, stream, f"message {n}")
    except Fatal as error:
        print(f"{world.size} archived: {error}", flush=True)
        return Fatal.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main())
