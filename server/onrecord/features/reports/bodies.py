"""Reports of messages: what somebody tells compliance, and what compliance lists."""

from typing import Annotated, Literal

from msgspec import Meta

from onrecord.features.compliance.bodies import ConversationChoice
from onrecord.protocol.commands import HexId
from onrecord.protocol.rest import Body, Reply

Reason = Literal["conduct", "rules", "fraud", "data", "other"]
"""Hurtful; against the firm's rules; looks like fraud; somebody's data where they don't belong."""


class NewReport(Body, frozen=True):
    """POST /api/v1/reports: tell compliance of a message that one sees. `id` as a command's.

    Nobody of the conversation learns of it. `text`: one's own words; needed with `other`.
    """

    id: HexId
    event: HexId
    reason: Reason
    text: Annotated[str, Meta(max_length=2000)] = ""


class Reported(Reply, frozen=True):
    """It is on the record, for compliance. `reference` is what people call it."""

    reference: str
    at: str


class ReportStep(Reply, frozen=True):
    """Who of compliance did something about a report, and when; `text`: closed with this word."""

    person: str
    at: str
    text: str | None = None


class ReportHandled(Reply, frozen=True):
    """What became of a report: somebody looked at it, or closed it. Each is a record."""

    looked: ReportStep | None = None
    closed: ReportStep | None = None


class CloseReport(Body, frozen=True):
    """POST /api/v1/reports/{number}/close: how it ended, in a word or some."""

    text: Annotated[str, Meta(min_length=1, max_length=2000)]


class ListedReport(Reply, frozen=True):
    """A report: `person` told it of a message of `author`; `number` is its place in the list."""

    number: int
    reference: str
    person: str
    author: str
    conversation: ConversationChoice
    conv_seq: int
    at: str
    reason: Reason
    handled: ReportHandled
    text: str | None = None


class ReportList(Reply, frozen=True):
    """GET /api/v1/reports?before=&limit=&state= (compliance), the newest first.

    Which ones were read is a record of the stream `identity` before they show.
    """

    reports: list[ListedReport]
    more: bool
