"""onrecord migrate: bring the database to this program's schema."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from onrecord.cli.outcome import Json, tell
from onrecord.cli.place import place_of
from onrecord.cli.progress import progress
from onrecord.core.domain.errors import BadInput

if TYPE_CHECKING:
    from onrecord.database.options import StorageOptions


def migrate(
    context: typer.Context,
    owner: Annotated[
        str | None, typer.Option(help="PostgreSQL: the role that owns the tables.")
    ] = None,
    password_file: Annotated[
        Path | None, typer.Option(help="PostgreSQL: a file with that role's password.")
    ] = None,
    *,
    as_json: Json = False,
) -> None:
    """Bring the database to this version's schema. The server must be stopped.

    Run it after each upgrade; `onrecord serve` refuses to start on another schema. On PostgreSQL
    it connects as the owner of the tables, which the server itself never is.

    Example: onrecord migrate --owner onrecord_owner --password-file /run/secrets/owner
    """
    from onrecord.app.migrate import migrate as run
    from onrecord.app.settings.lock import owning
    from onrecord.app.settings.options import storage_options
    from onrecord.database.schema import needed_version

    settings = place_of(context).installed()
    options = storage_options(settings)
    if owner is not None or password_file is not None:
        options = _as_owner(options, owner, password_file)
    with owning(settings.paths.lock), progress("Migrating the database") as advance:
        run(options, advance=advance)
    tell("The database has this version's schema.", as_json, schema=needed_version())


def _as_owner(
    options: StorageOptions, owner: str | None, password_file: Path | None
) -> StorageOptions:
    from onrecord.database.options import PostgresqlOptions

    place = options.place
    if not isinstance(place, PostgresqlOptions):
        raise BadInput("embedded_database", "The embedded database has no roles; leave them out.")
    user = owner or place.user
    return replace(options, place=replace(place, user=user, password_file=password_file))
