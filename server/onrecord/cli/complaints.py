"""onrecord complaints: who complained, about what and until when, for compliance, signed in.

No text is shown, so that no case is needed; the words are in the conversation.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Literal
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import typer

from onrecord.cli.app import App
from onrecord.cli.compliance import Json, print_reply
from onrecord.cli.reach.console import Officer, Server, at_console
from onrecord.cli.reach.named import directory, names_of, person_of
from onrecord_archive.format.record import parse_time

if TYPE_CHECKING:
    from onrecord.cli.reach.api import Api
    from onrecord.features.complaints.bodies import ComplaintList, ListedComplaint

complaints_app = App(
    help="List complaints that clients and their advisors marked.",
    no_args_is_help=True,
    rich_markup_mode="markdown",
)


@complaints_app.command("list")
def list_complaints(
    context: typer.Context,
    *,
    state: Annotated[
        Literal["all", "open", "overdue", "answered", "withdrawn"], typer.Option(help="Which ones.")
    ] = "open",
    person: Annotated[
        str | None,
        typer.Option(help="Somebody who is or was in the conversation: an id, or a name."),
    ] = None,
    category: Annotated[str | None, typer.Option(help="What they are about.")] = None,
    reference: Annotated[str | None, typer.Option(help="Part of the reference.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=200, help="How many at most.")] = 50,
    server: Server = None,
    officer: Officer = None,
    as_json: Json = False,
) -> None:
    """List complaints, the open ones first, by the day that they are to be answered by.

    Times are those of the firm's time zone, in JSON those of UTC. The zone, and how many are open
    and overdue in all, is said on stderr.

    Example: onrecord complaints list --state overdue
    """
    asked = {"state": state, "category": category, "reference": reference, "limit": limit}
    found, names = at_console(context, (server, officer), lambda api: listed(api, person, asked))
    words = {one.category: one.words for one in found.categories}
    for each in found.complaints:
        about = words.get(each.category, {}).get("en", each.about)
        line = (
            f"{_line(each, ZoneInfo(found.zone))}  {names.get(each.person, each.person)}: {about}"
        )
        print_reply(each, line, as_json=as_json)
    more = " There are more: narrow it down." if found.more else ""
    figures = f"{found.open} open, {found.overdue} of them overdue."
    print(f"{figures}{more} Times are given in {found.zone}.", file=sys.stderr)


async def listed(
    api: Api, person: str | None, asked: dict[str, str | int | None]
) -> tuple[ComplaintList, dict[str, str]]:
    """Return complaints, and what everybody is called. Raises as `person_of` and `Api.get`."""
    from onrecord.features.complaints.bodies import ComplaintList

    people = await directory(api)
    given = asked | {"person": person_of(people, person)}
    said = {name: value for name, value in given.items() if value}
    return await api.get(f"/api/v1/complaints?{urlencode(said)}", ComplaintList), names_of(people)


def _line(one: ListedComplaint, zone: ZoneInfo) -> str:
    at = one.due if one.closed_at is None else one.closed_at
    wall = f"{parse_time(at).astimezone(zone):%Y-%m-%d %H:%M}"
    until = f"by {wall}" if one.state == "open" else wall
    state = "overdue" if one.overdue else one.state
    return f"{one.reference}  {state:<9} {until:<19} {one.conversation.id}"
