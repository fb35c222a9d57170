"""onrecord notices: the texts that clients and the firm's people accept."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from onrecord.cli.app import App
from onrecord.cli.reach.signed_in import As, as_administrator
from onrecord_archive.events.language import Language

if TYPE_CHECKING:
    from collections.abc import Sequence

    from onrecord.cli.reach.api import Api
    from onrecord.features.notices.bodies import NoticeHistory, NoticeVersion

notices_app = App(
    help="See, publish and plan what is accepted, beside the server or without one.",
    no_args_is_help=True,
    rich_markup_mode="markdown",
)
NOTICES = "/api/v1/admin/notices"
InLanguage = Annotated[Language, typer.Option(help="The notice's language.")]


@notices_app.command("list")
def list_notices(
    context: typer.Context,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a version.")] = False,
    administrator: As,
) -> None:
    """List every version with its state, and how many have accepted it.

    Example: onrecord notices list --as adam
    """
    import msgspec

    for history in as_administrator(context, administrator, _histories):
        for version in history.versions:
            if as_json:
                shown = {"kind": history.kind, **msgspec.to_builtins(version)}
                print(json.dumps(shown, ensure_ascii=False))
            else:
                print(_line(history.kind, version))


async def _histories(api: Api) -> Sequence[NoticeHistory]:
    """Return every language's versions."""
    from onrecord.features.notices.bodies import NoticeHistories

    return (await api.get(NOTICES, NoticeHistories)).languages


def _line(kind: str, version: NoticeVersion) -> str:
    begins = "from the settings" if version.from_at is None else f"from {version.from_at[:16]}"
    id, accepted = version.id or "-" * 32, f"accepted by {version.accepted}"
    which = f"{kind:<8}  {version.locale}  {version.state:<10}"
    return f"{id}  {which}{version.title}, {begins}, {accepted}"


@notices_app.command()
def publish(
    context: typer.Context,
    file: Annotated[
        Path,
        typer.Argument(
            help="UTF-8: the title in the first line, the text below.", exists=True, dir_okay=False
        ),
    ],
    *,
    language: InLanguage,
    begins: Annotated[
        datetime | None,
        typer.Option(
            "--from",
            formats=["%Y-%m-%d", "%Y-%m-%dT%H:%M"],
            help="When it takes effect, in this machine's time.",
            show_default="at once",
        ),
    ] = None,
    readers: Annotated[
        Literal["client", "employee"],
        typer.Option("--for", help="Clients: the recording notice. Employees: the firm's policy."),
    ] = "client",
    administrator: As,
) -> None:
    """Publish a text: who it is for is asked to accept it before they go on writing.

    Example: onrecord notices publish notice.txt --language en --from 2027-01-01 --as adam
    """
    from onrecord.core.domain.errors import BadInput
    from onrecord.features.notices.bodies import NewNotice, NoticeVersion
    from onrecord_archive.format.record import format_time

    try:
        title, _, text = file.read_text(encoding="utf-8-sig").strip().partition("\n")
    except UnicodeDecodeError as error:
        raise BadInput("bad_notice", f"{file} is not UTF-8.") from error
    from_at = None if begins is None else format_time(begins.astimezone(UTC))
    new = NewNotice(language, title, text.strip(), from_at, readers)

    async def work(api: Api) -> tuple[NoticeVersion, Sequence[NoticeHistory]]:
        return await api.post(NOTICES, new, NoticeVersion), await _histories(api)

    made, histories = as_administrator(context, administrator, work)
    print(_line(readers, made))
    for history in histories:
        if history.kind == readers and history.locale != language and _is_behind(history, made):
            name = {"en": "English", "pl": "Polish"}[history.locale]
            print(f"The {name} text is older: who accepted it is not asked until it changes, too.")


def _is_behind(history: NoticeHistory, made: NoticeVersion) -> bool:
    """Whether what is in force in another language is older than what was just published."""
    since = (one.from_at or "" for one in history.versions if one.state == "in_force")
    return made.state == "in_force" and any(each < (made.from_at or "") for each in since)


@notices_app.command()
def withdraw(
    context: typer.Context,
    version: Annotated[str, typer.Argument(help="A planned version's id, from `notices list`.")],
    *,
    administrator: As,
) -> None:
    """Take back a version that has not taken effect.

    Example: onrecord notices withdraw 3f9c2b6d8e1a4c70 --as adam
    """
    path = f"{NOTICES}/{version}"
    as_administrator(context, administrator, lambda api: api.send("DELETE", path))
    print("Taken back.")
