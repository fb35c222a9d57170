"""onrecord rebuild: make everything that people read again, from the record."""

import typer

from onrecord.cli.outcome import Json, tell
from onrecord.cli.place import place_of
from onrecord.cli.progress import progress


def rebuild(context: typer.Context, *, as_json: Json = False) -> None:
    """Make every list, timeline, position and the search index again. The server must be stopped.

    The rows come out equal; the record itself is only read. It happens in one transaction, so it
    can be interrupted.
    """
    from onrecord.settings.lock import owning
    from onrecord.settings.options import storage_options
    from onrecord.storage.database import Database
    from onrecord.storage.rebuild import rebuild as run
    from onrecord.storage.schema import check_schema

    settings = place_of(context).installed()
    with owning(settings.paths.lock):
        database = Database(storage_options(settings))
        try:
            check_schema(database)
            with progress("Rebuilding") as advance:
                count = run(database, advance)
        finally:
            database.close()
    tell(f"{count} records applied.", as_json, records=count)
