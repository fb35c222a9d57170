"""onrecord api: any request of the console's API, for what has no command of its own."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Literal

import typer

from onrecord.cli.reach.console import Officer, Server, at_console


def call(
    context: typer.Context,
    method: Annotated[Literal["GET", "POST", "PUT", "DELETE"], typer.Argument(help="What to do.")],
    path: Annotated[str, typer.Argument(help="Where, as docs/openapi-console.json names it.")],
    *,
    body: Annotated[
        Path | None,
        typer.Option(
            "--input",
            help="What to send: JSON if its name ends in .json, else the file as it is.",
            exists=True,
            dir_okay=False,
        ),
    ] = None,
    server: Server = None,
    officer: Officer = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="A refusal as one JSON object, too.")
    ] = False,
) -> None:
    """Send a request to the console's API and print the answer as it comes.

    You may do what you may do in the console, and it is recorded in the same way. An answer without
    a body prints nothing.

    Example: onrecord api GET /api/v1/admin/people --as adam
    """
    from onrecord.core.domain.errors import BadInput

    del as_json  # exits.fail reads it
    if not path.startswith("/api/"):
        raise BadInput("bad_path", "Name a path of the API: it begins with /api/.")
    content = None if body is None else body.read_bytes()
    is_json = body is not None and body.suffix == ".json"
    answer = at_console(
        context,
        (server, officer),
        lambda api: api.request(method, path, content, is_json=is_json),
    )
    sys.stdout.buffer.write(answer)
    if answer.startswith((b"{", b"[")):
        sys.stdout.buffer.write(b"\n")
