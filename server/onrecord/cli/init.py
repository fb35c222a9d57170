"""onrecord init: a new installation, up to the first administrator's one-time link."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from onrecord.cli.outcome import Json, tell
from onrecord.cli.passwords import ask_password
from onrecord.cli.place import place_of
from onrecord.core.domain.errors import BadInput, Conflict

if TYPE_CHECKING:
    from onrecord.app.settings.model import Settings
    from onrecord_archive.format.epoch_key import SealingKey

SETTINGS = """\
# Settings of this installation; `onrecord settings reference` explains every one.
[firm]
name = {firm}

[chat]
origin = "https://chat.localhost:8443"
listen = "127.0.0.1:8443"

[console]
origin = "https://console.localhost:8444"
listen = "127.0.0.1:8444"

[files]
origin = "https://files.localhost:8445"
listen = "127.0.0.1:8445"
"""


def init(
    context: typer.Context,
    administrator: Annotated[str, typer.Option(help="The first administrator's full name.")],
    username: Annotated[str, typer.Option(help="What they sign in as.")],
    *,
    firm: Annotated[str, typer.Option(help="The firm's name, for a new settings file.")] = "",
    log_name: Annotated[
        str, typer.Option(help="The log's name in checkpoints, such as bank.example/onrecord.")
    ] = "",
    opening_key: Annotated[
        Path | None,
        typer.Option(help="Make compliance's key here; the opening key goes to this new file."),
    ] = None,
    public_key: Annotated[
        Path | None,
        typer.Option(help="Or: the public part of a key that compliance made (`keys pair`)."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Make an installation: keys, database, settings file, and the first administrator.

    The administrator's password is asked for, or read from stdin; a one-time link is printed as
    well. It may be run again if it was interrupted; once there is an administrator it refuses.
    With PostgreSQL, write `[database]` in the settings file first; it stops after the keys until
    `onrecord migrate` was run.

    Example: onrecord init --administrator "Adam Wójcik" --username adam --firm "Linden Bank"
    --log-name bank.example/onrecord --public-key epoch-1.pub
    """
    from onrecord.app.settings.paths import refuse_root
    from onrecord.cli.installation import is_installed

    place = place_of(context)
    settings = place.settings()
    refuse_root(settings.data)
    if not is_installed(settings.paths):
        if place.config is None:
            _write_settings(settings, firm)
            settings = place.settings()
        _make_keys(settings, log_name, opening_key, public_key)
    password = ask_password(f"Password for {administrator}, 12 characters or more")
    _migrate_embedded(settings)
    url = asyncio.run(_first_administrator(settings, administrator, username, password))
    _tell(settings, administrator, opening_key, url, as_json=as_json)


def _tell(
    settings: Settings, administrator: str, opening_key: Path | None, link: str, *, as_json: bool
) -> None:
    chat, made = settings.chat, {"opening_key": str(opening_key)} if opening_key else {}
    text = (
        f"Next: check the addresses in {settings.paths.settings}, put the certificate and its key\n"
        f"at {chat.certificate} and {chat.key}, then run `onrecord doctor`.\n"
    )
    if made:
        text += f"Opening key: {opening_key}. Give it to compliance and remove it here.\n"
    text += f"{administrator} signs in with this link, once, within 24 hours:\n{link}"
    places = {"certificate": str(chat.certificate), "key": str(chat.key)}
    tell(text, as_json, settings=str(settings.paths.settings), **places, **made, link=link)


def _write_settings(settings: Settings, firm: str) -> None:
    import json

    path = settings.paths.settings
    if path.exists():
        return
    if not firm:
        raise BadInput("firm_missing", "Say --firm: its name is on every screen and record.")
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    # A JSON string without a lone surrogate is a basic TOML string as well.
    text = SETTINGS.format(firm=json.dumps(firm, ensure_ascii=False))
    path.write_text(text, encoding="utf-8")


def _make_keys(
    settings: Settings, log_name: str, opening_key: Path | None, public_key: Path | None
) -> None:
    from onrecord.app.key_stores import registered
    from onrecord.cli.installation import make_installation
    from onrecord.cli.keys import require_outside

    if (opening_key is None) == (public_key is None):
        raise BadInput("compliance_key_missing", "Say either --opening-key or --public-key.")
    if not log_name:
        raise BadInput("log_name_missing", "Say --log-name, such as bank.example/onrecord.")
    if opening_key is not None:
        require_outside(settings.paths, opening_key, allowed=False)
    public = None if public_key is None else _public(public_key)
    make_installation(
        settings.paths,
        origin=log_name,
        opening_key=opening_key,
        public=public,
        key_stores=registered(settings),
    )


def _public(path: Path) -> SealingKey:
    from onrecord.cli.keys import read_public_key

    return read_public_key(path)


def _migrate_embedded(settings: Settings) -> None:
    from onrecord.app.migrate import migrate
    from onrecord.app.settings.lock import owning
    from onrecord.app.settings.options import storage_options

    if settings.database.host is None:
        with owning(settings.paths.lock):
            migrate(storage_options(settings))


async def _first_administrator(settings: Settings, name: str, username: str, password: str) -> str:
    from onrecord.app.offline import offline
    from onrecord.cli.break_glass import system_user
    from onrecord.features.people.break_glass import BreakGlass, Shell
    from onrecord.features.people.people import NewPerson, People

    shell = Shell(system_user(), "onrecord init: the first administrator.")
    async with offline(settings) as root:
        if any(person.role == "administrator" for person in await root[People].all()):
            raise Conflict("installed_already", f"{settings.data} has an administrator already.")
        person = await root[BreakGlass].add(
            shell,
            NewPerson(
                name=name,
                kind="employee",
                org=settings.firm.name,
                role="administrator",
                username=username,
            ),
            password=password,
        )
        link = await root[BreakGlass].first_link(shell, person.id, "console")
    # There an administrator adds people; the chat has nothing for them yet.
    return settings.console.origin + link.path
