"""The bodies of the internal listener, for whoever runs the service."""

from typing import Literal

from onrecord.features.people.bodies import Name, PersonRole, Place
from onrecord.protocol.rest import Body, Reply

Status = Literal["ready", "not ready", "draining", "down"]


class Liveness(Reply, frozen=True):
    """The process serves."""

    status: Literal["live"]


class ReadinessReport(Reply, frozen=True):
    """Whether new work should come here: recording is on, and the server is not draining.

    Each check: `ok`, `ok (code)` with a remark, or the code of what closes recording. `down`: the
    server has ended and waits for an operator. Its supervisor says so, and why (`reason`).
    """

    status: Status
    checks: dict[str, str]
    reason: str = ""


class BreakGlassLink(Body, frozen=True):
    """POST /break-glass/link: a sign-in link for somebody, by user name, at one listener, 201.

    `by` is the system user who gives the command. Refusals: `bad_reason`, `no_such_person`,
    `archive_unavailable`.
    """

    username: Name
    reason: str
    by: Name
    place: Place | None = None


class BreakGlassRole(Body, frozen=True):
    """POST /break-glass/role: give somebody a role, 200 with the Account.

    Refusals: as BreakGlassLink, and `bad_body`.
    """

    username: Name
    role: PersonRole
    reason: str
    by: Name
