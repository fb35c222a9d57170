"""onrecord search: find every text that there ever was, within a case."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from onrecord.cli.compliance import (
    Case,
    FromDay,
    Json,
    Reason,
    ToDay,
    print_reply,
    require_conversation,
)
from onrecord.cli.outcome import plain
from onrecord.cli.reach.console import Officer, Server, at_console
from onrecord.cli.reach.named import directory, person_of

if TYPE_CHECKING:
    from onrecord.cli.reach.api import Api
    from onrecord.features.compliance.bodies import FoundMessage, Query, SearchResult

PAGE = 200
People = Annotated[
    list[str] | None,
    typer.Option(
        help="What this person wrote or could read: an id, or a name."
        " Given several times: what any of them did."
    ),
]


def search(
    context: typer.Context,
    case: Case,
    words: Annotated[
        str | None, typer.Argument(help="Every word, as the beginning of a word.")
    ] = None,
    *,
    person: People = None,
    author: Annotated[bool, typer.Option("--author", help="Only what the person wrote.")] = False,
    conversation: Annotated[str | None, typer.Option(help="In this conversation: its id.")] = None,
    from_day: FromDay = None,
    to_day: ToDay = None,
    most: Annotated[int, typer.Option("--most", min=1, help="Show so many, the newest.")] = 50,
    reason: Reason = None,
    server: Server = None,
    officer: Officer = None,
    as_json: Json = False,
) -> None:
    """Search what was said, in messages (edited and removed ones too), titles and complaints.

    Each hit, the newest first, shows every text that there was. How many there are, and the number
    by which `onrecord export --search` takes them, is said on stderr.

    Example: onrecord search "merger" --case C-2026-118 --person "Anna Kowalska" --from-day
    2026-11-01
    """
    from onrecord.features.compliance.bodies import Query

    require_conversation(conversation)

    async def do(api: Api) -> tuple[SearchResult, list[FoundMessage]]:
        query = Query(
            words=words,
            people=await _ids(api, person or []),
            person_as="author" if author else "member",
            conversation=conversation,
            from_day=from_day,
            to_day=to_day,
            reason=reason,
        )
        return await _hits(api, case, query, most)

    found, hits = at_console(context, (server, officer), do)
    for hit in hits:
        print_reply(hit, _told(hit), as_json=as_json)
    said = f"{found.count} found, {len(hits)} shown; number {found.number} of case {case}."
    print(said, file=sys.stderr)


async def _ids(api: Api, asked: list[str]) -> list[str]:
    people = await directory(api) if asked else []
    found = (person_of(people, one) for one in asked)
    return [one for one in found if one is not None]


async def _hits(
    api: Api, case: str, query: Query, most: int
) -> tuple[SearchResult, list[FoundMessage]]:
    from onrecord.features.compliance.bodies import HitPage, SearchResult

    found = await api.post(f"/api/v1/cases/{case}/searches", query, SearchResult)
    hits, more = found.hits, found.more
    while more and len(hits) < most:
        path = f"/api/v1/cases/{case}/searches/{found.number}?offset={len(hits)}&limit={PAGE}"
        page = await api.get(path, HitPage)
        hits, more = hits + page.hits, page.more
    return found, hits[:most]


def _told(hit: FoundMessage) -> str:
    """Return a hit for people: each text with its time, then the removal."""
    kind = "" if hit.type == "message.sent" else f"  {hit.type}"
    lines = [f"{hit.at}  {hit.conversation}  {hit.conv_seq}  {plain(hit.actor.name)}{kind}"]
    for version in hit.versions:
        edited = "" if version.conv_seq == hit.conv_seq else f"edited {version.at}: "
        lines += [f"  {edited}{plain(line)}" for line in version.text.splitlines()]
    if hit.removed is not None:
        lines.append(f"  removed {hit.removed.at} by {plain(hit.removed.actor.name)}")
    return "\n".join(lines)
