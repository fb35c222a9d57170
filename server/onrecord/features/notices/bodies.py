"""The bodies of notices' texts, for administrators.

    GET    /api/v1/admin/notices                      -> NoticeHistories
    POST   /api/v1/admin/notices         NewNotice    -> NoticeVersion, 201
    DELETE /api/v1/admin/notices/{id}    204; one that has not taken effect yet

`kind`: what those are who accept it: clients the recording notice, employees the firm's policy, of
which there is none before one is published. Each is asked again once the text changes in the
language in which they accepted it last.
"""

from typing import Annotated, Literal

from msgspec import Meta

from onrecord.protocol.commands import Time
from onrecord.protocol.frames import Title
from onrecord.protocol.rest import Body, Reply
from onrecord_archive.events.language import Language

Readers = Literal["client", "employee"]


class NoticeVersion(Reply, frozen=True):
    """A text of a notice. `sha256` is of title, line feed and text, and names it on the record.

    `accepted`: how many have accepted it. Without an `id` it is the text of the settings,
    or the one that is built in; nobody published it.
    """

    state: Literal["planned", "in_force", "past", "withdrawn"]
    locale: Language
    title: str
    text: str
    sha256: str
    accepted: int
    id: str | None = None
    from_at: str | None = None
    by: str | None = None


class NoticeHistory(Reply, frozen=True):
    """A language's versions, the last to take effect first."""

    kind: Readers
    locale: Language
    versions: list[NoticeVersion]


class NoticeHistories(Reply, frozen=True):
    """Every kind, in every language that the product speaks."""

    languages: list[NoticeHistory]


class NewNotice(Body, frozen=True):
    """A new text. `text`: paragraphs with an empty line between them. `from_at`: absent, at once.

    Refusals: `bad_notice`, `bad_name` (the title), `bad_time`, `notice_same`,
    `archive_unavailable`; for a withdrawal `no_such_notice`, `notice_in_force`.
    """

    locale: Language
    title: Title
    text: Annotated[str, Meta(min_length=1, max_length=10_000)]
    from_at: Time | None = None
    kind: Readers = "client"


class Notice(Reply, frozen=True):
    """What a client accepts before the first message: that everything is recorded.

    `text` is paragraphs, an empty line between them; `sha256` is of title, line feed and text.
    """

    locale: Language
    title: str
    text: str
    sha256: str
    again: bool = False
    """They accepted another text before."""
