"""onrecord people import: from a CSV file to accounts and one-time links."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from onrecord.cli.outcome import plain
from onrecord.cli.reach.signed_in import PEOPLE, As, as_administrator

if TYPE_CHECKING:
    from collections.abc import Sequence

    from onrecord.cli.reach.api import Api
    from onrecord.features.people.import_bodies import ImportedRow, ImportPreview, ImportRow


def import_people(
    context: typer.Context,
    file: Annotated[
        Path,
        typer.Argument(help="A CSV file as a spreadsheet writes it.", exists=True, dir_okay=False),
    ],
    *,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would happen; write nothing.")
    ] = False,
    partial: Annotated[
        bool, typer.Option("--partial", help="Add the right rows although others are wrong.")
    ] = False,
    link_days: Annotated[
        int, typer.Option(min=0, max=30, help="How long each link works; 0: make none.")
    ] = 7,
    links: Annotated[
        Path | None,
        typer.Option(help="Write the links into this file, mode 0600.", show_default="stdout"),
    ] = None,
    administrator: As,
) -> None:
    """Add people from a CSV file and print a one-time link for each, as CSV.

    The first line names the columns: username, name, and role, org, title, branch, mail, phone,
    language, advisor as far as wanted. A client needs a mail address or a phone number of their
    own; `advisor`, a user name or mail address, says who answers for them.
    Nothing is written while a row is wrong, unless you say --partial. Of whoever is there already
    only the position is changed, so the same file can be imported again.

    Example: onrecord people import people.csv --dry-run --as adam
    """

    from onrecord.features.people.import_bodies import ImportPreview

    async def do(api: Api) -> Sequence[ImportedRow]:
        path = f"{PEOPLE}/import/preview"
        found = await api.upload(path, file.read_bytes(), ImportPreview, "POST")
        _tell(found)
        if dry_run:
            _list(found.rows)
        _check(found.rows, partial=partial or dry_run)
        return [] if dry_run else await _add(api, found.rows, link_days)

    done = as_administrator(context, administrator, do)
    if dry_run:
        return
    _tell_done(done)
    _hand_out(links_table(done), links)


def _say(line: str) -> None:
    """Print a line on stderr, without the control characters that a file may have."""
    typer.echo(plain(line), err=True)


def _tell(found: ImportPreview) -> None:
    states = [row.state for row in found.rows]
    counts = ", ".join(
        f"{states.count(state)} {state}" for state in ("new", "moved", "there", "wrong")
    )
    _say(f"{counts}; read as {found.encoding}.")
    if found.ignored:
        _say(f"Columns that are not known: {', '.join(found.ignored)}.")
    for row in found.rows:
        if row.alike:
            _say(f"line {row.line}: same or similar name: {', '.join(row.alike)}")
        if row.org_alike:
            like = ", ".join(row.org_alike)
            _say(f"line {row.line}: organisation with the same or a similar name: {like}")
        for fault in row.faults:
            where = f"line {row.line}, {fault.column or 'row'}"
            _say(f"{where}: {FAULTS[fault.fault]}")


def _tell_done(done: Sequence[ImportedRow]) -> None:
    """Say who was refused, who waits, and how many were added."""
    for row in done:
        if row.state == "refused":
            _say(f"{row.username}: {row.code}: {row.detail}")
    states = [row.state for row in done]
    if waiting := states.count("waiting"):
        _say(
            f"{waiting} added as employees: their roles wait until they sign in, and a second"
            " administrator approves it (onrecord people requests)"
        )
    moved = states.count("moved")
    changed = f", {moved} changed" if moved else ""
    _say(f"{states.count('added') + waiting} added{changed}.")


def _list(rows: Sequence[ImportRow]) -> None:
    """Print what would become of each row, the wrong ones too."""
    for row in rows:
        place = row.org if row.role == "client" else row.branch
        told = [row.username, row.name, row.role, place, row.title, row.mail or row.phone]
        told += [f"advisor {row.advisor}"] if row.advisor else []
        typer.echo(plain(f"line {row.line}  {row.state:<5}  {', '.join(filter(None, told))}"))


FAULTS = {
    "missing": "is needed",
    "too_long": "has to be one line of at most 200 characters",
    "bad_role": "has to be employee, advisor, client, compliance, administrator or auditor",
    "bad_mail": "is not a mail address",
    "bad_phone": "is not a phone number with its country, as +48 601 234 567",
    "bad_language": "has to be en or pl",
    "org_missing": "is needed for a client: everybody sees where they belong",
    "address_missing": "a client needs a mail address or a phone number: their codes go there",
    "address_taken": "is another client's already, or stands in an earlier row",
    "twice": "stands in an earlier row as well",
    "quote": "a quotation mark is not closed, or stands within a cell",
    "cells": "there are more than columns",
    "not_an_advisor": "is nobody who may have clients: give a user name or mail address",
    "not_a_client": "stands in a row that is no client's",
}
"""What is wrong with a row, in words (features/people/import_bodies.py)."""


def _check(rows: Sequence[ImportRow], *, partial: bool) -> None:
    from onrecord.core.domain.errors import BadInput

    if not partial and any(row.state == "wrong" for row in rows):
        detail = "Nothing was written. Correct the rows, or say --partial to add the others."
        raise BadInput("rows_wrong", detail)


async def _add(api: Api, rows: Sequence[ImportRow], days: int) -> list[ImportedRow]:
    from onrecord.cli.progress import progress
    from onrecord.features.people.bodies import NewAccount
    from onrecord.features.people.import_bodies import BATCH, ImportBatch, Imported
    from onrecord.protocol.people import position_of

    new = [
        NewAccount(
            name=row.name,
            role=row.role,
            org=row.org,
            kind="client" if row.role == "client" else "employee",
            username=row.username,
            mail=row.mail,
            phone=row.phone,
            locale=row.locale,
            advisor=row.advisor,
            **position_of(row),
        )
        for row in rows
        if row.state in ("new", "moved") and row.role is not None
    ]
    done: list[ImportedRow] = []
    with progress("Adding people") as advance:
        for first in range(0, len(new), BATCH):
            batch = ImportBatch(new[first : first + BATCH], days)
            done += (await api.post(f"{PEOPLE}/import", batch, Imported)).rows
            advance(len(done), len(new))
    return done


def links_table(rows: Sequence[ImportedRow]) -> str:
    """Return the links as CSV: user name, address, until when."""
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\n")
    table.writerow(["username", "link", "expires_at"])
    for row in rows:
        if row.link is not None:
            table.writerow([as_cell(row.username), row.link.url, row.link.expires_at])
    return out.getvalue()


def as_cell(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell


def _hand_out(table: str, to: Path | None) -> None:
    if to is None:
        typer.echo(table, nl=False)
        return
    from onrecord.app.settings.paths import write_private

    write_private(to, table.encode())
    typer.echo(f"Links: {to}", err=True)
