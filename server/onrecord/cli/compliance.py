"""onrecord cases, conversations, transcript, export: what compliance does, signed in.

Each look and each export is on the record, in the case's own stream, before it shows.
"""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal
from urllib.parse import urlencode

import typer

from onrecord.cli.app import App
from onrecord.cli.outcome import plain
from onrecord.cli.reach.console import Officer, Server, at_console
from onrecord.cli.reach.named import directory, names_of, person_of, titled
from onrecord_archive.events.language import Language

if TYPE_CHECKING:
    from onrecord.cli.reach.api import Api
    from onrecord.features.compliance.bodies import ConversationChoices

Case = Annotated[str, typer.Option(help="The case that this look belongs to.")]
Reason = Annotated[
    str | None, typer.Option(help="Why this look.", show_default="the case's own reason")
]
Conversation = Annotated[
    str,
    typer.Option(
        help="The conversation's id (`onrecord conversations` lists them), or broadcast:… of one"
        " text to many (`onrecord search` finds it)."
    ),
]
First = Annotated[int | None, typer.Option(min=1, help="From this number on.")]
Last = Annotated[int | None, typer.Option(min=1, help="Up to this number.")]
FromDay = Annotated[str | None, typer.Option(help="From this UTC day on, YYYY-MM-DD.")]
ToDay = Annotated[str | None, typer.Option(help="Up to this UTC day, included.")]
InLanguage = Annotated[Language, typer.Option(help="The transcript's language.")]
Json = Annotated[bool, typer.Option("--json", help="One JSON object a line.")]

cases_app = App(
    help="Open and list your cases: each look needs one.",
    no_args_is_help=True,
    rich_markup_mode="markdown",
)


@cases_app.command("open")
def open_case(
    context: typer.Context,
    case: Annotated[str, typer.Argument(help="A name of your own, such as C-2026-118.")],
    reason: Annotated[str, typer.Option(help="Why you look.")],
    *,
    server: Server = None,
    officer: Officer = None,
    as_json: Json = False,
) -> None:
    """Open a case.

    Example: onrecord cases open C-2026-118 --reason "Complaint of a client"
    """
    from onrecord.features.compliance import bodies as console

    body = console.OpenCase(case, reason)
    opened = at_console(
        context, (server, officer), lambda api: api.post("/api/v1/cases", body, console.Case)
    )
    print_reply(opened, f"Case {case} is open.", as_json=as_json)


@cases_app.command("list")
def list_cases(
    context: typer.Context, *, server: Server = None, officer: Officer = None, as_json: Json = False
) -> None:
    """List your cases, the last used first.

    Example: onrecord cases list --json
    """
    from onrecord.features.compliance import bodies as console

    found = at_console(
        context, (server, officer), lambda api: api.get("/api/v1/cases", console.Cases)
    )
    for case in found.cases:
        print_reply(case, f"{case.id:<24}{case.records:>6} records  {case.reason}", as_json=as_json)


def conversations(
    context: typer.Context,
    *,
    person: Annotated[
        str | None, typer.Option(help="Somebody who is or was in it: an id, or a name.")
    ] = None,
    title: Annotated[str | None, typer.Option(help="Words of its title.")] = None,
    server: Server = None,
    officer: Officer = None,
    as_json: Json = False,
) -> None:
    """List conversations with their ids, the last active first, to choose from.

    Example: onrecord conversations --title "Desk Warsaw"
    """
    found, names = at_console(
        context, (server, officer), lambda api: chosen_from(api, person, title)
    )
    for each in found.conversations:
        line = f"{each.id}  1-{each.last_seq:<6} {titled(each, names)}"
        print_reply(each, line, as_json=as_json)


async def chosen_from(
    api: Api, person: str | None, title: str | None
) -> tuple[ConversationChoices, dict[str, str]]:
    """Return conversations to choose from, and what everybody is called. Raises as `person_of`."""
    from onrecord.features.compliance.bodies import ConversationChoices
    from onrecord.features.search.understood import demand_words

    demand_words(title or "")
    people = await directory(api)
    asked = {"person": person_of(people, person), "title": title}
    query = urlencode({name: value for name, value in asked.items() if value is not None})
    found = await api.get(f"/api/v1/conversations?{query}", ConversationChoices)
    return found, names_of(people)


def transcript(
    context: typer.Context,
    case: Case,
    conversation: Conversation,
    to: Annotated[Path, typer.Option(help="A new file.")],
    *,
    first: First = None,
    last: Last = None,
    from_day: FromDay = None,
    to_day: ToDay = None,
    form: Annotated[Literal["html", "json"], typer.Option("--format", help="Which form.")] = "html",
    language: InLanguage = "en",
    reason: Reason = None,
    server: Server = None,
    officer: Officer = None,
    as_json: Json = False,
) -> None:
    """Write the transcript of a conversation, or of part of it, to a file.

    It has edits, removals, members and read marks. For proofs as well, use `export`.

    Example: onrecord transcript --case C-2026-118 --conversation 01a2… --from-day 2026-11-01
    --to november.html
    """
    from onrecord.cli.reach.download import download, require_new
    from onrecord.features.compliance import transcript_bodies as transcripts

    require_place(conversation)
    asked = transcripts.OpenRange(conversation, first, last, from_day, to_day, reason)

    async def do(api: Api) -> transcripts.OpenedRange:
        opened = await api.post(f"/api/v1/cases/{case}/ranges", asked, transcripts.OpenedRange)
        query = urlencode({"format": form, "language": language})
        path = f"/api/v1/cases/{case}/ranges/{opened.number}/transcript?{query}"
        await download(api, path, to)
        return opened

    require_new(to)
    opened = at_console(context, (server, officer), do)
    told = f"{opened.count} records, number {opened.first} to {opened.last}, complete: {to}"
    print_reply(opened, told, as_json=as_json)


def export(
    context: typer.Context,
    case: Case,
    to: Annotated[Path, typer.Option(help="A new file, .zip.")],
    *,
    conversation: Annotated[
        str | None,
        typer.Option(help="A conversation's id, all of it or a part; or broadcast:… of one text."),
    ] = None,
    search: Annotated[
        int | None, typer.Option(min=1, help="Or: the number of a search in this case.")
    ] = None,
    first: First = None,
    last: Last = None,
    from_day: FromDay = None,
    to_day: ToDay = None,
    language: InLanguage = "en",
    reason: Reason = None,
    server: Server = None,
    officer: Officer = None,
    as_json: Json = False,
) -> None:
    """Write a bundle: transcript, records, their proofs and the checkpoint, in one ZIP file.

    It verifies offline, without OnRecord's server: python -m onrecord_archive.verify_bundle FILE

    Example: onrecord export --case C-2026-118 --conversation 01a2… --to complaint-118.zip
    """
    from onrecord.cli.reach.download import require_new
    from onrecord.core.domain.errors import BadInput
    from onrecord.features.compliance import transcript_bodies as transcripts
    from onrecord.features.export import bodies as wire

    require_new(to)
    if (conversation is None) == (search is None):
        raise BadInput("nothing_chosen", "Say either --conversation or --search.")
    span = None
    if conversation is not None:
        require_place(conversation)
        span = transcripts.Span(conversation, first, last, from_day, to_day)
    asked = wire.NewExport(span, search, language, reason)
    done = at_console(context, (server, officer), lambda api: _export(api, case, asked, to))
    proofs = {"search": "what was found", "broadcast": "the text and the messages that it became"}
    proof = proofs.get(done.what, "complete between its first and last number")
    told = f"{done.total} records ({proof}): {to}\nSHA-256 {done.sha256}"
    print_reply(done, told, as_json=as_json)


async def _export(api: Api, case: str, asked: Any, to: Path) -> Any:  # noqa: ANN401  # late types
    from onrecord.cli.progress import progress
    from onrecord.cli.reach.download import download
    from onrecord.core.domain.errors import Unavailable
    from onrecord.features.export.bodies import Export

    every = f"/api/v1/cases/{case}/exports"
    made = await api.post(every, asked, Export)
    try:
        with progress("Exporting") as advance:
            while made.state in ("waiting", "running"):
                await asyncio.sleep(0.2)
                made = await api.get(f"{every}/{made.number}", Export)
                advance(made.done, made.total)
    except asyncio.CancelledError:  # Ctrl-C: nobody will fetch it
        await api.send("DELETE", f"{every}/{made.number}")
        raise
    if made.state != "ready":
        raise Unavailable(made.code or made.state, "The export could not be made.")
    await download(api, f"{every}/{made.number}/bundle.zip", to, expected=made.sha256)
    await api.send("DELETE", f"{every}/{made.number}")
    return made


def require_place(id: str) -> None:
    """Raise NotFound (`no_such_conversation`) for what cannot be opened.

    That is a conversation, what somebody noted for themself, or one broadcast.
    """
    require_conversation(id.removeprefix("personal:").removeprefix("broadcast:"))


def require_conversation(id: str | None) -> None:
    """Raise NotFound (`no_such_conversation`) for what cannot be a conversation's id."""
    import re

    from onrecord.core.domain.errors import NotFound

    if id is not None and not re.fullmatch(r"[0-9a-f]{32}", id):
        detail = f"{id!r} is no conversation's id; `onrecord conversations` lists them."
        raise NotFound("no_such_conversation", detail)


def print_reply(reply: Any, line: str, *, as_json: bool) -> None:  # noqa: ANN401  # any reply
    """Print lines for people, or the reply as one JSON object a line."""
    import msgspec

    shown = "\n".join(map(plain, line.split("\n")))
    print(json.dumps(msgspec.to_builtins(reply), ensure_ascii=False) if as_json else shown)
