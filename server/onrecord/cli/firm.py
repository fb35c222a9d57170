"""onrecord firm: what the firm is called and looks like on screen and in letters."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from onrecord.cli.app import App
from onrecord.cli.reach.signed_in import As, as_administrator

firm_app = App(
    help="Set what the firm is called and looks like, beside the running server or without one.",
    no_args_is_help=True,
    rich_markup_mode="markdown",
)
FIRM = "/api/v1/admin/firm"
PictureFile = Annotated[
    Path | None,
    typer.Argument(help="A PNG, JPEG or WebP of at most 8 MiB.", exists=True, dir_okay=False),
]
Remove = Annotated[bool, typer.Option("--remove", help="Take the picture away.")]


@firm_app.command()
def show(context: typer.Context, *, administrator: As) -> None:
    """Print the name that is shown, and the SHA-256 of the picture.

    Example: onrecord firm show --as adam
    """
    from onrecord.features.people.bodies import FirmProfile

    profile = as_administrator(context, administrator, lambda api: api.get(FIRM, FirmProfile))
    print(f"{profile.name}\npicture: {profile.picture or 'none'}")


@firm_app.command()
def name(
    context: typer.Context,
    shown: Annotated[str, typer.Argument(help="The name that people see.")],
    *,
    administrator: As,
) -> None:
    """Show another name. Whom employees belong to is the setting `firm.name`, and stays.

    Example: onrecord firm name "Linden Private Bank" --as adam
    """
    from onrecord.features.people.bodies import FirmName

    body = FirmName(shown)
    as_administrator(context, administrator, lambda api: api.send("PUT", FIRM, body))
    print("Set.")


@firm_app.command()
def picture(
    context: typer.Context,
    file: PictureFile = None,
    *,
    remove: Remove = False,
    administrator: As,
) -> None:
    """Set the firm's picture, or take it away; a square of 256 pixels is kept of it.

    Example: onrecord firm picture logo.png --as adam
    """
    data = picture_data(file, remove=remove)
    as_administrator(context, administrator, lambda api: api.picture(f"{FIRM}/picture", data))
    print("Set." if data else "Removed.")


def picture_data(file: Path | None, *, remove: bool) -> bytes | None:
    """Return the file's bytes, None to remove. Raises BadInput (`picture_missing`)."""
    from onrecord.core.domain.errors import BadInput

    if remove == (file is not None):
        raise BadInput("picture_missing", "Name a picture file, or say --remove.")
    return None if file is None else file.read_bytes()
