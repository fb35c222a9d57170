"""The bodies of the import of people from a CSV file, for administrators.

    POST /api/v1/admin/people/import/preview   the file as it is -> ImportPreview; writes nothing
    POST /api/v1/admin/people/import           ImportBatch       -> Imported

The file has a line that names the columns: username, name, and as far as wanted role, org, title,
branch, mail, phone, language (docs/operations.md has all their names). A client has a mail address
or a phone number that no other client has, and an advisor (user name or mail address) who answers
for them, if the file says so. Of whoever has a user name that is there already, the
position alone is changed, where the file has others, so that an import can be done again.
"""

from typing import Annotated, Literal

from msgspec import Meta

from onrecord.features.people.bodies import MadeLink, NewAccount
from onrecord.protocol.frames import Number
from onrecord.protocol.people import PositionField, PositionOf
from onrecord.protocol.rest import Body, Reply

Column = Literal[
    "username", "name", "role", "org", PositionField, "mail", "phone", "language", "advisor"
]
"""The columns of the file, as the console explains them."""
ImportRole = Literal["employee", "advisor", "client", "compliance", "administrator", "auditor"]
Fault = Literal[
    "missing",
    "too_long",
    "bad_role",
    "bad_mail",
    "bad_phone",
    "bad_language",
    "org_missing",
    "address_missing",
    "address_taken",
    "twice",
    "cells",
    "quote",
    "not_an_advisor",
    "not_a_client",
]
"""`twice`: the user name stands in an earlier row; `cells`: another number of them than columns;
`quote`: a quotation mark is not closed, or stands within a cell, so that nothing of it is read;
`bad_phone`, `address_missing`, `address_taken`: said where all clients' addresses are known.
`not_an_advisor`: nobody who may have clients is called so; `not_a_client`: they have none."""
BATCH = 40
"""Rows of one request: so that it fits, and progress shows."""


class ImportFault(Reply, frozen=True):
    """What is wrong with a row. `column`: where; absent: it is about the row as a whole."""

    fault: Fault
    column: Column | None = None


class ImportRow(PositionOf[str], Reply, frozen=True):
    """A row of the file. `new`: it can be added; `there`: somebody has this user name; `wrong`.

    `moved`: somebody has this user name, and another position than the row says.

    `line`: where it begins in the file, the first line being 1. `role` is absent where it is wrong.
    """

    line: int
    state: Literal["new", "there", "moved", "wrong"]
    username: str
    name: str
    org: str
    faults: list[ImportFault]
    role: ImportRole | None = None
    mail: str | None = None
    phone: str | None = None
    locale: str | None = None
    advisor: str | None = None
    alike: list[str] | None = None
    """Of a new one of the firm: who is called alike there, or in an earlier row."""
    org_alike: list[str] | None = None
    """Of a new one: what their organisation looks like, the firm first, earlier rows too."""


class ImportPreview(Reply, frozen=True):
    """What an import would do. `ignored`: columns that are not known.

    Refusals: `bad_table` (no such file, or its first line names no columns), `too_many_rows`.
    """

    rows: list[ImportRow]
    encoding: Literal["utf-8", "utf-16", "windows-1250"]
    ignored: list[str]


class ImportBatch(Body, frozen=True):
    """Add these people; `link_days`: how long each one's sign-in link works, 0: make none."""

    rows: Annotated[list[NewAccount], Meta(min_length=1, max_length=BATCH)]
    link_days: Annotated[int, Meta(ge=0, le=30)] = 7


class ImportedRow(Reply, frozen=True):
    """What became of a row, in the order of the batch.

    `there`: nothing was changed. `moved`: the position was. `waiting`: added as an employee;
    the role compliance, auditor or administrator waits until they have signed in and a second
    administrator has met them (ApprovalRequest). `refused`: `code` says why; the others are added
    all the same.
    """

    username: str
    state: Literal["added", "there", "moved", "waiting", "refused"]
    code: str | None = None
    detail: str | None = None
    link: MadeLink | None = None


class Imported(Reply, frozen=True):
    """What became of a batch; `added`: how many of it, those whose role waits as well."""

    rows: list[ImportedRow]
    added: Number
