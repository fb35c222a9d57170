"""onrecord verify: the independent checker, told where this installation's files are."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from onrecord.cli.place import place_of

if TYPE_CHECKING:
    from onrecord.app.settings.model import Settings


def verify(
    context: typer.Context,
    archive: Annotated[
        Path | None, typer.Argument(help="The archive's directory.", show_default="this one's")
    ] = None,
    *,
    policy: Annotated[
        Path | None,
        typer.Option(help="The log's public keys.", show_default="DATA/keys/policy"),
    ] = None,
    checkpoint: Annotated[
        Path | None,
        typer.Option(help="A checkpoint that you hold from before: shows freshness."),
    ] = None,
    replica: Annotated[
        bool,
        typer.Option("--replica", help="It is a copy, or restored from one: not every checkpoint."),
    ] = False,
    opening_key: Annotated[
        list[Path] | None,
        typer.Option(help="Compliance's opening key, once for each epoch: opens every record."),
    ] = None,
    key_store: Annotated[
        list[Path] | None,
        typer.Option(help="A key store that must have every key.", show_default="this one's, all"),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Check the archive with public keys alone: is anything changed, missing or added?

    Each key store of this installation must have every key that the log names.

    Against a checkpoint that you hold from before, whatever changed at or below its size is found.
    Without one the answer is "consistent, freshness not shown".

    An auditor needs no OnRecord for this: `python -m onrecord_archive.verify` is the same. Leaves
    with 0 verified, 1 not verified, 2 could not be checked.

    Example: onrecord verify --checkpoint /media/usb/checkpoint-2026-11-01
    """
    from onrecord_archive.verify.archive import main

    settings = None if archive and policy else place_of(context).settings()
    if settings is not None and archive is None and not settings.paths.policy.exists():
        raise typer.Exit(_not_installed(settings.data, as_json=as_json))
    options = _files(settings, archive, policy, key_store or [])
    options += [] if checkpoint is None else ["--checkpoint", str(checkpoint)]
    options += [each for path in opening_key or [] for each in ("--opening-key", str(path))]
    options += ["--replica"] * replica + ["--json"] * as_json
    raise typer.Exit(main(options))


def _files(
    settings: Settings | None, archive: Path | None, policy: Path | None, key_stores: list[Path]
) -> list[str]:
    """Return what the checker is told of; this installation's key stores with its own archive."""
    options = []
    if settings is not None and archive is None:
        key_stores = key_stores or [settings.keys.store, *settings.keys.copies]
        options = ["--lost-below", str(settings.keys.lost_below)]
    if settings is not None:
        archive = archive or settings.archive.directory
        policy = policy or settings.paths.policy
    options += [each for path in key_stores for each in ("--key-store", str(path))]
    return [str(archive), "--policy", str(policy), *options]


def _not_installed(data: Path, *, as_json: bool) -> int:
    from onrecord_archive.verify.progress import answer
    from onrecord_archive.verify.recognition import NotChecked

    do = (
        "Name another data directory (onrecord --data DIRECTORY verify), or an archive and its "
        "public keys (onrecord verify ARCHIVE --policy FILE)."
    )
    found = NotChecked("not_installed", f"There is no installation in {data}.", do)
    return answer(as_json, found.answer(), 2)
