"""onrecord complaints: who complained, about what and until when, for compliance, signed in.

No text is shown, so that no case is needed; the words are in the conversation.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Literal
from urllib.parse import urlencode

import typer

from onrecord.cli.compliance import Json, print_reply
from onrecord.cli.console import Officer, Server, at_console

if TYPE_CHECKING:
    from onrecord.wire.complaint_list import ListedComplaint

complaints_app = typer.Typer(
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
        str | None, typer.Option(help="The id of somebody who is or was in the conversation.")
    ] = None,
    category: Annotated[str | None, typer.Option(help="What they are about.")] = None,
    reference: Annotated[str | None, typer.Option(help="Part of the reference.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=200, help="How many at most.")] = 50,
    server: Server = None,
    officer: Officer = None,
    as_json: Json = False,
) -> None:
    """List complaints, the open ones first, by the day that they are to be answered by.

    How many are open and overdue in all is said on stderr.

    Example: onrecord complaints list --state overdue
    """
    from onrecord.wire import complaint_list

    asked = {"state": state, "person": person, "category": category, "reference": reference}
    query = urlencode({name: value for name, value in asked.items() if value} | {"limit": limit})
    path = f"/api/v1/complaints?{query}"
    found = at_console(
        context, (server, officer), lambda api: api.get(path, complaint_list.ComplaintList)
    )
    words = {one.category: one.words for one in found.categories}
    for each in found.complaints:
        about = words.get(each.category, {}).get("en", each.about)
        print_reply(each, _line(each, about), as_json=as_json)
    more = " There are more: narrow it down." if found.more else ""
    print(f"{found.open} open, {found.overdue} of them overdue.{more}", file=sys.stderr)


def _line(listed: ListedComplaint, about: str) -> str:
    until = f"by {listed.due[:10]}" if listed.state == "open" else (listed.closed_at or "")[:10]
    state = "overdue" if listed.overdue else listed.state
    return f"{listed.reference}  {state:<9} {until:<13} {listed.conversation.id}  {about}"
