"""onrecord people requests, approve, decline, withdraw: what waits for a second administrator."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Annotated
from urllib.parse import quote

import typer

from onrecord.cli.outcome import Json, plain
from onrecord.cli.reach.signed_in import As, as_administrator

if TYPE_CHECKING:
    from onrecord.features.people import bodies as wire

REQUESTS = "/api/v1/admin/requests"
Request = Annotated[str, typer.Argument(help="Its id, as `people requests` prints it.")]


def requests(
    context: typer.Context,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a request.")] = False,
    administrator: As,
) -> None:
    """List what waits for a second administrator.

    Example: onrecord people requests --as adam
    """
    import msgspec

    from onrecord.features.people.bodies import ApprovalRequests

    found = as_administrator(
        context, administrator, lambda api: api.get(REQUESTS, ApprovalRequests)
    )
    for each in found.requests:
        if as_json:
            print(json.dumps(msgspec.to_builtins(each), ensure_ascii=False))
        else:
            until = minute(each.expires_at)
            line = f"{each.id}  {said(each)}, asked by {each.asked_by}, until {until}"
            print(plain(line))
            for fact in filter(None, [WAITS_FOR.get(each.waits_for or ""), *origin_of(each)]):
                print(f"  {plain(fact)}")
            warn_alike(each)


def approve(
    context: typer.Context,
    request: Request,
    *,
    code: Annotated[
        str | None,
        typer.Option(help="What a new officer, auditor or administrator reads to you."),
    ] = None,
    as_json: Json = False,
    administrator: As,
) -> None:
    """Approve what another administrator asked for; it is done at once, and a link printed.

    A new officer, auditor or administrator reads you the code that their own screen shows, by phone
    or face to face. Take it from no one else.

    Example: onrecord people approve 0198f3c2a1b47d60a2f3c4d5e6f70819 --as ola
    """
    from onrecord.features.people.bodies import Approval, Approved

    path, body = f"{_path(request)}/approve", Approval(code)
    done = as_administrator(context, administrator, lambda api: api.post(path, body, Approved))
    link = None if done.link is None else done.link.url
    told = {"id": done.account.id, "username": done.account.username}
    if link is not None:
        told["link"] = link
    print(json.dumps(told, ensure_ascii=False) if as_json else link or "Done.")


def decline(context: typer.Context, request: Request, *, administrator: As) -> None:
    """Decline what another administrator asked for: it is not done.

    Example: onrecord people decline 0198f3c2a1b47d60a2f3c4d5e6f70819 --as ola
    """
    path = f"{_path(request)}/decline"
    as_administrator(context, administrator, lambda api: api.send("POST", path))
    print("Declined.")


def withdraw(context: typer.Context, request: Request, *, administrator: As) -> None:
    """Withdraw what you asked for.

    Example: onrecord people withdraw 0198f3c2a1b47d60a2f3c4d5e6f70819 --as adam
    """
    as_administrator(context, administrator, lambda api: api.send("DELETE", _path(request)))
    print("Withdrawn.")


def _path(request: str) -> str:
    return f"{REQUESTS}/{quote(request, safe='')}"


def needs_link(account: wire.Account, command: str) -> None:
    """Say on stderr that links from before have ended, and which command makes one."""
    unused = f"{account.name} has not signed in yet. Links made before this no longer work."
    print(plain(unused), plain(f"Next: onrecord {command}"), sep="\n", file=sys.stderr)


WAITS_FOR = {
    "sign_in": "waits until they sign in",
    "username": "waits until they have a user name",
    "password": "waits until they choose a password",
    "code": "waits for the code that their screen shows: onrecord people approve ... --code",
}
"""What a role waits for, in words (features/people/bodies.py)."""


def say_role_waits(role: str) -> None:
    """Say on stderr that somebody was added, and a role waits for them."""
    print(
        f"The role {role} waits: they sign in, and read the code that their screen then shows to a"
        " second administrator, who approves it (onrecord people requests).",
        file=sys.stderr,
    )


def warn_alike(new: wire.Account | wire.ApprovalRequest) -> None:
    """Say on stderr for whom, or what, somebody with a new name could be taken."""
    if new.alike:
        print(plain(f"Same or similar name: {', '.join(new.alike)}."), file=sys.stderr)
    if new.org_alike:
        print(
            plain(f"Organisation with the same or a similar name: {', '.join(new.org_alike)}."),
            file=sys.stderr,
        )


def said(request: wire.ApprovalRequest) -> str:
    """Return what a request is about, in one line."""
    what = {
        "add": "add",
        "change": "change",
        "activate": "reactivate",
        "link": "new sign-in link for",
        "reset": "reset the access of",
    }[request.wanted]
    changes = [
        f"{each.field}: {each.after}"
        if each.before is None
        else f"{each.field}: {each.before} -> {each.after}"
        for each in request.changes
    ]
    return f"{what} {request.name}" + (f" ({', '.join(changes)})" if changes else "")


def origin_of(request: wire.ApprovalRequest) -> list[str]:
    """Return where the account comes from that a request is about, and what its asker did of it."""
    known = request.provenance
    if known is None:
        return []
    first = known.first_sign_in
    came = "not on record" if known.enrolled else "not yet"
    if first is not None:
        came = (
            f"{minute(first.at)} by {first.auth}, {first.device}, {first.address or 'no address'}"
        )
    lines = [
        "added: not on record" if known.added is None else f"added by {_step(known.added)}",
        *(f"first link by {_step(link)}" for link in known.links),
        f"first sign-in: {came}",
    ]
    if known.by_asker and not request.own:
        what = {"added": "added this person", "link": "made a first sign-in link for them"}
        done = " and ".join(what[part] for part in known.by_asker)
        lines.append(f"{request.asked_by} also {done}.")
    return lines


def _step(step: wire.ProvenanceStep) -> str:
    at_request = "" if step.asked_by is None else f", at the request of {step.asked_by}"
    return f"{step.by or 'break-glass on the server'}, {minute(step.at)}{at_request}"


def minute(time: str) -> str:
    """Return a time of the wire as people read it here, to the minute."""
    return f"{time[:10]} {time[11:16]} UTC"


def waits(request: wire.ApprovalRequest, *, as_json: bool = False) -> None:
    """Print that something waits for a second administrator."""
    if as_json:
        print(json.dumps({"request": request.id, "expires_at": request.expires_at}))
        return
    print(
        f"Waits until {minute(request.expires_at)} for a second administrator: "
        f"{plain(said(request))}.\n"
        f"They approve it in the console, or: onrecord people approve {request.id}"
    )
    warn_alike(request)
