"""onrecord people: who has an account. Nobody is ever deleted."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from onrecord.cli.app import App
from onrecord.cli.change import Roles, change
from onrecord.cli.firm import PictureFile, Remove, picture_data
from onrecord.cli.hand_over import hand_over
from onrecord.cli.importing import import_people
from onrecord.cli.leavers import left_lines, succeed, uncovered
from onrecord.cli.outcome import plain
from onrecord.cli.place import place_of
from onrecord.cli.reach.signed_in import PEOPLE, As, accounts, as_administrator, named
from onrecord.cli.requests import (
    approve,
    decline,
    requests,
    say_role_waits,
    waits,
    warn_alike,
    withdraw,
)
from onrecord_archive.events.language import Language

if TYPE_CHECKING:
    from onrecord.cli.reach.api import Api
    from onrecord.features.people import bodies as wire
    from onrecord.features.relationships import bodies as relationship_bodies
    from onrecord.features.sign_in import bodies as sign_in_bodies

    Linked = tuple[wire.Account, wire.MadeLink | wire.ApprovalRequest | None]

Username = Annotated[str, typer.Argument(help="A user name.")]
TheirLanguage = Annotated[
    Language | None,
    typer.Option(help="What letters to them are written in.", show_default="en"),
]
TheirMail = Annotated[
    str | None, typer.Option(help="Their mail address; a client's codes go there.")
]
TheirPhone = Annotated[
    str | None, typer.Option(help="A client's phone number, where they have no mail address.")
]
TheirAdvisor = Annotated[
    str | None,
    typer.Option(
        help="Who answers for a client: a user name or mail address.",
        show_default="nobody yet: all advisors are offered them",
    ),
]
IsBot = Annotated[bool, typer.Option("--bot", help="A bot of yours: it acts by your tokens.")]
LinkAsJson = Annotated[bool, typer.Option("--json", help="One JSON object: id, username and link.")]

people_app = App(
    help="Add, list and shut out people, beside the running server or without one.",
    no_args_is_help=True,
    rich_markup_mode="markdown",
)


@people_app.command()
def add(
    context: typer.Context,
    username: Username,
    name: Annotated[str, typer.Option(help="Full name, as everybody sees it.")],
    *,
    role: Annotated[Roles, typer.Option(help="What they are.")] = "employee",
    org: Annotated[
        str, typer.Option(help="Their organisation.", show_default="the firm; needed for clients")
    ] = "",
    title: Annotated[str | None, typer.Option(help="Their position.")] = None,
    branch: Annotated[str | None, typer.Option(help="Where in the firm they work.")] = None,
    mail: TheirMail = None,
    phone: TheirPhone = None,
    advisor: TheirAdvisor = None,
    language: TheirLanguage = None,
    bot: IsBot = False,
    as_json: LinkAsJson = False,
    administrator: As,
) -> None:
    """Add somebody and print a one-time link for them, valid for 24 hours; a bot gets none.

    The roles compliance, auditor and administrator wait until they have signed in, and read a code
    to a second administrator.

    Example: onrecord people add anna --name "Anna Kowalska" --as adam
    """
    from onrecord.core.domain.errors import BadInput
    from onrecord.features.people.bodies import NewAccount

    settings = place_of(context).installed()
    if role == "client" and not org:
        raise BadInput("org_missing", "Say --org for a client: everybody sees where they belong.")
    new = NewAccount(
        name=name,
        kind="bot" if bot else "client" if role == "client" else "employee",
        org=org or settings.firm.name,
        role=role,
        username=username,
        mail=mail,
        phone=phone,
        title=title,
        branch=branch,
        locale=language,
        advisor=advisor,
    )

    _print_link(
        *as_administrator(context, administrator, lambda api: _added(api, new)), as_json=as_json
    )


async def _added(api: Api, new: wire.NewAccount) -> Linked:
    """Add somebody and make their link."""
    from onrecord.core.roles.table import usual_place
    from onrecord.features.people.bodies import Account

    person = await api.post(PEOPLE, new, Account)
    warn_alike(person)
    if person.role != new.role:
        say_role_waits(new.role)
    if new.kind == "bot":
        return person, None
    return person, await _linked(api, person.id, usual_place(person.role))


async def _linked(api: Api, person: str, place: wire.Place) -> wire.MadeLink | wire.ApprovalRequest:
    """Make a first one-time link, or ask a second administrator for a later one."""
    from onrecord.cli.reach.api import answered
    from onrecord.features.people.bodies import MadeLink, NewLink

    path = f"{PEOPLE}/{person}/links"
    return answered(await api.attempt("POST", path, NewLink(place), MadeLink))


for _command in (change, requests, approve, decline, withdraw, uncovered, succeed):
    people_app.command()(_command)
people_app.command("import")(import_people)
people_app.command("hand-over")(hand_over)


@people_app.command()
def position(
    context: typer.Context,
    username: Username,
    *,
    title: Annotated[str | None, typer.Option(help="Their position; an empty one ends it.")] = None,
    branch: Annotated[
        str | None, typer.Option(help="Where in the firm they work; an empty one ends it.")
    ] = None,
    administrator: As,
) -> None:
    """Say what somebody does, and where in the firm; what is not given stays as it is.

    Example: onrecord people position anna --title "Head of credit" --branch Warsaw --as adam
    """
    from onrecord.features.people.bodies import Account, Position
    from onrecord.protocol.people import position_of

    async def do(api: Api) -> wire.Account:
        person = await named(api, username)
        said = {"title": title, "branch": branch}
        now = position_of(person) | {field: v for field, v in said.items() if v is not None}
        asked = Position(**{field: value or None for field, value in now.items()})
        return await api.put(f"{PEOPLE}/{person.id}/position", asked, Account)

    person = as_administrator(context, administrator, do)
    place = ", ".join(filter(None, position_of(person).values()))
    print(plain(f"{person.name}: {place or '-'}"))


@people_app.command("list")
def list_people(
    context: typer.Context,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a person.")] = False,
    administrator: As,
) -> None:
    """List everybody, those whose account has ended as well.

    Example: onrecord people list --as adam
    """
    for person in as_administrator(context, administrator, accounts):
        row = {
            "id": person.id,
            "username": person.username,
            "name": person.name,
            "role": person.role,
            "org": person.org,
            "active": person.active,
            "language": person.locale,
        }
        if as_json:
            print(json.dumps(row, ensure_ascii=False))
        else:
            ended = "" if person.active else "  (ended)"
            who = f"{person.username or '-':<16}{person.role:<15}{person.name}, {person.org}"
            print(plain(who) + ended)


@people_app.command()
def link(
    context: typer.Context,
    username: Username,
    *,
    place: Annotated[
        Literal["chat", "console"] | None,
        typer.Option(
            help="The listener that it signs in at.",
            show_default="console for compliance and auditors",
        ),
    ] = None,
    as_json: LinkAsJson = False,
    administrator: As,
) -> None:
    """Print a first one-time sign-in link, valid for 24 hours.

    For who has signed in it waits for a second administrator; `onrecord break-glass link` does not.
    Compliance, auditors and administrators lose their role with it until a second administrator has
    approved that as well.

    Example: onrecord people link anna --as adam
    """
    from onrecord.core.roles.table import usual_place

    async def do(api: Api) -> Linked:
        person = await named(api, username)
        return person, await _linked(api, person.id, place or usual_place(person.role))

    _print_link(*as_administrator(context, administrator, do), as_json=as_json)


def _print_link(
    person: wire.Account,
    link: wire.MadeLink | wire.ApprovalRequest | None,
    *,
    as_json: bool,
) -> None:
    from onrecord.features.people.bodies import ApprovalRequest

    if isinstance(link, ApprovalRequest):
        waits(link, as_json=as_json)
        return
    told = {} if link is None else {"link": link.url}
    told = {"id": person.id, "username": person.username or "", **told}
    print(json.dumps(told, ensure_ascii=False) if as_json else told.get("link", "Added."))


@people_app.command()
def picture(
    context: typer.Context,
    username: Username,
    file: PictureFile = None,
    *,
    remove: Remove = False,
    administrator: As,
) -> None:
    """Set somebody's picture, or take it away; a square of 256 pixels is kept of it.

    Example: onrecord people picture anna portrait.jpg --as adam
    """

    data = picture_data(file, remove=remove)

    async def do(api: Api) -> None:
        person = await named(api, username)
        await api.picture(f"{PEOPLE}/{person.id}/picture", data)

    as_administrator(context, administrator, do)
    print("Set." if data else "Removed.")


@people_app.command()
def sessions(
    context: typer.Context,
    username: Username,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a session.")] = False,
    administrator: As,
) -> None:
    """List where somebody is signed in: device, address, since when, last seen, by what means.

    Example: onrecord people sessions anna --as adam
    """
    import msgspec

    from onrecord.features.sign_in.bodies import SessionList

    async def do(api: Api) -> list[sign_in_bodies.OpenSession]:
        person = await named(api, username)
        return (await api.get(f"{PEOPLE}/{person.id}/sessions", SessionList)).sessions

    for one in as_administrator(context, administrator, do):
        if as_json:
            print(json.dumps(msgspec.to_builtins(one), ensure_ascii=False))
        else:
            line = (
                f"{one.id}  {one.place:<8}{one.name}, {one.address or '-'}, by {one.auth},"
                f" since {one.signed_in_at[:16]}, "
            )
            print(plain(line) + ("connected" if one.connected else f"seen {one.seen_at[:16]}"))


@people_app.command("sign-out")
def sign_out(
    context: typer.Context,
    username: Username,
    session: Annotated[
        str | None,
        typer.Option(help="A session's id, from `people sessions`.", show_default="all of them"),
    ] = None,
    *,
    administrator: As,
) -> None:
    """Sign somebody out everywhere, or one of their devices; its connections close at once.

    Everywhere, their unused links and their tokens end too, and tokens of their bots.

    Example: onrecord people sign-out anna --as adam
    """

    async def do(api: Api) -> None:
        sessions = f"{PEOPLE}/{(await named(api, username)).id}/sessions"
        await api.send("DELETE", sessions if session is None else f"{sessions}/{session}")

    as_administrator(context, administrator, do)
    print("Signed out.")


@people_app.command()
def deactivate(
    context: typer.Context,
    username: Username,
    *,
    successor: Annotated[
        str | None,
        typer.Option(
            help="The user name of who takes over their clients.",
            show_default="nobody yet: `people succeed` names them later",
        ),
    ] = None,
    administrator: As,
) -> None:
    """End somebody's account: sessions, tokens and links end, what they wrote stays.

    What they still lead, own or cover is no hindrance: it is listed.

    Example: onrecord people deactivate julia --successor marek --as adam
    """

    from onrecord.features.people.bodies import Deactivation
    from onrecord.features.relationships.bodies import LeftOpen

    async def do(api: Api) -> relationship_bodies.LeftOpen:
        by = None if successor is None else (await named(api, successor)).id
        path = f"{PEOPLE}/{(await named(api, username)).id}/deactivate"
        return await api.post(path, Deactivation(by), LeftOpen)

    left = as_administrator(context, administrator, do)
    print(f"{username} cannot sign in any more. Every record stays.")
    for line in left_lines(left, taken_over=successor is not None):
        print(plain(line))


@people_app.command()
def clients(
    context: typer.Context,
    username: Username,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a client.")] = False,
    administrator: As,
) -> None:
    """List the clients that somebody answers or stands in for.

    Example: onrecord people clients marek --as adam
    """

    from onrecord.features.relationships.bodies import ServedClients

    async def do(api: Api) -> tuple[dict[str, str], list[relationship_bodies.ServedClient]]:
        path = f"{PEOPLE}/{(await named(api, username)).id}/relationships"
        names = {each.id: each.name for each in await accounts(api)}
        return names, (await api.get(path, ServedClients)).relationships

    names, served = as_administrator(context, administrator, do)
    for each in served:
        row = {
            "conversation": each.conversation,
            "client": each.name,
            "group": each.group,
            "owner": names[each.owner],
            "delegates": [
                {"name": names[by.person], "starts": by.starts, "ends": by.ends}
                for by in each.delegates
            ],
        }
        if as_json:
            print(json.dumps(row, ensure_ascii=False))
        else:
            days = [f"{names[by.person]} until {by.ends[:10]}" for by in each.delegates]
            client = each.name if each.group is None else f"{each.name}, {each.group or 'a group'}"
            print(plain(f"{client:<32}{', '.join([names[each.owner], *days])}"))


@people_app.command()
def activate(context: typer.Context, username: Username, *, administrator: As) -> None:
    """Let somebody sign in again, once a second administrator approves it.

    They sign in as before within `accounts.restore_days` of the account's end. Later the approval
    prints a new link.

    Example: onrecord people activate julia --as adam
    """

    from onrecord.features.people.bodies import ApprovalRequest

    async def do(api: Api) -> wire.ApprovalRequest | None:
        path = f"{PEOPLE}/{(await named(api, username)).id}/activate"
        return await api.attempt("POST", path, None, ApprovalRequest)

    request = as_administrator(context, administrator, do)
    if request is None:
        print(f"{username} can sign in.")
    else:
        waits(request)
