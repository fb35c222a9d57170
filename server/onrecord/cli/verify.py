"""onrecord verify: the independent checker, told where this installation's files are."""

from pathlib import Path
from typing import Annotated

import typer

from onrecord.cli.place import place_of


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
    opening_key: Annotated[
        list[Path] | None,
        typer.Option(help="Compliance's opening key, once for each epoch: opens every record."),
    ] = None,
    key_store: Annotated[Path | None, typer.Option(help="The key store that goes with it.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Check the archive with public keys alone: is anything changed, missing or added?

    Against a checkpoint that you hold from before, whatever changed at or below its size is found.
    Without one the answer is "consistent, freshness not shown".

    An auditor needs no OnRecord for this: `python -m onrecord_archive.verify` is the same. Leaves
    with 0 verified, 1 not verified, 2 could not be checked.

    Example: onrecord verify --checkpoint /media/usb/checkpoint-2026-11-01
    """
    from onrecord_archive.verify import main

    if archive is None or policy is None:
        settings = place_of(context).settings()
        if archive is None and not settings.paths.policy.exists():
            raise typer.Exit(_not_installed(settings.data, as_json=as_json))
        archive = archive or settings.archive.directory
        policy = policy or settings.paths.policy
    arguments = [str(archive), "--policy", str(policy)]
    for name, value in (("--checkpoint", checkpoint), ("--key-store", key_store)):
        arguments += [] if value is None else [name, str(value)]
    for path in opening_key or []:
        arguments += ["--opening-key", str(path)]
    raise typer.Exit(main([*arguments, *(["--json"] if as_json else [])]))


def _not_installed(data: Path, *, as_json: bool) -> int:
    from onrecord_archive.recognition import NotChecked
    from onrecord_archive.verify import answer

    do = (
        "Name another data directory (onrecord --data DIRECTORY verify), or an archive and its "
        "public keys (onrecord verify ARCHIVE --policy FILE)."
    )
    found = NotChecked("not_installed", f"There is no installation in {data}.", do)
    return answer(as_json, found.answer(), 2)
