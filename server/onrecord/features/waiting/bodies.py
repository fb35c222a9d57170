"""The bodies of clients who wait. Types for the client are generated from here."""

from typing import Literal

from onrecord.protocol.rest import Reply


class WaitingClient(Reply, frozen=True):
    """A client who waits since `since`, for so much office time, and who answers there.

    `alarm`: 1 is due to be told to those who answer, 2 to administrators too.
    """

    conversation: str
    client: str
    since: str
    office_minutes: int
    alarm: Literal[0, 1, 2]
    answering: list[str]


class WaitingClients(Reply, frozen=True):
    """Clients who wait for an answer, the longest first."""

    waiting: list[WaitingClient]
