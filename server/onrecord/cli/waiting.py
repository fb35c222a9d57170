"""onrecord waiting: which clients wait for an answer."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from onrecord.cli.outcome import plain
from onrecord.cli.reach.signed_in import As, as_administrator

_ALARMS = ("", "  late", "  late, administrators too")


def waiting(
    context: typer.Context,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a client.")] = False,
    administrator: As,
) -> None:
    """List the clients who wait for an answer, the longest first, and who answers them.

    Example: onrecord waiting --as adam
    """
    import msgspec

    from onrecord.features.waiting.bodies import WaitingClients

    found = as_administrator(
        context, administrator, lambda api: api.get("/api/v1/admin/waiting", WaitingClients)
    )
    for one in found.waiting:
        if as_json:
            print(json.dumps(msgspec.to_builtins(one), ensure_ascii=False))
            continue
        hours, minutes = divmod(one.office_minutes, 60)
        answering = ", ".join(one.answering) or f"nobody, in {one.conversation}"
        late = _ALARMS[one.alarm]
        line = f"{one.since[:16]}Z  {hours}:{minutes:02} office hours  {one.client}"
        print(plain(f"{line} -> {answering}{late}"))
