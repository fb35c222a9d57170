"""onrecord rebuild: make everything that people read again, from the record."""

import typer

from onrecord.cli.outcome import Json, tell
from onrecord.cli.place import place_of
from onrecord.cli.progress import progress


def rebuild(context: typer.Context, *, as_json: Json = False) -> None:
    """Make every list, timeline, position and the search index again. The server must be stopped.

    On PostgreSQL every server that uses the database must be (`another_server_records`).

    The rows come out equal; the record itself is only read. It happens in one transaction, so it
    can be interrupted.
    """
    from onrecord.app.events import TABLES
    from onrecord.app.recording import here
    from onrecord.app.settings.lock import owning
    from onrecord.app.settings.options import storage_options
    from onrecord.core.domain.clock import SystemClock
    from onrecord.core.store.journal import JournalStore
    from onrecord.core.store.rebuild import rebuild as run
    from onrecord.core.tenure import await_turn
    from onrecord.database.database import Database
    from onrecord.database.schema import check_schema

    settings = place_of(context).installed()
    with owning(settings.paths.lock):
        database = Database(storage_options(settings))
        try:
            check_schema(database)
            await_turn(JournalStore(database, TABLES), here(settings), SystemClock())
            with progress("Rebuilding") as advance:
                count = run(database, TABLES.projectors, advance)
        finally:
            database.close()
    tell(f"{count} records applied.", as_json, records=count)
